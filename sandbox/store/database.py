"""The connection: how a file is opened, locked and left, and SQLite's errors in one clear line each."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sandbox.store import schema
from sandbox.store.base import StoreError
from sandbox.store.named import CONNECTION

Row = tuple[Any, ...]

FAULTS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "another server is using it",
    sqlite3.SQLITE_LOCKED: "another server is using it",
    sqlite3.SQLITE_NOTADB: "it is no data file of sms-sandbox",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_READONLY: "it cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_PERM: "it cannot be opened",
    sqlite3.SQLITE_IOERR_LOCK: "it cannot be locked for writing",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_NOMEM: "memory has run out",
}
SETTINGS = (
    "PRAGMA secure_delete = OFF",  # what is pushed out need not be overwritten
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)
FILE_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # a killed process loses nothing, and a power cut damages nothing
    "PRAGMA cache_size = -65536",  # KiB
)
MEMORY_SETTINGS = (
    "PRAGMA page_size = 16384",  # a commit in memory may walk over all pages, so few and large ones
)
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
LOCK = "PRAGMA locking_mode = EXCLUSIVE"
"""Held from the first look into the file until it is closed: two servers on one file are refused."""
PATIENCE = 0.2
"""How long the file's last server may take to let go of it, in seconds."""


def _obstacle(path: Path) -> str | None:
    """What SQLite has no word for."""
    if path.is_dir():
        return "it is a folder"
    return None if path.parent.is_dir() else f"there is no folder {path.parent}"


class Database:
    """One connection, always in autocommit but inside ``transaction``. Everything raises ``StoreError`` alone."""

    def __init__(self, path: str | None) -> None:
        self.where = f"data file {path}" if path else "the store in memory"
        self.damage = ""
        """Why nothing is written any more, once a page was met that makes no sense."""
        if path and (obstacle := _obstacle(Path(path))):
            raise StoreError(f"{self.where}: {obstacle}")
        with self._clear():
            self._connection = sqlite3.connect(
                path or ":memory:",
                timeout=PATIENCE,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
                factory=CONNECTION,
            )
        try:
            with self._clear():
                self._prepare(durable=path is not None)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, *, durable: bool) -> None:
        if durable:
            self._connection.execute(LOCK)
            self._recognise()
        for setting in (FILE_SETTINGS if durable else MEMORY_SETTINGS) + SETTINGS:
            self._connection.execute(setting)
        self._connection.create_function("fold", 1, str.casefold, deterministic=True)
        self._connection.create_function("sum_of", 1, schema.sum_of, deterministic=True)
        schema.migrate(self._connection)

    def _recognise(self) -> None:
        if schema.foreign(self._connection):
            raise StoreError(f"{self.where}: it is a database, but none of sms-sandbox")
        version, known = schema.version(self._connection), schema.newest()
        if version > known:
            raise StoreError(f"{self.where}: it is of version {version}; this sms-sandbox knows up to {known}")

    @contextmanager
    def _clear(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as fault:
            raise self._told(fault) from fault

    def _told(self, fault: Exception) -> StoreError:
        code = getattr(fault, "sqlite_errorcode", 0)
        known = FAULTS.get(code) or FAULTS.get(code & 0xFF)
        told = StoreError(self.damage or f"{self.where}: {known or ' '.join(str(fault).split())}")
        if code & 0xFF in DAMAGE and not self.damage:
            self.damage = f"{told}; it is only read from now on"
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA query_only = ON")
        return told

    # --- statements ------------------------------------------------------------------------------------

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """How many rows it concerned."""
        try:
            return self._connection.execute(sql, values).rowcount
        except (sqlite3.Error, OverflowError, ValueError) as fault:
            raise self._told(fault) from fault

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        try:
            self._connection.executemany(sql, rows)
        except (sqlite3.Error, OverflowError, TypeError, ValueError) as fault:
            raise self._told(fault) from fault

    def all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except (sqlite3.Error, OverflowError, ValueError) as fault:
            raise self._told(fault) from fault

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        found = self.all(sql, values)
        return found[0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        self.run("BEGIN")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # a full disk has rolled back already
                self._connection.rollback()
            raise

    def close(self) -> None:
        """The last to leave folds the log into the file and removes it."""
        self._connection.close()
