"""What an engine remembers between calls, each kept within bounds."""

from bisect import bisect_right
from collections.abc import Hashable
from hashlib import blake2b
from itertools import islice
from typing import Any

MOST_KEYS = 1_000_000
"""Of more keys than this the oldest are forgotten: a rehearsal that large has left them behind."""
_LONG = 64


class Tally:
    """How often each key has come. Counting stops at ``ceiling``, or starts again there (``cycle``)."""

    __slots__ = ("_ceiling", "_counts", "_cycle")

    def __init__(self, ceiling: int | None = None, *, cycle: bool = False) -> None:
        self._ceiling = ceiling
        self._cycle = cycle
        self._counts: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def peek(self, key: Hashable) -> int:
        return self._counts.get(key, 0)

    def take(self, key: Hashable) -> int:
        """The count so far; then one more. A key that a cycle has brought back to 0 is forgotten."""
        count = self._counts.get(key, 0)
        if count != self._ceiling:
            self._set(key, count + 1)
        return count

    def _set(self, key: Hashable, count: int) -> None:
        if self._cycle and count == self._ceiling:
            del self._counts[key]
            return
        self._counts[key] = count
        _forget_oldest(self._counts)


class Windows:
    """A sliding window for each key: at most ``most`` messages let through in any ``length`` µs."""

    __slots__ = ("_length", "_most", "_passed", "_sweep_at")

    def __init__(self, most: int, length: int) -> None:
        self._most = most
        self._length = length
        self._passed: dict[Hashable, list[int]] = {}
        self._sweep_at = 1024

    def __len__(self) -> int:
        return len(self._passed)

    def wait(self, key: Hashable, now: int) -> int:
        """0: there is room. Else how long (µs) until there is."""
        if self._most == 0:
            return self._length
        passed = self._passed.get(key, [])
        gone = bisect_right(passed, now - self._length)
        if 2 * gone > len(passed):  # seldom, so that a wide window costs no more than a narrow one
            del passed[:gone]
            gone = 0
        if len(passed) - gone < self._most:
            return 0
        return passed[gone] + self._length - now

    def enter(self, key: Hashable, now: int) -> None:
        """One more is let through. Windows that have run empty are swept out whenever the keys have doubled."""
        self._passed.setdefault(key, []).append(now)
        if len(self._passed) > self._sweep_at:
            start = now - self._length
            self._passed = {name: passed for name, passed in self._passed.items() if passed and passed[-1] > start}
            self._sweep_at = max(1024, 2 * len(self._passed))
        _forget_oldest(self._passed)


def _forget_oldest(remembered: dict[Hashable, Any]) -> None:
    """Where there are too many: a good part at once, for a dictionary's first key is behind all that were deleted."""
    if len(remembered) > MOST_KEYS:
        for name in list(islice(remembered, max(1, MOST_KEYS // 16))):
            del remembered[name]


def key(value: Hashable) -> Hashable:
    """``value``, or a digest of a long text: what is remembered of a message is small."""
    if isinstance(value, tuple):
        return tuple(map(key, value))
    if isinstance(value, str) and len(value) > _LONG:
        return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return value
