"""Load: raw HTTP/1.1 over kept connections, each sending its next request when the one before is answered."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import cast

CONNECTIONS = 32
Build = Callable[[int], bytes]


@dataclass(frozen=True)
class Load:
    """``latencies`` in milliseconds, in rising order; ``seconds`` in all."""

    latencies: list[float]
    seconds: float

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class Connection(asyncio.Protocol):
    """Sends what ``requests`` still holds, one at a time. ``done`` gets the latencies in milliseconds."""

    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[list[float]]) -> None:
        self._requests = requests
        self._done = done
        self._heard = b""
        self._latencies: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._done.set_result(self._latencies)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, parted, body = self._heard.partition(b"\r\n\r\n")
        if not parted or len(body) < _length(head):
            return
        self._latencies.append((time.perf_counter() - self._sent) * 1000)
        self._heard = b""
        if b" 200 " in head[:16]:
            self._next()
        else:
            self._fail(f"{head.decode()}\n\n{body[:500].decode()}")

    def connection_lost(self, fault: Exception | None) -> None:
        self._fail("the server closed the connection")

    def _fail(self, why: str) -> None:
        if not self._done.done():
            self._done.set_exception(RuntimeError(why))


async def run(port: int, build: Build, numbers: range, connections: int = CONNECTIONS) -> Load:
    """One request for each of ``numbers``, made by ``build``. Raises ``RuntimeError`` for any answer but a 200."""
    loop = asyncio.get_running_loop()
    requests = map(build, numbers)
    ends = [loop.create_future() for _ in range(min(connections, len(numbers)))]
    begun = time.perf_counter()
    for end in ends:
        await loop.create_connection(partial(Connection, requests, end), "127.0.0.1", port)
    latencies = [each for end in ends for each in await end]
    return Load(sorted(latencies), time.perf_counter() - begun)


def _length(head: bytes) -> int:
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return next(int(value) for name, _, value in lines if name == b"content-length")
