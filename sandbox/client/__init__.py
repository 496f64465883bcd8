"""The client of the control API: ``Client`` for threads and shells, ``AsyncClient`` for event loops, one vocabulary.

    client = Client("http://localhost:7670", space="checkout")
    client.use("carrier-outage")
    message = client.messages.wait_for(to="+447700900901")
    client.clock.advance("72h")

Thin: a method is a call of CONTROL-API.md, an answer a value with types, a problem an exception that says why.
Imports neither aiohttp nor the server.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Self

from sandbox.client.calls import Calls, Scenario, Wishes
from sandbox.client.events import Reader
from sandbox.client.faults import NothingArrived, Refused, TooMany, Truncated, Unreachable
from sandbox.client.resource import DEFAULT, URL, Root, heard
from sandbox.client.space import Login, Space
from sandbox.client.things import (
    Attempt,
    Callback,
    Clock,
    Event,
    Followed,
    Message,
    Receipt,
    Request,
    Result,
    Thing,
    Verdict,
    Walk,
)
from sandbox.client.transport import Async, Sync
from sandbox.client.wires import Sent

SmsSandbox = Space[Sync]
AsyncSmsSandbox = Space[Async]
"""What the fixture ``sms_sandbox`` is, in a test that is a plain function and in one that is a coroutine function."""


class Client(Calls[Sync]):
    """Its calls block until they are answered."""

    def __init__(self, url: str = URL, space: str = DEFAULT, token: str | None = None) -> None:
        super().__init__(Sync(), Root(url, space, token))

    def within(self, space: str) -> Self:
        """The same server, another space."""
        return type(self)(self.root.url, space, self.root.token)

    @contextmanager
    def events(self) -> Iterator[Iterator[Event]]:
        """``with client.events() as events``: all that happens from then on, until the server stops."""
        with Sync().stream(self.root.stream("/events")) as (no, lines):
            if no:
                heard(no)
            yield (event for reader in (Reader(),) for line in lines for event in reader.read(line))


class AsyncClient(Calls[Async]):
    """Its calls are awaited."""

    def __init__(self, url: str = URL, space: str = DEFAULT, token: str | None = None) -> None:
        super().__init__(Async(), Root(url, space, token))

    def within(self, space: str) -> Self:
        """The same server, another space."""
        return type(self)(self.root.url, space, self.root.token)

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Event]]:
        """``async with client.events() as events``: all that happens from then on, until the server stops."""
        async with Async().stream(self.root.stream("/events")) as (no, lines):
            if no:
                heard(no)
            yield (event for reader in (Reader(),) async for line in lines for event in reader.read(line))


__all__ = [
    "AsyncClient",
    "AsyncSmsSandbox",
    "Attempt",
    "Callback",
    "Client",
    "Clock",
    "Event",
    "Followed",
    "Login",
    "Message",
    "NothingArrived",
    "Receipt",
    "Refused",
    "Request",
    "Result",
    "Scenario",
    "Sent",
    "SmsSandbox",
    "Space",
    "Thing",
    "TooMany",
    "Truncated",
    "Unreachable",
    "Verdict",
    "Walk",
    "Wishes",
]
