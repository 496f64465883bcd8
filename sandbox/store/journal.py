"""The journal of provider calls, the answers that are given again, and who is subscribed to what."""

from sandbox.store import codec, listing
from sandbox.store.core import Core
from sandbox.store.rows import Entry, Filter, Page, Replay

_BY_ID = f"SELECT {codec.ENTRY} FROM request WHERE space = ? AND id = ? ORDER BY seq DESC LIMIT 1"


class Journal(Core):
    async def requests(self, space: str, which: Filter) -> Page[Entry]:
        number = self._space(space)
        held = self._one("SELECT requests, evicted_requests FROM space WHERE n = ?", number) or (0, 0)
        found = listing.select(self._database, listing.REQUESTS, number, which, held[0])
        entries = [codec.entry(row, self._names.by_number) for row in found.rows]
        return Page(entries, found.next, found.total, held[1])

    async def request(self, space: str, id: str) -> Entry | None:  # noqa: A002
        row = self._one(_BY_ID, self._space(space), id)
        return codec.entry(row, self._names.by_number) if row else None

    async def replay(self, space: str, key: str, since: int) -> Replay | None:
        row = self._one(
            f"SELECT {codec.REPLAY} FROM replay WHERE space = ? AND key = ? AND at >= ?",
            self._space(space), key, since,
        )  # fmt: skip
        return codec.replay(row, self._names.by_number) if row else None

    async def subscribed(self, space: str, campaign: str, number: str) -> bool | None:
        row = self._one(
            "SELECT subscribed FROM subscription WHERE space = ? AND campaign = ? AND number = ?",
            self._space(space), campaign, number,
        )  # fmt: skip
        return bool(row[0]) if row else None

    async def subscribe(self, space: str, campaign: str, number: str, on: bool) -> None:
        self._ticks.flush()
        with self._transaction():
            self._database.run(
                "INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?)",
                (self._names.intern(space), campaign, number, on),
            )
