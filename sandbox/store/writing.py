"""A batch as statements: one ``executemany`` a table, in an order in which nothing refers to what comes later.

What is done goes out before what is due comes in, so that a row may take the place of one with its seq.

What belongs to a message or callback that is gone meanwhile (cleared, pushed out) is not written, and that is no
error: a receipt, a callback, an attempt, a due row.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from itertools import chain
from operator import attrgetter
from typing import Any

from sandbox.sms.message import Message
from sandbox.store import codec, schema
from sandbox.store.database import Database
from sandbox.store.names import Names
from sandbox.store.rows import TIMELINE, Batch, Entry
from sandbox.store.settling import settle, unsettled
from sandbox.store.ticks import SLICE


def _marks(last: int, first: int = 1) -> str:
    return ", ".join(f"?{number}" for number in range(first, last + 1))


def _there(table: str, mark: int, column: str = "seq", also: str = "") -> str:
    """NULL where the row is gone, which no column takes and ``OR IGNORE`` then passes over."""
    return f"(SELECT {column} FROM {table} WHERE seq = ?{mark}{also})"


_MESSAGE = f"INSERT INTO message VALUES ({_marks(15)})"
_NAME = f"""
    INSERT INTO name VALUES (?2 >> {schema.RUN}, ?1, ?2, ?3) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)
"""
_CALLBACK = f"INSERT OR IGNORE INTO callback VALUES (?1, ?2, {_there('message', 4, 'space')}, {_marks(13, 4)})"
_INBOUND = f"INSERT INTO callback VALUES ({_marks(13)})"
_FIRST_DUE = f"INSERT INTO due VALUES ({_marks(7)})"
_HERE = " AND abs(space) = ?2"
_DUE = f"""
    INSERT OR IGNORE INTO due VALUES (?1, iif(?4 = '{TIMELINE}', {_there("message", 1, "?2", _HERE)},
    {_there("callback", 1, "?2", _HERE)}), {_marks(7, 3)})
"""
_REPLAY = f"""
    INSERT OR REPLACE INTO replay SELECT {_marks(5)},
    (SELECT max(seq) FROM message WHERE id = ?6 AND +space = ?1)
"""
_DONE = f"DELETE FROM due WHERE seq {codec.AMONG}"
_REQUEST = f"INSERT INTO request VALUES ({_marks(16)})"
_GROW = "UPDATE space SET messages = messages + ?, requests = requests + ?, journal = journal + ? WHERE n = ?"

Encode = Callable[[Any, codec.Intern], codec.Row]
TABLES: tuple[tuple[str, str, Encode], ...] = (
    ("links", "INSERT INTO link VALUES (?, ?, ?, ?, ?)", codec.link_row),
    ("receipts", f"INSERT OR IGNORE INTO receipt VALUES ({_there('message', 1)}, ?2)", codec.receipt_row),
    ("moves", "UPDATE message SET state = ?2, state_at = ?3 WHERE seq = ?1", codec.move_row),
    ("attempts", f"INSERT OR IGNORE INTO attempt VALUES ({_there('callback', 1)}, ?2, ?3)", codec.attempt_row),
    ("ledger", "UPDATE callback SET state = ?2, next_attempt_at = ?3 WHERE seq = ?1", codec.ledger_row),
    ("ended", "UPDATE request SET duration_ms = ?2, client_gave_up = ?3 WHERE seq = ?1", codec.ended_row),
    ("replays", _REPLAY, codec.replay_row),
)
FIELDS = ("messages", "callbacks", "dues", "dropped", "requests", *(field for field, _, _ in TABLES))
GETTERS = tuple((field, attrgetter(field)) for field in FIELDS)


def merged(batches: list[Batch]) -> list[Batch]:
    """Batches as few: one, unless one drops what one before it has made due, where the order matters."""
    if len(batches) == 1 or not _exchangeable(batches):
        return batches
    return [Batch(**{field: list(chain.from_iterable(map(get, batches))) for field, get in GETTERS})]


def _exchangeable(batches: list[Batch]) -> bool:
    due = set[int]()
    for batch in batches:
        if not due.isdisjoint(batch.dropped):
            return False
        due.update([row.seq for row in batch.dues])
    return True


def _named(messages: list[Message]) -> list[list[int]]:
    """The sums of the messages' names, each with the first and the last of those in a row (and run) that bear it."""
    found: list[list[int]] = []
    latest: dict[str, list[int]] = {}
    for message in messages:
        names = {message.id, *message.provider_ids.values()}
        names.discard("")
        for name in names:
            known = latest.get(name)
            if known is not None and known[2] == message.seq - 1 and message.seq % (1 << schema.RUN):
                known[2] = message.seq
            else:
                latest[name] = known = [schema.sum_of(name), message.seq, message.seq]
                found.append(known)
    return found


class Writer:
    def __init__(self, database: Database, names: Names) -> None:
        self._database = database
        self._intern = names.intern

    def write(self, batch: Batch) -> Generator[None, None, set[int]]:
        """Slice by slice; returns the numbers of the spaces that have grown."""
        if batch.dropped:
            self._database.run(_DONE, (codec.pack(batch.dropped),))
        if batch.messages:
            waiting = unsettled(batch)
            yield from self._slices(
                _MESSAGE, batch.messages, lambda m, n: codec.message_row(m, n, m.seq not in waiting)
            )
            yield from self._slices(_NAME, _named(batch.messages), lambda row, _: row)
        if batch.callbacks:
            yield from self._either(
                batch.callbacks, attrgetter("message"), {0}, _INBOUND, _CALLBACK, codec.callback_row
            )
        if batch.dues:
            new = {message.seq for message in batch.messages}
            yield from self._either(batch.dues, attrgetter("seq"), new, _FIRST_DUE, _DUE, codec.due_row)
        sizes = self._requests(batch.requests)
        for field, sql, encode in TABLES:
            yield from self._slices(sql, getattr(batch, field), encode)
        settle(self._database, batch)
        return self._count(batch, sizes)

    def _slices(self, sql: str, values: list[Any], encode: Encode) -> Iterator[None]:
        for first in range(0, len(values), SLICE):
            if first:
                yield
            rows = [encode(value, self._intern) for value in values[first : first + SLICE]]
            self._database.many(sql, rows)

    def _either(
        self, values: list[Any], owner: Callable[[Any], int], known: set[int], plain: str, asking: str, encode: Encode
    ) -> Iterator[None]:
        """Rows whose ``owner`` is ``known`` to be there need no questions."""
        yield from self._slices(plain, [value for value in values if owner(value) in known], encode)
        yield from self._slices(asking, [value for value in values if owner(value) not in known], encode)

    def _requests(self, entries: list[Entry]) -> Counter[str]:
        """How many bytes the journal of each space has grown by."""
        rows, sizes = [codec.entry_row(entry, self._intern) for entry in entries], Counter[str]()
        self._database.many(_REQUEST, rows)
        for entry, row in zip(entries, rows, strict=True):
            sizes[entry.space] += row[-1]
        return sizes

    def _count(self, batch: Batch, sizes: Counter[str]) -> set[int]:
        messages = Counter([message.space for message in batch.messages])
        requests = Counter([request.space for request in batch.requests])
        grown = {self._intern(name): (messages[name], requests[name], sizes[name]) for name in messages | requests}
        for space, more in grown.items():
            self._database.run(_GROW, (*more, space))
        return set(grown)
