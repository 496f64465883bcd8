"""Batches gathered over one tick of the loop, so that they share a transaction.

Whoever reads has them flushed first. A flush that fails is done again batch by batch, so that only the guilty one
fails; its writer hears of it, and the log.
"""

import asyncio
import logging
from collections.abc import Callable

from sandbox.store.base import StoreError
from sandbox.store.rows import Batch

_LOG = logging.getLogger(__name__)
Waiting = list[tuple[Batch, asyncio.Future[None]]]


class Ticks:
    """``apply`` writes batches whole or raises, with nothing of them written."""

    def __init__(self, apply: Callable[[list[Batch]], None]) -> None:
        self._apply = apply
        self._waiting: Waiting = []
        self._trouble = ""
        """What was logged last, so that a full disk is told once, until something could be written again."""

    def add(self, batch: Batch) -> asyncio.Future[None]:
        """Done when ``batch`` is in its place."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self.flush)
        written = loop.create_future()
        self._waiting.append((batch, written))
        return written

    def flush(self) -> None:
        """Write what there is. Never raises: the guilty are told."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            self._apply([batch for batch, _ in waiting])
            self._trouble = ""
        except Exception as fault:  # noqa: BLE001 - whatever it was, its writer waits to be told
            self._one_by_one(waiting, fault)
        for _, written in waiting:
            if not written.done():
                written.set_result(None)

    def _one_by_one(self, waiting: Waiting, fault: Exception) -> None:
        if len(waiting) == 1:
            self._fail(waiting[0][1], fault)
            return
        for batch, written in waiting:
            try:
                self._apply([batch])
            except Exception as own:  # noqa: BLE001
                self._fail(written, own)

    def _fail(self, written: asyncio.Future[None], fault: Exception) -> None:
        told = fault if isinstance(fault, StoreError) else StoreError(f"this cannot be stored: {fault}")
        if str(told) != self._trouble:
            _LOG.error("%s", told)
        self._trouble = str(told)
        if not written.done():
            written.set_exception(told)
