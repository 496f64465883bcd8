"""The inbox: live, searched, filtered, read, and gone through with the keyboard."""

from playwright.async_api import expect

from tests.page.stage import ON_STAGE, Stage

pytestmark = ON_STAGE


async def test_an_empty_inbox_teaches_the_four_base_urls_and_a_line_to_try(stage: Stage) -> None:
    await stage.open()
    await expect(stage.heading("No message yet")).to_be_visible()
    bases = stage.page.locator(".bases code")
    slugs = ("blackkonnect", "bloomreach", "namirial", "skycore")
    await expect(bases).to_have_text([f"{stage.sandbox.root}/{slug}" for slug in slugs])
    await expect(stage.page.get_by_label("A first message with curl", exact=True)).to_contain_text("curl -u app:secret")


async def test_a_message_appears_without_a_reload_and_its_status_changes(stage: Stage) -> None:
    await stage.open()
    await expect(stage.heading("No message yet")).to_be_visible()
    await stage.sandbox.send("skycore", "+447700900901", "Your code is 482913")
    row = stage.rows.first
    for text in ("00000", "+447700900901", "Your code is 482913", "Skycore", "queued"):
        await expect(row).to_contain_text(text)
    await expect(row.locator(".chip")).to_have_text("482913")
    await stage.sandbox.advance("1s")
    await expect(row).to_contain_text("sent")
    await stage.sandbox.advance("2s")
    await expect(row).to_contain_text("delivered")
    await expect(stage.page.locator("#announce")).to_contain_text("1 new message")


async def test_a_one_time_code_is_a_click_or_a_key_away(stage: Stage) -> None:
    await stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await stage.sandbox.send("skycore", text="G-118204 is your code")
    await stage.sandbox.send("skycore", text="Your code is 482913")
    await stage.open()
    clipboard = "navigator.clipboard.readText()"
    await stage.page.get_by_text("118204", exact=True).click()
    await expect(stage.page.get_by_text("Copied: 118204").first).to_be_visible()
    assert await stage.page.evaluate(clipboard) == "118204"
    await expect(stage.page.locator(".message")).to_have_count(0)
    await stage.page.keyboard.press("j")
    await stage.page.keyboard.press("c")
    await expect(stage.page.get_by_text("Copied: 482913").first).to_be_visible()
    assert await stage.page.evaluate(clipboard) == "482913"


async def test_search_is_the_api_s(stage: Stage) -> None:
    await stage.sandbox.send("namirial", "+447700900101", "A parcel is coming")
    await stage.sandbox.send("skycore", "+447700900102", "Your table is booked")
    await stage.open()
    await expect(stage.rows).to_have_count(2)
    for asked, found in (
        ("parcel", "+447700900101"),
        ("900102", "+447700900102"),
        ("to:+447700900101", "+447700900101"),
        ('from:00000 text:~"table is"', "+447700900102"),
        ("provider:namirial", "+447700900101"),
    ):
        await stage.page.keyboard.press("/")
        await stage.page.get_by_role("searchbox").fill(asked)
        await stage.page.keyboard.press("Enter")
        await stage.page.keyboard.press("Escape")
        await expect(stage.page.locator(".count")).to_have_text("1 message match")
        await expect(stage.rows).to_contain_text([found])


async def test_a_search_that_cannot_be_is_explained(stage: Stage) -> None:
    await stage.open()
    await stage.page.get_by_role("searchbox").fill("since:yesterday")
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.get_by_role("alert")).to_contain_text("'yesterday' is no known id")


async def test_filters_narrow_by_provider_and_status(stage: Stage) -> None:
    await stage.sandbox.send("namirial", "+447700900902")
    await stage.sandbox.send("skycore", "+447700900901")
    await stage.sandbox.settle()
    await stage.open()
    await stage.page.get_by_label("Status").select_option("undelivered")
    await expect(stage.rows).to_contain_text(["+447700900902"])
    await stage.page.get_by_label("Provider").select_option("skycore")
    await expect(stage.heading("Nothing matches")).to_be_visible()
    await stage.page.get_by_role("link", name="Show all messages").click()
    await expect(stage.rows).to_have_count(2)


async def test_what_was_not_opened_is_marked_unread_in_this_browser(stage: Stage) -> None:
    for number in range(3):
        await stage.sandbox.send("namirial", f"+44770090010{number}")
    await stage.open()
    unread = stage.page.locator(".unread")
    await expect(unread).to_have_count(3)
    await expect(stage.page).to_have_title("(3) Inbox · " + str(stage.sandbox.space) + " · sms-sandbox")
    await stage.rows.first.click()
    await expect(unread).to_have_count(2)
    await stage.page.reload()
    await expect(unread).to_have_count(2)
    await stage.button("Mark all read").click()
    await expect(unread).to_have_count(0)


