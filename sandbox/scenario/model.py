"""A scenario as values: read, checked, and ready for an ``Engine`` to decide by. Nothing here changes.

Lengths of time are microseconds; a ``Span`` may be drawn anew each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.errors import Problem
from sandbox.scenario import spans
from sandbox.scenario.expect import Expectation
from sandbox.scenario.match import Field
from sandbox.scenario.spans import Span
from sandbox.scenario.verdict import ACCEPTED, PLAIN, Answer, CallbackWords, Error
from sandbox.sms.state import State
from sandbox.vocabulary import Account
from sandbox.wire import encode

SEND = "send"


class Then(StrEnum):
    """What follows the last item of a ``respond`` list."""

    REPEAT_LAST = "repeat-last"
    CYCLE = "cycle"
    NEXT_RULE = "next-rule"


class Order(StrEnum):
    TRUE = "true"
    SHUFFLED = "shuffled"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Response:
    """One way to answer a message or a call.

    ``answer``     where it is the same for every provider; else None and
    ``errors``     the error by provider, or, of a provider, by the last three digits of ``to`` (``by_digits``)
    ``trickle``    how long a trickled body takes (real time), where that is drawn
    ``stored``     whether the message is kept: always so for an acceptance
    """

    answer: Answer | None = ACCEPTED
    errors: Mapping[str, Error] = field(default_factory=dict)
    by_digits: Mapping[str, Mapping[str, Error]] = field(default_factory=dict)
    trickle: Span | None = None
    delay: Span = spans.NONE
    stored: bool = True

    @property
    def drawn(self) -> bool:
        return self.delay.drawn or (self.trickle is not None and self.trickle.drawn)


@dataclass(frozen=True, slots=True)
class Mix:
    """Responses by relative weight; one that stands alone is no draw."""

    weights: tuple[float, ...]
    responses: tuple[Response, ...]

    @property
    def drawn(self) -> bool:
        return len(self.responses) > 1 or any(response.drawn for response in self.responses)


@dataclass(frozen=True, slots=True)
class ScriptedStep:
    """A step as written: ``after`` counts from the step before, ``lag`` from when it happened."""

    after: Span
    status: State
    times: int = 1
    lag: Span = spans.NONE
    silent: bool = False
    code: str | None = None
    detail: str | None = None

    @property
    def drawn(self) -> bool:
        return self.after.drawn or self.lag.drawn


Timeline = tuple[ScriptedStep, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Timelines by relative weight, and how the rule's ``callback`` bends the times of all of them.

    ``scripted``: the rule says ``report``; where it does not, a message that its answer calls rejected has none.
    """

    weights: tuple[float, ...]
    timelines: tuple[Timeline, ...]
    lag: Span = spans.NONE
    order: Order = Order.TRUE
    before_answer: bool = False
    scripted: bool = True

    @property
    def bent(self) -> bool:
        """Whether ``callback`` draws times of its own."""
        return self.lag.drawn or self.order is Order.SHUFFLED

    @property
    def drawn(self) -> bool:
        steps = (step for timeline in self.timelines for step in timeline)
        return len(self.timelines) > 1 or self.bent or any(step.drawn for step in steps)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` messages in any ``window``, kept for each value of ``per``; over it ``respond``."""

    most: int
    window: int
    per: tuple[str, ...]
    respond: Mix


@dataclass(frozen=True, slots=True)
class Rule:
    """``label`` is its name, or ``#3`` for the third rule. It can match only calls of its ``providers``.

    ``start`` and ``end`` count from when the scenario was put; ``calls`` is how many requests it lasts.
    ``gate``: with a ``limit`` and nothing else to say, it only keeps out what is over the limit.
    """

    label: str
    providers: frozenset[str]
    operations: frozenset[str]
    when: tuple[Field, ...]
    sequence: tuple[Mix, ...]
    report: Report
    then: Then = Then.REPEAT_LAST
    per: tuple[str, ...] = ()
    callback: CallbackWords = PLAIN
    limit: Limit | None = None
    gate: bool = False
    calls: int | None = None
    start: int = 0
    end: int | None = None
    hold: bool = False
    chance: float | None = None
    written: Mapping[str, Any] = field(default_factory=dict)

    @property
    def drawn(self) -> bool:
        mixes = (*self.sequence, *((self.limit.respond,) if self.limit else ()))
        return self.chance is not None or self.report.drawn or any(mix.drawn for mix in mixes)


@dataclass(frozen=True, slots=True)
class Scenario:
    """``text`` is the source as it was given, ``data`` what it says; ``warnings`` what only ``--strict`` refuses."""

    name: str
    text: str
    data: Mapping[str, Any]
    description: str = ""
    seed: int | None = None
    accounts: Mapping[str, tuple[Account, ...]] = field(default_factory=dict)
    refuse: frozenset[str] = frozenset()
    timelines: Mapping[str, Timeline] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    expect: tuple[Expectation, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether anything is left to chance."""
        return any(rule.drawn for rule in self.rules)

    @property
    def json(self) -> bytes:
        """What it says, canonically: two scenarios of equal content have equal JSON, however they are written."""
        return encode(_sorted({**self.data, "name": self.name}))


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
