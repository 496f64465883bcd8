"""Scenario, clock, send and report: the views that change something, and show what came of it."""

from playwright.async_api import expect

from sandbox.resources import folder
from tests.page.stage import ON_STAGE, Stage
from tests.support.consumer import Consumer

pytestmark = ON_STAGE

GOOD = """\
name: edited
rules:
  - {name: nobody home, when: {to: "+447700900*"}, report: undelivered}
"""
DEFAULT = (folder("scenarios") / "default.yaml").read_text("utf-8")
BAD = GOOD.replace("undelivered", "undeliverd")


async def test_a_scenario_with_an_error_is_refused_with_its_place_and_then_applied(stage: Stage) -> None:
    await stage.open("scenario")
    source = stage.page.get_by_label("Scenario, in YAML")
    await expect(source).to_have_value(DEFAULT)
    await source.fill(BAD)
    await stage.button("Apply").click()
    alert = stage.page.get_by_role("alert")
    await expect(alert).to_contain_text("What was playing goes on.")
    place = alert.get_by_role("button")
    await expect(place).to_have_text("line 3, column 60")
    await expect(alert).to_contain_text('"undelivered"')
    await expect(stage.page.locator(".numbers .is-wrong")).to_have_text("3")
    await place.click()
    await expect(source).to_be_focused()
    selected = "node => node.value.slice(node.selectionStart).split('\\n')[0]"
    assert (await source.evaluate(selected)).startswith("undeliverd")
    await source.fill(GOOD)
    await stage.page.keyboard.press("Control+Enter")
    await expect(stage.page.locator(".lead")).to_contain_text("edited")
    await expect(alert).to_have_count(0)
    assert (await stage.sandbox.get("/scenario"))["name"] == "edited"


async def test_hits_count_while_one_looks(stage: Stage) -> None:
    await stage.sandbox.play({"rules": [{"name": "all of them", "report": "none"}]})
    await stage.open("scenario")
    hits = stage.page.locator(".rules .hits")
    await expect(hits).to_have_text(["0 hits"])
    await stage.sandbox.send("namirial")
    await expect(hits).to_have_text(["1 hit"])
    await stage.sandbox.send("skycore")
    await expect(hits).to_have_text(["2 hits"])


async def test_what_is_being_edited_survives_what_happens_meanwhile(stage: Stage) -> None:
    await stage.open("scenario")
    source = stage.page.get_by_label("Scenario, in YAML")
    await source.fill(GOOD)
    await stage.sandbox.play({"rules": [{"name": "somebody else's"}]})
    await expect(stage.page.locator(".rule-name")).to_have_text(["somebody else's"])
    await expect(source).to_have_value(GOOD)


async def test_another_scenario_can_be_picked_from_the_shelf(stage: Stage) -> None:
    await stage.open("scenario")
    await stage.page.get_by_label("Pick a scenario").select_option("reports-never")
    await expect(stage.page.locator(".lead")).to_contain_text("reports-never")
    assert (await stage.sandbox.get("/scenario"))["name"] == "reports-never"


async def test_the_clock_advances_and_the_reports_are_seen_to_fire(stage: Stage, application: Consumer) -> None:
    await stage.sandbox.send("namirial", "+447700900909", callback=application.url)
    await stage.open("clock")
    await expect(stage.page.locator(".due")).to_contain_text("2 steps pending, the next in 1 s")
    await stage.button("+1 min").click()
    fired = stage.page.locator("tbody tr")
    await expect(fired).to_contain_text(["receiptsent", "postsentacknowledged"])
    await stage.button("+72 h").click()
    await expect(fired).to_contain_text(["receiptdelivered", "postdeliveredacknowledged"])
    await expect(stage.page.locator(".due")).to_have_text("Nothing is pending.")
    assert [body["message"]["status"] for body in application.bodies] == ["SENT", "DELIVERED"]


async def test_the_clock_says_when_all_that_is_pending_is_held(stage: Stage) -> None:
    await stage.sandbox.play({"rules": [{"hold": True, "until": {"calls": 9}}]})
    await stage.sandbox.send("namirial")
    await stage.open("clock")
    await expect(stage.page.locator(".due")).to_have_text("2 steps pending, held until a rule ends")


async def test_the_clock_goes_until_idle_and_by_any_length(stage: Stage) -> None:
    await stage.sandbox.send("namirial", "+447700900909")
    await stage.open("clock")
    await stage.button("until idle").click()
    await expect(stage.heading("12 things happened")).to_be_visible()
    await stage.page.get_by_label("Length of time").fill("tomorrow")
    await stage.button("Advance").click()
    await expect(stage.page.get_by_role("alert")).to_contain_text("'tomorrow' is no duration")


