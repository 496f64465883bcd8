"""From a receipt to a consumer: the state moves, the report is posted, every attempt is recorded, retries fall due.

A post in flight is not a row that is due; its callback stays ``pending`` until the attempt is recorded, so after a
killed process it goes out again (at least once). A report waits for the answer to its send call (``hold_back``).
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox import clock, durations, posts
from sandbox.callbacks.dispatch import Dispatcher, Heard
from sandbox.callbacks.lanes import MOST, Job, Lanes
from sandbox.feed import Feed
from sandbox.providers.base import Provider
from sandbox.sms.message import Link, Message, Receipt
from sandbox.sms.state import MOVES
from sandbox.spaces.space import Space
from sandbox.store.base import Store, StoreError
from sandbox.store.rows import ATTEMPT, PACED, Batch, Callback, Due, StoredReceipt
from sandbox.timeline import Happening
from sandbox.wire import Attempt

PAUSE = 1.0
"""Real seconds between two tries to write down an attempt."""
CROWDED = Heard(None, (), b"", f"not posted: {MOST} posts wait for this consumer already", 0.0, ())
"""An attempt that failed for want of room: the next one falls due as after any other."""
WORDS = "~callback"
"""Where ``Message.data`` keeps the words of the rule that decided (sign, unknown_id, retry)."""
Tally = Counter[tuple[str, ...]]
Beginning = tuple[Callback, Message | None]
"""A post to be made, and the message that it is of; None for an inbound text."""


class Delivery:
    def __init__(
        self, store: Store, feed: Feed, providers: Mapping[str, Provider], dispatcher: Dispatcher, tally: Tally
    ) -> None:
        self._store = store
        self._feed = feed
        self._providers = providers
        self._dispatcher = dispatcher
        self._tally = tally
        self._lanes = Lanes()
        self._flights: Counter[Space] = Counter()
        self._held_back: dict[int, list[Job]] = {}
        self.arm: Callable[[Space, int], None] = lambda space, at: None
        """Told when something new is due."""
        self.landed: Callable[[Space], None] = lambda space: None
        """Told when a space's last post in flight has ended."""

    # --- receipts ------------------------------------------------------------------------------------

    def happen(self, space: Space, message: Message, what: Happening, batch: Batch, source: str) -> list[Callback]:
        """Let one step of a timeline happen, written to ``batch``; the callbacks to ``launch`` once that is written."""
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
            space.walked.append(_fired(receipt.at, "receipt", message.id, receipt.status, None, outcome))
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
                batch.dues.append(self._due(space, callback, leaves))
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
            batch.dues.append(self._due(space, callback, turn, PACED))
            batch.ledger.append((callback.seq, callback.state, turn))
            return False
        return True

    def _due(self, space: Space, callback: Callback, at: int, kind: str = ATTEMPT) -> Due:
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

    async def clicked(self, space: Space, message: Message, link: Link) -> None:
        """Tell the consumer that a short link was opened."""
        if not message.callback_url or self._providers[message.provider].clicked(message, link, 0, "") is None:
            return
        callback = self.callback(space, message, "click", "clicked", message.callback_url)
        callback.link = link
        await self.begin(space, Batch(callbacks=[callback]), [(callback, message)])

    # --- posts ---------------------------------------------------------------------------------------

    async def begin(
        self, space: Space, batch: Batch, posts: Sequence[Beginning], ended: Callable[[], None] | None = None
    ) -> None:
        """Write ``batch``, then make the posts that it begins: one that is not written down would be made again."""
        epoch = space.epoch
        await self._store.write(batch)
        for callback, message in posts:
            self.launch(space, callback, message, epoch, ended)

    def launch(
        self,
        space: Space,
        callback: Callback,
        message: Message | None,
        epoch: int,
        ended: Callable[[], None] | None = None,
    ) -> None:
        """Post it now, as soon as its lane has room; ``ended`` is told when the attempt was recorded.

        ``epoch``: the space's when this was begun; nothing leaves that was forgotten since.
        """
        self._flights[space] += 1
        crowded = self._lanes.crowded(callback.url)
        first = not callback.attempts and message is not None and not crowded

        async def run() -> None:
            try:
                await self._attempt(space, callback, message, epoch, crowded)
            finally:
                self._land(space)
                if ended:
                    ended()

        job = Job("" if crowded else callback.url, run, (space.name, callback.message) if first else None)
        waiting = self._held_back.get(callback.message) if ended is None else None
        if waiting is None:
            self._lanes.submit(job)
        else:
            waiting.append(job)

    def hold_back(self, messages: Sequence[Message]) -> None:
        """Keep their reports until ``let_go``: none leaves before its answer."""
        for message in messages:
            self._held_back[message.seq] = []

    def let_go(self, messages: Sequence[Message]) -> None:
        for message in messages:
            for job in self._held_back.pop(message.seq, ()):
                self._lanes.submit(job)

    def in_flight(self, space: Space) -> int:
        return self._flights[space]

    async def close(self) -> None:
        await self._lanes.close()

    def _land(self, space: Space) -> None:
        self._flights[space] -= 1
        if not self._flights[space]:
            del self._flights[space]
            self.landed(space)

    async def _attempt(
        self, space: Space, callback: Callback, message: Message | None, epoch: int, crowded: bool
    ) -> None:
        if space.epoch != epoch:
            return
        provider = self._providers[callback.provider]
        at, real = space.clock.now(), clock.wall()
        post = posts.signed(space, provider, callback, message, real)
        heard = CROWDED if crowded else await self._dispatcher.send(post, provider.retries.timeout)
        if space.epoch == epoch:
            await self._record(space, callback, provider, heard, at, real)

    async def _record(
        self, space: Space, callback: Callback, provider: Provider, heard: Heard, at: int, real: int
    ) -> None:
        acknowledged = heard.status is not None and provider.retries.acknowledges(heard.status)
        state = "acknowledged" if acknowledged else "blocked" if heard.blocked else "failed"
        ended_at = space.clock.now()
        attempt = Attempt(
            len(callback.attempts) + 1, at, ended_at, real, round(heard.duration_ms, 3), heard.sent_headers,
            heard.status, heard.headers, heard.body, heard.error, state,
        )  # fmt: skip
        callback.attempts.append(attempt)
        again = self._again(provider, callback, ended_at) if state == "failed" else None
        callback.state, callback.next_attempt_at = "pending" if again else state, again
        batch = Batch(attempts=[(callback.seq, attempt)], ledger=[(callback.seq, callback.state, again)])
        if again is not None:
            batch.dues.append(self._due(space, callback, again))
        await self._written(batch, space)
        if again is not None:
            self.arm(space, again)
        self._tell(space, callback, attempt)

    async def _written(self, batch: Batch, space: Space) -> None:
        """An attempt that the store cannot take is offered again; its lane waits meanwhile, and nothing is lost."""
        epoch = space.epoch
        while space.epoch == epoch:
            try:
                await self._store.write(batch)
            except StoreError:  # which the store has logged
                await asyncio.sleep(PAUSE)
            else:
                return

    def _again(self, provider: Provider, callback: Callback, ended_at: int) -> int | None:
        """When the next attempt falls due, by the rule's own ladder or the provider's."""
        ladder = callback.words.get("retry")
        delays = provider.retries.delays if ladder is None else ladder
        done = len(callback.attempts)
        return ended_at + delays[done - 1] if done <= len(delays) else None

    def _tell(self, space: Space, callback: Callback, attempt: Attempt) -> None:
        self._tally["callbacks", callback.provider, attempt.state] += 1
        if space.walked is not None:
            space.walked.append(
                _fired(attempt.at, "callback", callback.message_id, callback.status, callback.id, attempt.state)
            )
        self._feed.publish(
            "callback",
            space.name,
            lambda: {"id": callback.id, "message": callback.message_id, "state": callback.state},
        )


def _fired(at: int, kind: str, message: str, status: str, callback: str | None, outcome: str) -> dict[str, Any]:
    return {
        "at": clock.iso(at), "kind": kind, "message": message, "status": status, "callback": callback,
        "outcome": outcome,
    }  # fmt: skip
