"""The rows of the store, as values. Instants are microseconds, on the space's clock unless ``_real``."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sandbox.sms.message import Link, Message, Receipt
from sandbox.sms.state import State
from sandbox.wire import Attempt, Headers

TIMELINE = "timeline"
ATTEMPT = "attempt"
PACED = "paced"
"""An attempt whose turn among its account's posts has been given to it."""
NEVER = 2**62
"""When a held timeline is due: not before its rule lets it go."""


@dataclass(slots=True)
class Due:
    """Something that must happen: the next step of a message's timeline, or a callback's next attempt.

    ``seq``      the message's or the callback's own: neither has more than one
    ``plan``     the timeline's remaining entries (``timeline.py`` reads and writes them); empty for attempts
    ``pending``  how many steps or attempts the row still stands for
    ``held``     the rule whose end the timeline waits for
    """

    seq: int
    space: str
    at: int
    kind: str
    plan: bytes = b""
    pending: int = 1
    held: str | None = None


@dataclass(slots=True)
class Callback:
    """One post to a consumer, from the moment its report has happened: the ledger's row.

    ``kind`` is report, inbound or click. A report or click is rendered anew for each attempt from its message and
    ``receipt`` (or ``link``), so no body is kept; an inbound message has no message row: ``post`` holds its body.
    ``state``: pending, acknowledged, failed or blocked. ``words`` are the scenario's: sign, unknown_id, retry;
    of an inbound message who texted whom what.
    """

    seq: int
    id: str
    space: str
    message: int  # seq of the message, 0 for inbound
    message_id: str
    provider: str
    account: str
    kind: str
    status: str
    url: str
    state: str
    happened_at: int
    receipt: Receipt | None = None
    link: Link | None = None
    post: bytes = b""
    words: dict[str, Any] = field(default_factory=dict)
    next_attempt_at: int | None = None
    attempts: list[Attempt] = field(default_factory=list)


@dataclass(slots=True)
class StoredReceipt:
    """A receipt as it happened. ``moved``: whether the stored state followed. ``source``: timeline, hand, operator."""

    message: int
    receipt: Receipt
    moved: bool
    source: str


@dataclass(slots=True)
class Entry:
    """The journal's row: one provider call, raw, with credentials masked. ``outcome``: accepted, rejected, faulted."""

    seq: int
    id: str
    space: str
    provider: str
    operation: str
    account: str | None
    method: str
    path: str
    headers: Headers
    body: bytes
    outcome: str
    error: str | None
    explanation: str | None
    rule: str | None
    messages: tuple[str, ...]
    to: tuple[str, ...]  # recipients asked for, whether or not anything was stored (E.164 where readable)
    texts: tuple[str, ...]
    answer_status: int | None  # None: no answer left (reset, hang)
    answer_headers: Headers
    answer_body: bytes
    received_at: int
    received_at_real: int
    duration_ms: float
    client_gave_up: bool = False


@dataclass(slots=True)
class Replay:
    """The first answer to a request that its provider deduplicates by ``key``."""

    space: str
    key: str
    at: int
    status: int
    headers: Headers
    body: bytes
    messages: tuple[str, ...]


@dataclass(slots=True)
class SpaceRow:
    """A space as it survives a restart. ``scenario`` is the active scenario's source as JSON or YAML text."""

    name: str
    config: dict[str, Any]  # JSON: scenario name and source, accounts, callbacks, clock, seed, ttl, generation …


@dataclass(slots=True)
class Batch:
    """Everything one step of the server wants written: all of it, or none.

    ``moves``: (message seq, state, at). ``ledger``: (callback seq, state, next attempt or None).
    ``dropped``: seqs of due rows that are done. ``ended``: (request seq, duration_ms, client_gave_up).
    Nothing here may be mutated after ``Store.write`` was called with it.
    """

    messages: list[Message] = field(default_factory=list)
    links: list[tuple[str, int, Link]] = field(default_factory=list)  # space, message seq, link
    dues: list[Due] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    moves: list[tuple[int, State, int]] = field(default_factory=list)
    receipts: list[StoredReceipt] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    attempts: list[tuple[int, Attempt]] = field(default_factory=list)  # callback seq
    ledger: list[tuple[int, str, int | None]] = field(default_factory=list)
    requests: list[Entry] = field(default_factory=list)
    ended: list[tuple[int, float, bool]] = field(default_factory=list)
    replays: list[Replay] = field(default_factory=list)


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Part of a list, newest first. ``total`` counts all that match, ``evicted`` all that the bounds pushed out."""

    items: list[Row]
    next: str | None
    total: int
    evicted: int


@dataclass(frozen=True, slots=True)
class Text:
    """A filter's value: equal to ``value``, or containing it in upper or lower case."""

    value: str
    part: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows of a list. Every field that is set must hold; names are the columns'.

    ``match`` maps a field's name to what it must be (messages: provider to sender text status account rule reference;
    requests: provider operation outcome account rule error to text message; callbacks: provider message (id) state
    status account). ``since``: rows after this seq. ``since_at``: accepted, received or happened after this instant.
    ``cursor``: the ``next`` of the page before. ``ValueError``, a sentence, for a cursor or a field that is none.
    """

    match: dict[str, Text] = field(default_factory=dict)
    since: int = 0
    since_at: int | None = None
    limit: int = 100
    cursor: str | None = None