async def test_the_clock_can_be_scaled_and_stopped(stage: Stage) -> None:
    await stage.open("clock")
    await expect(stage.page.get_by_label("Manual")).to_be_checked()
    await stage.page.get_by_label("Scaled").check()
    await expect(stage.page.locator(".ticker")).to_contain_text("60× speed")
    assert (await stage.sandbox.get("/clock"))["speed"] == 60
    await stage.sandbox.freeze()
    await expect(stage.page.get_by_label("Manual")).to_be_checked()


async def test_the_form_of_every_provider_sends(stage: Stage, slug: str) -> None:
    await stage.open(f"send/{slug}")
    await stage.button("Send").click()
    answer = stage.page.get_by_label("Answer", exact=True)
    await expect(answer).to_contain_text("HTTP 200")
    [message] = (await stage.sandbox.get("/messages"))["items"]
    assert message["to"] == "+447700900901"
    await stage.page.locator(".sent a").first.click()
    await expect(stage.page.locator(".message h1")).to_contain_text("+447700900901")


async def test_magic_recipients_are_offered_and_rehearse_what_they_say(stage: Stage, slug: str) -> None:
    await stage.open(f"send/{slug}")
    magic = stage.page.get_by_label("Magic recipient")
    number = {"blackkonnect": "400", "bloomreach": "503", "namirial": "064", "skycore": "713"}[slug]
    await magic.select_option(f"+447700900{number}")
    await stage.button("Send").click()
    await expect(stage.page.get_by_text("Decided by the rule last three digits.")).to_be_visible()
    [request] = (await stage.sandbox.get("/requests?outcome=rejected"))["items"]
    assert request["to"] == [f"+447700900{number}"]


async def test_the_body_can_be_broken_by_hand(stage: Stage) -> None:
    await stage.open("send/namirial")
    await stage.page.get_by_label("Body as it is sent").fill('{"text": ')
    await stage.button("Send").click()
    await expect(stage.page.get_by_label("Answer", exact=True)).to_contain_text("HTTP 400")


async def test_a_connection_that_fails_is_shown_as_the_application_would_see_it(stage: Stage) -> None:
    await stage.sandbox.play({"rules": [{"respond": {"fault": "empty"}}]})
    await stage.open("send/skycore")
    await stage.button("Send").click()
    await expect(stage.page.locator(".sent .notice")).to_contain_text("The connection ended without a whole answer.")


async def test_fields_change_the_body_and_the_curl_line(stage: Stage) -> None:
    await stage.open("send/skycore")
    await stage.page.get_by_label("message-text required").fill("It's on")
    await expect(stage.page.get_by_label("This call with curl", exact=True)).to_contain_text("It'\\''s on")


async def test_the_report_draws_what_was_rehearsed(stage: Stage) -> None:
    await stage.open("report")
    card = stage.page.locator(".card").filter(has_text="Namirial")
    await expect(card).to_contain_text("0 of 10 errors, 0 of 6 states")
    await stage.sandbox.send("namirial", "+447700900061")
    await stage.sandbox.send("namirial", "+447700900901")
    await stage.sandbox.settle()
    await expect(card).to_contain_text("1 of 10 errors, 2 of 6 states")
    await expect(card.locator(".cell.seen")).to_contain_text(["61"])


async def test_the_report_judges_what_the_scenario_expects(stage: Stage) -> None:
    await stage.sandbox.play({"expect": [{"messages": 1}]})
    await stage.open("report")
    await expect(stage.heading("Not everything expected holds")).to_be_visible()
    await stage.sandbox.send("namirial")
    await expect(stage.heading("Everything expected holds")).to_be_visible()
    await expect(stage.page.locator(".verdicts")).to_contain_text("Found: 1")


async def test_the_report_follows_a_consumer_that_acknowledges_at_the_second_try(
    stage: Stage, application: Consumer
) -> None:
    await stage.sandbox.play({"rules": [{"report": [{"status": "sent"}]}], "expect": [{"callbacks": "acknowledged"}]})
    application.answers = [500]
    await stage.message(callback=application.url)
    await stage.sandbox.advance("1s")
    await stage.open("report")
    await expect(stage.heading("Not everything expected holds")).to_be_visible()
    await stage.sandbox.advance("10s")
    await expect(stage.heading("Everything expected holds")).to_be_visible()


async def test_the_report_leads_to_the_messages_that_an_expectation_fails_on(stage: Stage) -> None:
    await stage.sandbox.play({"expect": [{"messages": 0}]})
    message = await stage.message()
    await stage.open("report")
    await stage.page.locator(".verdicts").get_by_role("link", name=message["id"]).click()
    await expect(stage.page.locator(".message h1")).to_contain_text(message["to"])
