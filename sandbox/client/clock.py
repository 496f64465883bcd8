"""The clock of a space: stop it, let it run, let time pass."""

from datetime import datetime

from sandbox.client.exchange import PATIENCE, Talk, W, call
from sandbox.client.resource import Resource, given, read, seconds
from sandbox.client.things import Clock, Walk
from sandbox.wire import encode

__tracebackhide__ = True  # pytest shows the caller's line, not how a call is carried

WALK = "60s"
"""Real time that a walk may take, unless told otherwise."""
IDLE = "idle"


class Clocks(Resource[W]):
    @call
    def get(self) -> Talk[Clock]:
        return Clock.read((yield from self._tell("GET", "/clock")))

    @call
    def freeze(self) -> Talk[Clock]:
        """Time stands still until it is advanced."""
        return Clock.read((yield from self._tell("PUT", "/clock", body={"mode": "manual"})))

    @call
    def run(self, speed: float = 1.0) -> Talk[Clock]:
        """From where it stands: ``speed`` sandbox seconds in one real second."""
        body = {"mode": "real"} if speed == 1 else {"mode": "scaled", "speed": speed}
        return Clock.read((yield from self._tell("PUT", "/clock", body=body)))

    @call
    def set(self, now: datetime | str) -> Talk[Clock]:
        """Jump forward; all that lies between happens."""
        return Clock.read((yield from self._tell("PUT", "/clock", body={"now": _iso(now)})))

    @call
    def advance(
        self,
        by: str | None = None,
        *,
        to: datetime | str | None = None,
        until: str | None = None,
        settle: str | None = None,
        timeout: str = WALK,
    ) -> Talk[Walk]:
        """``advance("72h")``, ``advance(to=…)``, ``advance(until="idle")``: answers when everything on the way is over.

        Consumers are waited for; ``settle`` is real time that their own sends get after every instant.
        """
        asked = {"by": by, "to": None if to is None else _iso(to), "until": until, "settle": settle, "timeout": timeout}
        patience = PATIENCE + seconds(timeout)
        ask = self.root.ask("POST", "/clock/advance", body=encode(given(asked)), patience=patience)
        return Walk.read(read((yield ask)))


def _iso(at: datetime | str) -> str:
    """Raises ``ValueError`` for a ``datetime`` without a time zone: by Python it is local, by the clock UTC."""
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; datetime.now(UTC) has one, or datetime(2030, 1, 1, tzinfo=UTC)")
    return at.isoformat()
