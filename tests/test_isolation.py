"""Fifty spaces at once on one server, on every kind of clock, with faults on: each sees its own, and nothing else.

Each makes the same calls to the same numbers, so that texts and logins alone tell whose they are. Of a provider's
twelve messages ten are stored, two of which its answer hides, and two are lost with their connection.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.client import AsyncSmsSandbox, Refused, Space, Unreachable
from sandbox.client.resource import Root
from sandbox.client.transport import Async
from sandbox.client.wires import slugs, wire_of
from tests.support.consumer import Consumer
from tests.support.server import running

STORED = {"901": 2, "902": 2, "903": 2, "904": 1, "905": 0, "906": 4, "907": 2, "908": 3, "923": 2, "926": 2}
"""The last digits of a recipient of ``scenarios/default.yaml``, and how many reports it causes."""
LOST = ("921", "922")
CLOCKS: tuple[dict[str, Any], ...] = ({"mode": "manual"}, {"mode": "scaled", "speed": 1000}, {"mode": "real"})
REPORTS = len(slugs()) * sum(STORED.values())
pytestmark = pytest.mark.timeout(180)


@dataclass
class Tenant:
    """``alone``: only its login says whose it is, the base URL is everybody's."""

    space: AsyncSmsSandbox
    clock: dict[str, Any]
    callback: str
    alone: bool
    sent: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        callbacks = {"blackkonnect": self.callback, "skycore": self.callback}
        await self.space.configure(accounts=self.space.accounts(), callbacks=callbacks, clock=self.clock)

    async def send_all(self) -> None:
        for slug in slugs():
            for digits in (*STORED, *LOST):
                await self.send(slug, digits)

    async def send(self, slug: str, digits: str) -> None:
        login = self.space.logins[slug]
        words = {"to": f"+447700900{digits}", "text": f"{self.space.name} {slug} {digits}", "callback": self.callback}
        base = login.shared_url if self.alone else login.base_url
        try:
            await Async().carry(wire_of(slug).send(base, login.account, words))
        except Unreachable:
            assert digits in {*LOST, "926"}
        if digits in STORED:
            self.sent.append(words["text"])

    async def settle(self) -> None:
        """All reports told, and each acknowledged."""
        if self.clock["mode"] != "scaled":
            await self.space.clock.advance("1h")
        await self.space.callbacks.all(state="acknowledged", min=REPORTS, wait="60s", limit=1)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with running() as server:
        yield server.url


def tenants(url: str, consumer: Consumer, prefix: str, count: int) -> list[Tenant]:
    names = [f"{prefix}-{number:02}" for number in range(count)]
    return [
        Tenant(
            space=Space(Async(), Root(url, name)),
            clock=CLOCKS[number % len(CLOCKS)],
            callback=f"{consumer.url}/{name}",
            alone=number % 2 == 1 and prefix == "space",
        )
        for number, name in enumerate(names)
    ]


async def perish(tenant: Tenant) -> None:
    """Dropped while it sends, and again with all its reports under way: another call by its path begins it anew."""
    sending = asyncio.ensure_future(tenant.send_all())
    await tenant.space.messages.all(min=10, wait="30s", limit=1)
    await tenant.space.drop()
    await sending
    walking = asyncio.ensure_future(tenant.space.clock.advance("1h"))
    await tenant.space.drop()
    with pytest.raises(Refused, match="there is no space"):
        await tenant.space.messages.all()
    await asyncio.gather(walking, return_exceptions=True)


async def test_fifty_spaces_see_their_own_two_thousand_messages_and_nothing_else(url: str, consumer: Consumer) -> None:
    spaces, doomed = tenants(url, consumer, "space", 50), tenants(url, consumer, "doomed", 5)
    await asyncio.gather(*(tenant.begin() for tenant in (*spaces, *doomed)))
    await asyncio.gather(*(tenant.send_all() for tenant in spaces), *(perish(tenant) for tenant in doomed))
    await asyncio.gather(*(tenant.settle() for tenant in spaces))
    assert sum(len(tenant.sent) for tenant in spaces) == 2000
    posted = posts(consumer)
    owners = Counter([named async for named in seen(spaces, posted)])
    assert max(owners.values()) == 1  # no message is in two spaces


def posts(consumer: Consumer) -> dict[str, list[str]]:
    """The bodies that came to each space's own callback URL."""
    found: dict[str, list[str]] = {}
    for received in consumer.received:
        found.setdefault(received.path.rpartition("/")[2], []).append(received.body.decode())
    return found


async def seen(spaces: list[Tenant], posted: dict[str, list[str]]) -> AsyncIterator[str]:
    """Every message id; each space has its texts, calls, reports, posts and status, and only those."""
    for tenant in spaces:
        space = tenant.space
        messages = await space.messages.all()
        assert Counter(message.text for message in messages) == Counter(tenant.sent)
        calls = await space.requests.all()
        assert Counter(call.provider for call in calls if call.operation != "token") == dict.fromkeys(slugs(), 12)
        assert {call.account for call in calls} <= {space.name, None}
        named = {message.id for message in messages}
        ledger = await space.callbacks.all()
        assert {(callback.url, callback.state) for callback in ledger} == {(tenant.callback, "acknowledged")}
        assert {callback.message for callback in ledger} <= named
        told = Counter(attempt.request["body"] for callback in ledger for attempt in callback.attempts)
        assert Counter(posted[space.name]) == told
        assert told.total() == len(ledger) == REPORTS
        for message in messages:
            yield message.id
