"""Which messages are settled: nothing of theirs is due, and no callback of theirs is pending.

``message.settled`` says so. A message is written with it; later batches settle and reopen what they touch.
"""

from sandbox.store.codec import AMONG, pack
from sandbox.store.database import Database
from sandbox.store.rows import TIMELINE, Batch

PENDING = "pending"
_OPEN = f"""(
    EXISTS (SELECT 1 FROM due WHERE seq = ?1)
    OR EXISTS (SELECT 1 FROM callback WHERE message = ?1 AND state = '{PENDING}'))"""
_REOPEN = f"UPDATE message SET settled = 0 WHERE seq = ?1 AND settled = 1 AND {_OPEN}"
_SETTLE = f"UPDATE message SET settled = 1 WHERE seq = ?1 AND settled = 0 AND NOT {_OPEN}"


def unsettled(batch: Batch) -> set[int]:
    """The messages that have something due or pending by this very batch; an attempt is due of a pending callback."""
    waiting = {due.seq for due in batch.dues if due.kind == TIMELINE}
    return waiting.union([callback.message for callback in batch.callbacks if callback.state == PENDING])


def settle(database: Database, batch: Batch) -> None:
    """When all of ``batch`` is written: what it touched may be settled now, or be no longer.

    The seqs that it dropped are of messages or of callbacks, and where they are of callbacks nothing bears them here.
    """
    left = set(batch.dropped)
    ledger = _messages_of(database, [seq for seq, _, _ in batch.ledger])
    again = {ledger.get(seq, 0) for seq, state, _ in batch.ledger if state == PENDING}
    own = {message.seq for message in batch.messages}
    if reopened := again | (unsettled(batch) - own - left):
        database.many(_REOPEN, [(seq,) for seq in reopened])
    if ended := left.union(ledger.values()) - _still_open(batch, ledger):
        database.many(_SETTLE, [(seq,) for seq in ended])


def _messages_of(database: Database, callbacks: list[int]) -> dict[int, int]:
    if not callbacks:
        return {}
    return dict(database.all(f"SELECT seq, message FROM callback WHERE seq {AMONG}", (pack(callbacks),)))


def _still_open(batch: Batch, ledger: dict[int, int]) -> set[int]:
    """Known without asking to have something due or pending: most of what a timeline's step touches."""
    pending = [c.message for c in batch.callbacks if c.state == PENDING and c.seq not in ledger]
    return {due.seq for due in batch.dues if due.kind == TIMELINE}.union(pending)
