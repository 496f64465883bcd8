"""Stored rows as the control API shows them (CONTROL-API.md, Resources). Instants are ISO 8601, UTC."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from sandbox import timeline
from sandbox.clock import iso
from sandbox.sms import links
from sandbox.sms.message import Message
from sandbox.store.rows import NEVER, TIMELINE, Callback, Due, Entry, StoredReceipt
from sandbox.wire import Attempt, Headers, Post, veiled


def message(row: Message) -> dict[str, Any]:
    from sandbox.sms.codes import codes  # 5 ms to compile what it looks for, and only readers of messages need it

    return {
        "id": row.id,
        "space": row.space,
        "provider": row.provider,
        "account": row.account,
        "to": row.to,
        "from": row.sender,
        "text": row.text,
        "encoding": row.encoding,
        "segments": row.segments,
        "status": row.state,
        "accepted_at": iso(row.accepted_at),
        "status_at": iso(row.state_at),
        "reference": row.reference,
        "callback_url": row.callback_url and veiled(row.callback_url),
        "rule": row.rule,
        "codes": codes(row.text),
        "links": row.data.get("links") or [found.url for found in links.find(row.text)],
        "provider_ids": row.provider_ids,
    }


def receipt(row: StoredReceipt) -> dict[str, Any]:
    """``moved``: whether the message's status followed. ``source``: timeline, hand or operator."""
    told = row.receipt
    return {
        "id": told.id,
        "status": told.status,
        "at": iso(told.at),
        "code": told.code,
        "detail": told.detail,
        "moved": row.moved,
        "source": row.source,
    }


def planned(dues: Sequence[Due]) -> list[dict[str, Any]]:
    """What a message's timeline still holds. ``held``: the rule that it waits for; its instants are not known yet."""
    rows = [due for due in dues if due.kind == TIMELINE]
    waiting = [{"at": None, "status": None, "reports_at": None, "held": due.held} for due in rows if due.held]
    known = [happening for due in rows if not due.held for happening in timeline.unpack(due.plan)]
    return waiting + [
        {
            "at": iso(happening.at),
            "status": happening.status,
            "reports_at": None if happening.leaves is None else iso(happening.leaves),
            "held": None,
        }
        for happening in known
    ]


def callback(row: Callback, post: Post | None) -> dict[str, Any]:
    """``post`` is the callback as it is rendered, unsigned; each attempt shows the headers that it really had."""
    return {
        "id": row.id,
        "space": row.space,
        "kind": row.kind,
        "message": row.message_id,
        "provider": row.provider,
        "account": row.account or None,
        "status": row.status,
        "url": veiled(row.url),
        "state": row.state,
        "happened_at": iso(row.happened_at),
        "attempts": [attempt(each, row.url, post) for each in row.attempts],
        "next_attempt_at": instant(row.next_attempt_at),
        "inbound": row.words.get("inbound"),
    }


def attempt(row: Attempt, url: str, post: Post | None) -> dict[str, Any]:
    return {
        "number": row.number,
        "state": row.state,
        "at": iso(row.at),
        "ended_at": iso(row.ended_at),
        "received_at_real": iso(row.received_at_real),
        "duration_ms": row.duration_ms,
        "request": {
            "method": "POST",
            "url": veiled(url),
            "headers": headers(row.request_headers),
            **body(post.body if post else b""),
        },
        "status": row.status,
        "headers": headers(row.headers),
        **body(row.body),
        "error": row.error,
    }


def request(row: Entry) -> dict[str, Any]:
    answered = row.answer_status is not None
    return {
        "id": row.id,
        "space": row.space,
        "provider": row.provider,
        "operation": row.operation,
        "account": row.account,
        "method": row.method,
        "path": row.path,
        "headers": headers(row.headers),
        **body(row.body),
        "outcome": row.outcome,
        "error": row.error,
        "explanation": row.explanation,
        "rule": row.rule,
        "messages": list(row.messages),
        "to": list(row.to),
        "answer": {
            "status": row.answer_status,
            "headers": headers(row.answer_headers),
            **body(row.answer_body),
        }
        if answered
        else None,
        "received_at": iso(row.received_at),
        "received_at_real": iso(row.received_at_real),
        "duration_ms": row.duration_ms,
        "client_gave_up": row.client_gave_up,
    }


def headers(pairs: Headers) -> dict[str, str]:
    """By name; what came several times is joined as HTTP joins it."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def body(raw: bytes) -> dict[str, str]:
    """``body`` as text if it is UTF-8, else in base64; ``body_encoding`` says which."""
    try:
        return {"body": raw.decode(), "body_encoding": "text"}
    except UnicodeDecodeError:
        return {"body": b64encode(raw).decode(), "body_encoding": "base64"}


def instant(at: int | None) -> str | None:
    return None if at is None or at >= NEVER else iso(at)
