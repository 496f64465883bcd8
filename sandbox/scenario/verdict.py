"""What a scenario decides of a message or a call: values, with every draw already made."""

from dataclasses import dataclass
from typing import NamedTuple

from sandbox.sms.state import State
from sandbox.vocabulary import ErrorEntry
from sandbox.wire import Headers

FAULTS = ("hang", "reset", "empty", "malformed", "truncated", "trickle")
STORED_FAULTS = frozenset({"malformed", "truncated", "trickle"})
"""Faults that are an acceptance, badly told: stored unless the scenario says otherwise."""


@dataclass(frozen=True, slots=True)
class Accept:
    """Taken; ``status`` ``rejected`` = taken, but refused in a bulk answer."""

    status: State = State.QUEUED


@dataclass(frozen=True, slots=True)
class Error:
    """The provider's own error. ``retry_after`` in whole seconds."""

    entry: ErrorEntry
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """One of ``FAULTS``; ``over`` (real µs) is how long a trickle takes."""

    kind: str
    over: int = 5_000_000


Answer = Accept | Error | Raw | Fault
ACCEPTED = Accept()


class Step(NamedTuple):
    """One step of a timeline, draws made. Offsets in µs from the timeline's start.

    ``happens``  when the state moves (if it may)
    ``leaves``   when the report is posted; None = silent. May lie before ``happens`` (order: shuffled, reversed)
    ``times``    how often the same report is posted in all
    """

    happens: int
    leaves: int | None
    status: State
    times: int = 1
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class CallbackWords:
    """How a rule's reports misbehave. ``retry``: its own ladder (µs), empty = none, None = the provider's."""

    before_answer: bool = False
    sign: str | None = None
    unknown_id: bool = False
    retry: tuple[int, ...] | None = None


PLAIN = CallbackWords()


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one message (or of one call that sends none).

    ``rule``    its name, or None: no rule matched
    ``delay``   real µs before the answer
    ``limited`` the rule's ``limit`` is reached, and the answer is what it says of that
    ``stored``  whether the message is kept: always so for ``Accept``
    ``held_by`` the rule whose end the timeline waits for; ``held_until`` the instant at which that rule ends by the
                clock, if it does
    """

    rule: str | None = None
    answer: Answer = ACCEPTED
    delay: int = 0
    stored: bool = True
    steps: tuple[Step, ...] = ()
    callback: CallbackWords = PLAIN
    held_by: str | None = None
    held_until: int | None = None
    limited: bool = False

    @property
    def why(self) -> str | None:
        """Why the call ends as it does, for whoever reads the journal; None where nothing is amiss."""
        reached = ", for its limit is reached" if self.limited else ""
        if isinstance(self.answer, Fault):
            return f"the rule {self.rule!r} answers with the fault {self.answer.kind!r}{reached}"
        refused = isinstance(self.answer, Error) or (isinstance(self.answer, Raw) and self.answer.status >= 400)
        return f"the rule {self.rule!r} says so{reached}" if refused else None

    @property
    def accepted(self) -> bool:
        return isinstance(self.answer, Accept)


class Verdict(NamedTuple):
    """What a scenario decides of a whole request.

    ``decisions`` one a submission, in order; ``retired`` the rules that this request retired (their held timelines
    begin now).
    """

    decisions: tuple[Decision, ...]
    retired: tuple[str, ...] = ()

    @property
    def ruling(self) -> Decision:
        """The one that answers for the request: the first that is not accepted, else the first."""
        for decision in self.decisions:
            if not decision.accepted:
                return decision
        return self.decisions[0]
