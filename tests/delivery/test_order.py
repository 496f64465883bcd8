"""In what order reports reach a consumer, and that nobody waits for anybody else's."""

import asyncio

import pytest

from sandbox.callbacks.lanes import WIDTH
from tests.support.checked import Checked
from tests.support.consumer import Consumer, Gate, consuming
from tests.support.documents import leaves
from tests.support.raw import connected, http

STEPS = (("1s", "sent"), ("1s", "undelivered"), ("1s", "delivered"))


async def told(sandbox: Checked, consumer: Consumer, slug: str, order: list[str]) -> None:
    """The states of ``order``, in that order, are what the consumer heard."""
    posted = {row["status"]: row["attempts"][0]["request"]["body"].encode() for row in await sandbox.ledger()}
    assert [received.body for received in consumer.received] == [posted[status] for status in order]


async def test_reports_of_a_message_arrive_in_the_order_of_its_timeline(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    await sandbox.report(slug, consumer.url, *STEPS)
    await sandbox.settle()
    await told(sandbox, consumer, slug, ["sent", "undelivered", "delivered"])


async def test_a_message_s_next_report_waits_until_the_one_before_is_answered(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    gate = Gate()
    consumer.answers = [gate]
    await sandbox.report(slug, consumer.url, ("1s", "sent"), ("0s", "delivered"))
    walk = asyncio.create_task(sandbox.settle())
    await consumer.wait(1)
    assert [row["state"] for row in await sandbox.ledger()] == ["pending", "pending"]
    assert len(consumer.received) == 1
    gate.open.set()
    await walk
    await told(sandbox, consumer, slug, ["sent", "delivered"])


@pytest.mark.parametrize("order", ["shuffled", "reversed"])
async def test_a_rule_may_swap_the_sending_times(sandbox: Checked, consumer: Consumer, slug: str, order: str) -> None:
    """States and timestamps follow the timeline; never in the true order."""
    await sandbox.report(slug, consumer.url, *STEPS, callback={"order": order})
    await sandbox.settle()
    rows = {row["status"]: row for row in await sandbox.ledger()}
    posted = [row["status"] for row in sorted(rows.values(), key=lambda row: str(row["attempts"][0]["at"]))]
    assert sorted(posted) == ["delivered", "sent", "undelivered"]
    assert posted != ["sent", "undelivered", "delivered"]
    assert order == "shuffled" or posted == ["delivered", "undelivered", "sent"]
    await told(sandbox, consumer, slug, posted)
    message = await sandbox.message()
    assert [receipt["status"] for receipt in message["receipts"]] == ["sent", "undelivered", "delivered"]
    assert message["status"] == "undelivered"
    happened = [receipt["at"] for receipt in message["receipts"]]
    assert [rows[status]["happened_at"] for status in ("sent", "undelivered", "delivered")] == happened


async def test_a_dead_consumer_delays_no_other_and_no_send(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    """More of its posts are on their way than its lane is wide."""
    gate = Gate()
    async with consuming() as dead:
        dead.answers = [gate] * (WIDTH + 5)
        await sandbox.listen(dead.url)
        rule = {"report": [{"after": "1s", "status": "delivered"}]}
        await sandbox.play({"rules": [rule]})
        for _ in range(WIDTH + 5):
            await sandbox.plain(slug, callback=dead.url)
        walk = asyncio.create_task(sandbox.advance("1s"))
        await dead.wait(WIDTH)
        other = sandbox.within(f"{sandbox.space}-other")
        await other.put(f"/spaces/{other.space}", {})
        await other.report(slug, consumer.url, ("1s", "delivered"))
        await other.settle()
        assert len(consumer.received) == 1
        assert len(dead.received) == WIDTH
        gate.open.set()
        assert (await walk)["pending"] == 0
    assert len(dead.received) == WIDTH + 5
    await other.call("DELETE", f"/_sandbox/spaces/{other.space}")


async def test_no_report_leaves_before_its_answer_is_written_or_given_up(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    await sandbox.listen(consumer.url)
    rule = {"respond": {"accept": {"delay": "30s"}}, "report": [{"after": "0s", "status": "delivered"}]}
    await sandbox.play({"rules": [rule]})
    await sandbox.put("/clock", {"mode": "real"})
    async with connected(sandbox, http(sandbox, await sandbox.wire(slug, callback=consumer.url))) as heard:
        await sandbox.get("/callbacks?wait=10s")
        assert (await sandbox.message())["status"] == "delivered"
        assert (heard.all, consumer.received) == (b"", [])
    await consumer.wait(1)


async def test_a_report_may_come_before_the_answer(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    """In every clock mode: it is the first step, and the answer waits for the consumer."""
    gate = Gate()
    consumer.answers = [gate]
    await sandbox.listen(consumer.url)
    rule = {"report": [{"after": "1h", "status": "sent"}, {"after": "2s", "status": "delivered"}]}
    await sandbox.play({"rules": [{**rule, "callback": {"before_answer": True}}]})
    call = asyncio.create_task(sandbox.plain(slug, callback=consumer.url))
    (received,) = await consumer.wait(1)
    (message,) = (await sandbox.get("/messages"))["items"]
    assert (message["status"], call.done()) == ("sent", False)
    assert {message["id"], *message["provider_ids"].values()} & set(map(str, leaves(received.json)))
    gate.open.set()
    await call
    walk = await sandbox.settle()
    assert [row["status"] for row in await sandbox.ledger()] == ["sent", "delivered"]
    assert walk["pending"] == 0


async def test_reports_of_the_magic_recipient_910_come_before_the_answer(
    sandbox: Checked, consumer: Consumer, slug: str
) -> None:
    await sandbox.listen(consumer.url)
    call = asyncio.create_task(sandbox.plain(slug, to="+447700900910", callback=consumer.url))
    gate = Gate()
    consumer.answers = [gate]
    await consumer.wait(1)
    assert not call.done()
    gate.open.set()
    await call
