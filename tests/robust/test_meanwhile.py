"""What happens to a space while somebody is in the middle of something there: it is reset, dropped, walked for long."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.durations import SECOND
from sandbox.sms.state import State
from sandbox.spaces.space import Space
from sandbox.store.rows import Batch
from sandbox.timeline import Happening
from sandbox.wire import Request, encode
from tests.support.consumer import Consumer, Gate
from tests.support.server import Server

DESTINATIONS = [{"destination": f"4477009{number:05}"} for number in range(60)]


@pytest.fixture
async def shop(sandbox: Server, consumer: Consumer) -> Server:
    """A space that stands still and holds one message, of which two reports are due."""
    await sandbox.put("/spaces/shop", {"clock": {"mode": "manual"}})
    await sandbox.within("shop").send("namirial", callback=consumer.url)
    return sandbox.within("shop")


def space_of(server: Server) -> Space:
    space = server.services.spaces.get(str(server.space))
    assert space is not None
    return space


async def remembered(server: Server) -> list[str]:
    return [row.name for row in await server.services.store.spaces()]


async def dropped_in_the_middle(
    shop: Server, consumer: Consumer, method: str, path: str, body: Mapping[str, Any]
) -> tuple[asyncio.Task[tuple[int, Any]], Gate]:
    """A call that waits for the consumer, who answers when the gate is opened, and whose space has gone meanwhile."""
    gate = Gate()
    consumer.answers = [gate]
    calling = asyncio.create_task(shop.call(method, path, json=body))
    await consumer.wait(1)
    await shop.call("DELETE", "/_sandbox/spaces/shop")
    return calling, gate


async def test_a_space_that_is_dropped_while_its_clock_is_walked_is_not_remembered(
    shop: Server, consumer: Consumer
) -> None:
    walk, gate = await dropped_in_the_middle(shop, consumer, "POST", "/_sandbox/clock/advance", {"until": "idle"})
    gate.open.set()
    status, problem = await walk
    assert (status, problem["type"].rpartition(":")[2]) == (404, "unknown-space")
    assert await remembered(shop) == ["default"]


async def test_a_clock_that_is_set_in_a_space_that_is_dropped_meanwhile_is_nobody_s(
    shop: Server, consumer: Consumer
) -> None:
    distant = {"now": "2999-01-01T00:00:00Z"}
    setting, gate = await dropped_in_the_middle(shop, consumer, "PUT", "/_sandbox/clock", distant)
    await shop.put("/spaces/shop", {})
    gate.open.set()
    assert (await setting)[0] == 404
    assert (await shop.get("/clock"))["now"] < "2999"
    assert await remembered(shop) == ["default", "shop"]


async def test_a_space_is_not_idle_while_its_clock_is_walked(shop: Server, consumer: Consumer) -> None:
    gate = Gate()
    consumer.answers = [gate]
    await shop.put("/spaces/shop", {"ttl": "1us"})
    walk = asyncio.create_task(shop.settle())
    await consumer.wait(1)
    await shop.services.spaces.sweep()
    gate.open.set()
    assert (await walk)["settled"]
    assert [body["message"]["status"] for body in consumer.bodies] == ["SENT", "DELIVERED"]


@pytest.mark.parametrize("way", ["timeline", "hand"])
async def test_a_report_that_is_begun_when_its_space_is_reset_does_not_leave(
    shop: Server, consumer: Consumer, way: str
) -> None:
    services, space = shop.services, space_of(shop)
    [message] = await services.store.named("shop", (await shop.get("/messages"))["items"][0]["id"])
    now = space.clock.now() + SECOND
    space.clock.jump(now)
    begun = asyncio.create_task(
        services.scheduler.report(space, message, Happening(now, now, State.REJECTED, now), "hand")
        if way == "hand"
        else services.scheduler.fire(space, now)
    )
    await asyncio.sleep(0)  # it waits for what happened to be written
    space.epoch += 1
    await services.store.clear("shop")
    await begun
    await shop.settle()
    assert consumer.received == []


async def test_a_post_on_its_way_is_recorded_when_its_space_gets_another_seed(shop: Server, consumer: Consumer) -> None:
    gate = Gate()
    consumer.answers = [gate]
    walk = asyncio.create_task(shop.settle())
    await consumer.wait(1)
    await shop.put("/spaces/shop", {"seed": 7})
    gate.open.set()
    await walk
    assert {row["state"] for row in (await shop.get("/callbacks"))["items"]} == {"acknowledged"}


async def test_a_large_send_to_a_space_that_is_dropped_meanwhile_goes_to_the_one_that_begins_anew(
    sandbox: Server,
) -> None:
    services, body = sandbox.services, encode({"messages": [{"destinations": DESTINATIONS, "text": "x"}]})
    await sandbox.put("/spaces/shop", {})
    old = space_of(sandbox.within("shop"))
    token = await sandbox.within("shop").token()
    headers = {"authorization": f"Bearer {token}"}
    request = Request("POST", "/api/sms/send-bulk-messages/v1", headers, body)
    calling = asyncio.create_task(services.flow.call(services.providers["blackkonnect"], request, "shop"))
    await asyncio.sleep(0)  # it gives everybody else a turn
    await services.spaces.drop("shop")
    outcome = await calling
    assert services.spaces.get("shop") is not old
    await services.flow.answered(outcome, took_ms=None, gave_up=False)
    assert (await sandbox.within("shop").get("/messages"))["total"] == len(DESTINATIONS)
    assert await remembered(sandbox) == ["default", "shop"]


async def test_what_is_cancelled_goes_in_the_very_moment_of_its_receipt(shop: Server, consumer: Consumer) -> None:
    batches: list[Batch] = []
    store = shop.services.store
    write, message = store.write, (await shop.get("/messages"))["items"][0]

    def seen(batch: Batch) -> asyncio.Future[None]:
        batches.append(batch)
        return write(batch)  # type: ignore[return-value]

    store.write = seen  # type: ignore[method-assign]
    await shop.post(f"/messages/{message['id']}/receipts", {"status": "undelivered", "cancel": True})
    [dropped] = [batch for batch in batches if batch.dropped]
    assert [receipt.receipt.status for receipt in dropped.receipts] == ["undelivered"]


async def test_a_scheduler_that_is_closed_in_the_middle_of_its_work_sets_no_timer_any_more(
    shop: Server, consumer: Consumer
) -> None:
    scheduler, space = shop.services.scheduler, space_of(shop)
    space.clock.jump(space.clock.now() + SECOND)
    scheduler._wake(space)
    await asyncio.sleep(0)  # it waits for what happened to be written
    await scheduler.close()
    assert scheduler._timers == {}
