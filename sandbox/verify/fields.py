"""The fields of what was stored, by the names that filters and expectations use, and the one way to compare them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sandbox.scenario.match import Condition
from sandbox.store.rows import Callback, Text

Readers = Mapping[str, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Posted:
    """A row of the ledger, with the recipient of its message."""

    callback: Callback
    to: str


MESSAGE: Readers = {
    "provider": attrgetter("provider"),
    "account": attrgetter("account"),
    "to": attrgetter("to"),
    "from": attrgetter("sender"),
    "text": attrgetter("text"),
    "encoding": attrgetter("encoding"),
    "segments": attrgetter("segments"),
    "status": attrgetter("state"),
    "rule": attrgetter("rule"),
    "reference": attrgetter("reference"),
}
REQUEST: Readers = {
    "provider": attrgetter("provider"),
    "account": attrgetter("account"),
    "operation": attrgetter("operation"),
    "to": attrgetter("to"),
    "text": attrgetter("texts"),
    "outcome": attrgetter("outcome"),
    "error": attrgetter("error"),
    "rule": attrgetter("rule"),
    "message": attrgetter("messages"),
}
CALLBACK: Readers = {
    "provider": attrgetter("callback.provider"),
    "account": attrgetter("callback.account"),
    "to": attrgetter("to"),
    "message": attrgetter("callback.message_id"),
    "state": attrgetter("callback.state"),
    "status": attrgetter("callback.status"),
}


@dataclass(frozen=True, slots=True)
class Unlike:
    """One filter that a row does not pass."""

    name: str
    expected: Any
    actual: Any


def fits(row: Any, where: Iterable[Condition], readers: Readers) -> bool:
    return all(_holds(condition, readers[condition.name](row)) for condition in where)


def unlike(row: Any, where: Iterable[Condition], readers: Readers) -> list[Unlike]:
    """Every condition that ``row`` does not meet."""
    values = ((condition, readers[condition.name](row)) for condition in where)
    return [
        Unlike(condition.name, condition.written, value) for condition, value in values if not _holds(condition, value)
    ]


def _holds(condition: Condition, value: Any) -> bool:
    """Of several values (a bulk's recipients) any will do."""
    return any(map(condition.test, value)) if isinstance(value, tuple) else condition.test(value)


def wanted(name: str, text: Text) -> Condition:
    """A list's filter as a condition, compared as the store does: exactly, or a part without regard to case."""
    if not text.part:
        return Condition(name, text.value, lambda value: value == text.value)
    folded = text.value.casefold()
    return Condition(name, f"~{text.value}", lambda value: folded in str(value or "").casefold())
