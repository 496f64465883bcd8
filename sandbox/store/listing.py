"""Lists: filters as conditions, pages newest first, cursors.

``=`` compares exactly; a part (``Text.part``) is sought without regard to case, in letters of any alphabet.
A recipient is looked up in an index; other fields are compared row by row.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.store import codec
from sandbox.store.database import Database, Row
from sandbox.store.rows import Filter, Text
from sandbox.store.schema import RUN

Condition = tuple[str, tuple[Any, ...]]
Field = Callable[[Text], Condition]
"""From what a field must be to SQL and its values."""

LAST = 2**63 - 1
_CURSOR = re.compile(r"c([0-9a-f]{1,15})")


def cursor(seq: int) -> str:
    """The cursor that stands right behind the row ``seq``."""
    return f"c{seq:x}"


def seq_of(text: str) -> int:
    """The seq of the last row before a cursor. ``ValueError`` for what was never a page's ``next``."""
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is no cursor; give the next of the page before")
    return int(match[1], 16)


# --- conditions -----------------------------------------------------------------------------------------


def _compared(column: str, wanted: Text) -> Condition:
    if not wanted.part:
        return f"{column} = ?", (wanted.value,)
    fold = "lower" if wanted.value.isascii() else "fold"  # lower knows ASCII alone, and is ten times as fast
    return f"instr({fold}({column}), ?) > 0", (wanted.value.casefold(),)


def _column(name: str) -> Field:
    return lambda wanted: _compared(name, wanted)


def _element(path: str) -> Field:
    """One of a JSON array's, at ``path`` in ``more``."""

    def condition(wanted: Text) -> Condition:
        held, values = _compared("value", wanted)
        return f"EXISTS (SELECT 1 FROM json_each(more, '{path}') WHERE {held})", values

    return condition


_RUNS = f"""
    WITH RECURSIVE runs(run, latest) AS (
        SELECT (SELECT min(seq) FROM message) >> {RUN}, (SELECT max(seq) FROM message) >> {RUN}
        UNION ALL SELECT run + 1, latest FROM runs WHERE run < latest)
    SELECT run FROM runs
"""
BEARING = f"""
    SELECT m.seq FROM name n JOIN message m ON m.seq BETWEEN n.message AND n.last
    WHERE n.run IN ({_RUNS}) AND n.sum = sum_of(?1)
    AND (m.id = ?1 OR EXISTS (SELECT 1 FROM json_each(m.more, '$[3]') WHERE value = ?1))
"""
"""The messages that bear a name."""
_OF_MESSAGE = f"""seq IN (
    SELECT seq FROM callback WHERE message IN ({BEARING.replace("?1", "?")})
    UNION ALL SELECT seq FROM callback WHERE message = 0 AND message_id = ?)"""


def _of_message(wanted: Text) -> Condition:
    """A callback's message by any of its names; an inbound one has no row, only its own id."""
    return _compared("message_id", wanted) if wanted.part else (_OF_MESSAGE, (wanted.value,) * _OF_MESSAGE.count("?"))


@dataclass(frozen=True, slots=True)
class Listing:
    """A table that is listed. ``instant`` is what ``since_at`` compares."""

    table: str
    columns: str
    instant: str
    fields: Mapping[str, Field]


def _columns(*names: str) -> dict[str, Field]:
    return {name: _column(name) for name in names}


MESSAGES = Listing(
    "message", codec.MESSAGE, "accepted_at",
    _columns("provider", "sender", "text", "account", "rule", "reference")
    | {"to": _column("recipient"), "status": _column("state")},
)  # fmt: skip
REQUESTS = Listing(
    "request", codec.ENTRY, "received_at",
    _columns("provider", "operation", "outcome", "account", "rule", "error")
    | {"message": _element("$[2]"), "to": _element("$[3]"), "text": _element("$[4]")},
)  # fmt: skip
CALLBACKS = Listing(
    "callback", codec.CALLBACK, "happened_at",
    _columns("provider", "state", "status", "account") | {"message": _of_message},
)  # fmt: skip


# --- pages ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of one page, ``next``, and the ``total`` of what matches."""

    rows: list[Row]
    next: str | None
    total: int


def select(database: Database, what: Listing, space: int, which: Filter, held: int) -> Slice:
    """One page. ``held``: how many rows the space has, so that nobody counts where nothing is filtered."""
    before = LAST if which.cursor is None else seq_of(which.cursor)
    limit = max(which.limit, 0)
    where, values = _where(what, space, which)
    total = held
    if len(values) > 1:
        total = database.all(f"SELECT count(*) FROM {what.table} WHERE {where}", values)[0][0]
    page = database.all(
        f"SELECT seq FROM {what.table} WHERE {where} AND seq < ? ORDER BY seq DESC LIMIT ?",
        (*values, before, min(limit + 1, total) if limit else 0),
    )
    seqs = [row[0] for row in page]
    rows = database.all(
        f"SELECT {what.columns} FROM {what.table} WHERE seq {codec.AMONG} ORDER BY seq DESC",
        (codec.pack(seqs[:limit]),),
    )
    return Slice(rows, cursor(seqs[limit - 1]) if len(seqs) > limit > 0 else None, total)


def _where(what: Listing, space: int, which: Filter) -> Condition:
    conditions: list[Condition] = [("space = ?", (space,))]
    for name, wanted in which.match.items():
        field = what.fields.get(name)
        if field is None:
            raise ValueError(f"{what.table}s cannot be filtered by {name!r}; known are {', '.join(what.fields)}")
        conditions.append(field(wanted))
    if which.since:
        conditions.append(("seq > ?", (which.since,)))
    if which.since_at is not None:
        conditions.append((f"{what.instant} > ?", (which.since_at,)))
    return " AND ".join(sql for sql, _ in conditions), tuple(value for _, values in conditions for value in values)
