"""A real consumer: an aiohttp server that receives callbacks, and answers them as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.wire import decode


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return decode(self.body)


@dataclass
class Consumer:
    """``answers`` are given in turn, then 200 for ever: a status, or a coroutine function of the request."""

    url: str
    received: list[Received] = field(default_factory=list)
    answers: list[int | Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(default_factory=list)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def bodies(self) -> list[Any]:
        return [received.json for received in self.received]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.received.append(Received(request.path_qs, {k.lower(): v for k, v in request.headers.items()}, body))
        async with self._arrived:
            self._arrived.notify_all()
        answer = self.answers.pop(0) if self.answers else 200
        return web.Response(status=answer, text="ok") if isinstance(answer, int) else await answer(request)

    async def wait(self, count: int) -> list[Received]:
        """The first ``count`` posts, as soon as they are there; the test's time-out is the limit."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)
        return self.received[:count]


class Gate:
    """A consumer's answer that comes when it is let through."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, request: web.Request) -> web.Response:
        await self.open.wait()
        return web.Response()


@asynccontextmanager
async def consuming() -> AsyncIterator[Consumer]:
    app = web.Application()
    consumer = Consumer("")
    app.router.add_route("*", "/{path:.*}", consumer.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    consumer.url = f"http://127.0.0.1:{site.port}/reports"
    try:
        yield consumer
    finally:
        await runner.cleanup()
