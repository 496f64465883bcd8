"""The tables, and how a file of an older version becomes one of this. What ``more`` holds is ``codec``'s affair.

Spaces are small integers (``space.n``). A message that was pushed out while something of its own is still to come
keeps its row under the *negative* number of its space, and so do its callbacks: no list of the space shows them,
their seq still finds them. What lies under a number without a name is gone already (see ``sweeping``).
``message.settled`` is explained in ``settling``. ``space.journal`` is the sum of its requests' ``size``, in bytes.

What is due bears the seq of the message or callback that it is of.

Ids are random, so that an index over all of them would touch a page of its own for every row. The names of messages,
their ids and what else answers call them, are found by a short sum (``name``), in runs of ``2 ** RUN`` seqs each; who
seeks one looks into every run, and then at the messages themselves. A name that several of a request bear is there
once: ``message`` is the first of them, and so on up to ``last``, within one run. Requests and callbacks, which are
seldom sought by id, have it at the end of their index by space, which is read through for it.
"""

import re
import sqlite3
from collections.abc import Callable
from zlib import crc32

APPLICATION_ID = 0x534D5342  # "SMSB", so that ``file`` and we know our own

RUN = 14
"""Bits of a seq within its run."""
_TABLES = (
    """
    CREATE TABLE space (
        n INTEGER PRIMARY KEY, name TEXT UNIQUE, config TEXT,
        messages INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0,
        evicted_messages INTEGER NOT NULL DEFAULT 0, evicted_requests INTEGER NOT NULL DEFAULT 0,
        evicted_callbacks INTEGER NOT NULL DEFAULT 0, journal INTEGER NOT NULL DEFAULT 0)
    """,
    """
    CREATE TABLE message (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, space INTEGER NOT NULL, provider TEXT NOT NULL,
        account TEXT NOT NULL, recipient TEXT NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL,
        accepted_at INTEGER NOT NULL, state_at INTEGER NOT NULL, reference TEXT NOT NULL, rule TEXT NOT NULL,
        settled INTEGER NOT NULL, more TEXT NOT NULL)
    """,
    "CREATE INDEX message_by_space ON message (space)",
    "CREATE INDEX message_by_recipient ON message (space, recipient)",
    "CREATE INDEX message_by_reference ON message (space, reference) WHERE reference <> ''",
    "CREATE INDEX message_settled ON message (space) WHERE settled = 1",
    """
    CREATE TABLE name (
        run INTEGER, sum INTEGER, message INTEGER, last INTEGER NOT NULL, PRIMARY KEY (run, sum, message))
        WITHOUT ROWID
    """,
    """
    CREATE TABLE link (
        code TEXT, space INTEGER, message INTEGER, url TEXT NOT NULL, clicks INTEGER NOT NULL,
        PRIMARY KEY (code, space, message)) WITHOUT ROWID
    """,
    "CREATE INDEX link_by_message ON link (message)",
    """
    CREATE TABLE due (
        seq INTEGER PRIMARY KEY, space INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
        pending INTEGER NOT NULL, held TEXT NOT NULL, plan BLOB NOT NULL)
    """,
    "CREATE INDEX due_by_instant ON due (space, at, seq, pending)",
    "CREATE INDEX due_held ON due (space) WHERE held <> ''",
    "CREATE TABLE receipt (message INTEGER NOT NULL, more TEXT NOT NULL)",
    "CREATE INDEX receipt_by_message ON receipt (message)",
    """
    CREATE TABLE callback (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, space INTEGER NOT NULL, message INTEGER NOT NULL,
        message_id TEXT NOT NULL, provider TEXT NOT NULL, account TEXT NOT NULL, status TEXT NOT NULL,
        state TEXT NOT NULL, happened_at INTEGER NOT NULL, next_attempt_at INTEGER, post BLOB NOT NULL,
        more TEXT NOT NULL)
    """,
    "CREATE INDEX callback_by_space ON callback (space, seq, id)",
    "CREATE INDEX callback_by_message ON callback (message)",
    "CREATE INDEX callback_pending ON callback (space) WHERE state = 'pending'",
    "CREATE TABLE attempt (callback INTEGER NOT NULL, body BLOB NOT NULL, more TEXT NOT NULL)",
    "CREATE INDEX attempt_by_callback ON attempt (callback)",
    """
    CREATE TABLE request (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL, space INTEGER NOT NULL, provider TEXT NOT NULL,
        operation TEXT NOT NULL, account TEXT NOT NULL, outcome TEXT NOT NULL, error TEXT NOT NULL, rule TEXT NOT NULL,
        received_at INTEGER NOT NULL, duration_ms REAL NOT NULL, client_gave_up INTEGER NOT NULL, body BLOB NOT NULL,
        answer_body BLOB NOT NULL, more TEXT NOT NULL, size INTEGER NOT NULL DEFAULT 0)
    """,
    "CREATE INDEX request_by_space ON request (space, seq, id)",
    """
    CREATE TABLE replay (
        space INTEGER, key TEXT, at INTEGER NOT NULL, body BLOB NOT NULL, more TEXT NOT NULL, message INTEGER,
        PRIMARY KEY (space, key)) WITHOUT ROWID
    """,
    "CREATE INDEX replay_by_message ON replay (message)",
    """
    CREATE TABLE subscription (
        space INTEGER, campaign TEXT, number TEXT, subscribed INTEGER NOT NULL,
        PRIMARY KEY (space, campaign, number)) WITHOUT ROWID
    """,
    "CREATE TABLE fact (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
)


