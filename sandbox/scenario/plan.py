"""From a report as scripted to steps with every draw made.

``delivered``, ``undelivered``, ``expired``: ``sent`` after 1 s, the word 2 s later. ``rejected``: after 1 s.
``none``: no step at all, expiry included.
"""

from collections.abc import Mapping, Sequence

from sandbox.durations import LONGEST, SECOND
from sandbox.scenario import spans
from sandbox.scenario.dice import Dice
from sandbox.scenario.model import Order, Report, ScriptedStep, Timeline
from sandbox.scenario.verdict import Step
from sandbox.sms.state import State


def _after_sent(word: State) -> Timeline:
    return (ScriptedStep(spans.fixed(SECOND), State.SENT), ScriptedStep(spans.fixed(2 * SECOND), word))


BUILT_IN: Mapping[str, Timeline] = {
    "delivered": _after_sent(State.DELIVERED),
    "undelivered": _after_sent(State.UNDELIVERED),
    "expired": _after_sent(State.EXPIRED),
    "rejected": (ScriptedStep(spans.fixed(SECOND), State.REJECTED),),
    "none": (),
}
NO_DICE = Dice(0, "", "", 0)
"""For what is not drawn."""
DELIVERED = Report((1.0,), (BUILT_IN["delivered"],), scripted=False)


class Planner:
    """One report's steps. A timeline of which nothing is drawn is planned once, for every message."""

    __slots__ = ("_fixed", "_report")

    def __init__(self, report: Report) -> None:
        self._report = report
        self._fixed = tuple(
            None if report.bent or any(step.drawn for step in timeline) else self._plan(timeline, NO_DICE)
            for timeline in report.timelines
        )

    def steps(self, dice: Dice) -> tuple[Step, ...]:
        chosen = dice.pick("report", self._report.weights) if len(self._fixed) > 1 else 0
        fixed = self._fixed[chosen]
        return self._plan(self._report.timelines[chosen], dice) if fixed is None else fixed

    def _plan(self, timeline: Timeline, dice: Dice) -> tuple[Step, ...]:
        early = self._report.before_answer
        steps, at = [], 0
        for number, scripted in enumerate(timeline):
            now = early and number == 0
            at += 0 if now else scripted.after.take(dice, f"after {number}")
            lag = scripted.lag.take(dice, f"lag {number}") + self._report.lag.take(dice, f"callback lag {number}")
            happens = min(at, LONGEST)
            leaves = None if scripted.silent else min(at if now else at + lag, LONGEST)
            steps.append(Step(happens, leaves, scripted.status, scripted.times, scripted.code, scripted.detail))
        return _reordered(steps, self._report.order, dice, first=1 if early else 0)


def _reordered(steps: Sequence[Step], order: Order, dice: Dice, *, first: int) -> tuple[Step, ...]:
    """The reports from ``first`` on swap their sending times; a single one is left as it is."""
    spoken = [index for index, step in enumerate(steps) if step.leaves is not None and index >= first]
    if order is Order.TRUE or len(spoken) < 2:
        return tuple(steps)
    times = _apart(sorted(step.leaves for index in spoken if (step := steps[index]).leaves is not None))
    turn = list(reversed(range(len(times)))) if order is Order.REVERSED else _shuffled(len(times), dice)
    swapped = list(steps)
    for index, place in zip(spoken, turn, strict=True):
        swapped[index] = steps[index]._replace(leaves=times[place])
    return tuple(swapped)


def _shuffled(count: int, dice: Dice) -> list[int]:
    """Never the true order, which would rehearse nothing."""
    drawn = dice.order("order", count)
    return drawn if drawn != sorted(drawn) else [*drawn[1:], drawn[0]]


def _apart(times: Sequence[int]) -> list[int]:
    """Equal times told apart by a microsecond, for between equal times there is no order to swap."""
    apart: list[int] = []
    for time in times:
        apart.append(max(time, apart[-1] + 1) if apart else time)
    return apart
