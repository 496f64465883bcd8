"""What a call may want and what comes of it, as plain values: the words between providers and the flow.

What every call makes anew is a named tuple: made three times as fast as a frozen dataclass.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from sandbox.durations import SECOND
from sandbox.errors import Refusal
from sandbox.sms.message import Link, Message, Receipt, Submission
from sandbox.sms.state import State
from sandbox.tokens import Tokens
from sandbox.vocabulary import Account

NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of an API. ``word`` is the scenario language's: send, token, status, verify,
    service_status, subscribe, or "" for one that scenarios leave alone. ``name`` is the OpenAPI operationId.
    """

    name: str
    word: str
    method: str
    path: str  # with {parameters}


class Context(NamedTuple):
    """The moment of a call. ``now`` in microseconds on the space's clock."""

    space: str
    now: int
    tokens: Tokens
    accounts: tuple[Account, ...] = ()  # this provider's, in this space
    refuse: frozenset[str] = frozenset()  # credentials that never pass
    seed: int | None = None  # the space's; what is made up follows it


# --- what a call may want (the values that ``read`` returns) ------------------------------------


@dataclass(frozen=True, slots=True)
class Quota:
    """At most ``limit`` messages in a sliding ``window`` (µs) per ``key``; over it: ``refusal``."""

    key: str
    limit: int
    window: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Membership:
    """``number`` must be subscribed to ``campaign`` (``default`` if nobody ever said); else ``refusal``."""

    campaign: str
    number: str
    default: bool
    refusal: Refusal


class Send(NamedTuple):
    """Messages to be sent: all or none. ``demands`` are checked in order, before the scenario is asked.

    ``dedupe``: the same key from the same account within ``dedupe_for`` µs gets the first answer again.
    """

    operation: Operation
    account: Account
    body: Any
    submissions: tuple[Submission, ...]
    demands: tuple[Quota | Membership, ...] = ()
    dedupe: str | None = None
    dedupe_for: int = 0
    base: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Stored messages of this provider, newest first: by any of their ids, by recipient or by reference.

    ``account`` None = every account's. ``reference`` matches ``Message.reference`` exactly. ``before``: accepted
    before that instant. ``limit`` None = all that match.
    ``moves``: the operator's word for them; the newest match moves (or not), and its callback is fired.
    ``receipts``: the answer shows what the network said last.
    """

    operation: Operation
    account: str | None
    body: Any = None
    id: str | None = None
    to: str | None = None
    reference: str | None = None
    before: int | None = None
    limit: int | None = None
    moves: State | None = None
    receipts: bool = False
    view: Mapping[str, Any] = field(default_factory=dict)  # for the provider's own answer: page, size, sort …


@dataclass(frozen=True, slots=True)
class Enlist:
    """Put a number on a campaign, or take it off."""

    operation: Operation
    account: Account
    body: Any
    campaign: str
    number: str
    on: bool


@dataclass(frozen=True, slots=True)
class Follow:
    """Somebody opens a short link; ``counted`` is False for a HEAD."""

    operation: Operation
    code: str
    counted: bool = True
    body: Any = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that the provider answers from the request alone. ``view`` is for its own ``answer``."""

    operation: Operation
    account: Account | None = None
    body: Any = None
    view: Mapping[str, Any] = field(default_factory=dict)


Call = Send | Lookup | Enlist | Follow | Ask


class Found(NamedTuple):
    """What came of a call: the messages stored or found, the link followed.

    ``receipts``: by seq, the receipt that brought a message to its state, where the call asked for it.
    """

    messages: Sequence[Message] = ()
    link: Link | None = None
    receipts: Mapping[int, Receipt] = NOTHING


class Admission(NamedTuple):
    """What an accepted message is called, and what of it the provider wants to keep.

    ``id`` first of its names; ``provider_ids`` what the answer calls them (``{"tracking-id": …}``).
    ``text`` replaces the submitted one (short links put in), which ``links`` then name; ``data["links"]`` are they in
    full, for in the text a letter may stand right behind one (``example.com's``).
    """

    id: str
    provider_ids: dict[str, str]
    data: dict[str, Any]
    text: str | None = None
    links: tuple[Link, ...] = ()


class Trace(NamedTuple):
    """Something we handed out earlier: ``kind`` is token, message or link. It leads to its space."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Retries:
    """When a consumer has acknowledged, and how often a provider tries again otherwise.

    ``delays`` (µs) count from the end of the attempt before; one attempt more than there are delays.
    """

    delays: tuple[int, ...] = (10 * SECOND, 20 * SECOND, 40 * SECOND, 80 * SECOND)
    timeout: float = 10.0  # real seconds
    acknowledges: Callable[[int], bool] = lambda status: 200 <= status < 300


@dataclass(frozen=True, slots=True)
class Inbound:
    """An MO message: what a handset sends to us. ``at`` on the space's clock."""

    sender: str
    to: str
    text: str
    at: int
    id: str
    account: Account | None = None
