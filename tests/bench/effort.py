"""How much is done for each measurement."""

from typing import NamedTuple


class Effort(NamedTuple):
    """``sends`` a block, messages ``stored`` for tail and pending, ``grown`` at most; ``seconds`` of even load."""

    sends: int
    stored: int = 100_000
    grown: int = 1_000_000
    seconds: int = 10
    starts: int = 7
    rest: float = 1.0


FULL = Effort(6_000)
QUICK = Effort(2_500, stored=50_000, grown=150_000, seconds=4, starts=3)
TINY = Effort(100, stored=2_000, grown=2_000, seconds=1, starts=1, rest=0.0)
"""Too little to mean anything: whether it runs."""
