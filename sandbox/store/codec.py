"""Values as rows of the tables, and back. Dictionaries and tuples travel as compact JSON text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from sandbox.sms.message import Link, Message, Receipt
from sandbox.sms.state import State
from sandbox.store.rows import Callback, Due, Entry, Replay, StoredReceipt
from sandbox.wire import Attempt, Headers

Row = tuple[Any, ...]
Intern = Callable[[str], int]
Names = Mapping[int, str]

MESSAGE = (
    "seq, id, space, provider, account, recipient, sender, text, encoding, segments, state, accepted_at, state_at,"
    " reference, callback_url, rule, provider_ids, data"
)
DUE = "seq, space, at, kind, message, callback, plan, pending, held"
RECEIPT = "message, id, status, at, code, detail, moved, source"
CALLBACK = (
    "seq, id, space, message, message_id, provider, account, kind, status, url, state, happened_at, receipt, link,"
    " post, words, next_attempt_at"
)
ATTEMPT = (
    "callback, number, at, ended_at, received_at_real, duration_ms, request_headers, status, headers, body, error,"
    " state"
)
ENTRY = (
    "seq, id, space, provider, operation, account, method, path, headers, body, outcome, error, explanation, rule,"
    " messages, recipients, texts, answer_status, answer_headers, answer_body, received_at, received_at_real,"
    " duration_ms, client_gave_up"
)
REPLAY = "space, key, at, status, headers, body, messages"


def pack(value: Any) -> str:
    return orjson.dumps(value).decode()


unpack = orjson.loads


def _headers(text: str) -> Headers:
    return tuple([(name, value) for name, value in orjson.loads(text)])


# --- out: values to rows --------------------------------------------------------------------------------


def message_row(m: Message, space: Intern, *, settled: bool) -> Row:
    return (
        m.seq, m.id, space(m.space), m.provider, m.account, m.to, m.sender, m.text, m.encoding, m.segments, m.state,
        m.accepted_at, m.state_at, m.reference, m.callback_url, m.rule, pack(m.provider_ids), pack(m.data), settled,
    )  # fmt: skip


def link_row(given: tuple[str, int, Link], space: Intern) -> Row:
    name, message, link = given
    return link.code, space(name), message, link.url, link.clicks


def due_row(d: Due, space: Intern) -> Row:
    return d.seq, space(d.space), d.at, d.kind, d.message, d.callback, d.plan, d.pending, d.held


def receipt_row(r: StoredReceipt, _: Intern) -> Row:
    said = r.receipt
    return r.message, said.id, said.status, said.at, said.code, said.detail, r.moved, r.source


def callback_row(c: Callback, space: Intern) -> Row:
    receipt, link = c.receipt, c.link
    return (
        c.seq, c.id, space(c.space), c.message, c.message_id, c.provider, c.account, c.kind, c.status, c.url, c.state,
        c.happened_at,
        receipt and pack((receipt.id, receipt.status, receipt.at, receipt.code, receipt.detail)),
        link and pack((link.code, link.url, link.clicks)),
        c.post, pack(c.words), c.next_attempt_at,
    )  # fmt: skip


def attempt_row(given: tuple[int, Attempt], _: Intern) -> Row:
    callback, a = given
    return (
        callback, a.number, a.at, a.ended_at, a.received_at_real, a.duration_ms, pack(a.request_headers), a.status,
        pack(a.headers), a.body, a.error, a.state,
    )  # fmt: skip


def entry_row(e: Entry, space: Intern) -> Row:
    return (
        e.seq, e.id, space(e.space), e.provider, e.operation, e.account, e.method, e.path, pack(e.headers), e.body,
        e.outcome, e.error, e.explanation, e.rule, pack(e.messages), pack(e.to), pack(e.texts), e.answer_status,
        pack(e.answer_headers), e.answer_body, e.received_at, e.received_at_real, e.duration_ms, e.client_gave_up,
    )  # fmt: skip


def replay_row(r: Replay, space: Intern) -> Row:
    first = r.messages[0] if r.messages else None
    return space(r.space), r.key, r.at, r.status, pack(r.headers), r.body, pack(r.messages), first


# --- in: rows to values ---------------------------------------------------------------------------------


def message(row: Row, names: Names) -> Message:
    values: list[Any] = list(row)
    values[2], values[10] = names[abs(row[2])], State(row[10])
    values[16], values[17] = orjson.loads(row[16]), orjson.loads(row[17])
    return Message(*values)


def due(row: Row, names: Names) -> Due:
    return Due(row[0], names[row[1]], *row[2:])


def receipt(row: Row) -> StoredReceipt:
    number, ident, status, at, code, detail, moved, source = row
    return StoredReceipt(number, Receipt(ident, State(status), at, code, detail), bool(moved), source)


def callback(row: Row, names: Names, attempts: list[Attempt]) -> Callback:
    values: list[Any] = list(row)
    values[2], values[12] = names[abs(row[2])], _said(row[12])
    values[13], values[15] = row[13] and Link(*orjson.loads(row[13])), orjson.loads(row[15])
    values.append(attempts)
    return Callback(*values)


def _said(text: str | None) -> Receipt | None:
    if text is None:
        return None
    ident, status, *rest = orjson.loads(text)
    return Receipt(ident, State(status), *rest)


def attempt(row: Row) -> Attempt:
    _, number, at, ended_at, real, took, sent, status, headers, body, error, state = row
    return Attempt(number, at, ended_at, real, took, _headers(sent), status, _headers(headers), body, error, state)


def attempts_made(count: int) -> list[Attempt]:
    """As many as there were, and nothing else of them."""
    return [Attempt(number, 0, 0, 0, 0.0, ()) for number in range(1, count + 1)]


def entry(row: Row, names: Names) -> Entry:
    values: list[Any] = list(row)
    values[2], values[23] = names[row[2]], bool(row[23])
    values[8], values[18] = _headers(row[8]), _headers(row[18])
    values[14:17] = [tuple(orjson.loads(text)) for text in row[14:17]]
    return Entry(*values)


def replay(row: Sequence[Any], names: Names) -> Replay:
    space, key, at, status, headers, body, messages = row
    return Replay(names[space], key, at, status, _headers(headers), body, tuple(orjson.loads(messages)))
