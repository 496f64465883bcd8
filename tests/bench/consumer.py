"""A consumer that costs next to nothing: it answers every post with 200 and notes when it came."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Consumer:
    """``posts``: when each came, and its body."""

    def __init__(self) -> None:
        self.url = ""
        self.posts: list[tuple[float, bytes]] = []
        self._wanted = 0
        self._enough = asyncio.Event()

    def take(self, body: bytes) -> None:
        self.posts.append((time.perf_counter(), body))
        if len(self.posts) >= self._wanted:
            self._enough.set()

    async def wait(self, count: int) -> None:
        self._wanted = count
        self._enough.clear()
        if len(self.posts) < count:
            await self._enough.wait()


class _Connection(asyncio.Protocol):
    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (parted := self._heard.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._heard, 0, parted)
            end = parted + 4 + (int(length[1]) if length else 0)
            if len(self._heard) < end:
                return
            self._consumer.take(self._heard[parted + 4 : end])
            self._heard = self._heard[end:]
            self._transport.write(_OK)


@asynccontextmanager
async def consuming() -> AsyncIterator[Consumer]:
    consumer = Consumer()
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(consumer), "127.0.0.1", 0)
    consumer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/reports"
    try:
        yield consumer
    finally:
        server.close()
