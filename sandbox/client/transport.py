"""The two ways in which a talk is carried, and a stream read: with the standard library alone, or on an event loop.

A call opens a connection of its own and closes it: nothing is left to close, and any thread or loop may call.
Proxies of the environment are passed by.
"""

from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.client.exchange import Answer, Ask, T, Talk
from sandbox.client.faults import Unreachable

if TYPE_CHECKING:
    from aiohttp import ClientResponse

__tracebackhide__ = True  # pytest shows the caller's line, not how a call is carried


class Sync:
    """Blocks until the answer is there."""

    def carry(self, talk: Talk[T]) -> T:
        try:
            ask = next(talk)
            while True:
                with _opened(ask) as response:
                    answer = _answer(ask, response)
                ask = talk.send(answer)
        except StopIteration as end:
            value: T = end.value
            return value
        except Unreachable as fault:
            raise _brief(fault) from None

    @contextmanager
    def stream(self, ask: Ask) -> Iterator[tuple[Answer | None, Iterator[bytes]]]:
        """The answer where it is a no, and the body's lines as they come, until the server ends it."""
        with _opened(ask) as response:
            yield _answer(ask, response) if response.status >= 300 else None, _lines(ask, response)


def _brief(fault: Unreachable) -> Unreachable:
    """Without the way that it came: pytest would show the standard library's part of it."""
    return fault.with_traceback(None)


@contextmanager
def _opened(ask: Ask) -> Iterator[HTTPResponse]:
    parts = urlsplit(ask.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=ask.patience)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        with _reaching(ask):
            connection.request(ask.method, target, ask.body, {**ask.headers, "Connection": "close"})
            response = connection.getresponse()
        yield response
    finally:
        connection.close()


@contextmanager
def _reaching(ask: Ask) -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPException) as fault:
        raise Unreachable(ask.url, fault) from None


def _answer(ask: Ask, response: HTTPResponse) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    with _reaching(ask):
        return Answer(response.status, headers, response.read())


def _lines(ask: Ask, response: HTTPResponse) -> Iterator[bytes]:
    """Not ``yield from response``, which takes a stream that was cut off for one that has ended."""
    begun = b""
    with _reaching(ask):
        while piece := response.read1():
            *lines, begun = (begun + piece).split(b"\n")
            yield from lines


class Async:
    """Gives an awaitable; the running loop does other things meanwhile."""

    async def carry(self, talk: Talk[T]) -> T:
        try:
            ask = next(talk)
            while True:
                async with _requested(ask) as response:
                    answer = await _awaited(ask, response)
                ask = talk.send(answer)
        except StopIteration as end:
            value: T = end.value
            return value
        except Unreachable as fault:
            raise _brief(fault) from None

    @asynccontextmanager
    async def stream(self, ask: Ask) -> AsyncIterator[tuple[Answer | None, AsyncIterator[bytes]]]:
        """The answer where it is a no, and the body's lines as they come, until the server ends it."""
        async with _requested(ask) as response:
            no = await _awaited(ask, response) if response.status >= 300 else None
            yield no, _lines_to_come(ask, response)


@asynccontextmanager
async def _requested(ask: Ask) -> "AsyncIterator[ClientResponse]":
    import aiohttp

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ask.patience)) as session:
        with _reaching_out(ask):
            response = await session.request(
                ask.method, ask.url, headers=ask.headers, data=ask.body, allow_redirects=False
            )
        async with response:
            yield response


@contextmanager
def _reaching_out(ask: Ask) -> Iterator[None]:
    import aiohttp

    try:
        yield
    except (OSError, aiohttp.ClientError) as fault:
        raise Unreachable(ask.url, fault) from None


async def _awaited(ask: Ask, response: "ClientResponse") -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    with _reaching_out(ask):
        return Answer(response.status, headers, await response.read())


async def _lines_to_come(ask: Ask, response: "ClientResponse") -> AsyncIterator[bytes]:
    with _reaching_out(ask):
        async for line in response.content:
            yield line


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
