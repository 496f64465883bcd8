"""Reports and their times: lag, repetition, silence, strangers' ids, forbidden moves, backlogs and long waits."""

import pytest
from aiohttp import web

from sandbox.clock import parse_iso
from sandbox.durations import SECOND
from sandbox.providers import discover
from tests.support.checked import Checked
from tests.support.consumer import Consumer
from tests.support.documents import leaves, webhook_faults


async def accepted_at(sandbox: Checked) -> int:
    return parse_iso((await sandbox.message())["accepted_at"])


async def times(sandbox: Checked, key: str) -> list[float]:
    """Seconds from the acceptance to each callback's ``happened_at``, or to its first ``attempt``."""
    begun = await accepted_at(sandbox)
    rows = await sandbox.ledger()
    instants = [row["attempts"][0]["at"] if key == "attempt" else row[key] for row in rows]
    return [(parse_iso(instant) - begun) / SECOND for instant in instants]


async def test_steps_count_from_the_one_before(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.report(slug, consumer.url, ("1s", "sent"), ("500ms", "undelivered"), ("1h", "delivered"))
    await sandbox.settle()
    assert await times(sandbox, "attempt") == await times(sandbox, "happened_at") == [1, 1.5, 3601.5]


async def test_a_report_with_a_lag_leaves_late_and_carries_the_time_it_happened(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    late = {"after": "1s", "status": "sent", "lag": "10s"}
    await sandbox.report(slug, consumer.url, late, ("2s", "delivered"))
    await sandbox.advance("3s")
    assert [row["state"] for row in await sandbox.ledger()] == ["pending", "acknowledged"]
    assert (await sandbox.message())["status"] == "delivered"
    await sandbox.settle()
    sent, delivered = await sandbox.ledger()
    assert (await times(sandbox, "attempt"), await times(sandbox, "happened_at")) == ([11, 3], [1, 3])
    assert [received.body.decode() for received in consumer.received] == [
        row["attempts"][0]["request"]["body"] for row in (delivered, sent)
    ]


async def test_a_rule_s_callbacks_may_all_lag(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.report(slug, consumer.url, ("1s", "sent"), ("1s", "delivered"), callback={"lag": "1m"})
    await sandbox.settle()
    assert (await times(sandbox, "attempt"), await times(sandbox, "happened_at")) == ([61, 62], [1, 2])


async def test_a_report_that_comes_twice_is_the_same_to_the_byte(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    twice = {"after": "1s", "status": "delivered", "times": 2}
    await sandbox.report(slug, consumer.url, twice)
    await sandbox.settle()
    first, second = consumer.received
    assert first.body == second.body
    assert len({row["id"] for row in await sandbox.ledger()}) == 2


async def test_a_silent_step_moves_the_state_and_tells_nobody(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    silent = {"after": "1s", "status": "delivered", "silent": True}
    await sandbox.report(slug, consumer.url, silent)
    await sandbox.settle()
    assert (await sandbox.message())["status"] == "delivered"
    assert consumer.received == []


async def test_reports_may_bear_ids_that_nobody_knows(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    """The same ones in every report and retry, of the same shape."""
    consumer.answers = [500]
    await sandbox.report(slug, consumer.url, ("1s", "sent"), ("1s", "delivered"), callback={"unknown_id": True})
    await sandbox.settle()
    message = await sandbox.message()
    known = {message["id"], *message["provider_ids"].values()} - {""}
    said = [set(map(str, leaves(body))) for body in consumer.bodies]
    assert not any(known & each for each in said)
    assert all(webhook_faults(slug, "report", received.body) == [] for received in consumer.received)
    assert consumer.received[0].body in {received.body for received in consumer.received[1:]}
    assert len(set.intersection(*said)) >= 1
    assert (await sandbox.get(f"/messages/{message['id']}"))["status"] == "delivered"


FORBIDDEN = [
    (("delivered", "sent"), "delivered"),
    (("delivered", "delivered"), "delivered"),
    (("undelivered", "delivered"), "undelivered"),
    (("rejected", "sent", "delivered"), "rejected"),
    (("sent", "sent", "delivered"), "delivered"),
    (("expired", "undelivered"), "expired"),
]


@pytest.mark.parametrize(("states", "stands"), FORBIDDEN)
async def test_a_forbidden_move_goes_out_and_leaves_the_state_unmoved(
    sandbox: Checked, consumer: Consumer, slug: str, states: tuple[str, ...], stands: str
) -> None:
    await sandbox.report(slug, consumer.url, *[("1s", state) for state in states])
    await sandbox.settle()
    assert [row["status"] for row in await sandbox.ledger()] == list(states)
    assert len(consumer.received) == len(states)
    message = await sandbox.message()
    assert message["status"] == stands
    moved = [receipt for receipt in message["receipts"] if receipt["moved"]]
    assert (moved[-1]["status"], moved[-1]["at"]) == (stands, message["status_at"])


READERS = [slug for slug, provider in sorted(discover().items()) if "read" in provider.states]


@pytest.mark.parametrize("slug", READERS)
async def test_only_a_delivered_message_is_read(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.report(slug, consumer.url, ("1s", "read"), ("1s", "delivered"), ("1s", "read"))
    await sandbox.settle()
    message = await sandbox.message()
    assert [receipt["moved"] for receipt in message["receipts"]] == [False, True, True]
    assert {body["message"]["channel"] for body in consumer.bodies} == {"RCS"}


async def test_seventy_two_hours_of_reports_pass_in_a_moment(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    """Forty messages, three reports each, every one of them tried twice, over real sockets."""

    async def once_more(request: web.Request) -> web.Response:
        body = await request.read()
        return web.Response(status=500 if [each.body for each in consumer.received].count(body) == 1 else 200)

    consumer.answers = [once_more] * 240
    steps = [{"after": "1h", "status": "sent"}, {"after": "1d", "status": "undelivered"}]
    await sandbox.listen(consumer.url)
    await sandbox.play({"rules": [{"report": [*steps, {"after": "46h", "status": "delivered"}]}]})
    for _ in range(40):
        await sandbox.plain(slug, callback=consumer.url)
    walk = await sandbox.advance("72h")
    assert (walk["pending"], walk["settled"]) == (0, True)
    assert [row["state"] for row in (await sandbox.get("/callbacks?limit=200"))["items"]] == ["acknowledged"] * 120
    assert len(consumer.received) == 240


async def test_a_walk_tells_what_happened_in_order(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    consumer.answers = [500]
    await sandbox.report(slug, consumer.url, ("1s", "sent"), ("30m", "delivered"))
    walk = await sandbox.settle()
    told = [(fired["kind"], fired["status"], fired["outcome"]) for fired in walk["fired"]]
    assert told == [
        ("receipt", "sent", "moved"),
        ("callback", "sent", "failed"),
        ("callback", "sent", "acknowledged"),
        ("receipt", "delivered", "moved"),
        ("callback", "delivered", "acknowledged"),
    ]
    assert [fired["at"] for fired in walk["fired"]] == sorted(fired["at"] for fired in walk["fired"])
    assert {fired["message"] for fired in walk["fired"]} == {(await sandbox.message())["id"]}


async def test_a_timeline_s_mix_tells_each_message_one_end(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.listen(consumer.url)
    await sandbox.play({"seed": 7, "rules": [{"report": {"delivered": 1, "undelivered": 1}}]})
    for turn in range(20):
        await sandbox.plain(slug, to=f"+4477009{turn:05}", callback=consumer.url)
    await sandbox.settle()
    ends = [message["status"] for message in (await sandbox.get("/messages"))["items"]]
    assert set(ends) == {"delivered", "undelivered"}
    assert len(consumer.received) == 40


# --- what is held back -------------------------------------------------------------------------------


HELD = [{"after": "1s", "status": "sent"}, {"after": "1s", "status": "delivered"}]


async def test_a_backlog_bursts_when_its_rule_retires_by_count(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.listen(consumer.url)
    await sandbox.play({"rules": [{"name": "outage", "hold": True, "until": {"calls": 3}, "report": HELD}]})
    for _ in range(2):
        await sandbox.plain(slug, callback=consumer.url)
        await sandbox.advance("10m")
    assert consumer.received == []
    await sandbox.plain(slug, callback=consumer.url)
    await sandbox.advance("1s")
    assert len(consumer.received) == 3
    await sandbox.advance("1s")
    assert len(consumer.received) == 6


async def test_a_backlog_bursts_when_its_rule_is_no_longer_active(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    await sandbox.listen(consumer.url)
    await sandbox.play({"rules": [{"name": "outage", "hold": True, "active": {"end": "15m"}, "report": HELD}]})
    await sandbox.plain(slug, callback=consumer.url)
    await sandbox.advance("10m")
    await sandbox.plain(slug, callback=consumer.url)
    await sandbox.advance("5m")
    assert consumer.received == []
    await sandbox.advance("1s")
    assert len(consumer.received) == 2
    await sandbox.settle()
    assert len(consumer.received) == 4


async def test_another_scenario_lets_a_backlog_go(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.listen(consumer.url)
    await sandbox.play({"rules": [{"name": "outage", "hold": True, "until": {"calls": 9}, "report": HELD}]})
    await sandbox.plain(slug, callback=consumer.url)
    assert (await sandbox.settle())["pending"] == 2
    assert consumer.received == []
    await sandbox.play({"rules": []})
    await sandbox.settle()
    assert len(consumer.received) == 2


async def test_a_receipt_by_hand_is_posted_at_once(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    await sandbox.report(slug, consumer.url, ("1h", "delivered"))
    message = await sandbox.message()
    await sandbox.post(f"/messages/{message['id']}/receipts", {"status": "undelivered", "cancel": True})
    await consumer.wait(1)
    await sandbox.settle()
    assert [row["status"] for row in await sandbox.ledger()] == ["undelivered"]
    assert (await sandbox.message())["receipts"][0]["source"] == "hand"
