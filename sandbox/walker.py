"""Somebody who walks a space's clock, whatever its mode, from one instant at which something is due to the next.

Everything due at one happens, consumers are waited for, and what they cause joins in (CONTROL-API.md).
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from sandbox.clock import LAST, Mode, iso
from sandbox.delivery import Delivery
from sandbox.durations import DAY, MILLISECOND, SECOND
from sandbox.feed import Feed
from sandbox.scheduler import Scheduler
from sandbox.spaces.registry import Spaces
from sandbox.spaces.space import Space, describe_clock
from sandbox.store.base import Store

FARTHEST = 30 * DAY
MOST_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class Walk:
    """What ``advance`` did. ``settled`` is False when it ran out of (real) time or steps."""

    now: int
    fired: list[dict[str, Any]]
    pending: int
    settled: bool

    def as_json(self) -> dict[str, Any]:
        return {"now": iso(self.now), "fired": self.fired, "pending": self.pending, "settled": self.settled}


class Walker:
    def __init__(self, store: Store, feed: Feed, spaces: Spaces, delivery: Delivery, scheduler: Scheduler) -> None:
        self._store = store
        self._feed = feed
        self._spaces = spaces
        self._delivery = delivery
        self._scheduler = scheduler
        self._quiet: dict[Space, asyncio.Event] = {}
        delivery.landed = self._landed

    async def set_clock(self, space: Space, mode: Mode | None, speed: float, now: int | None) -> None:
        """Another mode from this instant on; ``now`` jumps forward and fires what it passes."""
        if mode is not None:
            space.clock.set_mode(mode, speed)
        if now is not None and now >= space.clock.now():
            await self.advance(space, now)  # which tells of it
            return
        if now is not None:
            space.clock.jump(now)
        await self.clock_changed(space)

    async def clock_changed(self, space: Space) -> None:
        """The timer anew, and everybody told; of a space that was dropped meanwhile there is nothing to tell."""
        if self._spaces.get(space.name) is not space:
            return
        await self._scheduler.wind(space)
        await self._spaces.save(space)
        self._feed.publish("clock", space.name, lambda: describe_clock(space.clock))

    async def advance(
        self, space: Space, to: int | None, *, by: int | None = None, settle: int = 0, patience: int = 60 * SECOND
    ) -> Walk:
        """Walk to ``to``, ``by`` so much, or until nothing is pending. ``settle`` and ``patience`` in real µs."""
        fired: list[dict[str, Any]] = []
        with space.in_use():
            async with space.lock:
                deadline = asyncio.get_running_loop().time() + patience / SECOND
                space.walked = fired
                try:
                    target = to if by is None else space.clock.now() + by
                    settled = await self._walk(space, target, settle, deadline)
                finally:  # also where the asker has gone
                    space.walked = None
                    await self.clock_changed(space)
        counts = await self._store.counts(space.name)
        pending = counts.pending + self._delivery.in_flight(space)
        return Walk(space.clock.now(), fired, pending, settled)

    async def _walk(self, space: Space, to: int | None, settle: int, deadline: float) -> bool:
        target = space.clock.now() + FARTHEST if to is None else to
        steps = 0
        while await self._calm(space, deadline) and self._spaces.get(space.name) is space:
            at = await self._store.next_due(space.name)
            if at is None or at > min(target, LAST):
                if to is not None:
                    space.clock.jump(max(to, space.clock.now()))
                return at is None or to is not None
            if steps >= MOST_STEPS:
                return False
            space.clock.jump(max(at, space.clock.now()))
            steps += await self._scheduler.fire(space, space.clock.now())
            if settle:
                await self._calm(space, deadline)
                await asyncio.sleep(settle / SECOND)
        return False

    async def _calm(self, space: Space, deadline: float) -> bool:
        """Wait until no post of the space is in flight; False when time is up first."""
        loop = asyncio.get_running_loop()
        while self._delivery.in_flight(space):
            quiet = self._quiet.setdefault(space, asyncio.Event())
            try:
                await asyncio.wait_for(quiet.wait(), max(MILLISECOND / SECOND, deadline - loop.time()))
            except TimeoutError:
                return False
        return loop.time() <= deadline

    def _landed(self, space: Space) -> None:
        quiet = self._quiet.pop(space, None)
        if quiet is not None:
            quiet.set()