_V2 = (
    "DROP INDEX message_by_id",
    "ALTER TABLE due RENAME TO old_due",
    *(f"DROP INDEX due_{index}" for index in ("by_instant", "by_message", "held")),
    *(statement for statement in _TABLES if re.search(r"TABLE name|\bdue\b", statement)),
    """
    INSERT INTO due SELECT iif(callback, callback, message), space, at, kind, pending, held, plan FROM old_due
    """,
    f"INSERT INTO name SELECT seq >> {RUN}, sum_of(id), seq, seq FROM message",
    f"INSERT OR IGNORE INTO name SELECT message >> {RUN}, sum_of(value), message, last FROM alias",
    "ALTER TABLE space ADD COLUMN journal INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE request ADD COLUMN size INTEGER NOT NULL DEFAULT 0",
    "UPDATE request SET size = length(body) + length(answer_body) + length(CAST(more AS BLOB))",
    "UPDATE space SET journal = (SELECT coalesce(sum(size), 0) FROM request WHERE space = n)",
    "DROP TABLE old_due",
    "DROP TABLE alias",
)


def _step(*statements: str) -> Callable[[sqlite3.Connection], None]:
    def step(connection: sqlite3.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return step


_CREATE = _step(f"PRAGMA application_id = {APPLICATION_ID}", *_TABLES)
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_step(*_V2),)
"""The n-th makes version n+1 of version n, inside a transaction."""


def sum_of(name: str) -> int:
    """32 bits; also a function of the SQL here."""
    return crc32(name.encode("utf-8", "surrogatepass"))


def newest() -> int:
    return len(MIGRATIONS) + 1


def version(connection: sqlite3.Connection) -> int:
    """0: an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def foreign(connection: sqlite3.Connection) -> bool:
    """Whether this is somebody else's database."""
    stamp = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    return stamp != APPLICATION_ID and bool(stamp or tables)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to this version, step by step in one transaction."""
    held = version(connection)
    steps = MIGRATIONS[held - 1 :] if held else (_CREATE,)
    if steps:
        connection.execute("BEGIN IMMEDIATE")
        for step in steps:
            step(connection)
        connection.execute(f"PRAGMA user_version = {newest()}")
        connection.execute("COMMIT")
