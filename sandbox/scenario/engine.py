"""The rules at work: what becomes of a message, or of a call that sends none.

In the order of the file, first match wins. Per message and rule: is the rule active? do ``when`` and
``chance`` hold? does ``limit`` let it through? then ``respond``. A rule matches messages: a bulk of
ten recipients asks ten times, but the request counts once per rule and value of ``per``, and all its
messages of the same value get the same item of a list. Counters stand even if the request ends refused.

Draws depend on seed, rule, recipient and how many messages that recipient had: recipients may arrive
in any order.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.scenario.counters import Tally
from sandbox.scenario.explain import Explanation, explain
from sandbox.scenario.match import Asked
from sandbox.scenario.model import SEND, Scenario
from sandbox.scenario.plan import DELIVERED, NO_DICE, Planner
from sandbox.scenario.runner import Runner, Turn
from sandbox.scenario.verdict import Decision, Verdict
from sandbox.sms.message import Submission

UNRULED = Decision(steps=Planner(DELIVERED).steps(NO_DICE))
"""No rule matched: accepted and delivered."""


class Engine:
    """The counters of one space under one scenario; another scenario is another engine.

    ``seed`` is the space's and overrides the scenario's; with neither, draws are random. ``since`` is the instant at
    which the scenario was put.
    """

    def __init__(self, scenario: Scenario, *, seed: int | None, since: int):
        self.scenario = scenario
        self.since = since
        self.seed = scenario.seed if seed is None else seed
        self.runners = tuple(Runner(rule, self.seed, since) for rule in scenario.rules)
        self._recipients = Tally() if scenario.drawn and self.seed is not None else None
        self._shelves: dict[tuple[str, str], _Candidates] = {}

    @property
    def hits(self) -> dict[str, int]:
        """How many messages and calls each rule has decided, by the rule's label."""
        return {runner.rule.label: runner.hits for runner in self.runners}

    def decide(self, provider: str, account: str, body: Any, submissions: Sequence[Submission], now: int) -> Verdict:
        """What becomes of a send request that has passed every check of its provider's."""
        rules = self._candidates(provider, SEND)
        turn: Turn | None = None
        decisions = []
        for submission in submissions:
            candidates = rules.of(submission.to)
            nth = self._recipients.take(submission.to) if self._recipients is not None else 0
            if not candidates:
                decisions.append(UNRULED)
                continue
            turn = turn or Turn(now)
            asked = Asked(provider, account, SEND, body, submission, submission.to, nth)
            decisions.append(_first(candidates, asked, turn) or UNRULED)
        return Verdict(tuple(decisions), turn.end() if turn else ())

    def decide_call(self, provider: str, account: str | None, operation: str, body: Any, now: int) -> Decision | None:
        """What a rule says of an operation that sends nothing; None: no rule does, it takes its course."""
        candidates = self._candidates(provider, operation).every
        if not candidates:
            return None
        caller = _caller(provider, operation, account)
        nth = self._recipients.take(caller) if self._recipients is not None else 0
        turn = Turn(now)
        decision = _first(candidates, Asked(provider, account, operation, body, None, caller, nth), turn)
        turn.end()
        return decision

    def explain(
        self,
        provider: str,
        account: str | None,
        body: Any,
        submission: Submission | None,
        now: int,
        operation: str = SEND,
    ) -> Explanation:
        """What would be decided, rule by rule; nothing is counted. ``submission`` None for what sends nothing."""
        recipient = _caller(provider, operation, account) if submission is None else submission.to
        nth = self._recipients.peek(recipient) if self._recipients is not None else 0
        asked = Asked(provider, account, operation, body, submission, recipient, nth)
        return explain(self.runners, asked, now, UNRULED if operation == SEND else None)

    def _candidates(self, provider: str, operation: str) -> "_Candidates":
        known = self._shelves.get((provider, operation))
        if known is None:
            known = _Candidates(
                runner
                for runner in self.runners
                if provider in runner.rule.providers and operation in runner.rule.operations
            )
            self._shelves[provider, operation] = known
        return known


class _Candidates:
    """The rules for one operation of one provider, so arranged that a message meets few that cannot match."""

    __slots__ = ("_by_recipient", "_others", "every")

    def __init__(self, runners: Iterable[Runner]) -> None:
        self.every = tuple(runners)
        self._others = tuple(runner for runner in self.every if runner.recipients is None)
        named = {to for runner in self.every for to in runner.recipients or ()}
        self._by_recipient = {
            to: tuple(runner for runner in self.every if runner.recipients is None or to in runner.recipients)
            for to in named
        }

    def of(self, to: str) -> Sequence[Runner]:
        known = self._by_recipient.get(to)
        return [runner for runner in self._others if to.startswith(runner.beginning)] if known is None else known


def _caller(provider: str, operation: str, account: str | None) -> str:
    """What stands in for the recipient where there is none."""
    return f"{provider} {operation} {account}"


def _first(candidates: Sequence[Runner], asked: Asked, turn: Turn) -> Decision | None:
    for runner in candidates:
        if runner.miss(asked, turn.now) is None:
            decision = runner.decide(asked, turn)
            if decision is not None:
                return decision
    return None
