"""Click tracking, end to end: links put in, followed, counted and told of."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.client import wires
from sandbox.clock import parse_iso
from sandbox.durations import SECOND
from tests.support.checked import Checked, Told
from tests.support.consumer import Consumer
from tests.support.documents import webhook_faults
from tests.support.server import running

SLUG = "skycore"
TEXT = "See www.example.com/a?b=c#d, or https://example.org/x."


async def tracked(sandbox: Checked, text: str = TEXT, **fields: Any) -> dict[str, Any]:
    """The stored message of a send with click tracking."""
    call = await sandbox.wire(SLUG, text=text)
    told = await sandbox.tell(call.but(json={**call.json, "click-tracking": True, **fields}))
    assert told.json["status"] == "Success"
    return await sandbox.message()


async def click(sandbox: Checked, link: str, method: str = "GET") -> Told:
    path = urlsplit(link).path.removeprefix(f"/spaces/{sandbox.space}")
    return await sandbox.ask(method, path)


async def test_every_url_becomes_a_short_link_and_the_stored_text_holds_it(sandbox: Checked) -> None:
    message = await tracked(sandbox)
    assert re.fullmatch(r"See (http://\S+/r/\w{8}), or (http://\S+/r/\w{8})\.", message["text"])
    assert len(set(message["links"])) == 2
    assert message["segments"] == 1 + (len(message["text"]) > 160)


async def test_a_click_leads_to_the_original_and_is_told_of(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.listen(consumer.url)
    message = await tracked(sandbox)
    targets = ["http://www.example.com/a?b=c#d", "https://example.org/x"]
    for link, target in zip(message["links"], targets, strict=True):
        told = await click(sandbox, link)
        assert (told.status, told.headers["Location"]) == (302, target)
    received = await consumer.wait(2)
    assert [body["url"] for body in consumer.bodies] == targets
    for each in received:
        assert webhook_faults(SLUG, "click", each.body) == []
        assert each.json["tracking-id"] == message["provider_ids"]["tracking-id"]


async def test_a_paced_account_is_told_of_one_click_at_a_time(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.listen(consumer.url)
    account = {**wires.wire_of(SLUG).login("app"), "pace": "1s"}
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {SLUG: [account]}})
    await sandbox.play({"rules": [{"report": "none"}]})
    link = (await tracked(sandbox))["links"][0]
    for _ in range(3):
        await click(sandbox, link)
    await sandbox.settle()
    assert [body["clicks"] for body in consumer.bodies] == [1, 2, 3]
    assert len({body["timestamp"] for body in consumer.bodies}) == 1
    at = sorted(parse_iso(row["attempts"][0]["at"]) for row in await sandbox.ledger())
    assert [each - at[0] for each in at] == [0, SECOND, 2 * SECOND]


async def test_clicks_are_counted_link_by_link(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.listen(consumer.url)
    first, second = (await tracked(sandbox))["links"]
    for turn, link in enumerate((first, first, second), 1):
        await click(sandbox, link)
        await consumer.wait(turn)
    assert [body["clicks"] for body in consumer.bodies] == [1, 2, 1]


async def test_a_look_without_opening_counts_for_nothing(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.listen(consumer.url)
    first, _ = (await tracked(sandbox))["links"]
    assert (await click(sandbox, first, "HEAD")).status == 302
    await click(sandbox, first)
    await consumer.wait(1)
    assert [body["clicks"] for body in consumer.bodies] == [1]


async def test_a_click_s_notification_is_retried_as_any_other(sandbox: Checked, consumer: Consumer) -> None:
    consumer.answers = [500, 500]
    await sandbox.listen(consumer.url)
    await sandbox.play({"rules": [{"report": "none"}]})
    first, _ = (await tracked(sandbox))["links"]
    await click(sandbox, first)
    await consumer.wait(1)
    await sandbox.advance("10m")
    (row,) = [row for row in await sandbox.ledger() if row["status"] == "clicked"]
    assert (row["state"], len(row["attempts"])) == ("acknowledged", 3)


async def test_every_occurrence_has_a_link_of_its_own(sandbox: Checked) -> None:
    message = await tracked(sandbox, "example.com example.com EXAMPLE.com")
    assert len(set(message["links"])) == 3


async def test_a_link_is_listed_as_it_was_put_in_whatever_stands_behind_it(sandbox: Checked) -> None:
    message = await tracked(sandbox, "example.com's page, example.org—today, example.net&more")
    first, second, third = message["links"]
    assert message["text"] == f"{first}'s page, {second}—today, {third}&more"
    assert [(await click(sandbox, link)).status for link in message["links"]] == [302, 302, 302]


@pytest.mark.parametrize("value", [False, None, ...])
async def test_without_click_tracking_a_text_stays_as_it_is(sandbox: Checked, value: Any) -> None:
    call = await sandbox.wire(SLUG, text=TEXT)
    wish = {} if value is ... else {"click-tracking": value}
    await sandbox.tell(call.but(json={**call.json, **wish}))
    assert (await sandbox.message())["text"] == TEXT


async def test_a_link_that_nobody_handed_out_leads_nowhere(sandbox: Checked) -> None:
    assert (await sandbox.ask("GET", f"/{SLUG}/r/00000000")).status == 404


async def test_links_begin_with_the_public_url_where_there_is_one(sandbox: Checked) -> None:
    async with running(public_url="https://sms.example.com/base") as server:
        own = Checked(server.url, server.session, server.services)
        message = await tracked(own)
    assert message["links"][0].startswith("https://sms.example.com/base/skycore/r/")


async def test_a_reset_forgets_its_links(sandbox: Checked) -> None:
    first, _ = (await tracked(sandbox))["links"]
    await sandbox.post("/reset")
    assert (await click(sandbox, first)).status == 404
