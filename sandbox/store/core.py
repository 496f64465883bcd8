"""What every part of the SQLite store stands on: the connection, the ticks, the bounds."""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sandbox.sms.message import Message
from sandbox.store import codec, removal, sweeping
from sandbox.store.base import Limits, StoreError
from sandbox.store.database import Database, Row
from sandbox.store.eviction import SLACK, Bounds
from sandbox.store.names import Names
from sandbox.store.rows import Batch
from sandbox.store.ticks import Ticks, whole
from sandbox.store.writing import Writer, merged

GATHERING = 0.005
"""How long what was written is gathered, in seconds, where nothing survives the process anyway."""
BREATH = 0.001
"""Between two portions that are swept away, in seconds."""
_HIGHEST = (
    "SELECT max((SELECT coalesce(max(seq), 0) FROM message), (SELECT coalesce(max(seq), 0) FROM callback),"
    " (SELECT coalesce(max(seq), 0) FROM request), coalesce((SELECT value FROM fact WHERE key = 'highest seq'), 0))"
)
_KEEP_HIGHEST = "INSERT OR REPLACE INTO fact VALUES ('highest seq', ?)"


class Core:
    """One connection, used by one loop. Every coroutine does its work before it first waits."""

    def __init__(self, path: str | None, limits: Limits) -> None:
        self._database = Database(path)
        self._database.run(removal.SCRATCH)
        self._names = Names(self._database)
        self._writer = Writer(self._database, self._names)
        self._bounds = Bounds(self._database, limits)
        self._grown = set(self._names.by_number)  # the bounds may be narrower than the last server's
        self._ticks = Ticks(self._apply, 0.0 if path else GATHERING)
        highest = self._database.one(_HIGHEST)
        self._next = 1 + (highest[0] if highest else 0)
        self._sweeper: asyncio.Handle | None = None
        self._unswept = True  # the last server may have left something

    @property
    def damage(self) -> str:
        return self._database.damage

    # --- writing ---------------------------------------------------------------------------------------

    def number(self, count: int = 1) -> int:
        first = self._next
        self._next += count
        return first

    def write(self, batch: Batch) -> Awaitable[None]:
        return self._ticks.add(batch)

    async def close(self) -> None:
        self._ticks.flush()
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._database.close()

    def _apply(self, batches: list[Batch]) -> Iterator[None]:
        """All of these, whole, or none of them. Nothing else may be read or written between two slices."""
        with self._transaction():
            for batch in merged(batches):
                grown = yield from self._writer.write(batch)
                for space in grown:
                    yield from self._bounds.trim(space, SLACK)
                for name in {callback.space for callback in batch.callbacks if not callback.message}:
                    self._bounds.trim_inbound(self._names.find(name))
                if batch.dropped or batch.ledger:
                    self._bounds.end_hidden()
                self._grown |= grown
        if self._unswept:
            self._sweep_on()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it or nothing, newly numbered spaces included."""
        try:
            with self._database.transaction():
                yield
        except BaseException:
            self._names.load()
            raise

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """A transaction that gives up a space's number. Seqs are not given again, even by a server after this one."""
        with self._transaction():
            self._database.run(_KEEP_HIGHEST, (self._next - 1,))
            yield
        self._names.load()
        self._sweep_on()

    def _sweep_on(self) -> None:
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(BREATH, self._sweep)

    def _sweep(self) -> None:
        """One portion, and again in a while. On a full disk it rests until the next space ends."""
        self._sweeper, self._unswept = None, False
        self._ticks.flush()
        with suppress(StoreError), self._transaction():
            if sweeping.sweep(self._database):
                self._sweep_on()

    # --- reading: what was written is seen, and nothing over the bounds ----------------------------------

    def _space(self, name: str) -> int:
        """The number of a space, when everything written to it is in its place."""
        self._ticks.flush()
        space = self._names.find(name)
        if space in self._grown:
            with self._transaction():
                whole(self._bounds.trim(space))
            self._grown.discard(space)
        return space

    def _all(self, sql: str, *values: Any) -> list[Row]:
        self._ticks.flush()
        return self._database.all(sql, values)

    def _one(self, sql: str, *values: Any) -> Row | None:
        return next(iter(self._all(sql, *values)), None)

    def _as_messages(self, rows: Iterable[Row]) -> list[Message]:
        return [codec.message(row, self._names.by_number) for row in rows if self._names.of(row[2])]
