"""The three lists: messages, the journal of requests, the ledger of callbacks. Look, or wait: never poll."""

from typing import Any, TypedDict, Unpack

from sandbox.client.exchange import Talk, W, call
from sandbox.client.resource import Resource, given, piece
from sandbox.client.things import Callback, Followed, Json, Message, Request

__tracebackhide__ = True  # pytest shows the caller's line, not how a call is carried

PATIENCE = "5s"
"""Real time that ``wait_for`` waits, unless told otherwise."""
MOST = 1000
"""Rows on a page."""


class MessageFilters(TypedDict, total=False):
    """Exact, or a part after ``~``; ``since``: an instant, an id or a cursor, exclusive."""

    provider: str
    to: str
    sender: str
    text: str
    status: str
    account: str
    rule: str
    since: str


class RequestFilters(TypedDict, total=False):
    provider: str
    operation: str
    outcome: str
    error: str
    message: str
    to: str
    text: str
    account: str
    rule: str
    since: str


class CallbackFilters(TypedDict, total=False):
    message: str
    state: str
    status: str
    provider: str
    account: str
    since: str


class Listing(Resource[W]):
    """What the three have in common, as talks that their calls are made of."""

    path: str

    def _all(self, filters: Any, limit: int | None, **wait: Any) -> Talk[list[Json]]:
        """Page after page, newest first, until ``limit``; the wait is the first page's."""
        query = _query(filters)
        items: list[Json] = []
        cursor: str | None = None
        while limit is None or len(items) < limit:
            most = MOST if limit is None else min(MOST, limit - len(items))
            found = yield from self._tell("GET", self.path, {**query, **wait, "limit": most, "cursor": cursor})
            items += found["items"]
            cursor, wait = found["next"], {}
            if cursor is None:
                break
        return items

    def _none(self, filters: Any, within: str) -> Talk[None]:
        yield from self._tell("GET", self.path, {**_query(filters), "wait": within, "max": 0, "limit": 1})


def _query(filters: Any) -> dict[str, Any]:
    """``from`` is no name for an argument."""
    return {"from" if name == "sender" else name: value for name, value in filters.items()}


class Messages(Listing[W]):
    path = "/messages"

    @call
    def all(
        self,
        *,
        wait: str | None = None,
        min: int | None = None,  # noqa: A002 - the API's word, as below
        max: int | None = None,  # noqa: A002
        limit: int | None = None,
        **filters: Unpack[MessageFilters],
    ) -> Talk[list[Message]]:
        """Newest first; with ``wait`` once ``min`` (1) are there, with ``max`` after it. Raises as these break."""
        return [Message.read(each) for each in (yield from self._all(filters, limit, wait=wait, min=min, max=max))]

    @call
    def wait_for(self, timeout: str = PATIENCE, **filters: Unpack[MessageFilters]) -> Talk[Followed]:
        """The newest that matches, as soon as there is one. Raises ``NothingArrived``, which says what came instead."""
        return Followed.read((yield from self._tell("GET", "/messages/latest", {**_query(filters), "wait": timeout})))

    @call
    def none(self, within: str = "200ms", **filters: Unpack[MessageFilters]) -> Talk[None]:
        """Sees that none matches, for so long in real time. Raises ``TooMany``."""
        yield from self._none(filters, within)

    @call
    def get(self, id: str) -> Talk[Followed]:  # noqa: A002
        """By its id or any that the provider's answer called it."""
        return Followed.read((yield from self._tell("GET", f"/messages/{piece(id)}")))

    @call
    def report(
        self,
        id: str,  # noqa: A002
        status: str,
        *,
        code: str | None = None,
        detail: str | None = None,
        cancel: bool = False,
    ) -> Talk[Followed]:
        """A receipt by hand, now; its timeline runs on unless ``cancel``."""
        told = {"status": status, "code": code, "detail": detail, "cancel": cancel}
        found = yield from self._tell("POST", f"/messages/{piece(id)}/receipts", body=given(told))
        return Followed.read(found)

    @call
    def delete(self) -> Talk[Json]:
        """All of the space's; says how much of each it removed."""
        removed: Json = yield from self._tell("DELETE", "/messages")
        return removed


class Requests(Listing[W]):
    path = "/requests"

    @call
    def all(
        self,
        *,
        wait: str | None = None,
        min: int | None = None,  # noqa: A002
        max: int | None = None,  # noqa: A002
        limit: int | None = None,
        **filters: Unpack[RequestFilters],
    ) -> Talk[list[Request]]:
        """Newest first; with ``wait`` once ``min`` (1) are there, with ``max`` after it. Raises as these break."""
        return [Request.read(each) for each in (yield from self._all(filters, limit, wait=wait, min=min, max=max))]

    @call
    def wait_for(self, timeout: str = PATIENCE, **filters: Unpack[RequestFilters]) -> Talk[Request]:
        """The newest that matches, as soon as there is one. Raises ``NothingArrived``."""
        return Request.read((yield from self._all(filters, 1, wait=timeout))[0])

    @call
    def none(self, within: str = "200ms", **filters: Unpack[RequestFilters]) -> Talk[None]:
        """Sees that none matches, for so long in real time. Raises ``TooMany``."""
        yield from self._none(filters, within)

    @call
    def get(self, id: str) -> Talk[Request]:  # noqa: A002
        return Request.read((yield from self._tell("GET", f"/requests/{piece(id)}")))


class Callbacks(Listing[W]):
    path = "/callbacks"

    @call
    def all(
        self,
        *,
        wait: str | None = None,
        min: int | None = None,  # noqa: A002
        max: int | None = None,  # noqa: A002
        limit: int | None = None,
        **filters: Unpack[CallbackFilters],
    ) -> Talk[list[Callback]]:
        """Newest first; with ``wait`` once ``min`` (1) are there, with ``max`` after it. Raises as these break."""
        return [Callback.read(each) for each in (yield from self._all(filters, limit, wait=wait, min=min, max=max))]

    @call
    def wait_for(self, timeout: str = PATIENCE, **filters: Unpack[CallbackFilters]) -> Talk[Callback]:
        """The newest that matches, as soon as there is one: ``state="acknowledged"``. Raises ``NothingArrived``."""
        return Callback.read((yield from self._all(filters, 1, wait=timeout))[0])

    @call
    def none(self, within: str = "200ms", **filters: Unpack[CallbackFilters]) -> Talk[None]:
        """Sees that none matches, for so long in real time. Raises ``TooMany``."""
        yield from self._none(filters, within)

    @call
    def get(self, id: str) -> Talk[Callback]:  # noqa: A002
        return Callback.read((yield from self._tell("GET", f"/callbacks/{piece(id)}")))

    @call
    def redeliver(self, id: str) -> Talk[Callback]:  # noqa: A002
        """The same body once more, under a fresh signature; answers when the attempt has ended."""
        return Callback.read((yield from self._tell("POST", f"/callbacks/{piece(id)}/redeliver")))
