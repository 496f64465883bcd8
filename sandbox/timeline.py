"""A message's reports, laid out in time: from a scenario's steps to instants, and into a due row and back.

Steps count from the acceptance, from ``sendAt``, or from the opening of the delivery window; windows hold back
only the first step. Validity counts from the same instant; its end replaces what remains by ``expired`` while the
message is still with the network. No steps at all means silence, expiry included (SCENARIOS.md, ``report``).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sandbox import wire
from sandbox.durations import DAY, MINUTE
from sandbox.scenario.verdict import Step
from sandbox.sms.message import Submission, Window
from sandbox.sms.state import OPEN, State


class Happening(NamedTuple):
    """One thing due at ``at``: the state moves (``moves``), or a report is begun that leaves at ``leaves``, or both.

    ``stamp`` is the instant the report tells; it differs from ``at`` only where a report leaves before its time
    (``order: shuffled``).
    """

    at: int
    stamp: int
    status: State
    leaves: int | None
    moves: bool = True
    times: int = 1
    code: str | None = None
    detail: str | None = None


def start(submission: Submission, accepted_at: int) -> int:
    """The instant from which steps and validity count."""
    begin = max(accepted_at, submission.send_at or 0)
    return begin if submission.window is None else opening(submission.window, begin)


def opening(window: Window, at: int) -> int:
    """The first instant at or after ``at`` that lies in the window."""
    today = at - at % DAY
    for day in range(-1, 8):
        midnight = today + day * DAY
        opens, closes = midnight + window.start * MINUTE, midnight + _end(window) * MINUTE
        if _weekday(midnight) in window.days and at < closes:
            return max(at, opens)
    return at


def _end(window: Window) -> int:
    return window.end if window.end > window.start else window.end + 24 * 60


def _weekday(midnight: int) -> int:
    return (midnight // DAY + 3) % 7  # 1970-01-01 was a Thursday


def lay(steps: Sequence[Step], begin: int, expires_at: int | None) -> list[Happening]:
    """What happens to a message whose timeline begins at ``begin``, in order."""
    happenings = (happening for step in steps for happening in _happenings(step, begin))
    return _cut(sorted(happenings, key=lambda h: h.at), expires_at)


def _cut(happenings: list[Happening], expires_at: int | None) -> list[Happening]:
    """Validity: its end replaces what remains, if the network still has the message then."""
    if expires_at is None or not happenings:
        return happenings
    before = [h for h in happenings if h.stamp < expires_at]
    if all(h.status in OPEN for h in before if h.moves):
        return [*before, Happening(expires_at, expires_at, State.EXPIRED, expires_at)]
    return happenings


def _happenings(step: Step, begin: int) -> Iterable[Happening]:
    happens = begin + step.happens
    leaves = None if step.leaves is None else begin + step.leaves
    what = (step.times, step.code, step.detail)
    if leaves is not None and leaves < happens:
        yield Happening(leaves, happens, step.status, leaves, False, *what)
        leaves = None
    yield Happening(happens, happens, step.status, leaves, True, *what)


class Plan(NamedTuple):
    """What remains of a timeline, as a due row has it: first due ``at``, ``pending`` steps, ``packed`` all of them."""

    at: int
    pending: int
    packed: bytes


def plan(steps: tuple[Step, ...], begin: int, expires_at: int | None) -> Plan:
    """``pack(lay(…))`` of at least one step, with what does not depend on ``begin`` done once for all messages."""
    relative, closes = _relative(steps)
    if expires_at is None or (closes is not None and begin + closes < expires_at):
        return Plan(begin + relative.at, relative.pending, b"[%d,%b]" % (begin, relative.packed))
    return pack(lay(steps, begin, expires_at))


@lru_cache(4096)
def _relative(steps: tuple[Step, ...]) -> tuple[Plan, int | None]:
    """The plan of steps that begin at 0, and when the network is done with the message, if it ever is."""
    happenings = lay(steps, 0, None)
    closes = next((h.at for h in happenings if h.moves and h.status not in OPEN), None)
    return Plan(happenings[0].at, _pending(happenings), _entries(happenings)), closes


def pack(happenings: Sequence[Happening]) -> Plan:
    """At least one. Packed: the instant from which all others count, and the happenings."""
    return Plan(happenings[0].at, _pending(happenings), b"[0,%b]" % _entries(happenings))


def _entries(happenings: Iterable[Happening]) -> bytes:
    return wire.encode([list(happening) for happening in happenings])


def unpack(packed: bytes) -> list[Happening]:
    begin, entries = wire.decode(packed)
    return _begun(entries, begin)


def _begun(entries: Iterable[Any], begin: int) -> list[Happening]:
    return [
        Happening(begin + at, begin + stamp, State(status), None if leaves is None else begin + leaves, *rest)
        for at, stamp, status, leaves, *rest in entries
    ]


def _pending(happenings: Iterable[Happening]) -> int:
    """How many steps have not happened yet."""
    return sum(happening.moves for happening in happenings)


def hold(steps: Sequence[Step], begin: int, expires_at: int | None, window: Window | None) -> bytes:
    """A timeline that waits for its rule to end, and no less for ``begin``; validity runs on meanwhile."""
    entries = [list(h) for step in steps for h in _happenings(step, 0)]
    hours = window and (sorted(window.days), window.start, window.end)
    return wire.encode([begin, expires_at, entries, hours])


def release(packed: bytes, at: int) -> list[Happening]:
    """What happens to a held message that is let go at ``at``, or whose validity ended by then."""
    begin, expires_at, entries, *hours = wire.decode(packed)
    begin = max(at, begin)
    for days, opens, closes in filter(None, hours):  # an older file's rows know no hours
        begin = opening(Window(frozenset(days), opens, closes), begin)
    return _cut(sorted(_begun(entries, begin), key=lambda h: h.at), expires_at)
