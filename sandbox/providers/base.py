"""What a provider is: a pure translator between its own wire and the vocabulary in the middle.

A provider takes plain values and gives plain values. It imports no aiohttp, no store and no clock;
what it needs to know of the moment comes as a ``Context``, what it wants done goes out as a ``Call``.

The way of a call, each step a method here::

    operation(request)                    which operation of mine is this?      Refusal: 404, 405
    identities / traces                   whose space is it?
    authenticate(request, op, context)    who calls?                            Refusal: 401
    read(request, op, account, context)   what do they want?  → Call            Refusal: 400
    admit(send, ids)                      accepted: what are the messages called?
    answer(call, found, context)          tell them                             → Reply
    refused(refusal, request)             tell them no                          → Reply

and of a report::

    post(message, receipt, url)           → Post (None where the provider has no word for the state)
    sign(post, secret, at, fault)         → Post, signed for this very attempt
    inbound(mo, url)                      → Post
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import ClassVar
from urllib.parse import unquote

from sandbox.calls import Admission, Call, Context, Found, Inbound, Operation, Retries, Send, Trace
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.sms.message import Link, Message, Receipt
from sandbox.sms.state import State
from sandbox.specs import Spec
from sandbox.vocabulary import Account, Vocabulary
from sandbox.wire import Headers, Post, Reply, Request

SCHEMES = frozenset({"basic", "bearer", "digest", "apikey", "token"})
"""What may stand before a credential, and tells nothing of it."""


class Provider(ABC):
    """See the head of this file. Subclasses are found by ``providers.discover``; one instance serves all spaces."""

    slug: ClassVar[str]
    title: ClassVar[str]
    operations: ClassVar[tuple[Operation, ...]]
    retries: ClassVar[Retries] = Retries()

    states: ClassVar[frozenset[State]]
    """States that a callback can tell."""
    step_codes: ClassVar[frozenset[str] | None] = None
    step_detail: ClassVar[bool] = False
    signs: ClassVar[bool] = False
    login: ClassVar[tuple[str, ...]]
    """The account keys that make a login."""
    named_by: ClassVar[str | None] = None
    """The login key that names an account without a ``name`` (username, client_id), where it is no secret."""
    callback_in_request: ClassVar[bool] = False
    """Whether requests carry the callback's URL; where not, a space may set one."""
    secret_headers: ClassVar[frozenset[str]] = frozenset(
        {"authorization", "x-api-key", "cookie", "proxy-authorization"}
    )
    """Request headers (lower case) that the journal masks."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What scenarios may say of this provider."""
        return Vocabulary(
            slug=self.slug,
            errors=self.spec.errors,
            words=self.spec.words,
            aliases=self.spec.aliases,
            states=self.states,
            step_codes=self.step_codes,
            step_detail=self.step_detail,
            signs=self.signs,
            operations=frozenset(operation.word for operation in self.operations if operation.word),
            inbound=self.has_inbound,
            account=self.spec.account,
            login=self.login,
            named_by=self.named_by,
        )

    @property
    def has_inbound(self) -> bool:
        return type(self).inbound is not Provider.inbound

    # --- which operation -----------------------------------------------------------------------

    @cached_property
    def _routes(self) -> tuple[tuple[re.Pattern[str], str, Operation], ...]:
        return tuple(
            (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(op.path))), op.method, op)
            for op in self.operations
        )

    @cached_property
    def _exact(self) -> dict[tuple[str, str], Operation]:
        return {(op.method, op.path): op for op in self.operations if "{" not in op.path}

    def operation(self, request: Request) -> Operation:
        """The operation that a request names. Raises the provider's 404, or 405 with ``Allow``."""
        known = self._exact.get((request.method, request.path))
        if known is not None:
            return known
        here = [(method, op) for path, method, op in self._routes if path.fullmatch(request.path)]
        for method, op in here:
            if method == request.method:
                return op
        if not here:
            raise self.no_such_path(request)
        raise self.wrong_method(request, ", ".join(sorted({method for method, _ in here})))

    def parameters(self, request: Request, operation: Operation | None) -> dict[str, str]:
        """The path's parameters, as sent. Clients name messages, so each may hold a slash, sent as ``%2F``."""
        for path, _, op in self._routes:
            if op is operation and (match := path.fullmatch(request.path)):
                return {name: unquote(value) for name, value in match.groupdict().items()}
        return {}

    @abstractmethod
    def no_such_path(self, request: Request) -> Refusal: ...

    @abstractmethod
    def wrong_method(self, request: Request, allow: str) -> Refusal: ...

    @abstractmethod
    def too_big(self, limit: int) -> Refusal:
        """The body is over ``limit`` bytes."""

    # --- whose space ---------------------------------------------------------------------------

    @abstractmethod
    def identities(self, request: Request, operation: Operation | None) -> tuple[str, ...]:
        """Keys of who calls, never of a password: a request leads to an account that has one of them."""

    @abstractmethod
    def identities_of(self, account: Account) -> tuple[str, ...]: ...

    def leads_to(self, request: Request, account: Account) -> bool:
        """Whether a request that shares an identity with ``account`` really names it (several headers)."""
        return True

    def traces(self, request: Request, operation: Operation | None) -> tuple[Trace, ...]:
        """What the request carries that a space has handed out."""
        return ()

    # --- the call itself -------------------------------------------------------------------------

    @abstractmethod
    def authenticate(self, request: Request, operation: Operation, context: Context) -> Account | None:
        """Who calls; None where the operation asks for no login. Raises the provider's 401.

        With no accounts declared in ``context`` any well-formed login passes but what ``context.refuse`` names.
        """

    @abstractmethod
    def read(self, request: Request, operation: Operation, account: Account | None, context: Context) -> Call:
        """What the call wants, checked field by field in the provider's own order. Raises ``Refusal``."""

    def admit(self, send: Send, ids: Sequence[Ids]) -> list[Admission]:
        """Names for the messages of an accepted send, one source of ids a submission."""
        raise NotImplementedError(self.slug)

    @abstractmethod
    def answer(self, call: Call, found: Found, context: Context) -> Reply:
        """The provider's success. May raise ``Refusal`` where nothing found is an error."""

    @abstractmethod
    def refused(self, refusal: Refusal, request: Request) -> Reply:
        """The provider's error, in its own shape. Must answer any ``Refusal``, whatever the request looks like."""

    # --- what the journal may show ----------------------------------------------------------------

    def login_headers(self, account: Account) -> Collection[str]:
        """Headers (lower case) that hold the login of ``account``, where accounts have headers of their own."""
        return ()

    def masked_headers(self, headers: Mapping[str, str], hidden: Collection[str]) -> Headers:
        """Headers fit for the journal: credentials, and what is ``hidden``, are blotted out, their scheme stays."""
        secret = self.secret_headers.union(hidden) if hidden else self.secret_headers
        return tuple(
            [(name, blot(value) if name in secret or telling(name) else value) for name, value in headers.items()]
        )

    def masked_body(self, operation: Operation | None, body: bytes) -> bytes:
        """The request's body without credentials."""
        return body

    def masked_answer(self, operation: Operation | None, body: bytes) -> bytes:
        """The answer's body without credentials."""
        return body

    # --- reports -----------------------------------------------------------------------------------

    @abstractmethod
    def post(self, message: Message, receipt: Receipt, url: str) -> Post | None:
        """The callback that tells of ``receipt``; None where this provider never posts the state.

        Pure: the same message and receipt give the same body, byte for byte (a retry is rendered anew).
        Ids come from ``message.id``, ``message.provider_ids`` and ``receipt.id`` alone (``unknown_id`` swaps them).
        """

    def sign(self, post: Post, secret: str | None, at: int, fault: str | None) -> Post:
        """``post`` as it leaves at ``at`` (real microseconds). ``fault``: missing, wrong_secret, stale, altered."""
        return post

    def clicked(self, message: Message, link: Link, at: int, url: str) -> Post | None:
        """The notification that a short link was opened."""
        return None

    def inbound(self, mo: Inbound, url: str) -> Post:
        """An MO message as this provider hands it on; only providers that have MO define it."""
        raise NotImplementedError(self.slug)

    def inbound_url(self, account: Account | None) -> str | None:
        """Where an account wants its MO messages."""
        return None


@lru_cache(1024)
def telling(header: str) -> bool:
    """Whether a header's name says that it holds a credential, be it another provider's or of nobody's making."""
    return re.search(r"secret|passw|token|api[-_]?key|auth|^chan-", header) is not None


def blot(credential: str) -> str:
    """``Basic YXBwOnNlY3JldA==`` → ``Basic ***``; ``my secret`` → ``***``"""
    scheme, _, secret = credential.partition(" ")
    return f"{scheme} ***" if secret and scheme.lower() in SCHEMES else "***"
