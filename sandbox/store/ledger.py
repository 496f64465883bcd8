"""What is due, and what came of it: timelines and attempts to come, callbacks and their attempts."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from sandbox.store import codec, listing
from sandbox.store.core import Core
from sandbox.store.database import Row
from sandbox.store.rows import NEVER, Callback, Due, Filter, Page
from sandbox.wire import Attempt

_DUE = f"SELECT {codec.DUE} FROM due"
_CALLBACK = f"SELECT {codec.CALLBACK} FROM callback"
_BY_ID = f"{_CALLBACK} WHERE space = ? AND id = ? ORDER BY seq DESC LIMIT 1"
_ATTEMPTS = f"SELECT {codec.ATTEMPT} FROM attempt WHERE callback {codec.AMONG} ORDER BY callback, rowid"
_MADE = f"SELECT callback, count(*) FROM attempt WHERE callback {codec.AMONG} GROUP BY callback"
_HELD = """
    SELECT (SELECT count(*) FROM callback WHERE space = n),
    evicted_callbacks + (SELECT count(*) FROM callback WHERE space = -n) FROM space WHERE n = ?
"""


class Ledger(Core):
    # --- what is due ---

    async def next_due(self, space: str) -> int | None:
        row = self._one("SELECT min(at) FROM due WHERE space = ? AND at < ?", self._number(space), NEVER)
        return row[0] if row else None

    async def due(self, space: str, until: int, limit: int) -> list[Due]:
        number = self._number(space)
        return self._dues("WHERE space = ? AND at <= ? ORDER BY at, seq LIMIT ?", number, until, limit)

    async def dues_of(self, seq: int) -> list[Due]:
        return self._dues(
            "WHERE seq = ?1 OR seq IN (SELECT seq FROM callback WHERE message = ?1) ORDER BY at, seq", seq
        )

    async def held(self, space: str, rule: str | None) -> list[Due]:
        number = self._number(space)
        return self._dues(
            "WHERE space = ?1 AND held <> '' AND (?2 IS NULL OR held = ?2) ORDER BY at, seq", number, rule
        )

    def _number(self, space: str) -> int:
        self._ticks.flush()
        return self._names.find(space)

    def _dues(self, rest: str, *values: int | str | None) -> list[Due]:
        rows = self._all(f"{_DUE} {rest}", *values)
        return [codec.due(row, self._names.by_number) for row in rows if self._names.of(row[1])]

    # --- callbacks ---

    async def orphans(self) -> list[Callback]:
        return self._callbacks(self._all(
            f"{_CALLBACK} WHERE state = 'pending' AND seq NOT IN (SELECT seq FROM due) ORDER BY seq"
        ))  # fmt: skip

    async def callbacks(self, space: str, which: Filter) -> Page[Callback]:
        number = self._space(space)
        held = self._one(_HELD, number) or (0, 0)
        found = listing.select(self._database, listing.CALLBACKS, number, which, held[0])
        return Page(self._callbacks(found.rows), found.next, found.total, held[1])

    async def callback(self, space: str, id: str) -> Callback | None:  # noqa: A002
        rows = self._all(_BY_ID, self._space(space), id)
        return next(iter(self._callbacks(rows)), None)

    async def callbacks_by_seq(self, seqs: Sequence[int], *, brief: bool = False) -> dict[int, Callback]:
        rows = self._all(f"{_CALLBACK} WHERE seq {codec.AMONG}", codec.pack(seqs))
        return {callback.seq: callback for callback in self._callbacks(rows, brief=brief)}

    async def callbacks_of(self, message: int) -> list[Callback]:
        return self._callbacks(self._all(f"{_CALLBACK} WHERE message = ? ORDER BY seq", message))

    def _callbacks(self, rows: Iterable[Row], *, brief: bool = False) -> list[Callback]:
        rows = [row for row in rows if self._names.of(row[2])]
        attempts = (self._made if brief else self._attempts)([row[0] for row in rows])
        return [codec.callback(row, self._names.by_number, attempts.get(row[0], [])) for row in rows]

    def _attempts(self, callbacks: list[int]) -> dict[int, list[Attempt]]:
        rows = self._all(_ATTEMPTS, codec.pack(callbacks))
        return {seq: [codec.attempt(row) for row in of] for seq, of in groupby(rows, lambda row: int(row[0]))}

    def _made(self, callbacks: list[int]) -> dict[int, list[Attempt]]:
        return {seq: codec.attempts_made(count) for seq, count in self._all(_MADE, codec.pack(callbacks))}
