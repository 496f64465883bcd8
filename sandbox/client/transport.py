"""The two ways in which a talk is carried, and the streams: with the standard library alone, or on an event loop.

A call opens a connection of its own and closes it: nothing is left to close, and any thread or loop may call.
Proxies of the environment are passed by.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.client.exchange import Answer, Ask, T, Talk
from sandbox.client.faults import Unreachable

if TYPE_CHECKING:
    from aiohttp import ClientResponse


class Sync:
    """Blocks until the answer is there."""

    def carry(self, talk: Talk[T]) -> T:
        try:
            ask = next(talk)
            while True:
                ask = talk.send(self._answer(ask))
        except StopIteration as end:
            value: T = end.value
            return value

    def _answer(self, ask: Ask) -> Answer:
        with _opened(ask) as response:
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())

    def lines(self, ask: Ask) -> Iterator[bytes]:
        """The body's lines as they come, until the server ends it."""
        with _opened(ask) as response:
            yield from response


@contextmanager
def _opened(ask: Ask) -> Iterator[HTTPResponse]:
    parts = urlsplit(ask.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=ask.patience)
    try:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request(ask.method, target, ask.body, {**ask.headers, "Connection": "close"})
        yield connection.getresponse()
    except (OSError, HTTPException) as fault:
        raise Unreachable(ask.url, fault) from None
    finally:
        connection.close()


class Async:
    """Gives an awaitable; the running loop does other things meanwhile."""

    async def carry(self, talk: Talk[T]) -> T:
        try:
            ask = next(talk)
            while True:
                ask = talk.send(await self._answer(ask))
        except StopIteration as end:
            value: T = end.value
            return value

    async def _answer(self, ask: Ask) -> Answer:
        async with _requested(ask) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, await response.read())

    async def lines(self, ask: Ask) -> AsyncGenerator[bytes, None]:
        """The body's lines as they come, until the server ends it."""
        async with _requested(ask) as response:
            async for line in response.content:
                yield line


@asynccontextmanager
async def _requested(ask: Ask) -> "AsyncIterator[ClientResponse]":
    import aiohttp

    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ask.patience))
    try:
        async with (
            session,
            session.request(ask.method, ask.url, headers=ask.headers, data=ask.body, allow_redirects=False) as response,
        ):
            yield response
    except (OSError, aiohttp.ClientError) as fault:
        raise Unreachable(ask.url, fault) from None


class Either:
    """Awaitable where a loop runs, plain elsewhere: for one object that a test and its fixtures share."""

    def carry(self, talk: Talk[T]) -> T | Coroutine[Any, Any, T]:
        return Async().carry(talk) if _loop_runs() else Sync().carry(talk)


def _loop_runs() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