async def test_keys_go_through_the_list_and_open_and_close(stage: Stage) -> None:
    for number in range(3):
        await stage.sandbox.send("namirial", f"+44770090010{number}")
    await stage.open()
    await expect(stage.rows).to_have_count(3)
    press = stage.page.keyboard.press
    await press("j")
    await press("j")
    await expect(stage.rows.nth(1)).to_be_focused()
    await press("Enter")
    title = stage.page.locator(".message h1")
    await expect(title).to_have_text("+447700900101")
    await press("k")
    await expect(title).to_have_text("+447700900102")
    await press("Escape")
    await expect(title).to_have_count(0)
    await expect(stage.rows.first).to_be_focused()


async def test_keys_go_to_every_view_and_explain_themselves(stage: Stage) -> None:
    await stage.open()
    current = stage.page.locator("#views [aria-current]")
    for key, view in {"c": "Conversations", "r": "Requests", "s": "Scenario", "t": "Clock", "n": "Send"}.items():
        await stage.page.keyboard.press("g")
        await stage.page.keyboard.press(key)
        await expect(current).to_contain_text(view)
        await expect(stage.page.locator("main")).to_be_focused()
    await stage.page.keyboard.press("?")
    await expect(stage.page.get_by_role("dialog")).to_contain_text("Copy the one-time code")
    await stage.page.keyboard.press("Escape")
    await expect(stage.page.get_by_role("dialog")).to_have_count(0)


async def test_a_key_that_also_names_a_place_goes_there_only_after_g(stage: Stage) -> None:
    await stage.open()
    await stage.page.keyboard.press("t")
    await expect(stage.page.locator("#views [aria-current]")).to_contain_text("Inbox")


async def test_another_space_is_another_page(stage: Stage) -> None:
    other = stage.sandbox.within(f"{stage.sandbox.space}-other")
    await other.send("namirial", "+447700900199")
    await stage.open()
    await stage.page.get_by_label("Space", exact=True).select_option(str(other.space))
    await expect(stage.rows).to_contain_text(["+447700900199"])
    assert stage.page.url.startswith(f"{other.root}/")


async def test_a_space_that_is_not_there_offers_the_others_and_is_shown_once_it_begins(stage: Stage) -> None:
    absent = stage.sandbox.within(f"{stage.sandbox.space}-absent")
    await stage.page.goto(f"{absent.root}/")
    await expect(stage.page.get_by_role("alert")).to_have_count(1)
    await expect(stage.page.get_by_role("alert")).to_contain_text("There is no such space")
    others = stage.page.get_by_label("Space", exact=True)
    await expect(others).to_have_value(str(absent.space))
    await expect(others.get_by_role("option", name=str(stage.sandbox.space), exact=True)).to_be_attached()
    await expect(stage.page.locator(".link")).to_have_text("no space")
    await absent.send("namirial", "+447700900199")
    await expect(stage.rows).to_contain_text(["+447700900199"])
    await expect(stage.page.get_by_role("alert")).to_have_count(0)


async def test_a_space_that_is_not_there_can_be_begun_from_the_page(stage: Stage) -> None:
    absent = stage.sandbox.within(f"{stage.sandbox.space}-absent")
    await stage.page.goto(f"{absent.root}/#/clock")
    await stage.page.get_by_role("button", name=f"Begin {absent.space}").click()
    await expect(stage.page.locator(".link")).to_have_text("live")
    await expect(stage.page.get_by_role("alert")).to_have_count(0)


async def test_the_inbox_tells_how_many_calls_were_refused_and_leads_to_them(stage: Stage) -> None:
    await stage.open()
    await stage.sandbox.send("namirial", "+447700900061")
    await stage.page.get_by_role("link", name="1 call refused").click()
    await expect(stage.rows).to_contain_text(["to +447700900061: the rule 'last three digits' says so"])


async def test_a_row_shows_the_beginning_of_a_text_that_runs_from_right_to_left(stage: Stage) -> None:
    await stage.message(text="שלום! הקוד שלך הוא 482913.")
    await stage.open()
    await expect(stage.rows.locator(".what")).to_have_css("direction", "rtl")
    await expect(stage.rows.locator(".what")).to_have_css("text-align", "left")


async def test_what_is_deleted_elsewhere_goes_from_the_page(stage: Stage) -> None:
    await stage.message()
    await stage.open()
    await expect(stage.rows).to_have_count(1)
    await stage.sandbox.call("DELETE", "/_sandbox/messages")
    await expect(stage.heading("No message yet")).to_be_visible()


async def test_emptying_asks_first(stage: Stage) -> None:
    await stage.sandbox.send("namirial")
    await stage.open()
    await stage.button("Delete all…").click()
    await stage.button("Keep everything").click()
    await expect(stage.rows).to_have_count(1)
    await stage.button("Delete all…").click()
    await stage.button("Remove them").click()
    await expect(stage.heading("No message yet")).to_be_visible()
