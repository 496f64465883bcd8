"""Calls and posts: the refused ones explained to somebody who never saw the catalogue."""

import pytest
from aiohttp import ClientError
from playwright.async_api import expect

from tests.page.stage import ON_STAGE, Stage
from tests.support.consumer import Consumer

pytestmark = ON_STAGE


async def test_a_refused_call_is_explained(stage: Stage) -> None:
    await stage.sandbox.send("namirial", "+447700900061")
    await stage.open("requests")
    await expect(stage.rows.first).to_contain_text("rejected")
    await stage.rows.first.click()
    await expect(stage.page.locator(".message .facts").last).to_contain_text("+447700900061")
    refusal = stage.page.locator(".refusal")
    for said in (
        "Namirial refused this call",
        "The rule 'last three digits' says so.",
        "61 watchlist",
        "blocked by watchlist rules",
        "No: it is permanent, the same call fails again.",
        "500",
        "inferred",
    ):
        await expect(refusal).to_contain_text(said)
    await expect(stage.page.get_by_label("Answer", exact=True)).to_contain_text('"code": 61')


async def test_every_refusal_names_its_provider_s_own_error(stage: Stage) -> None:
    expected = {"blackkonnect": "400", "bloomreach": "rate_limited", "namirial": "64", "skycore": "E713"}
    numbers = {"blackkonnect": "400", "bloomreach": "429", "namirial": "064", "skycore": "713"}
    for slug, number in numbers.items():
        await stage.sandbox.send(slug, f"+447700900{number}")
    await stage.open("requests?word=rejected")
    await expect(stage.rows).to_have_count(4)
    for slug, code in expected.items():
        await stage.page.get_by_label("Provider", exact=True).select_option(slug)
        await expect(stage.rows).to_contain_text([code])
        await stage.rows.first.click()
        await expect(stage.page.locator(".refusal b.code")).to_have_text(code)
        await expect(stage.page.locator(".refusal .known").first).to_be_visible()
        await stage.page.keyboard.press("Escape")


async def test_a_field_at_fault_is_named(stage: Stage) -> None:
    await stage.sandbox.send("namirial", "not a number")
    await stage.open("requests")
    await stage.rows.first.click()
    await expect(stage.page.locator(".refusal")).to_contain_text("56 invalid number")


async def test_a_call_whose_connection_failed_is_told_as_such(stage: Stage) -> None:
    await stage.sandbox.play({"rules": [{"respond": {"fault": "reset"}}]})
    with pytest.raises(ClientError):
        await stage.sandbox.send("skycore")
    await stage.open("requests")
    await expect(stage.rows.first).to_contain_text("faulted")
    await stage.rows.first.click()
    await expect(stage.page.locator(".refusal")).to_contain_text("answers with the fault 'reset'")


async def test_calls_arrive_live(stage: Stage) -> None:
    await stage.open("requests")
    await expect(stage.heading("No call yet")).to_be_visible()
    await stage.sandbox.send("bloomreach")
    await expect(stage.rows.first).to_contain_text("POST /sms/send")
    await expect(stage.page.locator(".count")).to_have_text("1 call")


async def test_what_is_read_stays_where_it_is_when_calls_arrive(stage: Stage) -> None:
    for number in range(20):
        await stage.sandbox.send("namirial", f"+4477009009{number:02}")
    await stage.open("requests")
    reading = stage.rows.filter(has_text="+447700900905")
    await stage.page.locator(".scroller").evaluate("node => { node.scrollTop = 300 }")
    await expect(reading).to_be_in_viewport()
    before = await reading.bounding_box()
    await stage.sandbox.send("bloomreach")
    await expect(stage.button("↑ 1 new call")).to_be_visible()
    assert await reading.bounding_box() == before


async def test_posts_to_the_application_are_listed_with_their_state(stage: Stage, application: Consumer) -> None:
    application.answers = [503]
    await stage.sandbox.send("namirial", callback=application.url)
    await stage.open("requests")
    await stage.page.get_by_role("link", name="Reports posted").click()
    await expect(stage.heading("Nothing was posted yet")).to_be_visible()
    await stage.sandbox.advance("1s")
    row = stage.rows.first
    await expect(row).to_contain_text("pending")
    await expect(row).to_contain_text("HTTP 503")
    await row.click()
    await stage.sandbox.advance("10s")
    await expect(stage.page.locator(".attempt")).to_have_count(2)
    await expect(row).to_contain_text("acknowledged")
    await stage.page.get_by_role("link", name="The message that it reports on").click()
    await expect(stage.page.locator(".message h1")).to_have_text("+447700900999")
