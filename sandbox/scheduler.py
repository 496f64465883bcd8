"""What is due, when it is due: rows in the store, and one timer a space that is set to the earliest of them.

A manual clock has no timer: ``walker`` fires what is due as it goes.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from sandbox import timeline
from sandbox.clock import FIRST
from sandbox.delivery import Beginning, Delivery
from sandbox.sms.message import Message
from sandbox.spaces.registry import Spaces
from sandbox.spaces.space import Space
from sandbox.store.base import Store, StoreError
from sandbox.store.rows import NEVER, PACED, TIMELINE, Batch, Callback, Due

_LOG = logging.getLogger(__name__)
AT_ONCE = 200
"""Rows fired in one go, so that a burst never holds the loop for long."""
PAUSE = 1.0
"""Real seconds before another try, where the store could not take what happened."""


class Scheduler:
    def __init__(self, store: Store, spaces: Spaces, delivery: Delivery) -> None:
        self._store = store
        self._spaces = spaces
        self._delivery = delivery
        self._timers: dict[Space, tuple[int, asyncio.TimerHandle]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.ticking = False
        """Started, and not closed yet."""
        delivery.reports.arm = self.arm
        spaces.leaving.append(self._leave)

    async def start(self) -> None:
        """Take up what a process before this one left undone."""
        for callback in await self._store.orphans():
            space = self._spaces.get(callback.space)
            if space is not None:
                self._delivery.launch(space, callback, await self._store.message(callback.message), space.epoch)
        for space in self._spaces:
            await self._release_the_ownerless(space)
            await self._rearm(space)
        self.ticking = True

    async def close(self) -> None:
        self.ticking = False
        for _, timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._delivery.close()

    # --- timers --------------------------------------------------------------------------------------

    def arm(self, space: Space, at: int) -> None:
        """See to it that ``space`` is looked at no later than its clock shows ``at``."""
        armed = self._timers.get(space)
        if armed is not None and armed[0] <= at:
            return
        wait = space.clock.real_until(at) if at < NEVER else None
        if wait is not None:
            self._disarm(space)
            timer = asyncio.get_running_loop().call_later(wait, self._wake, space)
            self._timers[space] = (at, timer)

    def arm_for(self, space: Space, dues: Sequence[Due]) -> None:
        if dues:
            self.arm(space, min([due.at for due in dues]))

    def _wake(self, space: Space) -> None:
        self._timers.pop(space, None)
        self._spawn(self._catch_up(space))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not isinstance(fault, StoreError):  # which the store has logged
            _LOG.error("the scheduler stumbled", exc_info=fault)

    async def _catch_up(self, space: Space) -> None:
        async with space.lock:
            if self._spaces.get(space.name) is not space:
                return
            try:
                await self.fire(space, space.clock.now())
                await self._rearm(space)
            except Exception:
                timer = asyncio.get_running_loop().call_later(PAUSE, self._wake, space)
                self._timers[space] = (FIRST, timer)
                raise

    async def _rearm(self, space: Space) -> None:
        at = await self._store.next_due(space.name)
        if at is not None and self._spaces.get(space.name) is space:
            self.arm(space, at)

    async def wind(self, space: Space) -> None:
        """Its timer anew, by what its clock shows now."""
        self._disarm(space)
        await self._rearm(space)

    def _disarm(self, space: Space) -> None:
        armed = self._timers.pop(space, None)
        if armed is not None:
            armed[1].cancel()

    def _leave(self, space: Space) -> None:
        space.epoch += 1
        self._disarm(space)

    # --- firing ----------------------------------------------------------------------------------------

    async def fire(self, space: Space, until: int) -> int:
        """Let everything due at or before ``until`` happen; how many rows that were."""
        fired = 0
        while rows := await self._store.due(space.name, until, AT_ONCE):
            await self._fire_rows(space, rows, until)
            fired += len(rows)
            await asyncio.sleep(0)
        return fired

    async def _fire_rows(self, space: Space, rows: list[Due], until: int) -> None:
        timelines = [row.seq for row in rows if row.kind == TIMELINE]
        callbacks = await self._store.callbacks_by_seq([row.seq for row in rows if row.kind != TIMELINE])
        messages = await self._store.by_seq(timelines + [callback.message for callback in callbacks.values()])
        batch, posts = Batch(), list[Beginning]()
        for row in rows:
            batch.dropped.append(row.seq)
            if row.kind == TIMELINE and (message := messages.get(row.seq)):
                begun = self._step(space, message, row, until, batch)
                posts += [(callback, message) for callback in begun]
            elif row.seq in callbacks:
                callback = callbacks[row.seq]
                if row.kind == PACED or self._delivery.reports.its_turn(space, callback, batch):
                    posts.append((callback, messages.get(callback.message)))
        await self._delivery.begin(space, batch, posts)

    def _step(self, space: Space, message: Message, row: Due, until: int, batch: Batch) -> list[Callback]:
        """Let a timeline's steps up to ``until`` happen; what remains of it is due later."""
        plan = timeline.release(row.plan, row.at) if row.held else timeline.unpack(row.plan)
        begun: list[Callback] = []
        while plan and plan[0].at <= until:
            begun += self._delivery.reports.happen(space, message, plan.pop(0), batch, "timeline")
        if plan:
            batch.dues.append(due(message, timeline.pack(plan)))
        return begun

    async def release(self, space: Space, rule: str | None) -> None:
        """A rule has ended (None: every rule): the timelines that waited for it begin now.

        Where the store cannot take that, they begin as soon as it can.
        """
        waiting = {row.seq for row in await self._store.held(space.name, rule)}
        try:
            await self._release(space, waiting)
        except StoreError:  # which the store has logged
            self._spawn(self._release_later(space, waiting))

    async def _release_later(self, space: Space, waiting: set[int]) -> None:
        epoch, done = space.epoch, False
        while space.epoch == epoch and not done:
            await asyncio.sleep(PAUSE)
            with suppress(StoreError):
                await self._release(space, waiting)
                done = True

    async def _release(self, space: Space, waiting: set[int]) -> None:
        """Of those rows, the ones that are still there."""
        if not waiting:
            return
        rows = [row for row in await self._store.held(space.name, None) if row.seq in waiting]
        batch, now = Batch(), space.clock.now()
        messages = await self._store.by_seq([row.seq for row in rows])
        for row in rows:
            batch.dropped.append(row.seq)
            message, plan = messages.get(row.seq), timeline.release(row.plan, now)
            if message is not None and plan:
                batch.dues.append(due(message, timeline.pack(plan)))
        self.arm_for(space, batch.dues)
        await self._store.write(batch)

    async def _release_the_ownerless(self, space: Space) -> None:
        """What waits for a rule that the space plays no longer: its scenario changed while no server ran."""
        holding = {rule.label for rule in space.scenario.rules if rule.hold}
        held = await self._store.held(space.name, None)
        await self._release(space, {row.seq for row in held if row.held not in holding})

    async def report(
        self, space: Space, message: Message, what: timeline.Happening, source: str, *, cancel: bool = False
    ) -> None:
        """A receipt by hand, or by the network operator: now, beside the timeline, or instead of its rest."""
        batch = Batch(dropped=[message.seq] if cancel else [])
        begun = self._delivery.reports.happen(space, message, what, batch, source)
        await self._delivery.begin(space, batch, [(callback, message) for callback in begun])


def due(message: Message, plan: timeline.Plan) -> Due:
    """The row for what remains of a timeline."""
    return Due(message.seq, message.space, plan.at, TIMELINE, plan.packed, plan.pending)
