"""A loaded server, killed without warning and started again on its file, round after round.

What it had acknowledged must be there, with its row in the journal; what was to be reported must reach the consumer
at least once, with every attempt in the ledger.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.consumer import Consumer, consuming
from tests.support.process import Process, serving
from tests.support.server import Server

SLUGS = ("namirial", "bloomreach", "skycore", "blackkonnect")
CLIENTS = 8
MOST = 10_000_000
QUICK = {"report": [{"after": "5ms..60ms", "status": "sent"}, {"after": "5ms..60ms", "status": "delivered"}]}
"""Reports soon enough that many are under way at any moment."""


@dataclass
class Siege:
    """``acknowledged``: the text of every send of all rounds that was answered with success."""

    path: Path
    log: Path
    consumer: Consumer
    acknowledged: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    @asynccontextmanager
    async def server(self) -> AsyncIterator[tuple[Process, Server]]:
        options = ("--data", str(self.path), "--max-messages", str(MOST), "--max-requests", str(MOST))
        callbacks = [f"--callback={slug}={self.consumer.url}" for slug in ("skycore", "blackkonnect")]
        with serving(self.log, *options, *callbacks) as process:
            async with aiohttp.ClientSession() as session:
                yield process, Server(process.url, session, None)  # type: ignore[arg-type]

    async def round(self, sends: int) -> None:
        """One server's life: checked when it has started, then loaded, then killed after ``sends`` answers."""
        async with self.server() as (process, server):
            if not self.acknowledged:
                await server.play({"rules": [QUICK]})
            await self.check(server)
            enough = len(self.acknowledged) + sends
            clients = [asyncio.create_task(self._client(server, process, enough)) for _ in range(CLIENTS)]
            ended = await asyncio.gather(*clients, return_exceptions=True)
        assert all(isinstance(end, aiohttp.ClientError) for end in ended), ended

    async def _client(self, server: Server, process: Process, enough: int) -> None:
        """Sends until nobody answers any more; whoever hears the last answer wanted strikes."""
        while True:
            number = next(self._numbers)
            text = f"message {number}"
            status, answer = await server.send(SLUGS[number % len(SLUGS)], text=text, callback=self.consumer.url)
            assert status == 200, answer
            self.acknowledged.append(text)
            if len(self.acknowledged) == enough:
                process.popen.kill()

    async def check(self, server: Server) -> None:
        """Everything acknowledged is there, once, and so is its request."""
        sent = set(self.acknowledged)
        messages = await every(server, "/messages")
        texts = Counter(message["text"] for message in messages)
        assert sent <= texts.keys(), f"lost: {sorted(sent - texts.keys())}"
        assert set(texts.values()) <= {1}, "stored twice"
        journalled = {named for request in await every(server, "/requests") for named in request["messages"]}
        assert journalled == {message["id"] for message in messages}

    async def settle(self) -> None:
        """The last server sends what is left; then everybody was told of every message, and the ledger knows."""
        async with self.server() as (process, server):
            await self.check(server)
            walk = await server.post("/clock/advance", {"until": "idle", "timeout": "60s"})
            assert (walk["settled"], walk["pending"]) == (True, 0), walk
            messages, callbacks = await every(server, "/messages"), await every(server, "/callbacks")
            process.popen.terminate()
            assert process.popen.wait(10) == 0
        assert {message["status"] for message in messages} == {"delivered"}
        told = Counter(callback["message"] for callback in callbacks)
        assert all(told[message["id"]] == 2 for message in messages), told
        assert all(_acknowledged(callback) for callback in callbacks)
        attempts = sum(len(callback["attempts"]) for callback in callbacks)
        assert len(self.consumer.received) >= attempts >= len(callbacks) == 2 * len(messages)


def _acknowledged(callback: dict[str, Any]) -> bool:
    return [callback["state"], callback["attempts"][-1]["state"]] == ["acknowledged", "acknowledged"]


async def every(server: Server, path: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    items: list[dict[str, Any]] = []
    query = {"limit": "1000"}
    while True:
        page = await server.get(path, params=query)
        items += page["items"]
        if page["next"] is None:
            return items
        query["cursor"] = page["next"]


async def besiege(folder: Path, kills: int, most: int, seed: int) -> Siege:
    """``kills`` servers, each killed after up to ``most`` answers, and a last one that ends in peace."""
    draw = random.Random(seed)
    async with consuming() as consumer:
        siege = Siege(folder / "data.db", folder / "log", consumer)
        for _ in range(kills):
            await siege.round(draw.randint(1, most))
        await siege.settle()
    assert siege.log.read_text() == ""
    return siege
