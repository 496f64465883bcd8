"""Batches gathered over one tick of the loop, so that they share a transaction and their writers go on together.

Where nothing survives the process no writer need wait for a transaction, and one costs much the same for many batches
as for few. So there the writers still go on together, for that costs less than one by one, but what they wrote is
gathered on with that of the ticks after it.

A large heap is written in slices, and between two of them everybody else has a turn. Whoever reads has all of it
flushed first. A flush that fails is done again batch by batch, so that only the guilty one fails; its writer hears of
it if it waits, and the log.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator

from sandbox.store.base import StoreError
from sandbox.store.rows import Batch

_LOG = logging.getLogger(__name__)
MOST = 32
"""Batches that are gathered over several ticks."""
SLICE = 250
"""Rows in a slice, about."""
Waiting = list[tuple[Batch, asyncio.Future[None]]]
Apply = Callable[[list[Batch]], Iterator[None]]


class Ticks:
    """``apply`` writes batches whole or raises, with nothing of them written; each of its steps is a slice.

    ``patience``: how long batches may be gathered, in seconds; 0: no longer than a tick.
    """

    def __init__(self, apply: Apply, patience: float) -> None:
        self._apply = apply
        self._patience = patience
        self._came: list[asyncio.Future[None]] = []
        """The writers of this tick."""
        self._waiting: Waiting = []
        self._writing: tuple[Waiting, Iterator[None]] | None = None
        self._next: asyncio.Handle | None = None
        self._trouble = ""
        """What was logged last, so that a full disk is told once, until something could be written again."""

    def add(self, batch: Batch) -> asyncio.Future[None]:
        """Done when its writer may go on."""
        loop = asyncio.get_running_loop()
        if not self._came:
            loop.call_soon(self._end)
        written = loop.create_future()
        self._came.append(written)
        self._waiting.append((batch, written))
        return written

    def _end(self) -> None:
        """The end of a tick in which something came."""
        came, self._came = self._came, []
        if not self._patience or self._writing is not None or len(self._waiting) >= MOST:
            self._write_some()  # nobody goes on before, or what waits might grow without end
            return
        _go_on(came)
        if self._next is None and self._waiting:
            self._next = asyncio.get_running_loop().call_later(self._patience, self._write_some)

    def flush(self) -> None:
        """Write all there is. Never raises: the guilty are told."""
        self._stop()
        while self._unwritten():
            self._slice()

    def _unwritten(self) -> bool:
        return self._writing is not None or bool(self._waiting)

    def _write_some(self) -> None:
        self._stop()
        if self._unwritten():  # and nobody has read, who had it flushed
            self._slice()
        if self._unwritten():
            self._next = asyncio.get_running_loop().call_soon(self._write_some)

    def _stop(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _slice(self) -> None:
        """Go on with what is being written, or begin with what waits."""
        if self._writing is None:
            self._writing = self._waiting, self._apply([batch for batch, _ in self._waiting])
            self._waiting = []
        waiting, slices = self._writing
        try:
            next(slices)
        except StopIteration:
            self._trouble = ""
        except Exception as fault:  # noqa: BLE001 - whatever it was, its writer waits to be told
            self._one_by_one(waiting, fault)
        else:
            return
        self._writing = None
        _go_on([written for _, written in waiting])

    def _one_by_one(self, waiting: Waiting, fault: Exception) -> None:
        if len(waiting) == 1:
            self._fail(waiting[0][1], fault)
            return
        for batch, written in waiting:
            try:
                whole(self._apply([batch]))
            except Exception as own:  # noqa: BLE001
                self._fail(written, own)

    def _fail(self, written: asyncio.Future[None], fault: Exception) -> None:
        told = fault if isinstance(fault, StoreError) else StoreError(f"this cannot be stored: {fault}")
        if str(told) != self._trouble:
            _LOG.error("%s", told)
        self._trouble = str(told)
        if not written.done():
            written.set_exception(told)


def _go_on(writers: list[asyncio.Future[None]]) -> None:
    for written in writers:
        if not written.done():
            written.set_result(None)


def whole(slices: Iterator[None]) -> None:
    """All of them at once."""
    for _ in slices:
        pass
