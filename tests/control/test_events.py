"""What happens in a space, as server-sent events; and what a server says of its health."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.wire import decode
from tests.control.documented import Documented
from tests.support.consumer import Consumer
from tests.support.server import running


@asynccontextmanager
async def listening(sandbox: Documented) -> AsyncIterator[aiohttp.StreamReader]:
    async with sandbox.session.get(sandbox.root + "/_sandbox/events") as response:
        assert response.content_type == "text/event-stream"
        yield response.content


async def heard(stream: aiohttp.StreamReader, kind: str) -> Any:
    """The next event of this kind."""
    while line := await stream.readline():
        if line.strip() == f"event: {kind}".encode():
            return decode((await stream.readline()).partition(b": ")[2])
    raise AssertionError(f"no {kind}, but the end")


async def test_whatever_happens_is_told(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    async with listening(sandbox) as stream:
        await sandbox.send("namirial", callback=consumer.url)
        [message] = (await sandbox.get("/messages"))["items"]
        assert (await heard(stream, "request"))["outcome"] == "accepted"
        assert await heard(stream, "message") == {
            "id": message["id"], "provider": "namirial", "to": message["to"], "space": "default",
        }  # fmt: skip
        await sandbox.advance("1s")
        assert (await heard(stream, "receipt"))["status"] == "sent"
        assert (await heard(stream, "callback"))["state"] == "acknowledged"
        assert (await heard(stream, "clock"))["mode"] == "manual"
        await sandbox.put("/scenario", {"name": "throttled"})
        assert (await heard(stream, "scenario"))["name"] == "throttled"
        await sandbox.post("/reset")
        assert (await heard(stream, "reset"))["messages"] == 1


async def test_messages_that_are_deleted_are_told(sandbox: Documented) -> None:
    async with listening(sandbox) as stream:
        await sandbox.send("namirial")
        _, removed = await sandbox.call("DELETE", "/_sandbox/messages")
        assert await heard(stream, "reset") == {**removed, "space": "default"}


async def test_a_space_hears_its_own_alone(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {})
    async with listening(sandbox.within("t1")) as stream:
        await sandbox.send("skycore", text="elsewhere")
        await sandbox.within("t1").send("skycore", text="here")
        assert (await heard(stream, "message"))["space"] == "t1"


async def test_one_who_does_not_keep_up_is_told_so(sandbox: Documented) -> None:
    async with listening(sandbox) as stream:
        feed = sandbox.services.feed
        for number in range(20_000):
            feed.publish("message", "default", lambda number=number: {"number": number})
        assert await heard(stream, "lost") == {}
        feed.publish("message", "default", lambda: {"number": -1})
        assert (await heard(stream, "message"))["number"] == -1


async def test_a_stream_can_only_be_read(sandbox: Documented) -> None:
    async with sandbox.session.head(sandbox.url + "/_sandbox/events") as response:
        assert (response.status, response.content_type) == (405, "application/problem+json")


async def test_an_open_stream_keeps_its_space_alive(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {"ttl": "1ms"})
    async with listening(sandbox.within("t1")):
        await sandbox.services.spaces.sweep()
        assert sandbox.services.spaces.get("t1") is not None


async def test_a_stream_ends_when_the_server_stops(consumer: Consumer) -> None:
    async with running() as server, listening(Documented(server.url, server.session, server.services)) as stream:
        server.services.feed.close()
        assert await stream.read() == b""


async def test_a_server_is_alive_and_ready_until_it_stops(sandbox: Documented) -> None:
    assert await sandbox.call("GET", "/livez") == (200, {"status": "alive"})
    status, ready = await sandbox.call("GET", "/readyz")
    assert (status, ready["status"], ready["problems"]) == (200, "ready", [])
    sandbox.services.feed.close()
    status, stopping = await sandbox.call("GET", "/readyz")
    assert (status, stopping["status"]) == (503, "stopping")
    assert (await sandbox.call("GET", "/livez"))[0] == 200


async def test_health_knows_no_spaces(sandbox: Documented) -> None:
    status, _ = await sandbox.call("GET", "/readyz", headers={"X-Sandbox-Space": "nobody"})
    assert status == 200


async def test_metrics_count_calls_posts_and_what_is_held(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.send("namirial", "+447700900064")
    await sandbox.advance("1s")
    status, text = await sandbox.call("GET", "/metrics")
    assert status == 200
    for line in (
        'sms_sandbox_requests_total{outcome="accepted",provider="namirial"} 1.0',
        'sms_sandbox_requests_total{outcome="rejected",provider="namirial"} 1.0',
        'sms_sandbox_callbacks_total{provider="namirial",state="acknowledged"} 1.0',
        "sms_sandbox_held_messages 1.0",
        "sms_sandbox_held_pending 1.0",
        "sms_sandbox_spaces 1.0",
    ):
        assert line in text.splitlines()
