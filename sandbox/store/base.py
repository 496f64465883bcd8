"""The store's interface: few methods, every one a coroutine, so that no caller may know what is underneath.

Writes go through one method: a ``Batch`` is written whole or not at all, and what was written is seen by the
next read, waited for or not. Batches of one loop tick share a transaction; one that cannot be written costs no other
anything: that is logged, and raised to its writer if it still waits.

What belongs to a message (or callback) that is gone meanwhile is not written, and that is no error: whoever is in
the middle of a post when its space is cleared need not know. An optional text that is empty reads back as None.

Messages and requests are bounded per space: the oldest go first, settled messages (nothing due) before
unsettled; an unsettled one that must go disappears from every list, and its due reports still leave.
What goes takes its receipts, callbacks, attempts, links and replays along.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.errors import SandboxError
from sandbox.sms.message import Link, Message
from sandbox.store.rows import Batch, Callback, Due, Entry, Filter, Page, Replay, SpaceRow, StoredReceipt


class StoreError(SandboxError):
    """The store cannot do its work: a locked, corrupt or newer file, a full disk. One clear line."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept, per space; ``journal`` is what its requests may take up, in bytes."""

    messages: int = 100_000
    requests: int = 25_000
    journal: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Counts:
    """What a space holds, or what was removed from it."""

    messages: int = 0
    requests: int = 0
    callbacks: int = 0
    pending: int = 0  # steps that have not happened + attempts not made
    evicted_messages: int = 0
    evicted_requests: int = 0


class Store(Protocol):
    @property
    def damage(self) -> str:
        """Why nothing is written any more, where what was written before makes no sense; else empty."""

    def number(self, count: int = 1) -> int:
        """The first of ``count`` fresh sequence numbers; one sequence for all rows, ever growing."""

    def write(self, batch: Batch) -> Awaitable[None]:
        """All of ``batch``, or none of it. Once awaited it survives the process being killed, if anything does.

        Raises ``StoreError``; where nothing survives anyway the writer may go on at the end of the tick, before it is
        written, and the log alone is told.
        """

    async def close(self) -> None: ...

    # --- messages ---
    async def messages(self, space: str, which: Filter) -> Page[Message]: ...

    async def message(self, seq: int) -> Message | None:
        """By seq, evicted ones included while something of theirs is due."""

    async def by_seq(self, seqs: Sequence[int]) -> dict[int, Message]:
        """Many by seq, as ``message``."""

    async def named(self, space: str, id: str, provider: str | None = None) -> list[Message]:  # noqa: A002
        """Messages that bear this id, or to which an answer gave it; newest first."""

    async def lookup(
        self, space: str, provider: str, *, account: str | None = None, to: str | None = None,
        reference: str | None = None, before: int | None = None, limit: int | None = None,
    ) -> list[Message]: ...  # fmt: skip

    async def receipts(self, message: int) -> list[StoredReceipt]: ...

    async def homes(self, kind: str, value: str) -> list[str]:
        """The spaces that have handed out this message id (``message``) or short link (``link``)."""

    async def link(self, space: str, code: str, *, count: bool = False) -> tuple[Link, int] | None:
        """A short link and its message's seq; ``count`` adds a click first."""

    # --- what is due ---
    async def next_due(self, space: str) -> int | None:
        """When the earliest row of a space is due; None if nothing is but what is due ``NEVER``."""

    async def due(self, space: str, until: int, limit: int) -> list[Due]:
        """Rows, held or not, due at or before ``until``, in order of instant, then seq. They stay until dropped."""

    async def dues_of(self, seq: int) -> list[Due]:
        """What is still to come of a message, its timeline and attempts, or of a callback alone."""

    async def held(self, space: str, rule: str | None) -> list[Due]:
        """Timelines that wait for ``rule`` to end (None: any rule)."""

    async def orphans(self) -> list[Callback]:
        """Callbacks still pending without a due row: attempts that a dead process had begun."""

    # --- the ledger and the journal ---
    async def callbacks(self, space: str, which: Filter) -> Page[Callback]:
        """Each with its attempts."""

    async def callback(self, space: str, id: str) -> Callback | None: ...  # noqa: A002

    async def callbacks_by_seq(self, seqs: Sequence[int], *, brief: bool = False) -> dict[int, Callback]:
        """Many by seq; ``attempts`` holds only how many there were, as empty values, where ``brief``."""

    async def callbacks_of(self, message: int) -> list[Callback]: ...

    async def requests(self, space: str, which: Filter) -> Page[Entry]: ...

    async def request(self, space: str, id: str) -> Entry | None: ...  # noqa: A002

    async def replay(self, space: str, key: str, since: int) -> Replay | None:
        """The first answer under ``key``, if it was given at or after ``since``."""

    # --- campaigns ---
    async def subscribed(self, space: str, campaign: str, number: str) -> bool | None:
        """None: nobody ever said."""

    async def subscribe(self, space: str, campaign: str, number: str, on: bool) -> None: ...

    # --- spaces ---
    async def spaces(self) -> list[SpaceRow]: ...

    async def save_space(self, row: SpaceRow) -> None: ...

    async def clear(self, space: str, *, messages_only: bool = False) -> Counts:
        """Forget messages, callbacks, replays, what is due (and journal, subscriptions); says what was removed."""

    async def drop_space(self, name: str) -> None: ...

    async def counts(self, space: str) -> Counts: ...

    async def remember(self, key: str, value: Any) -> Any:
        """Small facts of the server (the token key): keeps ``value`` under ``key`` unless there is one; returns it."""

    async def shelve(self, name: str, text: str | None) -> None:
        """Remember a scenario that was put on the shelf; None: forget it."""

    async def shelved(self) -> dict[str, str]:
        """What was put on the shelf: texts by name."""
