"""One rule with its counters: does it match, and what does it say?"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sandbox.durations import SECOND
from sandbox.scenario.counters import Tally, Windows, key
from sandbox.scenario.dice import Dice
from sandbox.scenario.match import Asked, beginning, recipients
from sandbox.scenario.model import Mix, Response, Rule, Then
from sandbox.scenario.plan import Planner
from sandbox.scenario.verdict import Accept, Answer, Decision, Error, Fault
from sandbox.sms.state import State


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a rule does not match: the first thing that failed, what it should be and what it is."""

    field: str
    expected: Any
    actual: Any


class Turn:
    """One request: the place in its list that each rule gave it, by value of ``per``, and the rules that took part.

    ``counting`` False is a dry run: nothing is remembered.
    """

    __slots__ = ("_called", "_places", "counting", "now")

    def __init__(self, now: int, *, counting: bool = True) -> None:
        self.now = now
        self.counting = counting
        self._called: dict[Runner, None] = {}
        self._places: dict[tuple[Runner, Hashable], int] = {}

    def place(self, runner: "Runner", value: Hashable) -> int:
        """Which call of the rule this request is for ``value``: 0 for the first."""
        known = self._places.get((runner, value))
        if known is None:
            known = runner.tally.take(value) if self.counting else runner.tally.peek(value)
            self._places[runner, value] = known
        return known

    def call(self, runner: "Runner") -> None:
        if self.counting:
            self._called[runner] = None

    def end(self) -> tuple[str, ...]:
        """Counts the request, once, for each rule that took part; names the rules that it retired."""
        return tuple(runner.rule.label for runner in self._called if runner.called())


class Runner:
    """A rule at work. ``recipients``: the only numbers it can match, where ``to`` names them exactly; ``beginning``:
    what all of them begin with, where it says that."""

    __slots__ = (
        "_calls", "_end", "_known", "_limit_key", "_per_key", "_planner", "_seed", "_start", "_windows",
        "beginning", "hits", "recipients", "rule", "tally",
    )  # fmt: skip

    def __init__(self, rule: Rule, seed: int | None, since: int) -> None:
        self.rule = rule
        self.hits = 0
        self.recipients = recipients(rule.when)
        self.beginning = beginning(rule.when)
        self._seed = seed
        self._start = since + rule.start if rule.start else 0  # a clock may be sent back in an empty space
        self._end = None if rule.end is None else since + rule.end
        self._calls = 0
        self._planner = Planner(rule.report)
        self._per_key = _keyed(rule.per)
        self.tally = _tally(rule)
        self._windows = Windows(rule.limit.most, rule.limit.window) if rule.limit else None
        self._limit_key = _keyed(rule.limit.per if rule.limit else ())
        self._known: dict[tuple[int, str, str], Decision] = {}

    # --- does it match? ------------------------------------------------------------------------

    def miss(self, asked: Asked, now: int) -> Miss | None:
        """None: active, and ``when`` and ``chance`` hold."""
        rule = self.rule
        if now < self._start or (self._end is not None and now >= self._end):
            return Miss("active", rule.written.get("active"), "not at this moment")
        if rule.calls is not None and self._calls >= rule.calls:
            return Miss("until", rule.written.get("until"), f"{self._calls} calls, so it has retired")
        for field in rule.when:
            value = field.read(asked)
            if not field.test(value):
                return Miss(field.name, field.written, value)
        if rule.chance is not None and self._dice(asked).roll("chance") >= rule.chance:
            return Miss("chance", rule.written.get("chance"), "the draw went the other way")
        return None

    # --- what does it say? ---------------------------------------------------------------------

    def decide(self, asked: Asked, turn: Turn) -> Decision | None:
        """None: a gate lets the message through, or the list of answers is at its end; the search goes on."""
        decision = self._over_limit(asked, turn)
        if decision is None:
            decision = self._respond(asked, turn)
        if decision is not None and turn.counting:
            self.hits += 1
        return decision

    def called(self) -> bool:
        """One more request; whether the rule retires with it."""
        self._calls += 1
        return self._calls == self.rule.calls

    def _over_limit(self, asked: Asked, turn: Turn) -> Decision | None:
        if self._windows is None or self.rule.limit is None:
            return None
        value = key(self._limit_key(asked))
        wait = self._windows.wait(value, turn.now)
        if wait:
            return self._told(self.rule.limit.respond, asked, frees_up_in=wait)
        if turn.counting:
            self._windows.enter(value, turn.now)
        return None

    def _respond(self, asked: Asked, turn: Turn) -> Decision | None:
        place = self._place(asked, turn)
        if place is None:
            return None
        turn.call(self)
        if self.rule.gate:
            return None
        known = self._known.get((place, asked.provider, asked.operation))
        return known or self._remember(place, asked)

    def _place(self, asked: Asked, turn: Turn) -> int | None:
        """The item of ``respond`` whose turn it is; None: the list is at its end, and the next rule's turn."""
        length = len(self.rule.sequence)
        if length == 1 and self.rule.then is not Then.NEXT_RULE:
            return 0
        place = turn.place(self, key(self._per_key(asked)))
        if place < length:
            return place
        return length - 1 if self.rule.then is Then.REPEAT_LAST else None

    def _remember(self, place: int, asked: Asked) -> Decision:
        """What is the same for every message of a provider is made once."""
        mix = self.rule.sequence[place]
        decision = self._told(mix, asked)
        if not mix.drawn and not mix.responses[0].by_digits and not self.rule.report.drawn:
            self._known[place, asked.provider, asked.operation] = decision
        return decision

    def _told(self, mix: Mix, asked: Asked, frees_up_in: int | None = None) -> Decision:
        """``frees_up_in``: the limit is reached, and there will be room in so many µs."""
        dice = self._dice(asked)
        response = mix.responses[dice.pick("respond", mix.weights) if len(mix.responses) > 1 else 0]
        answer = _answer(response, asked, dice)
        if isinstance(answer, Error) and answer.retry_after is None and frees_up_in is not None:
            answer = Error(answer.entry, max(1, -(-frees_up_in // SECOND)))
        stored = response.stored and asked.submission is not None
        final = answer == _REFUSED and not self.rule.report.scripted
        held = self.rule.hold and stored
        return Decision(
            rule=self.rule.label,
            answer=answer,
            delay=response.delay.take(dice, "delay"),
            stored=stored,
            steps=self._planner.steps(dice) if stored and not final else (),
            callback=self.rule.callback,
            held_by=self.rule.label if held else None,
            held_until=self._end if held else None,
            limited=frees_up_in is not None,
        )

    def _dice(self, asked: Asked) -> Dice:
        return Dice(self._seed, self.rule.label, asked.recipient, asked.nth)


_REFUSED = Accept(State.REJECTED)


def _answer(response: Response, asked: Asked, dice: Dice) -> Answer:
    if response.trickle is not None:
        return Fault("trickle", response.trickle.take(dice, "over"))
    if response.answer is not None:
        return response.answer
    if response.by_digits:
        return response.by_digits[asked.provider][asked.recipient[-3:]]
    return response.errors[asked.provider]


def _tally(rule: Rule) -> Tally:
    """No further than the list is long, so that what is remembered stays small."""
    return Tally(len(rule.sequence), cycle=rule.then is Then.CYCLE)


def _keyed(per: tuple[str, ...]) -> Callable[[Asked], Hashable]:
    return attrgetter(*(_PATHS[name] for name in per)) if per else lambda asked: ""


_PATHS = {
    "provider": "provider",
    "account": "account",
    "to": "submission.to",
    "from": "submission.sender",
    "text": "submission.text",
}
