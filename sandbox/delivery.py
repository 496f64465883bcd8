"""From a callback to its consumer: it is posted, every attempt is recorded, retries fall due.

A post in flight is not a row that is due; its callback stays ``pending`` until the attempt is recorded, so after a
killed process it goes out again (at least once). A report waits for the answer to its send call (``hold_back``).
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sandbox import clock, posts
from sandbox.callbacks.dispatch import Dispatcher, Heard
from sandbox.callbacks.lanes import MOST, Job, Lanes
from sandbox.feed import Feed
from sandbox.providers.base import Provider
from sandbox.reports import Reports, fired
from sandbox.sms.message import Link, Message
from sandbox.spaces.space import Space
from sandbox.store.base import Store, StoreError
from sandbox.store.rows import Batch, Callback
from sandbox.wire import Attempt

PAUSE = 1.0
"""Real seconds between two tries to write down an attempt."""
CROWDED = Heard(None, (), b"", f"not posted: {MOST} posts wait for this consumer already", 0.0, ())
"""An attempt that failed for want of room: the next one falls due as after any other."""
Tally = Counter[tuple[str, ...]]
Beginning = tuple[Callback, Message | None]
"""A post to be made, and the message that it is of; None for an inbound text."""


class Delivery:
    def __init__(
        self, store: Store, feed: Feed, providers: Mapping[str, Provider], dispatcher: Dispatcher, tally: Tally
    ) -> None:
        self.reports = Reports(store, feed, providers)
        self._store = store
        self._feed = feed
        self._providers = providers
        self._dispatcher = dispatcher
        self._tally = tally
        self._lanes = Lanes()
        self._flights: Counter[Space] = Counter()
        self._held_back: dict[int, list[Job]] = {}
        self.landed: Callable[[Space], None] = lambda space: None
        """Told when a space's last post in flight has ended."""

    async def clicked(self, space: Space, message: Message, link: Link) -> None:
        """Tell the consumer that a short link was opened."""
        if not message.callback_url or self._providers[message.provider].clicked(message, link, 0, "") is None:
            return
        callback = self.reports.callback(space, message, "click", "clicked", message.callback_url)
        callback.link = link
        await self.notify(space, callback, message)

    async def notify(self, space: Space, callback: Callback, message: Message | None) -> None:
        """Make a post that no timeline plans: now, or when its turn comes."""
        batch = Batch(callbacks=[callback])
        posts = [(callback, message)] if self.reports.its_turn(space, callback, batch) else []
        await self.begin(space, batch, posts)

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
            batch.dues.append(self.reports.due(space, callback, again))
        await self._written(batch, space)
        if again is not None:
            self.reports.arm(space, again)
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
                fired(attempt.at, "callback", callback.message_id, callback.status, callback.id, attempt.state)
            )
        self._feed.publish(
            "callback",
            space.name,
            lambda: {"id": callback.id, "message": callback.message_id, "state": callback.state},
        )
