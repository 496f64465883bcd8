"""What the control API tells, as values with types; whatever has no name here is in ``json``, as it came.

Instants are on the space's clock and in UTC. ``sender`` is the API's ``from``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Self, TypeVar

from sandbox.wire import encode

Json = Mapping[str, Any]
T = TypeVar("T")


def _is(read: Callable[[Any], Any], key: str | None = None) -> Any:
    """A field that is made of the JSON member ``key`` (of its own name, if left out) where that is not null."""
    return field(metadata={"read": read, "key": key})


@dataclass(frozen=True, kw_only=True)
class Thing:
    json: Json = field(repr=False, compare=False)

    @classmethod
    def read(cls, found: Json) -> Self:
        return cls(json=found, **{each.name: _value(each.metadata, each.name, found) for each in fields(cls)[1:]})


def _value(metadata: Mapping[str, Any], name: str, found: Json) -> Any:
    value = found.get(metadata.get("key") or name)
    read = metadata.get("read")
    return value if read is None or value is None else read(value)


def _told(value: Any) -> str:
    return encode(value).decode()


def _each(kind: type["Thing"]) -> Callable[[Any], list[Any]]:
    return lambda values: [kind.read(value) for value in values]


@dataclass(frozen=True, kw_only=True)
class Message(Thing):
    """``codes``: the one-time codes found in the text; ``links``: its URLs."""

    id: str
    space: str
    provider: str
    account: str
    to: str
    sender: str | None = _is(str, "from")
    text: str
    encoding: str
    segments: int
    status: str
    accepted_at: datetime = _is(datetime.fromisoformat)
    status_at: datetime = _is(datetime.fromisoformat)
    reference: Any
    callback_url: str | None
    rule: str | None
    codes: list[str]
    links: list[str]
    provider_ids: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Receipt(Thing):
    """``moved``: whether the message's status followed."""

    id: str
    status: str
    at: datetime = _is(datetime.fromisoformat)
    code: str | None
    detail: str | None
    moved: bool
    source: str


@dataclass(frozen=True, kw_only=True)
class Attempt(Thing):
    """One post: what was sent is in ``request``, ``status``, ``headers`` and ``body`` are the consumer's answer."""

    number: int
    state: str
    at: datetime = _is(datetime.fromisoformat)
    duration_ms: float
    request: Json
    status: int | None
    headers: dict[str, str]
    body: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Callback(Thing):
    """One entry of the ledger. ``state``: pending, acknowledged, failed or blocked."""

    id: str
    kind: str
    message: str
    provider: str
    account: str | None
    status: str
    url: str
    state: str
    happened_at: datetime = _is(datetime.fromisoformat)
    attempts: list[Attempt] = _is(_each(Attempt))
    next_attempt_at: datetime | None = _is(datetime.fromisoformat)


@dataclass(frozen=True, kw_only=True)
class Followed(Message):
    """A message with all that became of it; ``planned`` is what is still to come."""

    receipts: list[Receipt] = _is(_each(Receipt))
    callbacks: list[Callback] = _is(_each(Callback))
    planned: list[Json]
    decided_by: Json | None


@dataclass(frozen=True, kw_only=True)
class Request(Thing):
    """One call of a provider. ``outcome``: accepted, rejected or faulted; ``explanation``: why it was refused."""

    id: str
    provider: str
    operation: str
    account: str | None
    method: str
    path: str
    headers: dict[str, str]
    body: str
    outcome: str
    error: str | None
    explanation: str | None
    rule: str | None
    messages: list[str]
    to: list[str]
    answer: Json | None
    received_at: datetime = _is(datetime.fromisoformat)
    client_gave_up: bool


@dataclass(frozen=True, kw_only=True)
class Clock(Thing):
    """``mode``: real, scaled or manual; ``pending``: steps not happened and attempts not made."""

    mode: str
    speed: float
    now: datetime = _is(datetime.fromisoformat)
    pending: int
    next_due: datetime | None = _is(datetime.fromisoformat)


@dataclass(frozen=True, kw_only=True)
class Walk(Thing):
    """What happened while the clock was advanced; not ``settled``: it ran out of time or steps."""

    now: datetime = _is(datetime.fromisoformat)
    fired: list[Json]
    pending: int
    settled: bool


@dataclass(frozen=True, kw_only=True)
class Result(Thing):
    """One expectation; ``messages`` are the ids that prove it."""

    expect: Json
    passed: bool
    actual: Any
    messages: list[str]


@dataclass(frozen=True, kw_only=True, repr=False)
class Verdict(Thing):
    """Shows what does not hold, and what was there instead, as briefly as a failed ``assert verdict.passed`` needs."""

    passed: bool
    results: list[Result] = _is(_each(Result))
    coverage: Json | None
    """By provider, which errors and states were rehearsed: of a report alone."""

    def __repr__(self) -> str:
        failed = [f"{_told(each.expect)} but {_told(each.actual)}" for each in self.results if not each.passed]
        if not failed:
            return f"Verdict(all {len(self.results)} hold)"
        return f"Verdict({len(failed)} of {len(self.results)} do not hold: {'; '.join(failed)})"


@dataclass(frozen=True, kw_only=True)
class Event(Thing):
    """``kind``: message, receipt, callback, request, clock, scenario, space, reset or lost."""

    kind: str
