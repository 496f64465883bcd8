"""One message: what the phone shows, what became of it, whether the application listened, and why."""

from playwright.async_api import expect

from tests.page.stage import ON_STAGE, Stage
from tests.support.consumer import Consumer

pytestmark = ON_STAGE

CURLY = "Your parcel is here. " * 6 + "We’ll wait until 18:00 at the gate."


async def test_the_character_that_forces_ucs2_is_pointed_out(stage: Stage) -> None:
    message = await stage.message(text=CURLY)
    await stage.open(f"inbox/{message['id']}")
    await expect(stage.page.locator(".bubble .text")).to_contain_text("We’ll wait until 18:00 at the gate.")
    await expect(stage.page.locator(".bubble mark")).to_have_text(["’"])
    await expect(stage.page.locator(".meter")).to_contain_text("UCS-2 · 3 segments · 161 of 201 UTF-16 units")
    await expect(stage.page.locator(".advice")).to_contain_text("U+2019")
    await expect(stage.page.locator(".advice")).to_contain_text(
        "With ' instead it would be GSM-7: 2 segments rather than 3"
    )


async def test_the_page_measures_as_the_server_does(stage: Stage) -> None:
    texts = ["plain", "a" * 161, "a" * 152 + "€" + "b" * 152, "😀" * 67, "ж" * 71, "{}[]~|\\^€" * 9, "a" * 160]
    await stage.open()
    for text in texts:
        message = await stage.message(text=text)
        found = await stage.page.evaluate("async text => (await import('/ui/encoding.js')).measure(text)", text)
        assert (found["encoding"], found["segments"]) == (message["encoding"], message["segments"]), text


async def test_a_link_to_a_message_is_copied(stage: Stage) -> None:
    await stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    message = await stage.message()
    await stage.open(f"inbox/{message['id']}")
    await stage.button("Copy a link to this message").click()
    await expect(stage.page.get_by_text("Copied: http").first).to_be_visible()
    assert await stage.page.evaluate("navigator.clipboard.readText()") == f"{stage.home}#/inbox/{message['id']}"


async def test_a_long_timeline_is_shown_from_its_end(stage: Stage) -> None:
    message = await stage.message(to="+447700900905")
    for word in ["sent", "undelivered", "delivered"] * 6:
        await stage.sandbox.post(f"/messages/{message['id']}/receipts", {"status": word})
    await stage.open(f"inbox/{message['id']}")
    await expect(stage.page.locator(".timeline .word").last).to_be_in_viewport()
    await expect(stage.page.locator(".timeline .word").first).not_to_be_in_viewport()


async def test_the_timeline_shows_what_happened_and_what_is_still_to_come(stage: Stage) -> None:
    message = await stage.message(to="+447700900909")
    await stage.sandbox.advance("1s")
    await stage.open(f"inbox/{message['id']}")
    words, coming = stage.page.locator(".timeline .word"), stage.page.locator(".timeline g.coming")
    await expect(words).to_have_text(["accepted", "sent", "delivered"])
    await expect(coming).to_contain_text(["in 3 d"])
    await stage.sandbox.advance("72h")
    await expect(coming).to_have_count(0)
    await expect(stage.page.locator(".message .title .status")).to_have_text("delivered")


async def test_a_message_that_a_rule_holds_says_what_it_waits_for(stage: Stage) -> None:
    await stage.sandbox.play({"rules": [{"name": "outage", "hold": True, "until": {"calls": 9}}]})
    message = await stage.message()
    await stage.open(f"inbox/{message['id']}")
    notes = stage.page.locator(".timeline-box .notes")
    await expect(notes).to_have_text("pending: waits for the rule “outage” to end")
    await expect(notes).to_be_visible()


async def test_a_report_that_leaves_the_status_as_it_is_says_so(stage: Stage) -> None:
    message = await stage.message(to="+447700900908")
    await stage.sandbox.settle()
    await stage.open(f"inbox/{message['id']}")
    await expect(stage.page.locator(".timeline .word")).to_have_text(["accepted", "sent", "undelivered", "delivered"])
    notes = stage.page.locator(".timeline-box .notes li")
    await expect(notes).to_have_text(["delivered: told, but the status stays"])
    await expect(notes).to_be_visible()


async def test_a_report_that_was_overtaken_says_how_late_it_left(stage: Stage, application: Consumer) -> None:
    message = await stage.message(to="+447700900907", callback=application.url)
    await stage.sandbox.settle()
    await stage.open(f"inbox/{message['id']}")
    ledger = stage.page.locator(".ledger summary")
    await expect(ledger).to_contain_text(["left 4 s after it happened", "delivered"])
    await expect(ledger.nth(1)).not_to_contain_text("left")


async def test_every_attempt_is_shown_with_what_the_application_answered(stage: Stage, application: Consumer) -> None:
    application.answers = [500, 200]
    message = await stage.message(callback=application.url)
    await stage.sandbox.advance("1s")
    await stage.open(f"inbox/{message['id']}")
    verdict, ledger = stage.page.locator(".verdict"), stage.page.locator(".ledger")
    await expect(verdict).to_have_text("1 report not yet acknowledged.")
    await expect(ledger).to_contain_text("HTTP 500")
    await expect(ledger).to_contain_text("next try in 10 s")
    await ledger.locator("summary").click()
    await stage.sandbox.advance("10s")
    await expect(ledger.locator("details[open] .attempt")).to_have_count(2)
    await expect(ledger.locator("details[open]")).to_contain_text("providerAcceptanceAt")
    await expect(verdict).to_have_text("Yes: it acknowledged both reports so far.")


