"""A server to which everything happens at once that could hold up its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.robust.crowding import crowd, files
from tests.support.consumer import Consumer
from tests.support.process import Process, serving
from tests.support.server import Server

GOAL = 3.0
"""Real seconds after which a server that was told to end is gone."""
PENDING = 50
"""Messages whose reports wait for a consumer that never answers."""
BUSY = {
    "timelines": {"soon": [{"after": "0s", "status": "sent"}, {"after": "1h", "status": "delivered"}]},
    "rules": [
        {"when": {"text": "hang"}, "respond": {"fault": "hang"}},
        {"when": {"text": "trickle"}, "respond": {"fault": "trickle", "over": "60s"}},
        {"when": {"text": "late"}, "respond": {"accept": {"delay": "60s"}}},
        {"when": {"text": "first"}, "report": "soon", "callback": {"before_answer": True}},
        {"report": "soon"},
    ],
}


async def never(request: web.Request) -> Any:
    await asyncio.Event().wait()
    raise AssertionError


@asynccontextmanager
async def talking(process: Process) -> AsyncIterator[Server]:
    async with aiohttp.ClientSession() as session:
        yield Server(process.url, session, None)  # type: ignore[arg-type]


async def hardly(request: web.Request) -> Any:
    """Begins to answer, and comes to no end."""
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"x")
    return await never(request)


async def beset(server: Server, stack: AsyncExitStack, consumer: Consumer, idle: int) -> list[asyncio.Task[Any]]:
    """Everything that could hold a server up. ``idle`` connections that say nothing are part of it."""
    port = int(server.url.rpartition(":")[2])
    consumer.answers = [never, hardly] * PENDING
    stack.enter_context(crowd(port, stack.enter_context(files(idle))))
    await server.play(BUSY)
    for _ in range(3):
        await stack.enter_async_context(server.session.get(f"{server.url}/_sandbox/events"))
    calls = [server.send("namirial", text=text, callback=consumer.url) for text in ("hang", "trickle", "late", "first")]
    waits = [server.call("GET", f"/_sandbox/{what}?wait=60s&min=99") for what in ("messages", "requests", "callbacks")]
    walk = server.call("POST", "/_sandbox/clock/advance", json={"until": "idle"})
    tasks = [asyncio.create_task(work) for work in (*calls, *waits)]
    for _ in range(PENDING):
        await server.send("namirial", text="plain", callback=consumer.url)
    await consumer.wait(2)
    tasks.append(asyncio.create_task(walk))
    for half in (b"", b"POST /namirial", b"POST /skycore/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        stack.callback(writer.close)
        writer.write(half)
        await writer.drain()
    return tasks


async def beset_and_ended(folder: Path, consumer: Consumer, *options: str, idle: int, patience: float) -> float:
    """Real seconds until a server with all of that was gone."""
    async with AsyncExitStack() as stack:
        process = stack.enter_context(serving(folder / "log", *options))
        server = await stack.enter_async_context(talking(process))
        tasks = await beset(server, stack, consumer, idle)
        took = await asyncio.to_thread(process.end, patience)
        await asyncio.gather(*tasks, return_exceptions=True)
    assert process.log.read_text() == "", process.log.read_text()
    return took
