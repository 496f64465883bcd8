"""Rows to put into a store: every field is set, and what a test does not name is of no account."""

import asyncio
from typing import Any

from sandbox.sms.message import Message, Receipt
from sandbox.sms.state import State
from sandbox.store.base import Store, StoreError
from sandbox.store.rows import ATTEMPT, TIMELINE, Batch, Callback, Due, Entry, Replay, StoredReceipt
from sandbox.wire import Attempt

SPACE = "default"
ADA, BOB = "+447700900001", "+447700900002"


def message(seq: int, **changes: Any) -> Message:
    fields: dict[str, Any] = {
        "seq": seq, "id": f"m-{seq}", "space": SPACE, "provider": "namirial", "account": "app", "to": ADA,
        "sender": "Shop", "text": "Your code is 123456", "encoding": "gsm7", "segments": 1, "state": State.QUEUED,
        "accepted_at": seq * 1000, "state_at": seq * 1000, "reference": "r-1", "callback_url": "http://localhost/hook",
        "rule": "everything", "provider_ids": {"id": f"m-{seq}"}, "data": {"detailed": False},
    }  # fmt: skip
    return Message(**{**fields, **changes})


def due(of: int, at: int = 5_000, **changes: Any) -> Due:
    return Due(**{"seq": of, "space": SPACE, "at": at, "kind": TIMELINE, "plan": b"[]", **changes})


def attempt_due(callback: int, at: int = 5_000) -> Due:
    return Due(callback, SPACE, at, ATTEMPT)


def callback(seq: int, of: int, **changes: Any) -> Callback:
    fields: dict[str, Any] = {
        "seq": seq, "id": f"c-{seq}", "space": SPACE, "message": of, "message_id": f"m-{of}", "provider": "namirial",
        "account": "app", "kind": "report", "status": "sent", "url": "http://localhost/hook", "state": "pending",
        "happened_at": seq * 1000, "receipt": Receipt("n-1", State.SENT, 7, "E201", "gone"), "next_attempt_at": 9,
    }  # fmt: skip
    return Callback(**{**fields, **changes})


def attempt(number: int = 1, **changes: Any) -> Attempt:
    fields: dict[str, Any] = {
        "number": number, "at": 1, "ended_at": 2, "received_at_real": 3, "duration_ms": 4.5,
        "request_headers": (("A", "b"), ("A", "c")), "status": 500, "headers": (("X", "y"),), "body": b"\x00no",
        "error": "", "state": "failed",
    }  # fmt: skip
    return Attempt(**{**fields, **changes})


def entry(seq: int, **changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "seq": seq, "id": f"q-{seq}", "space": SPACE, "provider": "namirial", "operation": "send", "account": "app",
        "method": "POST", "path": "/api/Services/send", "headers": (("accept", "*/*"),), "body": b'{"text": "\xff"}',
        "outcome": "accepted", "error": None, "explanation": None, "rule": "everything", "messages": (f"m-{seq}",),
        "to": (ADA,), "texts": ("Your code is 123456",), "answer_status": 200, "answer_headers": (("X", "y"),),
        "answer_body": b"{}", "received_at": seq * 1000, "received_at_real": 77, "duration_ms": 0.5,
    }  # fmt: skip
    return Entry(**{**fields, **changes})


def receipt(of: int, status: State = State.SENT, **changes: Any) -> StoredReceipt:
    return StoredReceipt(**{
        "message": of, "receipt": Receipt("n-1", status, 7, None, None), "moved": True, "source": "timeline", **changes
    })  # fmt: skip


def replay(key: str, of: int, at: int = 100, **changes: Any) -> Replay:
    fields: dict[str, Any] = {
        "space": SPACE, "key": key, "at": at, "status": 200, "headers": (("X", "y"),), "body": b"{}",
        "messages": (f"m-{of}",),
    }  # fmt: skip
    return Replay(**{**fields, **changes})


async def refused(store: Store, *batches: Batch) -> list[bool]:
    """Which of the writers of one tick hear so. A read has all written before any of them could go on."""
    written = [asyncio.ensure_future(store.write(batch)) for batch in batches]
    await store.message(0)
    told = await asyncio.gather(*written, return_exceptions=True)
    return [isinstance(each, StoreError) for each in told]


async def send(store: Store, count: int = 1, *, settled: bool = True, **changes: Any) -> list[Message]:
    """Store messages, each in a batch of its own; unsettled ones have a timeline."""
    sent = []
    for _ in range(count):
        seq = store.number()
        sent.append(message(seq, **changes))
        dues = [] if settled else [due(seq, space=sent[-1].space)]
        await store.write(Batch(messages=[sent[-1]], dues=dues))
    return sent
