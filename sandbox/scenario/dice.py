"""Draws: random without a seed; with one, fixed by what they are for and never by the order of arrival."""

import random
from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate


class Dice:
    """The draws of one rule for one message: the ``nth`` (from 0) that its recipient had."""

    __slots__ = ("_scope",)

    def __init__(self, seed: int | None, rule: str, recipient: str, nth: int) -> None:
        self._scope = None if seed is None else f"{seed}\x1f{rule}\x1f{recipient}\x1f{nth}\x1f"

    def roll(self, purpose: str) -> float:
        """At least 0 and less than 1; with a seed the same purpose gives the same number."""
        if self._scope is None:
            return random.random()
        digest = blake2b((self._scope + purpose).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return (int.from_bytes(digest) >> 11) / (1 << 53)

    def pick(self, purpose: str, weights: Sequence[float]) -> int:
        """An index, each as likely as its weight says. At least one weight is above 0."""
        *edges, total = accumulate(weights)
        point = self.roll(purpose) * total
        return next((index for index, edge in enumerate(edges) if point < edge), _last_weighty(weights))

    def order(self, purpose: str, count: int) -> list[int]:
        """``range(count)`` shuffled."""
        return sorted(range(count), key=lambda index: self.roll(f"{purpose} {index}"))


def _last_weighty(weights: Sequence[float]) -> int:
    return max(index for index, weight in enumerate(weights) if weight > 0)
