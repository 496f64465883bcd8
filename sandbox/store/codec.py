"""Values as rows of the tables, and back.

A column is what some condition looks at or some change touches; the rest of a value travels as one JSON array in
``more``, for every column costs. SQLite's driver takes plain text, integers and byte arrays at once, and asks around
for a while about None, bytes, booleans and enums, so columns hold none of those: an absent name is an empty one.
"""

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any, TypeVar

import orjson

from sandbox.sms.message import Link, Message, Receipt
from sandbox.sms.state import State
from sandbox.store.base import StoreError
from sandbox.store.rows import Callback, Due, Entry, Replay, StoredReceipt
from sandbox.wire import Attempt, Headers

Row = tuple[Any, ...]
Intern = Callable[[str], int]
Names = Mapping[int, str]
Read = TypeVar("Read", bound=Callable[..., Any])
_LOG = logging.getLogger(__name__)

MESSAGE = (
    "seq, id, space, provider, account, recipient, sender, text, state, accepted_at, state_at, reference, rule, more"
)
DUE = "seq, space, at, kind, pending, held, plan"
RECEIPT = "r.message, r.more"
CALLBACK = (
    "seq, id, space, message, message_id, provider, account, status, state, happened_at, next_attempt_at, post, more"
)
ATTEMPT = "callback, body, more"
ENTRY = (
    "seq, id, space, provider, operation, account, outcome, error, rule, received_at, duration_ms, client_gave_up,"
    " body, answer_body, more"
)
REPLAY = "space, key, at, body, more"
AMONG = "IN (SELECT value FROM json_each(?))"
"""Of a list of numbers that was packed."""


def pack(value: Any) -> str:
    return orjson.dumps(value).decode()


unpack = orjson.loads


# --- out: values to rows --------------------------------------------------------------------------------


def message_row(m: Message, space: Intern, settled: bool) -> Row:
    return (
        m.seq, m.id, space(m.space), m.provider, m.account, m.to, m.sender or "", m.text, str(m.state), m.accepted_at,
        m.state_at, m.reference or "", m.rule or "", int(settled),
        pack((m.encoding, m.segments, m.callback_url, _others(m), m.data)),
    )  # fmt: skip


def _others(m: Message) -> dict[str, str | None]:
    """What the provider calls it, without its ``id`` a second time."""
    return {name: None if value == m.id else value for name, value in m.provider_ids.items()}


def link_row(given: tuple[str, int, Link], space: Intern) -> Row:
    name, message, link = given
    return link.code, space(name), message, link.url, link.clicks


def due_row(d: Due, space: Intern) -> Row:
    return d.seq, space(d.space), d.at, d.kind, d.pending, d.held or "", bytearray(d.plan)


def _said(r: Receipt) -> Row:
    return r.id, r.status, r.at, r.code, r.detail


def receipt_row(r: StoredReceipt, _: Intern) -> Row:
    return r.message, pack((_said(r.receipt), r.moved, r.source))


def move_row(moved: tuple[int, State, int], _: Intern) -> Row:
    seq, state, at = moved
    return seq, str(state), at


def callback_row(c: Callback, space: Intern) -> Row:
    receipt, link = c.receipt, c.link
    said = _said(receipt) if receipt else None
    followed = (link.code, link.url, link.clicks) if link else None
    return (
        c.seq, c.id, space(c.space), c.message, c.message_id, c.provider, c.account, c.status, c.state, c.happened_at,
        c.next_attempt_at, bytearray(c.post), pack((c.kind, c.url, said, followed, c.words)),
    )  # fmt: skip


def attempt_row(given: tuple[int, Attempt], _: Intern) -> Row:
    callback, a = given
    more = (
        a.number, a.at, a.ended_at, a.received_at_real, a.duration_ms, a.request_headers, a.status, a.headers, a.error,
        a.state,
    )  # fmt: skip
    return callback, bytearray(a.body), pack(more)


def ledger_row(changed: tuple[int, str, int | None], _: Intern) -> Row:
    return changed


