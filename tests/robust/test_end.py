"""SIGTERM ends a server within three seconds, whatever is going on, and with a data file nothing is lost."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.support.consumer import Consumer
from tests.support.process import Process, serving
from tests.support.server import Server

LIMIT = 10.0
"""Real seconds: three are the goal, on a machine with nothing else to do; a busy one gets more."""
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


async def never(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


@asynccontextmanager
async def talking(process: Process) -> AsyncIterator[Server]:
    async with aiohttp.ClientSession() as session:
        yield Server(process.url, session, None)  # type: ignore[arg-type]


async def beset(server: Server, stack: AsyncExitStack, consumer: Consumer) -> list[asyncio.Task[Any]]:
    """Everything that could hold a server up."""
    consumer.answers = [never] * 100
    await server.play(BUSY)
    for _ in range(3):
        await stack.enter_async_context(server.session.get(f"{server.url}/_sandbox/events"))
    calls = [server.send("namirial", text=text, callback=consumer.url) for text in ("hang", "trickle", "late", "first")]
    waits = [server.call("GET", f"/_sandbox/{what}?wait=60s&min=99") for what in ("messages", "requests", "callbacks")]
    walk = server.call("POST", "/_sandbox/clock/advance", json={"until": "idle"})
    tasks = [asyncio.create_task(work) for work in (*calls, *waits)]
    await server.send("namirial", text="plain", callback=consumer.url)
    await consumer.wait(2)
    tasks.append(asyncio.create_task(walk))
    for half in (b"", b"POST /namirial", b"POST /skycore/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"):
        _, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
        stack.callback(writer.close)
        writer.write(half)
        await writer.drain()
    return tasks


async def ended(popen: subprocess.Popen[str]) -> int:
    return await asyncio.to_thread(popen.wait, LIMIT)


@pytest.mark.parametrize("durable", [True, False])
async def test_it_ends_in_time_whatever_is_going_on(tmp_path: Path, consumer: Consumer, durable: bool) -> None:
    options = ("--data", str(tmp_path / "data.db")) if durable else ()
    async with AsyncExitStack() as stack:
        process = stack.enter_context(serving(tmp_path / "log", *options))
        server = await stack.enter_async_context(talking(process))
        tasks = await beset(server, stack, consumer)
        process.popen.send_signal(signal.SIGTERM)
        assert await ended(process.popen) == 0
        await asyncio.gather(*tasks, return_exceptions=True)
    assert process.log.read_text() == ""


async def test_nothing_is_lost_by_an_end_in_the_midst_of_work(tmp_path: Path, consumer: Consumer) -> None:
    options = ("--data", str(tmp_path / "data.db"))
    async with AsyncExitStack() as stack:
        process = stack.enter_context(serving(tmp_path / "log", *options))
        server = await stack.enter_async_context(talking(process))
        tasks = await beset(server, stack, consumer)
        process.popen.send_signal(signal.SIGTERM)
        await ended(process.popen)
        await asyncio.gather(*tasks, return_exceptions=True)
    consumer.answers.clear()
    with serving(tmp_path / "log", *options) as process:
        async with talking(process) as server:
            await server.settle()
            messages = (await server.get("/messages"))["items"]
            callbacks = (await server.get("/callbacks"))["items"]
    stored = {message["id"]: message["text"] for message in messages}
    assert sorted(stored.values()) == ["first", "late", "plain", "trickle"]
    assert {message["status"] for message in messages} == {"delivered"}
    assert {(stored[each["message"]], each["status"]) for each in callbacks if each["state"] == "acknowledged"} == {
        (text, status) for text in stored.values() for status in ("sent", "delivered")
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_as_the_first_process_of_a_container_too(tmp_path: Path, number: signal.Signals) -> None:
    """Where the machine lets us make one; elsewhere as any process."""
    apart = (shutil.which("unshare") or "false", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")
    possible = subprocess.run([*apart, "true"], capture_output=True, check=False).returncode == 0
    with serving(tmp_path / "log", before=apart if possible else ()) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split() if possible else []
        os.kill(int(next(iter(children), process.pid)), number)
        assert process.popen.wait(LIMIT) == 0
    assert process.log.read_text() == ""
