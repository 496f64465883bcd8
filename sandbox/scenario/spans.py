"""Lengths of time that may be drawn: ``10s``, ``1s..5s`` (uniform), ``{lognormal: {median: 2s, sigma: 0.5}}``."""

import math
from dataclasses import dataclass
from typing import Any

from sandbox import durations
from sandbox.scenario.dice import Dice

_LEAST = 1e-12  # the far ends of a normal distribution are infinitely far away


@dataclass(frozen=True, slots=True)
class Span:
    """Microseconds from ``low`` to ``high``; with ``sigma`` lognormal around the median ``low``."""

    low: int
    high: int
    sigma: float = 0.0

    @property
    def drawn(self) -> bool:
        return self.low != self.high or self.sigma > 0

    def take(self, dice: Dice, purpose: str) -> int:
        """A length; one that is fixed asks no dice."""
        if not self.drawn:
            return self.low
        chance = dice.roll(purpose)
        if not self.sigma:
            return self.low + int(chance * (self.high - self.low + 1))
        exponent = self.sigma * _normal(min(max(chance, _LEAST), 1 - _LEAST))
        return min(durations.LONGEST, int(self.low * math.exp(exponent)))


def _normal(chance: float) -> float:
    """The quantile of the standard normal distribution."""
    from statistics import NormalDist  # 2 ms, and few scenarios draw from one

    return NormalDist().inv_cdf(chance)


NONE = Span(0, 0)


def fixed(length: int) -> Span:
    return Span(length, length)


def parse(written: Any) -> Span:
    """What a file says (already of the schema's shape). Raises ``ValueError`` with a sentence."""
    if isinstance(written, dict):
        shape = written["lognormal"]
        median = durations.parse(shape["median"])
        return Span(median, median, float(shape["sigma"]))
    first, dots, last = written.partition("..")
    low = durations.parse(first)
    high = durations.parse(last) if dots else low
    if high < low:
        raise ValueError(f"{written!r} is an empty range: {last} is shorter than {first}")
    return Span(low, high)
