"""Expectations held against what was stored (SCENARIOS.md, ``expect``): a judge each, shown every row once.

Each judge says ``rows`` it wants to see, takes them one by one, and in the end gives its ``Finding``. Where rows were
evicted that could have changed the finding it says so, and nobody may take its word (CONTROL-API.md, Resources).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.durations import MILLISECOND
from sandbox.scenario.expect import (
    Acknowledged,
    ErrorsSeen,
    Expectation,
    Messages,
    NoDuplicates,
    Requests,
    RetriesHonoured,
)
from sandbox.sms.message import Message
from sandbox.store.rows import Entry
from sandbox.verify.fields import CALLBACK, MESSAGE, REQUEST, Posted, fits
from sandbox.verify.retries import Retries

SHOWN = 100
"""Ids that a finding names at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``actual``: what was found instead, or all the same. ``messages``: ids of what proves it.

    ``certain`` is False where rows that are gone could have changed ``passed``.
    """

    passed: bool
    actual: Any
    messages: tuple[str, ...] = ()
    certain: bool = True


class Judge(Protocol):
    rows: str
    """messages, requests or callbacks"""

    def see(self, row: Any) -> None: ...

    def find(self, evicted: int) -> Finding:
        """``evicted``: how many of its rows are gone."""


@dataclass
class _Few:
    """The first so many ids."""

    ids: dict[str, None] = field(default_factory=dict)

    def add(self, *ids: str) -> None:
        for each in ids:
            if len(self.ids) < SHOWN:
                self.ids[each] = None

    def __iter__(self) -> Any:
        return iter(self.ids)


class MessagesCounted:
    rows = "messages"

    def __init__(self, expected: Messages) -> None:
        self._expected = expected
        self._count = 0
        self._few = _Few()

    def see(self, row: Message) -> None:
        if fits(row, self._expected.where, MESSAGE):
            self._count += 1
            self._few.add(row.id)

    def find(self, evicted: int) -> Finding:
        return _counted(self._expected, self._count, self._few, evicted)


class RequestsCounted:
    rows = "requests"

    def __init__(self, expected: Requests) -> None:
        self._expected = expected
        self._count = 0
        self._few = _Few()

    def see(self, row: Entry) -> None:
        if fits(row, self._expected.where, REQUEST):
            self._count += 1
            self._few.add(*row.messages)

    def find(self, evicted: int) -> Finding:
        return _counted(self._expected, self._count, self._few, evicted)


def _counted(expected: Messages | Requests, count: int, few: _Few, evicted: int) -> Finding:
    """More rows could still fit: a minimum that is met stays met, a maximum that is exceeded stays exceeded."""
    bounds = expected.count
    over = bounds.most is not None and count > bounds.most
    met = bounds.most is None and count >= bounds.least
    return Finding(bounds.holds(count), count, tuple(few), certain=not evicted or over or met)


class Duplicates:
    rows = "messages"

    def __init__(self, expected: NoDuplicates) -> None:
        self._readers = [MESSAGE[name] for name in expected.fields]
        self._first: dict[tuple[Any, ...], str] = {}
        self._twice: Counter[tuple[Any, ...]] = Counter()
        self._few = _Few()

    def see(self, row: Message) -> None:
        key = tuple(read(row) for read in self._readers)
        first = self._first.setdefault(key, row.id)
        if first is not row.id:
            self._twice[key] += 1
            self._few.add(first, row.id)

    def find(self, evicted: int) -> Finding:
        surplus = self._twice.total()
        return Finding(not surplus, surplus, tuple(self._few), certain=bool(surplus) or not evicted)


class AllAcknowledged:
    rows = "callbacks"

    def __init__(self, expected: Acknowledged) -> None:
        self._expected = expected
        self._states: Counter[str] = Counter()
        self._few = _Few()

    def see(self, row: Posted) -> None:
        if not fits(row, self._expected.where, CALLBACK):
            return
        state = self._state(row)
        self._states[state] += 1
        if state != "acknowledged":
            self._few.add(row.callback.message_id)

    def _state(self, row: Posted) -> str:
        """``late``: acknowledged, but not within the time that the consumer was given."""
        callback, within = row.callback, self._expected.within
        if callback.state == "acknowledged" and within is not None:
            took = callback.attempts[-1].duration_ms if callback.attempts else 0.0
            return "late" if took * MILLISECOND > within else "acknowledged"
        return callback.state

    def find(self, evicted: int) -> Finding:
        failed = self._states.keys() - {"acknowledged"}
        return Finding(not failed, dict(self._states), tuple(self._few), certain=bool(failed) or not evicted)


class ErrorsAnswered:
    rows = "requests"

    def __init__(self, expected: ErrorsSeen) -> None:
        self._missing = dict.fromkeys(expected.errors)

    def see(self, row: Entry) -> None:
        self._missing.pop((row.provider, row.error or ""), None)

    def find(self, evicted: int) -> Finding:
        missing = [f"{slug}/{code}" for slug, code in self._missing]
        return Finding(not missing, {"missing": missing}, certain=not (missing and evicted))


class RetriesKept:
    rows = "requests"

    def __init__(self, expected: RetriesHonoured) -> None:
        self._retries = Retries()

    def see(self, row: Entry) -> None:
        self._retries.see(row)

    def find(self, evicted: int) -> Finding:
        hasty = self._retries.hasty()
        return Finding(not hasty, hasty, certain=bool(hasty) or not evicted)


_JUDGES: dict[type, Callable[[Any], Judge]] = {
    Messages: MessagesCounted,
    Requests: RequestsCounted,
    NoDuplicates: Duplicates,
    Acknowledged: AllAcknowledged,
    ErrorsSeen: ErrorsAnswered,
    RetriesHonoured: RetriesKept,
}


def judges(expectations: Sequence[Expectation]) -> list[Judge]:
    """One for each, in order."""
    return [_JUDGES[type(each.expected)](each.expected) for each in expectations]
