"""Calls that send nothing: messages looked up, moved by the operator's word, numbers enlisted, links followed."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from sandbox.calls import Ask, Enlist, Follow, Found, Lookup
from sandbox.delivery import Delivery
from sandbox.providers.base import Provider
from sandbox.scheduler import Scheduler
from sandbox.sms.message import Message, Receipt
from sandbox.spaces.space import Space
from sandbox.store.base import Store
from sandbox.timeline import Happening


class Queries:
    def __init__(self, store: Store, scheduler: Scheduler, delivery: Delivery) -> None:
        self._store = store
        self._scheduler = scheduler
        self._delivery = delivery

    async def find(self, space: Space, provider: Provider, call: Lookup | Enlist | Follow | Ask) -> Found:
        """Do what the call wants; what came of it is the provider's to tell."""
        return await self._ways[type(call)](self, space, provider, call)

    async def _look_up(self, space: Space, provider: Provider, call: Lookup) -> Found:
        if call.id is None:
            messages = await self._store.lookup(
                space.name, provider.slug, account=call.account, to=call.to, reference=call.reference,
                before=call.before, limit=call.limit,
            )  # fmt: skip
        else:
            named = await self._store.named(space.name, call.id, provider.slug)
            messages = [m for m in named if call.account is None or m.account == call.account][: call.limit]
        if call.moves is not None and messages:
            now = space.clock.now()
            await self._scheduler.report(space, messages[0], Happening(now, now, call.moves, now), "operator")
        return Found(messages, receipts=await self._last_receipts(messages) if call.receipts else {})

    async def _last_receipts(self, messages: list[Message]) -> dict[int, Receipt]:
        """What brought each message to where it stands."""
        receipts = [row for message in messages for row in await self._store.receipts(message.seq)]
        return {row.message: row.receipt for row in receipts if row.moved}

    async def _enlist(self, space: Space, _: Provider, call: Enlist) -> Found:
        await self._store.subscribe(space.name, call.campaign, call.number, call.on)
        return Found()

    async def _follow(self, space: Space, _: Provider, call: Follow) -> Found:
        known = await self._store.link(space.name, call.code, count=call.counted)
        if known is None:
            return Found()
        link, seq = known
        message = await self._store.message(seq)
        if call.counted and message is not None:
            await self._delivery.clicked(space, message, link)
        return Found((message,) if message else (), link)

    async def _ask(self, _space: Space, _provider: Provider, _call: Ask) -> Found:
        return Found()

    _ways: ClassVar[dict[type[Any], Callable[..., Awaitable[Found]]]] = {
        Lookup: _look_up, Enlist: _enlist, Follow: _follow, Ask: _ask,
    }  # fmt: skip