def entry_row(e: Entry, space: Intern) -> Row:
    more = (
        e.headers, e.answer_headers, e.messages, e.to, e.texts, e.method, e.path, e.explanation, e.answer_status,
        e.received_at_real,
    )  # fmt: skip
    rest = pack(more)
    return (
        e.seq, e.id, space(e.space), e.provider, e.operation, e.account or "", e.outcome, e.error or "", e.rule or "",
        e.received_at, e.duration_ms, int(e.client_gave_up), bytearray(e.body), bytearray(e.answer_body), rest,
        len(e.body) + len(e.answer_body) + len(rest),
    )  # fmt: skip


def ended_row(ended: tuple[int, float, bool], _: Intern) -> Row:
    seq, took, gave_up = ended
    return seq, took, int(gave_up)


def replay_row(r: Replay, space: Intern) -> Row:
    first = r.messages[0] if r.messages else ""
    return space(r.space), r.key, r.at, r.body, pack((r.status, r.headers, r.messages)), first


# --- in: rows to values ---------------------------------------------------------------------------------


def _sensible(read: Read) -> Read:
    """A row that makes no sense (SQLite checks the order of a file, not what is in it) is told as damage."""

    @wraps(read)
    def told(row: Row, *rest: Any) -> Any:
        try:
            return read(row, *rest)
        except (LookupError, TypeError, ValueError):
            fault = f"the store is damaged: {read.__name__} {row[0]} makes no sense"
            _complain(fault)
            raise StoreError(fault) from None

    return told  # type: ignore[return-value]


@lru_cache(1000)
def _complain(fault: str) -> None:
    """Once of each."""
    _LOG.error("%s", fault)


def _headers(pairs: list[list[str]]) -> Headers:
    return tuple([(name, value) for name, value in pairs])


def _heard(said: list[Any]) -> Receipt:
    ident, status, *rest = said
    return Receipt(ident, State(status), *rest)


@_sensible
def message(row: Row, names: Names) -> Message:
    seq, ident, space, provider, account, to, sender, text, state, accepted, moved, reference, rule, more = row
    encoding, segments, url, others, data = orjson.loads(more)
    provider_ids = {name: ident if value is None else value for name, value in others.items()}
    return Message(
        seq, ident, names[abs(space)], provider, account, to, sender or None, text, encoding, segments, State(state),
        accepted, moved, reference or None, url, rule or None, provider_ids, data,
    )  # fmt: skip


@_sensible
def due(row: Row, names: Names) -> Due:
    seq, space, at, kind, pending, held, plan = row
    return Due(seq, names[space], at, kind, plan, pending, held or None)


@_sensible
def receipt(row: Row) -> StoredReceipt:
    said, moved, source = orjson.loads(row[1])
    return StoredReceipt(row[0], _heard(said), moved, source)


@_sensible
def callback(row: Row, names: Names, attempts: list[Attempt]) -> Callback:
    seq, ident, space, message, message_id, provider, account, status, state, happened, again, post, more = row
    kind, url, said, followed, words = orjson.loads(more)
    return Callback(
        seq, ident, names[abs(space)], message, message_id, provider, account, kind, status, url, state, happened,
        said and _heard(said), followed and Link(*followed), post, words, again, attempts,
    )  # fmt: skip


@_sensible
def attempt(row: Row) -> Attempt:
    number, at, ended, real, took, sent, status, headers, error, state = orjson.loads(row[2])
    return Attempt(number, at, ended, real, took, _headers(sent), status, _headers(headers), row[1], error, state)


def attempts_made(count: int) -> list[Attempt]:
    """As many as there were, and nothing else of them."""
    return [Attempt(number, 0, 0, 0, 0.0, ()) for number in range(1, count + 1)]


@_sensible
def entry(row: Row, names: Names) -> Entry:
    seq, ident, space, provider, operation, account, outcome, error, rule, at, took, gave_up, body, answer, more = row
    headers, answer_headers, messages, to, texts, method, path, explanation, status, real = orjson.loads(more)
    return Entry(
        seq, ident, names[space], provider, operation, account or None, method, path, _headers(headers), body, outcome,
        error or None, explanation, rule or None, tuple(messages), tuple(to), tuple(texts), status,
        _headers(answer_headers), answer, at, real, took, bool(gave_up),
    )  # fmt: skip


@_sensible
def replay(row: Row, names: Names) -> Replay:
    space, key, at, body, more = row
    status, headers, messages = orjson.loads(more)
    return Replay(names[space], key, at, status, _headers(headers), body, tuple(messages))