async def test_an_answer_that_is_no_error_and_yet_acknowledges_nothing_is_explained(
    stage: Stage, application: Consumer
) -> None:
    await stage.sandbox.put(f"/spaces/{stage.sandbox.space}", {"callbacks": {"skycore": application.url}})
    application.answers = [204, 302]
    message = await stage.message("skycore")
    await stage.sandbox.settle()
    await stage.open(f"inbox/{message['id']}")
    for summary, said in ((0, "HTTP 204 does not acknowledge a report"), (1, "a redirect is not followed")):
        await stage.page.locator(".ledger summary").nth(summary).click()
        await expect(stage.page.locator(".attempt .notice").nth(summary)).to_contain_text(said)


async def test_it_says_where_nobody_is_told(stage: Stage) -> None:
    message = await stage.message("skycore")
    await stage.open(f"inbox/{message['id']}")
    await expect(stage.page.locator(".verdict")).to_contain_text("Nobody is told")


async def test_the_rule_that_decided_is_named_and_why_the_earlier_ones_did_not(stage: Stage) -> None:
    message = await stage.message(to="+447700900902")
    await stage.open(f"inbox/{message['id']}")
    await expect(stage.page.get_by_role("link", name="undelivered", exact=True)).to_be_visible()
    await stage.page.get_by_text("Why not the rule before").click()
    await expect(stage.page.locator(".tried li")).to_have_text(["delivered: to is +447700900902, not +447700900901"])


async def test_a_rule_that_looks_at_the_account_or_the_body_is_not_said_to_have_moved_on(stage: Stage) -> None:
    await stage.sandbox.play({"rules": [{"name": "mine", "when": {"account": "app", "body": {"text": "Hello *"}}}]})
    message = await stage.message(text="Hello you")
    await stage.open(f"inbox/{message['id']}")
    await expect(stage.page.get_by_role("link", name="mine", exact=True)).to_be_visible()
    await expect(stage.page.get_by_text("Sent now")).to_have_count(0)


async def test_the_raw_call_and_its_answer_are_shown_with_credentials_masked(stage: Stage) -> None:
    message = await stage.message()
    await stage.open(f"inbox/{message['id']}")
    request = stage.page.get_by_label("Request", exact=True)
    await expect(request).to_contain_text("POST /api/Services/send")
    await expect(request).to_contain_text("authorization: Basic ***")
    await expect(stage.page.get_by_label("Answer", exact=True)).to_contain_text("0: Accepted for delivery")


async def test_a_status_can_be_reported_by_hand(stage: Stage, application: Consumer) -> None:
    message = await stage.message(callback=application.url)
    await stage.open(f"inbox/{message['id']}")
    await stage.page.get_by_label("Status to report").select_option("rejected")
    await stage.page.get_by_label("instead of what is planned").check()
    await stage.button("Report now").click()
    await expect(stage.page.locator(".timeline .word")).to_have_text(["accepted", "rejected"])
    [report] = await application.wait(1)
    assert report.json["message"]["status"] == "REJECTED"


async def test_a_report_can_be_delivered_again(stage: Stage, application: Consumer) -> None:
    message = await stage.message(callback=application.url)
    await stage.sandbox.advance("1s")
    await stage.open(f"inbox/{message['id']}")
    await stage.page.locator(".ledger summary").click()
    await stage.button("Redeliver").click()
    await expect(stage.page.locator(".ledger .attempt")).to_have_count(2)
    first, second = await application.wait(2)
    assert first.body == second.body


async def test_the_phone_can_reply(stage: Stage, application: Consumer) -> None:
    await stage.sandbox.put(f"/spaces/{stage.sandbox.space}", {"callbacks": {"skycore": application.url}})
    message = await stage.message("skycore")
    await stage.open(f"inbox/{message['id']}")
    await stage.page.get_by_label("Reply text").fill("STOP")
    await stage.button("Reply").click()
    [reply] = await application.wait(1)
    assert (reply.json["from"], reply.json["to"], reply.json["message-text"]) == ("447700900901", "00000", "STOP")
    await stage.page.get_by_role("link", name="Conversation", exact=True).click()
    await expect(stage.page.locator(".thread .text")).to_have_text(["Your code is 123456", "STOP"])


async def test_a_conversation_goes_on_while_it_is_open(stage: Stage, application: Consumer) -> None:
    await stage.sandbox.put(f"/spaces/{stage.sandbox.space}", {"callbacks": {"bloomreach": application.url}})
    await stage.sandbox.send("bloomreach", "+447700900901", "First")
    await stage.open("conversations")
    await stage.page.locator(".people a").click()
    await stage.page.get_by_label("Reply as +447700900901").fill("Who is this?")
    await stage.button("Reply").click()
    await expect(stage.page.locator(".thread .said.own")).to_contain_text("acknowledged")
    await stage.sandbox.advance("1s")
    await stage.sandbox.send("bloomreach", "+447700900901", "It is us")
    await expect(stage.page.locator(".thread .text")).to_have_text(["First", "Who is this?", "It is us"])


async def test_a_link_opens_only_when_it_is_asked_to(stage: Stage) -> None:
    message = await stage.message(text="See www.example.com/a?b=c, please")
    await stage.open(f"inbox/{message['id']}")
    await expect(stage.page.locator(".bubble a")).to_have_count(0)
    await stage.button("www.example.com/a?b=c").click()
    link = stage.page.get_by_role("dialog").get_by_role("link")
    await expect(link).to_have_attribute("href", "http://www.example.com/a?b=c")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


async def test_an_unknown_message_is_told_plainly(stage: Stage) -> None:
    await stage.open("inbox/nobody")
    await expect(stage.page.get_by_role("alert")).to_contain_text("no message is called 'nobody'")
