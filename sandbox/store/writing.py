"""A batch as statements: one ``executemany`` a table, in an order in which nothing refers to what comes later.

What belongs to a message or callback that is gone meanwhile (cleared, pushed out) is not written, and that is no
error: a receipt, a callback, an attempt, a due row. What is due goes in before what is done goes out, so that a
message is not taken for settled in between.
"""

from collections import Counter
from collections.abc import Callable
from itertools import chain
from operator import attrgetter
from typing import Any

from sandbox.sms.message import Message
from sandbox.store import codec
from sandbox.store.database import Database
from sandbox.store.names import Names
from sandbox.store.rows import Batch, Due


def _marks(count: int) -> str:
    return ", ".join(f"?{number}" for number in range(1, count + 1))


_MESSAGE = f"INSERT INTO message VALUES ({_marks(15)})"
_ALIAS = "INSERT OR IGNORE INTO alias VALUES (?, ?)"
_REOPEN = """
    UPDATE message SET settled = 0 WHERE seq = ?1 AND settled = 1 AND (
        EXISTS (SELECT 1 FROM due WHERE message = ?1)
        OR EXISTS (SELECT 1 FROM callback WHERE message = ?1 AND state = 'pending'))
"""
_CALLBACK = f"""
    INSERT INTO callback SELECT ?1, ?2, coalesce(m.space, ?3), {_marks(13)[12:]}
    FROM (SELECT 1) LEFT JOIN message m ON m.seq = ?4 WHERE ?4 = 0 OR m.seq IS NOT NULL
"""
_FIRST_DUE = f"INSERT INTO due VALUES ({_marks(9)})"
_DUE = f"""
    INSERT OR REPLACE INTO due SELECT {_marks(9)}
    WHERE (?5 = 0 OR EXISTS (SELECT 1 FROM message WHERE seq = ?5))
    AND (?6 = 0 OR EXISTS (SELECT 1 FROM callback WHERE seq = ?6))
"""
_REPLAY = f"""
    INSERT OR REPLACE INTO replay SELECT {_marks(5)},
    (SELECT max(seq) FROM message WHERE id = ?6 AND +space = ?1)
"""
_GROW = "UPDATE space SET messages = messages + ?, requests = requests + ? WHERE n = ?"

Encode = Callable[[Any, codec.Intern], codec.Row]
TABLES: tuple[tuple[str, str, Encode], ...] = (
    ("links", "INSERT INTO link VALUES (?, ?, ?, ?, ?)", codec.link_row),
    ("callbacks", _CALLBACK, codec.callback_row),
    (
        "receipts",
        f"INSERT INTO receipt SELECT {_marks(2)} WHERE EXISTS (SELECT 1 FROM message WHERE seq = ?1)",
        codec.receipt_row,
    ),
    ("moves", "UPDATE message SET state = ?2, state_at = ?3 WHERE seq = ?1", codec.move_row),
    (
        "attempts",
        f"INSERT INTO attempt SELECT {_marks(3)} WHERE EXISTS (SELECT 1 FROM callback WHERE seq = ?1)",
        codec.attempt_row,
    ),
    ("ledger", "UPDATE callback SET state = ?2, next_attempt_at = ?3 WHERE seq = ?1", codec.ledger_row),
    ("requests", f"INSERT INTO request VALUES ({_marks(15)})", codec.entry_row),
    ("ended", "UPDATE request SET duration_ms = ?2, client_gave_up = ?3 WHERE seq = ?1", codec.ended_row),
    ("replays", _REPLAY, codec.replay_row),
)
FIELDS = ("messages", "dues", "dropped", *(field for field, _, _ in TABLES))
GETTERS = tuple((field, attrgetter(field)) for field in FIELDS)


def merged(batches: list[Batch]) -> list[Batch]:
    """Batches as few: one, unless one drops what another has under the same seq, where the order matters."""
    if len(batches) == 1:
        return batches
    whole = Batch(**{field: list(chain.from_iterable(map(get, batches))) for field, get in GETTERS})
    if whole.dropped and not {due.seq for due in whole.dues}.isdisjoint(whole.dropped):
        return batches
    return [whole]


class Writer:
    def __init__(self, database: Database, names: Names) -> None:
        self._database = database
        self._intern = names.intern

    def write(self, batch: Batch) -> set[int]:
        """The numbers of the spaces that have grown."""
        own = {message.seq for message in batch.messages}
        unsettled = {due.message for due in batch.dues}
        unsettled.update([callback.message for callback in batch.callbacks if callback.state == "pending"])
        if own:
            self._messages(batch.messages, unsettled)
        for field, sql, encode in TABLES:
            values = getattr(batch, field)
            if values:
                self._database.many(sql, [encode(value, self._intern) for value in values])
        if batch.dues:
            self._dues(batch.dues, own)
        if not unsettled <= own:
            self._database.many(_REOPEN, [(seq,) for seq in unsettled - own])
        if batch.dropped:
            self._drop(batch)
        return self._count(batch)

    def _messages(self, messages: list[Message], unsettled: set[int]) -> None:
        rows = [codec.message_row(m, self._intern, settled=m.seq not in unsettled) for m in messages]
        self._database.many(_MESSAGE, rows)
        aliases = [(name, m.seq) for m in messages for name in m.provider_ids.values() if name and name != m.id]
        if aliases:
            self._database.many(_ALIAS, aliases)

    def _dues(self, dues: list[Due], own: set[int]) -> None:
        """The first row of a message that has just been written needs no questions."""
        first = [codec.due_row(due, self._intern) for due in dues if due.message in own]
        later = [codec.due_row(due, self._intern) for due in dues if due.message not in own]
        if first:
            self._database.many(_FIRST_DUE, first)
        if later:
            self._database.many(_DUE, later)

    def _drop(self, batch: Batch) -> None:
        """Last of all; a row that the same batch writes anew stays."""
        done = set(batch.dropped).difference([due.seq for due in batch.dues])
        self._database.many("DELETE FROM due WHERE seq = ?", [(seq,) for seq in done])

    def _count(self, batch: Batch) -> set[int]:
        messages = Counter([message.space for message in batch.messages])
        requests = Counter([request.space for request in batch.requests])
        grown = {self._intern(name): (messages[name], requests[name]) for name in messages | requests}
        for space, more in grown.items():
            self._database.run(_GROW, (*more, space))
        return set(grown)
