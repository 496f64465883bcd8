"""For the type checker alone: one description of the calls, and each client's own types."""

import asyncio
from typing import assert_type

from sandbox.client import AsyncClient, AsyncSmsSandbox, Client, Followed, Message, SmsSandbox, Walk


def plain(client: Client, space: SmsSandbox) -> None:
    assert_type(client.messages.wait_for(to="+447700900901"), Followed)
    assert_type(client.messages.all(provider="namirial", wait="1s"), list[Message])
    assert_type(space.clock.advance("72h"), Walk)
    client.messages.wait_for(too="+447700900901")  # type: ignore[call-arg]
    client.clock.advance(72)  # type: ignore[arg-type]


async def awaited(client: AsyncClient, space: AsyncSmsSandbox) -> None:
    assert_type(await client.messages.wait_for(to="+447700900901"), Followed)
    assert_type(await client.messages.all(provider="namirial", wait="1s"), list[Message])
    assert_type(await space.clock.advance("72h"), Walk)
    waiting = asyncio.create_task(client.messages.wait_for(to="+447700900901"))
    assert_type(waiting, asyncio.Task[Followed])
