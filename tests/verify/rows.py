"""Rows as the store gives them, with whatever a test cares about."""

from dataclasses import replace
from typing import Any

from sandbox.sms.message import Message
from sandbox.sms.state import State
from sandbox.store.rows import Callback, Entry
from sandbox.verify.fields import Posted
from sandbox.wire import Attempt

SECOND = 1_000_000


def message(**fields: Any) -> Message:
    known = Message(
        seq=1, id="m1", space="default", provider="skycore", account="app", to="+447700900123", sender="Shop",
        text="Your code is 1234", encoding="gsm7", segments=1, state=State.DELIVERED, accepted_at=0, state_at=0,
        reference=None, callback_url=None, rule=None, provider_ids={}, data={},
    )  # fmt: skip
    return replace(known, **fields)


def entry(**fields: Any) -> Entry:
    known = Entry(
        seq=1, id="r1", space="default", provider="skycore", operation="send", account="app", method="POST",
        path="/", headers=(), body=b"", outcome="accepted", error=None, explanation=None, rule=None,
        messages=("m1",), to=("+447700900123",), texts=("hi",), answer_status=200, answer_headers=(),
        answer_body=b"", received_at=0, received_at_real=0, duration_ms=0.0,
    )  # fmt: skip
    return replace(known, **fields)


def attempt(**fields: Any) -> Attempt:
    known = Attempt(
        number=1, at=0, ended_at=0, received_at_real=0, duration_ms=5.0, request_headers=(), status=200,
        state="acknowledged",
    )  # fmt: skip
    return replace(known, **fields)


def posted(to: str = "+447700900123", **fields: Any) -> Posted:
    known = Callback(
        seq=1, id="c1", space="default", message=1, message_id="m1", provider="skycore", account="app", kind="report",
        status="delivered", url="http://localhost/", state="acknowledged", happened_at=0, attempts=[attempt()],
    )  # fmt: skip
    return Posted(replace(known, **fields), to)
