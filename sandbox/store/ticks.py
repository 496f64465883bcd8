"""Batches gathered over one tick of the loop, so that they share a transaction.

Whoever reads has them flushed first. A flush that fails is done again batch by batch, so that only the guilty one
fails; its writer hears of it from ``settled``, and the log in any case.
"""

import asyncio
import logging
from collections.abc import Callable
from weakref import WeakKeyDictionary

from sandbox.store.base import StoreError
from sandbox.store.rows import Batch

_LOG = logging.getLogger(__name__)
Writer = asyncio.Task[object]


class Ticks:
    """``apply`` writes batches whole or raises, with nothing of them written."""

    def __init__(self, apply: Callable[[list[Batch]], None]) -> None:
        self._apply = apply
        self._timer: asyncio.Handle | None = None
        self._batches: list[tuple[Batch, Writer | None]] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._failed: WeakKeyDictionary[Writer, StoreError] = WeakKeyDictionary()
        self._trouble = ""
        """What was logged last, so that a full disk is told once, until something could be written again."""

    def add(self, batch: Batch) -> None:
        self._batches.append((batch, asyncio.current_task()))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_soon(self._ring)

    def _ring(self) -> None:
        self._timer = None
        self.flush()

    async def settled(self) -> None:
        """When what was added is written. Raises what befell a batch of this very task."""
        if self._batches:
            written = asyncio.get_running_loop().create_future()
            self._waiting.append(written)
            await written
        self.check()

    def check(self) -> None:
        """Raise what befell a batch of this very task."""
        task = asyncio.current_task() if self._failed else None
        if task is not None and (fault := self._failed.pop(task, None)) is not None:
            raise fault

    def flush(self) -> None:
        """Write what there is. Never raises: the guilty are told in their own time."""
        batches, self._batches = self._batches, []
        if batches:
            try:
                self._apply([batch for batch, _ in batches])
                self._trouble = ""
            except Exception as fault:  # noqa: BLE001 - whatever it was, its writer waits to be told
                self._one_by_one(batches, fault)
        waiting, self._waiting = self._waiting, []
        for written in waiting:
            if not written.done():
                written.set_result(None)

    def _one_by_one(self, batches: list[tuple[Batch, Writer | None]], fault: Exception) -> None:
        if len(batches) == 1:
            self._fail(batches[0][1], fault)
            return
        for batch, writer in batches:
            try:
                self._apply([batch])
            except Exception as own:  # noqa: BLE001
                self._fail(writer, own)

    def _fail(self, writer: Writer | None, fault: Exception) -> None:
        told = fault if isinstance(fault, StoreError) else StoreError(f"this cannot be stored: {fault}")
        if str(told) != self._trouble:
            _LOG.error("%s", told)
        self._trouble = str(told)
        if writer is not None:
            self._failed[writer] = told
