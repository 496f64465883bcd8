"""What work costs as it grows: ratios of two runs, for a busy machine is no counterexample."""

import time
from collections.abc import Callable
from typing import Any


def linear(work: Callable[[Any], object], small: Any, large: Any) -> bool:
    """Whether ``large``, ten times ``small``, costs nothing like a hundred times as much."""
    return _cost(work, large) < 40 * max(_cost(work, small), 1e-4)


def _cost(work: Callable[[Any], object], of: Any) -> float:
    """The best of several runs, in seconds of this process."""
    costs = []
    for _ in range(3):
        begun = time.process_time()
        work(of)
        costs.append(time.process_time() - begun)
    return min(costs)
