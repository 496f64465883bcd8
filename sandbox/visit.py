"""One provider call while it is being answered, what it comes to, and its row in the journal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox import clock
from sandbox.calls import Call, Context, Operation, Send
from sandbox.errors import Refusal
from sandbox.providers.base import Provider
from sandbox.scenario.verdict import Fault
from sandbox.sms.message import Message
from sandbox.spaces.space import Space
from sandbox.store.rows import Batch, Callback, Entry
from sandbox.vocabulary import Account
from sandbox.wire import Reply, Request, veiled

_SECRET = re.compile(r"secret|password|token|key", re.IGNORECASE)
SILENT = frozenset({"hang", "reset", "empty"})
"""Faults that leave the client without an answer."""


@dataclass(slots=True)
class Visit:
    """Who calls whom, filled in step by step; what is still None was not reached."""

    provider: Provider
    request: Request
    space: Space
    hidden: frozenset[str] = frozenset()
    """Headers that hold the logins of some space, perhaps of another one."""
    begun: int = field(default_factory=clock.wall)
    context: Context | None = None
    operation: Operation | None = None
    account: Account | None = None
    call: Call | None = None


@dataclass(slots=True)
class Outcome:
    """What a call comes to. ``fault`` spoils the answer, ``delay`` (real µs) holds it up.

    ``messages`` are those stored now, whose reports wait for the answer; ``named`` the ids that the journal notes,
    ``explanation`` why it is no plain acceptance.
    ``batch`` is written before the answer; ``first`` are callbacks that leave before it.
    """

    reply: Reply
    fault: Fault | None = None
    delay: int = 0
    refusal: Refusal | None = None
    rule: str | None = None
    explanation: str | None = None
    named: tuple[str, ...] = ()
    messages: Sequence[Message] = ()
    retired: tuple[str, ...] = ()
    batch: Batch = field(default_factory=Batch)
    first: list[tuple[Callback, Message]] = field(default_factory=list)

    @property
    def word(self) -> str:
        """accepted, rejected or faulted"""
        if self.fault is not None:
            return "faulted"
        return "rejected" if self.refusal is not None or self.reply.status >= 400 else "accepted"


def entry(visit: Visit, outcome: Outcome, seq: int) -> Entry:
    """The journal's row: raw, with credentials masked, and why it was refused."""
    provider, request, space = visit.provider, visit.request, visit.space
    word, now = outcome.word, space.clock.now() if visit.context is None else visit.context.now
    silent = outcome.fault is not None and outcome.fault.kind in SILENT
    submissions = visit.call.submissions if isinstance(visit.call, Send) else ()
    accounts = visit.context.accounts if visit.context else ()
    hidden = visit.hidden.union(*map(provider.login_headers, accounts)) if accounts else visit.hidden
    return Entry(
        seq=seq,
        id=space.ids_for("request", provider.slug, request.method, request.path, request.body).uuid(),
        space=space.name,
        provider=provider.slug,
        operation=_word(visit.operation),
        account=visit.account.name if visit.account else None,
        method=request.method,
        path=_path(request),
        headers=provider.masked_headers(request.headers, hidden),
        body=veiled(provider.masked_body(visit.operation, request.body)),
        outcome=word,
        error=outcome.refusal.code if outcome.refusal else None,
        explanation=outcome.explanation,
        rule=outcome.rule,
        messages=outcome.named,
        to=tuple([submission.to for submission in submissions]),
        texts=tuple([submission.text for submission in submissions]),
        answer_status=None if silent else outcome.reply.status,
        answer_headers=() if silent else outcome.reply.headers,
        answer_body=b"" if silent else provider.masked_answer(visit.operation, outcome.reply.body),
        received_at=now,
        received_at_real=visit.begun,
        duration_ms=(clock.wall() - visit.begun) / 1000,
    )


def _word(operation: Operation | None) -> str:
    """The scenario language's word for it, or its own name where that has none."""
    return (operation.word or operation.name) if operation else ""


def _path(request: Request) -> str:
    """The path with its query; a credential that somebody put there is blotted out."""
    if not request.query_string:
        return request.path
    return f"{request.path}?{veiled(masked_query(request.query_string))}"


def masked_query(query: str) -> str:
    return "&".join(map(_blotted, query.split("&")))


def _blotted(parameter: str) -> str:
    """``api_key=k-1`` → ``api_key=***``"""
    named = _SECRET.search(parameter)
    ends = parameter.find("=", named.end()) if named else -1
    return parameter if ends < 0 else f"{parameter[: ends + 1]}***"
