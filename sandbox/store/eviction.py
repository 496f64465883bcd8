"""The bounds: what must go when a space holds more than it may, and the end of what was hidden.

The oldest settled messages go first, with all that is theirs. Where too few are settled the oldest of all are
hidden (see ``schema``) and go when they have settled. At every write the bounds may be overrun by ``SLACK`` rows, so
that removal is done in bulk, but not by the journal's bytes; whoever reads trims exactly, and never sees more than the
limit.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from sandbox.store import removal
from sandbox.store.base import Limits
from sandbox.store.database import Database
from sandbox.store.ticks import SLICE

SLACK = 100
_OLDEST_REQUESTS = "SELECT seq, size FROM request WHERE space = ? ORDER BY seq LIMIT ?"
_REQUESTS_GONE = """
    UPDATE space SET requests = requests - ?2, evicted_requests = evicted_requests + ?2, journal = journal - ?3
    WHERE n = ?1
"""
_INBOUND = "(SELECT seq FROM callback WHERE message = 0 AND space = ? AND seq <= ? AND state <> 'pending')"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Keeps every space within ``limits``; each method wants a transaction around it."""

    database: Database
    limits: Limits

    def trim(self, space: int, slack: int = 0) -> Iterator[None]:
        """Push out what is over the limits, if it is over by more than ``slack``; slice by slice."""
        held = self.database.one("SELECT messages, requests, journal FROM space WHERE n = ?", (space,))
        if held is None:
            return
        messages, requests = held[0] - self.limits.messages, held[1] - self.limits.requests
        size = held[2] - self.limits.journal
        for gone in range(0, messages if messages > slack else 0, SLICE):
            if messages > SLICE:
                yield
            self._trim_messages(space, min(SLICE, messages - gone))
        if requests > slack or size > 0:
            self._trim_requests(space, requests, size)

    def _trim_messages(self, space: int, excess: int) -> None:
        settled = removal.mark(
            self.database, "SELECT seq FROM message WHERE space = ? AND settled = 1 ORDER BY seq", space, excess
        )
        callbacks = removal.purge(self.database) if settled else 0
        if settled < excess:
            removal.mark(self.database, "SELECT seq FROM message WHERE space = ? ORDER BY seq", space, excess - settled)
            removal.hide(self.database)
        self.database.run(
            "UPDATE space SET messages = messages - ?2, evicted_messages = evicted_messages + ?2,"
            " evicted_callbacks = evicted_callbacks + ?3 WHERE n = ?1",
            (space, excess, callbacks),
        )

    def _trim_requests(self, space: int, count: int, size: int) -> None:
        """The oldest go, until neither their number nor their size (bytes) is over."""
        while count > 0 or size > 0:
            oldest = self.database.all(_OLDEST_REQUESTS, (space, max(count, SLACK)))
            freed = [*accumulate(each for _, each in oldest)]
            gone = min(len(oldest), max(count, bisect_left(freed, size) + 1 if size > 0 else 0))
            if not gone:
                return
            self.database.run("DELETE FROM request WHERE space = ? AND seq <= ?", (space, oldest[gone - 1][0]))
            self.database.run(_REQUESTS_GONE, (space, gone, freed[gone - 1]))
            count, size = count - gone, size - freed[gone - 1]

    def trim_inbound(self, space: int) -> None:
        """Callbacks of no message, as many as messages: the oldest go first, none while it is pending."""
        over = self.database.one(
            "SELECT seq FROM callback WHERE message = 0 AND space = ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
            (space, self.limits.messages),
        )
        if over is not None:
            self.database.run(f"DELETE FROM attempt WHERE callback IN {_INBOUND}", (space, over[0]))
            gone = self.database.run(f"DELETE FROM callback WHERE seq IN {_INBOUND}", (space, over[0]))
            self._count_callbacks(space, gone)

    def end_hidden(self) -> None:
        """Remove the hidden messages that have settled."""
        hidden = "FROM message WHERE settled = 1 AND space < 0"
        for (space,) in self.database.all(f"SELECT DISTINCT space {hidden}"):
            removal.mark(self.database, "SELECT seq FROM message WHERE settled = 1 AND space = ?", space, -1)
            self._count_callbacks(-space, removal.purge(self.database))

    def _count_callbacks(self, space: int, gone: int) -> None:
        self.database.run("UPDATE space SET evicted_callbacks = evicted_callbacks + ? WHERE n = ?", (gone, space))
