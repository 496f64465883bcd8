"""The store in SQLite: in memory, or in a file that survives the process."""

from typing import Any

from sandbox.store import codec, sweeping
from sandbox.store.base import Counts, Limits
from sandbox.store.journal import Journal
from sandbox.store.ledger import Ledger
from sandbox.store.messages import Messages
from sandbox.store.rows import SpaceRow

_COUNTS = """
    SELECT messages, requests, (SELECT count(*) FROM callback WHERE space = n),
    (SELECT coalesce(sum(pending), 0) FROM due WHERE space = n), evicted_messages, evicted_requests
    FROM space WHERE n = ?
"""
_SHELF = "shelf/"
"""Begins the key of a fact that is a scenario on the shelf."""


class SqliteStore(Messages, Ledger, Journal):
    """See ``base.Store``; here is what concerns whole spaces and the server, the rest in the files of its name."""

    @classmethod
    def open(cls, path: str | None, limits: Limits) -> "SqliteStore":
        """On the file at ``path``, made if there is none; None: in memory. ``StoreError`` where that cannot be."""
        return cls(path, limits)

    async def spaces(self) -> list[SpaceRow]:
        rows = self._all("SELECT name, config FROM space WHERE name IS NOT NULL AND config IS NOT NULL ORDER BY name")
        return [SpaceRow(name, codec.unpack(config)) for name, config in rows]

    async def save_space(self, row: SpaceRow) -> None:
        self._ticks.flush()
        with self._transaction():
            number = self._names.intern(row.name)
            self._database.run("UPDATE space SET config = ? WHERE n = ?", (codec.pack(row.config), number))

    async def clear(self, space: str, *, messages_only: bool = False) -> Counts:
        counts = await self.counts(space)
        with self._ending():
            sweeping.clear(self._database, self._names.find(space), messages_only=messages_only)
        return counts

    async def drop_space(self, name: str) -> None:
        self._ticks.flush()
        with self._ending():
            sweeping.drop(self._database, self._names.find(name))

    async def counts(self, space: str) -> Counts:
        row = self._one(_COUNTS, self._space(space))
        return Counts(*row) if row else Counts()

    async def remember(self, key: str, value: Any) -> Any:
        """Bytes stay bytes; anything else must be JSON."""
        self._ticks.flush()
        held = value if isinstance(value, bytes) else codec.pack(value)
        with self._transaction():
            self._database.run("INSERT OR IGNORE INTO fact VALUES (?, ?)", (key, held))
        row = self._one("SELECT value FROM fact WHERE key = ?", key)
        first = row[0] if row else held
        return first if isinstance(first, bytes) else codec.unpack(first)

    async def shelve(self, name: str, text: str | None) -> None:
        self._ticks.flush()
        with self._transaction():
            if text is None:
                self._database.run("DELETE FROM fact WHERE key = ?", (_SHELF + name,))
            else:
                self._database.run("INSERT OR REPLACE INTO fact VALUES (?, ?)", (_SHELF + name, text))

    async def shelved(self) -> dict[str, str]:
        rows = self._all("SELECT key, value FROM fact WHERE substr(key, 1, ?) = ? ORDER BY key", len(_SHELF), _SHELF)
        return {key.removeprefix(_SHELF): text for key, text in rows}
