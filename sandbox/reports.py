"""From a step of a timeline to what is told of it: the receipt, the message's state, and the callbacks that report it.

All of that are rows of one batch; ``delivery`` makes the posts once it is written.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox import clock, durations
from sandbox.feed import Feed
from sandbox.providers.base import Provider
from sandbox.sms.message import Message, Receipt
from sandbox.sms.state import MOVES
from sandbox.spaces.space import Space
from sandbox.store.base import Store
from sandbox.store.rows import ATTEMPT, PACED, Batch, Callback, Due, StoredReceipt
from sandbox.timeline import Happening

WORDS = "~callback"
"""Where ``Message.data`` keeps the words of the rule that decided (sign, unknown_id, retry)."""


class Reports:
    def __init__(self, store: Store, feed: Feed, providers: Mapping[str, Provider]) -> None:
        self._store = store
        self._feed = feed
        self._providers = providers
        self.arm: Callable[[Space, int], None] = lambda space, at: None
        """Told when something new is due."""

    def happen(self, space: Space, message: Message, what: Happening, batch: Batch, source: str) -> list[Callback]:
        """Let one step of a timeline happen, written to ``batch``; the callbacks to post once that is written."""
        receipt = Receipt(self._receipt_id(space, message, what), what.status, what.stamp, what.code, what.detail)
        if what.moves:
            self._move(space, message, receipt, batch, source)
        if what.leaves is None or not self._has_word(message, receipt):
            return []
        return self._report(space, message, receipt, what, batch)

    def _receipt_id(self, space: Space, message: Message, what: Happening) -> str:
        return space.ids_for(message.provider, message.id, what.stamp, what.status).uuid()

    def _move(self, space: Space, message: Message, receipt: Receipt, batch: Batch, source: str) -> None:
        moved = receipt.status in MOVES[message.state]
        if moved:
            message.state, message.state_at = receipt.status, receipt.at
            batch.moves.append((message.seq, receipt.status, receipt.at))
        batch.receipts.append(StoredReceipt(message.seq, receipt, moved, source))
        if space.walked is not None:
            outcome = "moved" if moved else "unmoved"
            space.walked.append(fired(receipt.at, "receipt", message.id, receipt.status, None, outcome))
        self._feed.publish(
            "receipt", space.name, lambda: {"message": message.id, "status": receipt.status, "moved": moved}
        )

    def _has_word(self, message: Message, receipt: Receipt) -> bool:
        return bool(message.callback_url) and receipt.status in self._providers[message.provider].states

    def _report(
        self, space: Space, message: Message, receipt: Receipt, what: Happening, batch: Batch
    ) -> list[Callback]:
        now, launches = space.clock.now(), []
        for _ in range(what.times):
            leaves = what.leaves or now
            callback = self.callback(space, message, "report", receipt.status, message.callback_url or "")
            callback.happened_at, callback.receipt = receipt.at, receipt
            callback.next_attempt_at = max(leaves, now)
            batch.callbacks.append(callback)
            if leaves > now:
                batch.dues.append(self.due(space, callback, leaves))
            elif self.its_turn(space, callback, batch):
                launches.append(callback)
        return launches

    def its_turn(self, space: Space, callback: Callback, batch: Batch) -> bool:
        """Whether a first attempt may leave now; if not, its turn is due later.

        An account may ask for its posts one by one (Skycore ``pace``); retries keep to their own ladder.
        """
        account = space.account(callback.provider, callback.account)
        pace = account.settings.get("pace") if account else None
        if pace is None or account is None or callback.attempts:
            return True
        turn = max(space.clock.now(), space.paced.get(account.name, 0))
        space.paced[account.name] = turn + durations.parse(pace)
        if turn > space.clock.now():
            batch.dues.append(self.due(space, callback, turn, PACED))
            batch.ledger.append((callback.seq, callback.state, turn))
            return False
        return True

    def due(self, space: Space, callback: Callback, at: int, kind: str = ATTEMPT) -> Due:
        """When it is posted, first or again."""
        self.arm(space, at)
        return Due(callback.seq, space.name, at, kind)

    def callback(self, space: Space, message: Message | None, kind: str, status: str, url: str) -> Callback:
        """A fresh row of the ledger."""
        seq, now = self._store.number(), space.clock.now()
        scope = (message.provider, message.id) if message else ("inbound", url)
        return Callback(
            seq=seq,
            id=space.ids_for("callback", *scope, kind, status, now).uuid(),
            space=space.name,
            message=message.seq if message else 0,
            message_id=message.id if message else "",
            provider=message.provider if message else "",
            account=message.account if message else "",
            kind=kind,
            status=status,
            url=url,
            state="pending",
            happened_at=now,
            words=message.data.get(WORDS, {}) if message else {},
            next_attempt_at=now,
        )


def fired(at: int, kind: str, message: str, status: str, callback: str | None, outcome: str) -> dict[str, Any]:
    """What somebody is told who walks the clock."""
    return {
        "at": clock.iso(at), "kind": kind, "message": message, "status": status, "callback": callback,
        "outcome": outcome,
    }  # fmt: skip
