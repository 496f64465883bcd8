"""The retry ladder of every provider, to the second, at a real consumer on the manual clock."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from sandbox.clock import parse_iso
from sandbox.durations import SECOND
from sandbox.providers import discover
from tests.support.checked import Checked
from tests.support.consumer import Consumer

LADDERS = {"skycore": [300] * 5}
USUAL = [10, 20, 40, 80]
"""Seconds between attempts (PROVIDERS.md §0, Retries of callbacks; §D for Skycore)."""
DELIVERED = ("1s", "delivered")


def ladder(slug: str) -> list[int]:
    return LADDERS.get(slug, USUAL)


async def attempts(sandbox: Checked) -> list[dict[str, Any]]:
    (callback,) = await sandbox.ledger()
    return list(callback["attempts"])


def gaps(made: list[dict[str, Any]]) -> list[float]:
    """Sandbox seconds from the end of each attempt to the next."""
    instants = ((parse_iso(later["at"]), parse_iso(earlier["ended_at"])) for earlier, later in pairwise(made))
    return [(later - earlier) / SECOND for later, earlier in instants]


async def test_a_consumer_that_never_acknowledges_is_tried_on_the_provider_s_ladder(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    consumer.answers = [500] * 20
    await sandbox.report(slug, consumer.url, DELIVERED)
    walk = await sandbox.settle()
    made = await attempts(sandbox)
    assert gaps(made) == ladder(slug)
    assert len(consumer.received) == len(made) == len(ladder(slug)) + 1
    assert [attempt["state"] for attempt in made] == ["failed"] * len(made)
    (callback,) = await sandbox.ledger()
    assert (callback["state"], callback["next_attempt_at"], walk["pending"]) == ("failed", None, 0)


async def test_each_attempt_falls_due_at_its_second_and_not_before(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    consumer.answers = [500] * 20
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.advance("1s")
    for turn, seconds in enumerate(ladder(slug)):
        await sandbox.advance(f"{seconds - 1}s")
        assert len(consumer.received) == turn + 1
        await sandbox.advance("1s")
        assert len(consumer.received) == turn + 2
    await sandbox.advance("30d")
    assert len(consumer.received) == len(ladder(slug)) + 1


async def test_a_retry_repeats_the_post_byte_for_byte_until_it_is_acknowledged(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    consumer.answers = [503, 500]
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.settle()
    assert len({received.body for received in consumer.received}) == 1
    assert [attempt["state"] for attempt in await attempts(sandbox)] == ["failed", "failed", "acknowledged"]
    (callback,) = await sandbox.ledger()
    assert (callback["state"], callback["next_attempt_at"]) == ("acknowledged", None)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_what_acknowledges(sandbox: Checked, consumer: Consumer, slug: str, status: int) -> None:
    """Any 2xx; Skycore: exactly 200."""
    consumer.answers = [status]
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.settle()
    assert len(consumer.received) == (1 if status == 200 or slug != "skycore" else 2)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 410, 429, 500, 503])
async def test_what_does_not_acknowledge(sandbox: Checked, consumer: Consumer, slug: str, status: int) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": f"{consumer.url}/elsewhere"}, text="no")

    consumer.answers = [elsewhere]
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.advance("1s")
    assert len(consumer.received) == 1
    await sandbox.settle()
    assert [received.path for received in consumer.received] == ["/reports", "/reports"]


async def test_every_attempt_is_recorded_with_the_consumer_s_answer(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    async def chatty(request: web.Request) -> web.Response:
        return web.Response(status=500, headers={"X-Why": "no room"}, body=b"x" * 10_000)

    consumer.answers = [chatty]
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.settle()
    first, second = await attempts(sandbox)
    assert (first["number"], first["status"], first["headers"]["X-Why"]) == (1, 500, "no room")
    assert first["body"] == "x" * 4096
    assert first["duration_ms"] > 0
    assert first["request"]["url"] == consumer.url
    assert first["request"]["body"].encode() == consumer.received[0].body
    assert (second["number"], second["status"], second["body"]) == (2, 200, "ok")
    assert first["received_at_real"] <= second["received_at_real"]


async def test_a_consumer_that_is_not_there_is_an_attempt_that_failed(sandbox: Checked, slug: str) -> None:
    await sandbox.report(slug, "http://127.0.0.1:9/", DELIVERED)
    await sandbox.settle()
    made = await attempts(sandbox)
    assert len(made) == len(ladder(slug)) + 1
    assert made[0]["status"] is None
    assert "connect" in made[0]["error"].lower()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Providers that wait for their consumers no longer than a test can."""
    for provider in discover().values():
        assert provider.retries.timeout == 10
        monkeypatch.setattr(type(provider), "retries", replace(provider.retries, timeout=0.2))


@pytest.mark.usefixtures("impatient")
async def test_a_consumer_that_does_not_answer_in_time_has_not_acknowledged(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    async def never(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    consumer.answers = [never]
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.settle()
    first, second = await attempts(sandbox)
    assert (first["error"], first["state"]) == ("no answer within 0.2 s", "failed")
    assert second["state"] == "acknowledged"
    assert gaps([first, second]) == ladder(slug)[:1]


@pytest.mark.parametrize(("words", "seconds"), [("none", []), (["1s", "10s"], [1, 10]), (["200ms"], [0.2])])
async def test_a_rule_may_have_a_ladder_of_its_own(
    sandbox: Checked, consumer: Consumer, slug: str, words: Any, seconds: list[float]
) -> None:
    consumer.answers = [500] * 20
    await sandbox.report(slug, consumer.url, DELIVERED, callback={"retry": words})
    await sandbox.settle()
    assert gaps(await attempts(sandbox)) == seconds


async def test_a_retry_holds_no_later_report_back(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    consumer.answers = [500, 200, 200]
    await sandbox.report(slug, consumer.url, ("1s", "undelivered"), ("2s", "delivered"))
    await sandbox.advance("3s")
    undelivered, delivered = await sandbox.ledger()
    assert (undelivered["state"], delivered["state"]) == ("pending", "acknowledged")
    await sandbox.settle()
    assert [body == consumer.bodies[0] for body in consumer.bodies] == [True, False, True]


async def test_a_post_can_be_delivered_again_by_hand(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.report(slug, consumer.url, DELIVERED)
    await sandbox.settle()
    (callback,) = await sandbox.ledger()
    again = await sandbox.post(f"/callbacks/{callback['id']}/redeliver")
    assert [attempt["state"] for attempt in again["attempts"]] == ["acknowledged"] * 2
    assert consumer.received[0].body == consumer.received[1].body


async def test_what_is_pending_is_cancelled_by_a_reset(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    consumer.answers = [500]
    await sandbox.report(slug, consumer.url, DELIVERED, ("1h", "delivered"))
    await sandbox.advance("1s")
    assert (await sandbox.post("/reset"))["pending"] == 2
    await sandbox.advance("2h")
    assert len(consumer.received) == 1
