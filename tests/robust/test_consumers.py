"""Consumers that mean harm, or are no consumers at all: each costs one attempt, clearly told, and disturbs nobody."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import web

from sandbox.callbacks import lanes
from sandbox.callbacks.dispatch import KEPT
from sandbox.delivery import CROWDED
from sandbox.providers import namirial
from tests.support.consumer import Consumer
from tests.support.server import Server

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
AT_ONCE = {"rules": [{"report": [{"after": "1s", "status": "delivered"}], "callback": {"retry": "none"}}]}


@asynccontextmanager
async def listening(talk: Talk) -> AsyncIterator[str]:
    """The URL of somebody who talks like that."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await talk(reader, writer)
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def attempt(sandbox: Server, url: str) -> dict[str, Any]:
    """What a report to ``url`` came to, in at most a moment."""
    await sandbox.freeze()
    await sandbox.play(AT_ONCE)
    await sandbox.send("namirial", callback=url)
    assert (await sandbox.settle())["settled"]
    [callback] = (await sandbox.get("/callbacks"))["items"]
    [made] = callback["attempts"]
    return {**made, "state": callback["state"]}


def saying(data: bytes, *, for_ever: bool = False) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + data)
        while for_ever:
            writer.write(data)
            await writer.drain()
        await reader.read()

    return talk


MANNERS: dict[str, tuple[Talk, str]] = {
    "headers for ever": (saying(b"a: " + b"b" * 4000 + b"\r\n", for_ever=True), "failed"),
    "one header for ever": (saying(b"b" * 4000, for_ever=True), "failed"),
    "many headers": (
        saying(b"a: " + b"b" * 4000 + b"\r\n" + b"c: d\r\n" * 90 + b"Content-Length: 0\r\n\r\n"),
        "acknowledged",
    ),
    "chunks for ever": (
        saying(b"Transfer-Encoding: chunked\r\n\r\n" + b"2000\r\n" + b"x" * 8192 + b"\r\n"),
        "acknowledged",
    ),
    "another protocol": (saying(b"SSH-2.0\r\n" * 9 + b"\r\n\r\n"), "failed"),
    "less than it said": (saying(b"Content-Length: 99\r\n\r\nx"), "failed"),
    "nothing at all": (saying(b""), "failed"),
}


@pytest.mark.parametrize("manner", MANNERS)
async def test_every_manner_of_answer_is_one_attempt(
    sandbox: Server, monkeypatch: pytest.MonkeyPatch, manner: str
) -> None:
    retries = namirial.Namirial.retries
    monkeypatch.setattr(namirial.Namirial, "retries", type(retries)(timeout=1.0, delays=retries.delays))
    talk, state = MANNERS[manner]
    async with listening(talk) as url:
        made = await attempt(sandbox, url)
    assert made["state"] == state
    assert bool(made["error"]) == (state == "failed")
    assert "\n" not in made["error"]
    assert len(made["error"]) < 600
    assert len(str(made)) < 4 * KEPT


METADATA = {
    "as it is": "http://169.254.169.254/latest/",
    "mapped": "http://[::ffff:169.254.169.254]/",
    "in hexadecimal": "http://0xa9fea9fe/",
    "through NAT64": "http://[64:ff9b::a9fe:a9fe]/",
    "by name": "http://metadata.google.internal./",
    "of another cloud": "http://100.100.100.200/",
}


@pytest.mark.parametrize("how", METADATA)
async def test_no_metadata_service_is_ever_called(sandbox: Server, how: str) -> None:
    made = await attempt(sandbox, METADATA[how])
    assert (made["state"], made["status"]) == ("blocked", None)
    assert "never called" in made["error"]


async def hung_up(request: web.Request) -> web.Response:
    return web.Response(status=500, headers={"Connection": "close"})


async def test_a_name_that_changes_its_mind_between_two_looks_leads_nowhere(
    sandbox: Server, consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the address that is connected to counts: it is judged when its socket is opened."""
    addresses = iter(["127.0.0.1", "169.254.169.254", "8.8.8.8"])

    async def resolve(host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        address = next(addresses)
        return [{"hostname": host, "host": address, "port": port, "family": 2, "proto": 6, "flags": 0}]

    session = sandbox.services.dispatcher._session
    assert session
    monkeypatch.setattr(session.connector, "_resolver", type("Resolver", (), {"resolve": staticmethod(resolve)}))
    consumer.answers = [hung_up]
    await sandbox.freeze()
    await sandbox.play(
        {"rules": [{"report": [{"after": "1s", "status": "delivered"}], "callback": {"retry": ["1m", "1m"]}}]}
    )
    await sandbox.send("namirial", callback=consumer.url.replace("127.0.0.1", "rebind.example"))
    await sandbox.settle()
    [callback] = (await sandbox.get("/callbacks"))["items"]
    assert [(made["status"], made["state"]) for made in callback["attempts"]] == [(500, "failed"), (None, "blocked")]
    assert len(consumer.received) == 1


async def test_a_consumer_that_never_answers_does_not_fill_the_memory(
    sandbox: Server, consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What finds no room among those that wait is an attempt that failed, and its turn comes again."""
    monkeypatch.setattr(lanes, "MOST", 3)
    monkeypatch.setattr(sandbox.services.delivery._lanes, "_width", 1)
    answered = asyncio.Event()

    async def late(request: web.Request) -> web.Response:
        await answered.wait()
        return web.Response()

    consumer.answers = [late]
    await sandbox.freeze()
    await sandbox.play({"rules": [{"report": [{"after": "1s", "status": "delivered"}]}]})
    for _ in range(6):
        await sandbox.send("namirial", callback=consumer.url)
    walk = asyncio.create_task(sandbox.advance("1s"))
    refused = (await sandbox.get("/callbacks", params={"wait": "10s", "min": "6"}))["items"]
    while not any(callback["attempts"] for callback in refused):
        refused = (await sandbox.get("/callbacks"))["items"]
    answered.set()
    await walk
    await sandbox.settle()
    told = [callback["attempts"] for callback in (await sandbox.get("/callbacks"))["items"]]
    assert sorted(len(attempts) for attempts in told) == [1, 1, 1, 1, 2, 2]
    assert {attempts[-1]["state"] for attempts in told} == {"acknowledged"}
    assert {attempts[0]["error"] for attempts in told} == {"", CROWDED.error}
