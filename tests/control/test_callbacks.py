"""The ledger: posts whose report has happened, every attempt, and another one by hand."""

import asyncio

from aiohttp import web

from tests.control.documented import Documented
from tests.support.consumer import Consumer


async def test_a_callback_shows_its_attempts_with_request_and_answer(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    consumer.answers = [503]
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.advance("1s")
    [callback] = (await sandbox.get("/callbacks"))["items"]
    assert (callback["status"], callback["state"], callback["kind"]) == ("sent", "pending", "report")
    [attempt] = callback["attempts"]
    assert (attempt["state"], attempt["status"], attempt["body"]) == ("failed", 503, "ok")
    assert attempt["request"]["body"].encode() == consumer.received[0].body
    assert attempt["request"]["headers"]["Content-Type"] == "application/json"
    assert callback["next_attempt_at"] > attempt["ended_at"]
    await sandbox.settle()
    callback = await sandbox.get(f"/callbacks/{callback['id']}")
    assert [attempt["state"] for attempt in callback["attempts"]] == ["failed", "acknowledged"]
    assert callback["next_attempt_at"] is None


async def test_callbacks_are_found_by_message_state_and_provider(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    consumer.answers = [200, 400, 400, 400, 400, 400]
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.settle()
    [message] = (await sandbox.get("/messages"))["items"]
    for query, total in (
        (f"message={message['id']}", 2), ("message=nobody", 0), ("state=failed", 1), ("state=acknowledged", 1),
        ("provider=namirial", 2), ("provider=skycore", 0), ("status=~deliv", 1),
    ):  # fmt: skip
        assert (await sandbox.get(f"/callbacks?{query}"))["total"] == total, query


async def test_a_message_s_further_names_find_its_callbacks(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.put("/spaces/default", {"callbacks": {"blackkonnect": consumer.url}})
    await sandbox.freeze()
    await sandbox.send("blackkonnect")
    await sandbox.settle()
    [message] = (await sandbox.get("/messages"))["items"]
    for name in filter(None, message["provider_ids"].values()):
        assert (await sandbox.get(f"/callbacks?message={name}"))["total"] == 2


async def test_a_blocked_callback_says_how_to_allow_it(sandbox: Documented) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", callback="http://8.8.8.8/reports")
    await sandbox.settle()
    blocked = await sandbox.get("/callbacks?state=blocked")
    assert blocked["total"] == 2
    assert "--callback-allow 8.8.8.8" in blocked["items"][0]["attempts"][0]["error"]


async def test_redeliver_posts_the_same_body_again(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    await sandbox.send("bloomreach", callback=consumer.url)
    await sandbox.settle()
    callback = (await sandbox.get("/callbacks"))["items"][0]
    again = await sandbox.post(f"/callbacks/{callback['id']}/redeliver")
    assert [attempt["number"] for attempt in again["attempts"]] == [1, 2]
    assert again["state"] == "acknowledged"
    assert consumer.received[-1].body == consumer.received[-2].body
    assert consumer.received[-1].headers["authorization"]


async def test_redeliver_takes_the_place_of_the_attempt_that_was_due(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    consumer.answers = [500]
    await sandbox.send("namirial", "+447700900904", callback=consumer.url)
    await sandbox.advance("1s")
    [callback] = (await sandbox.get("/callbacks?state=pending"))["items"]
    await sandbox.post(f"/callbacks/{callback['id']}/redeliver")
    assert (await sandbox.settle())["fired"] == []
    assert len(consumer.received) == 2


async def test_what_is_on_its_way_is_not_redelivered(sandbox: Documented, consumer: Consumer) -> None:
    release = asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        await release.wait()
        return web.Response()

    consumer.answers = [slow]
    await sandbox.send("namirial", "+447700900904", callback=consumer.url)
    message = (await sandbox.get("/messages"))["items"][0]
    await sandbox.post(f"/messages/{message['id']}/receipts", {"status": "sent", "cancel": True})
    await consumer.wait(1)
    [callback] = (await sandbox.get("/callbacks"))["items"]
    await sandbox.refused("POST", f"/callbacks/{callback['id']}/redeliver", "in-flight")
    release.set()


async def test_an_unknown_callback_is_404(sandbox: Documented) -> None:
    await sandbox.refused("GET", "/callbacks/nobody", "not-found")
    await sandbox.refused("POST", "/callbacks/nobody/redeliver", "not-found")
