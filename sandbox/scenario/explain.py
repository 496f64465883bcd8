"""A dry run in words: the rules tried in their order, why each did not match, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.scenario.match import Asked
from sandbox.scenario.runner import Miss, Runner, Turn
from sandbox.scenario.verdict import Decision


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule. ``miss`` None = it matched; ``passed`` = it did, but leaves the word to the rules after it."""

    rule: str
    miss: Miss | None
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """``decision`` None: no rule speaks of this operation, and it takes its course."""

    trials: tuple[Trial, ...]
    decision: Decision | None


def explain(runners: Sequence[Runner], asked: Asked, now: int, otherwise: Decision | None) -> Explanation:
    """Tries every rule as the engine would, counting nothing."""
    turn = Turn(now, counting=False)
    trials = []
    for runner in runners:
        miss = _elsewhere(runner, asked) or runner.miss(asked, now)
        decision = None if miss else runner.decide(asked, turn)
        trials.append(Trial(runner.rule.label, miss, passed=miss is None and decision is None))
        if decision is not None:
            return Explanation(tuple(trials), decision)
    return Explanation(tuple(trials), otherwise)


def _elsewhere(runner: Runner, asked: Asked) -> Miss | None:
    """Rules for other operations and providers, which the engine does not even look at."""
    for field, expected, actual in (
        ("operation", runner.rule.operations, asked.operation),
        ("provider", runner.rule.providers, asked.provider),
    ):
        if actual not in expected:
            return Miss(field, sorted(expected), actual)
    return None
