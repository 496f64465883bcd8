"""The way of a provider call, from plain request to plain answer.

``Flow.call`` shows the whole of it. Refusals are put into words by the provider alone; whatever happens, the
journal has the call before it is answered.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

from sandbox import replays
from sandbox.admission import Planner, admit
from sandbox.calls import Call, Context, Found, Membership, Operation, Quota, Send
from sandbox.delivery import Delivery
from sandbox.errors import Refusal
from sandbox.feed import Feed
from sandbox.providers.base import Provider
from sandbox.queries import Queries
from sandbox.scenario.verdict import Decision, Error, Fault, Raw
from sandbox.scheduler import Scheduler
from sandbox.sms.message import Message
from sandbox.spaces.registry import Misdirected, Spaces
from sandbox.spaces.space import DEFAULT, Space
from sandbox.store.base import Store, StoreError
from sandbox.store.rows import Batch, Entry
from sandbox.tokens import Tokens
from sandbox.visit import Outcome, Visit, entry
from sandbox.wire import Reply, Request

MANY = 50
"""Messages of one send; when more of them have been read everybody else has a turn before anything comes of them."""
BEFORE_ANSWER = 5.0
"""How long an answer waits for the consumer of a report that comes first, in real seconds."""


class Flow:
    def __init__(
        self,
        store: Store,
        feed: Feed,
        tokens: Tokens,
        spaces: Spaces,
        delivery: Delivery,
        scheduler: Scheduler,
        tally: Counter[tuple[str, ...]],
    ) -> None:
        self._store = store
        self._feed = feed
        self._tokens = tokens
        self._spaces = spaces
        self._delivery = delivery
        self._scheduler = scheduler
        self._queries = Queries(store, scheduler, delivery)
        self._planner = Planner(scheduler, delivery.reports)
        self._tally = tally

    async def call(self, provider: Provider, request: Request, named: str | None) -> Outcome:
        """Answer one call; ``named`` is the space that its path or header names."""
        visit = Visit(provider, request, self._default(), self._spaces.logins.headers(provider.slug))
        try:
            operation, context = await self._enter(visit, named)
            visit.account = provider.authenticate(visit.request, operation, context)
            visit.call = self._read(visit, operation, context)
            outcome = await self._carry_out(visit, context)
        except Refusal as refusal:
            told = provider.refused(refusal, request)
            outcome = Outcome(told, refusal=refusal, explanation=refusal.explanation)
        try:
            await self._record(visit, outcome)
        except BaseException:  # nothing will be answered, so nothing waits for an answer
            self._delivery.let_go(outcome.messages)
            raise
        return outcome

    async def answered(self, outcome: Outcome, *, took_ms: float | None, gave_up: bool) -> None:
        """The answer is written, or its fault done: reports may leave. ``took_ms`` where it took its time."""
        self._delivery.let_go(outcome.messages)
        if took_ms is not None or gave_up:
            seq = outcome.batch.requests[0].seq
            with suppress(StoreError):  # which the store has logged
                await self._store.write(Batch(ended=[(seq, took_ms or 0.0, gave_up)]))

    # --- whose call, and where -------------------------------------------------------------------------

    def _default(self) -> Space:
        space = self._spaces.get(DEFAULT)
        assert space is not None  # noqa: S101 - ``default`` always exists
        return space

    async def _enter(self, visit: Visit, named: str | None) -> tuple[Operation, Context]:
        """Which operation, in which space. A call to no operation has a space too: its journal."""
        unknown: Refusal | None = None
        try:
            visit.operation = visit.provider.operation(visit.request)
        except Refusal as refusal:
            unknown = refusal
        visit.space = await self._home(visit, named)
        visit.space.touch()
        if visit.space.name != DEFAULT:
            visit.request = visit.request.within(visit.space.name)
        visit.context = self._context(visit.space, visit.provider)
        if unknown is not None or visit.operation is None:
            raise unknown or AssertionError
        return visit.operation, visit.context

    async def _home(self, visit: Visit, named: str | None) -> Space:
        try:
            return await self._spaces.home(named, visit.provider, visit.request, visit.operation)
        except Misdirected as why:
            raise Refusal(visit.provider.vocabulary.words["authentication"], explanation=str(why)) from None

    def _context(self, space: Space, provider: Provider) -> Context:
        accounts = space.logins.get(provider.slug, ())
        return Context(space.name, space.clock.now(), self._tokens, accounts, space.scenario.refuse, space.seed)

    # --- what it wants -----------------------------------------------------------------------------------

    def _read(self, visit: Visit, operation: Operation, context: Context) -> Call:
        if visit.request.oversize:
            raise visit.provider.too_big(visit.request.oversize)
        return visit.provider.read(visit.request, operation, visit.account, context)

    async def _carry_out(self, visit: Visit, context: Context) -> Outcome:
        call, space = visit.call, visit.space
        if isinstance(call, Send):
            return await self._send(visit, call, context)
        assert call is not None  # noqa: S101 - it was just read
        decision = space.engine.decide_call(
            visit.provider.slug,
            visit.account.name if visit.account else None,
            call.operation.word,
            call.body,
            space.clock.now(),
        )
        if decision is not None and isinstance(decision.answer, Error | Raw):
            return self._ruled(visit, decision)
        found = await self._queries.find(visit.space, visit.provider, call)
        reply = visit.provider.answer(call, found, context)
        return self._told(reply, decision) if decision else Outcome(reply)

    # --- a send ------------------------------------------------------------------------------------------

    async def _send(self, visit: Visit, send: Send, context: Context) -> Outcome:
        """Account limits, then dedupe, then the scenario; stored and planned in one batch."""
        if len(send.submissions) > MANY:
            await asyncio.sleep(0)
            visit.space = await self._home(visit, visit.space.name)  # which somebody may have dropped meanwhile
        for demand in send.demands:
            await self._demand(visit.space, demand)
        if send.dedupe is not None and (again := await replays.replayed(self._store, visit, send)):
            return again
        space = visit.space
        verdict = space.engine.decide(visit.provider.slug, send.account.name, send.body, send.submissions, context.now)
        messages, admissions = admit(self._store, visit, send, verdict.decisions, context.now)
        acceptance = visit.provider.answer(send, Found(messages), context)
        ruling = verdict.ruling
        outcome = (
            self._ruled(visit, ruling) if isinstance(ruling.answer, Error | Raw) else self._told(acceptance, ruling)
        )
        outcome.retired = verdict.retired
        if ruling.stored:
            self._keep(messages, outcome)
            for message, admission in zip(messages, admissions, strict=True):
                outcome.batch.links += [(space.name, message.seq, link) for link in admission.links]
            self._planner.plan(visit, send, verdict.decisions, messages, outcome)
            replays.remember(visit, send, acceptance, outcome)
        return outcome

    def _keep(self, messages: list[Message], outcome: Outcome) -> None:
        outcome.messages, outcome.named = messages, tuple([message.id for message in messages])
        outcome.batch.messages += messages
        if outcome.fault is None or outcome.fault.kind != "hang":  # which no report waits for
            self._delivery.hold_back(messages)

    async def _demand(self, space: Space, demand: Quota | Membership) -> None:
        """What the account allows; raises the provider's own refusal."""
        if isinstance(demand, Quota):
            granted = space.within(demand.key, demand.limit, demand.window)
        else:
            said = await self._store.subscribed(space.name, demand.campaign, demand.number)
            granted = demand.default if said is None else said
        if not granted:
            raise demand.refusal

    # --- what a scenario makes of it -----------------------------------------------------------------------

    def _ruled(self, visit: Visit, decision: Decision) -> Outcome:
        """The scenario answers in the provider's place."""
        answer = decision.answer
        if isinstance(answer, Raw):
            reply = Reply(answer.status, answer.body, answer.headers)
            return Outcome(reply, delay=decision.delay, rule=decision.rule, explanation=decision.why)
        assert isinstance(answer, Error)  # noqa: S101 - faults and acceptances are told, not ruled
        again = () if answer.retry_after is None else (("Retry-After", str(answer.retry_after)),)
        refusal = Refusal(answer.entry.code, headers=again)
        reply = visit.provider.refused(refusal, visit.request)
        return Outcome(reply, delay=decision.delay, refusal=refusal, rule=decision.rule, explanation=decision.why)

    def _told(self, reply: Reply, decision: Decision) -> Outcome:
        """The provider's own answer, perhaps badly told."""
        fault = decision.answer if isinstance(decision.answer, Fault) else None
        why = decision.why if fault else None
        return Outcome(reply, fault=fault, delay=decision.delay, rule=decision.rule, explanation=why)

    # --- and then ----------------------------------------------------------------------------------------

    async def _record(self, visit: Visit, outcome: Outcome) -> None:
        """Written before it is answered: the journal, the messages and what is due of them, in one go."""
        row, epoch = entry(visit, outcome, self._store.number()), visit.space.epoch
        outcome.batch.requests.append(row)
        await self._store.write(outcome.batch)
        self._tally["requests", visit.provider.slug, row.outcome] += 1
        self._feed.publish("request", visit.space.name, _journalled, row)
        for message in outcome.messages:
            self._feed.publish("message", visit.space.name, _announced, message)
        for rule in outcome.retired:
            await self._scheduler.release(visit.space, rule)
        if outcome.first:
            await self._report_first(visit.space, outcome, epoch)

    async def _report_first(self, space: Space, outcome: Outcome, epoch: int) -> None:
        """The report that comes before the answer: the answer waits for its consumer, but not for ever."""
        ended = [asyncio.Event() for _ in outcome.first]
        for (callback, message), event in zip(outcome.first, ended, strict=True):
            self._delivery.launch(space, callback, message, epoch, event.set)
        with suppress(TimeoutError):
            async with asyncio.timeout(BEFORE_ANSWER):
                for event in ended:
                    await event.wait()


def _journalled(row: Entry) -> dict[str, Any]:
    return {"id": row.id, "outcome": row.outcome, "error": row.error}


def _announced(message: Message) -> dict[str, Any]:
    return {"id": message.id, "provider": message.provider, "to": message.to}
