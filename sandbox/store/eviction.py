"""What must go, and what goes along: the bounds, the end of what was hidden, and the emptying of a space.

The oldest settled messages go first, with all that is theirs. Where too few are settled the oldest of all are
hidden (see ``schema``) and go when they have settled. At every write the bounds may be overrun by ``SLACK`` rows,
so that removal is done in bulk; whoever reads trims exactly, and never sees more than the limit.
"""

from dataclasses import dataclass

from sandbox.store.base import Counts, Limits
from sandbox.store.database import Database

SLACK = 100
_OURS = "IN (SELECT seq FROM gone)"
_PURGE = (
    """
    DELETE FROM alias WHERE (value, message) IN (
        SELECT name.value, seq FROM gone JOIN message USING (seq), json_each(more, '$[3]') AS name)
    """,
    f"DELETE FROM link WHERE message {_OURS}",
    f"DELETE FROM receipt WHERE message {_OURS}",
    f"DELETE FROM replay WHERE message {_OURS}",
    f"DELETE FROM attempt WHERE callback IN (SELECT seq FROM callback WHERE message {_OURS})",
    f"DELETE FROM message WHERE seq {_OURS}",
)
_EMPTY = ("request", "replay", "subscription")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Keeps every space within ``limits``; each method wants a transaction around it."""

    database: Database
    limits: Limits

    def trim(self, space: int, slack: int = 0) -> None:
        """Push out what is over the limits, if it is over by more than ``slack``."""
        held = self.database.one("SELECT messages, requests FROM space WHERE n = ?", (space,))
        if held is None:
            return
        messages, requests = held[0] - self.limits.messages, held[1] - self.limits.requests
        if messages > slack:
            self._trim_messages(space, messages)
        if requests > slack:
            self._trim_requests(space, requests)

    def _trim_messages(self, space: int, excess: int) -> None:
        settled = self._mark("SELECT seq FROM message WHERE space = ? AND settled = 1 ORDER BY seq", space, excess)
        callbacks = self._purge()
        if settled < excess:
            self._mark("SELECT seq FROM message WHERE space = ? ORDER BY seq", space, excess - settled)
            self._hide()
        self.database.run(
            "UPDATE space SET messages = messages - ?2, evicted_messages = evicted_messages + ?2,"
            " evicted_callbacks = evicted_callbacks + ?3 WHERE n = ?1",
            (space, excess, callbacks),
        )

    def _trim_requests(self, space: int, excess: int) -> None:
        self.database.run(
            "DELETE FROM request WHERE seq IN (SELECT seq FROM request WHERE space = ? ORDER BY seq LIMIT ?)",
            (space, excess),
        )
        self.database.run(
            "UPDATE space SET requests = requests - ?2, evicted_requests = evicted_requests + ?2 WHERE n = ?1",
            (space, excess),
        )

    def end_hidden(self) -> None:
        """Remove the hidden messages that have settled."""
        hidden = "FROM message WHERE settled = 1 AND space < 0"
        for (space,) in self.database.all(f"SELECT DISTINCT space {hidden}"):
            self._mark("SELECT seq FROM message WHERE settled = 1 AND space = ?", space, -1)
            self.database.run(
                "UPDATE space SET evicted_callbacks = evicted_callbacks + ? WHERE n = ?", (self._purge(), -space)
            )

    def _mark(self, chosen: str, space: int, most: int) -> int:
        return self.database.run(f"INSERT INTO gone {chosen} LIMIT ?", (space, most))

    def _purge(self) -> int:
        """Remove the marked messages and all that is theirs; how many callbacks that were."""
        for statement in _PURGE:
            self.database.run(statement)
        callbacks = self.database.run(f"DELETE FROM callback WHERE message {_OURS}")
        self.database.run("DELETE FROM gone")
        return callbacks

    def _hide(self) -> None:
        self.database.run(f"UPDATE message SET space = -space WHERE seq {_OURS}")
        self.database.run(f"UPDATE callback SET space = -space WHERE message {_OURS}")
        self.database.run("DELETE FROM gone")

    # --- a whole space -----------------------------------------------------------------------------------

    def counts(self, space: int) -> Counts:
        held = self.database.one(
            "SELECT messages, requests, (SELECT count(*) FROM callback WHERE space = ?1),"
            " (SELECT coalesce(sum(pending), 0) FROM due WHERE space = ?1), evicted_messages, evicted_requests"
            " FROM space WHERE n = ?1",
            (space,),
        )
        return Counts(*held) if held else Counts()

    def clear(self, space: int, *, messages_only: bool) -> None:
        self._mark("SELECT seq FROM message WHERE space = ?", space, -1)
        self._mark("SELECT seq FROM message WHERE space = ?", -space, -1)
        self._purge()
        self.database.run("DELETE FROM attempt WHERE callback IN (SELECT seq FROM callback WHERE space = ?)", (space,))
        self.database.run("DELETE FROM callback WHERE space = ?", (space,))
        self.database.run("DELETE FROM due WHERE space = ?", (space,))
        self.database.run(
            "UPDATE space SET messages = 0, evicted_messages = 0, evicted_callbacks = 0 WHERE n = ?", (space,)
        )
        if not messages_only:
            for table in _EMPTY:
                self.database.run(f"DELETE FROM {table} WHERE space = ?", (space,))
            self.database.run("UPDATE space SET requests = 0, evicted_requests = 0 WHERE n = ?", (space,))

    def drop(self, space: int) -> None:
        self.clear(space, messages_only=False)
        self.database.run("DELETE FROM space WHERE n = ?", (space,))
