"""Sliding windows: at most so many in so long, kept per key and forgotten when they have passed."""

from collections import deque


class Windows:
    def __init__(self) -> None:
        self._instants: dict[str, deque[int]] = {}

    def admit(self, key: str, limit: int, window: int, now: int) -> bool:
        """Let one through at ``now`` and count it, unless ``limit`` were let through in the last ``window`` µs."""
        instants = self._instants.setdefault(key, deque())
        while instants and instants[0] <= now - window:
            instants.popleft()
        if len(instants) >= limit:
            return False
        instants.append(now)
        return True

    def clear(self) -> None:
        self._instants.clear()
