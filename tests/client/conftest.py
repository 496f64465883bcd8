"""Both clients under one name: what a call gives, whichever way it is carried."""

import asyncio
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest

from sandbox.client import AsyncClient, Client

Ask = Callable[[Callable[[Any], Any]], Any]
"""``ask(lambda client: client.clock.get())``: the answer itself."""


@pytest.fixture
def client(sms_sandbox_url: str) -> Client:
    """In a space of the test's own, which the first ``PUT`` begins."""
    client = Client(sms_sandbox_url, f"client-{token_hex(6)}")
    client.configure(clock={"mode": "manual"})
    return client


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, client: Client) -> Ask:
    """The two transports in turn, on the same space."""

    def plain(call: Callable[[Any], Any]) -> Any:
        return call(client)

    def awaited(call: Callable[[Any], Any]) -> Any:
        async def carried() -> Any:
            return await call(AsyncClient(client.root.url, client.root.space))

        return asyncio.run(carried())

    return plain if request.param == "sync" else awaited
