"""The one clock of a space: real, scaled or manual are a base, a rate and a jump.

Instants are whole microseconds since 1970-01-01T00:00:00Z. Nothing else in the package asks the
machine what time it is for the domain's purposes; answers' delays, consumers' time-outs and
signatures (which a consumer checks by its own clock) use ``wall``.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import inf

from sandbox.durations import SECOND

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FIRST = -62_135_596_800 * SECOND  # 0001-01-01T00:00:00Z and
LAST = 253_402_300_799 * SECOND  # 9999-12-31T23:59:59Z: the first and last that ``iso`` can say
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)


def wall() -> int:
    """The machine's time, in microseconds."""
    return time.time_ns() // 1000


@lru_cache(1024)
def iso(at: int) -> str:
    """``2026-02-12T14:51:00.123456Z``; no fraction when it is nought, nothing later than ``LAST``."""
    moment = _EPOCH + timedelta(microseconds=min(at, LAST))
    return moment.isoformat().removesuffix("+00:00") + "Z"


def parse_iso(text: str) -> int:
    """The instant an ISO 8601 text names; without an offset it is UTC. ``ValueError`` otherwise."""
    if not _ISO.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no instant; write it like 2026-02-12T14:51:00Z")
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        at = (moment - _EPOCH) // _MICROSECOND
    except ValueError as fault:
        raise ValueError(f"{text!r} is no instant: {fault}") from None
    if not FIRST <= at <= LAST:
        raise ValueError(f"{text!r} lies before the year 1 or after 9999 in UTC")
    return at


class Mode(StrEnum):
    REAL = "real"
    SCALED = "scaled"
    MANUAL = "manual"


class Clock:
    """``now`` = base + rate x (machine time - anchor). It never runs backwards, even if the machine's clock does."""

    def __init__(
        self, mode: Mode = Mode.REAL, speed: float = 1.0, now: int | None = None, *, wall: Callable[[], int] = wall
    ) -> None:
        self._wall = wall
        self._rate = 0.0
        self._anchor = self._seen = wall()
        self._base = self._anchor if now is None else now
        self.set_mode(mode, speed)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def speed(self) -> float:
        """Sandbox seconds in one real second: 1 in ``real``, 0 in ``manual``."""
        return self._rate

    def now(self) -> int:
        if self._rate == 0:
            return self._base
        wall = self._wall()
        if wall < self._seen:
            self._base, self._anchor = self._at(self._seen), wall
        self._seen = wall
        return self._at(wall)

    def _at(self, wall: int) -> int:
        elapsed = wall - self._anchor
        return self._base + int(min(elapsed if self._rate == 1 else elapsed * self._rate, LAST - self._base))

    def set_mode(self, mode: Mode, speed: float = 1.0) -> None:
        """Another way to run, from this very instant on. ``ValueError`` for a scaled speed that is not positive."""
        if mode is Mode.SCALED and not 0 < speed < inf:
            raise ValueError(f"a clock runs at a positive speed, not {speed}")
        self.jump(self.now())
        self._mode = mode
        self._rate = {Mode.REAL: 1.0, Mode.SCALED: speed, Mode.MANUAL: 0.0}[mode]

    def jump(self, to: int) -> None:
        """Stand at ``to`` and run on from there (only an empty space may be sent back: see ``spaces``)."""
        self._base = min(LAST, to)
        self._anchor = self._seen = self._wall()

    def real_until(self, at: int) -> float | None:
        """Real seconds until the clock shows ``at``; None if it never will by itself."""
        if self._rate == 0 or at > LAST:
            return None
        return max(0.0, (at - self.now()) / self._rate / SECOND)
