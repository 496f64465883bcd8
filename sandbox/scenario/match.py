"""Matchers: a string (``*`` as wildcard), a number or boolean, a list (any of), or a mapping (all of).

``{contains: …, regex: …, not: …, min: …, max: …}``: all that are given must hold; ``regex`` searches, and
``not`` holds for what is absent. Comparison is exact and minds upper and lower case.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sandbox.schema import searcher
from sandbox.sms.message import Submission

Test = Callable[[Any], bool]
ABSENT = None
BEYOND = 1 << 62


@dataclass(slots=True)
class Asked:
    """One message, or one call that sends none (``submission`` None), put to the rules.

    ``recipient`` is what draws go by; ``nth`` how many messages the recipient had before.
    """

    provider: str
    account: str | None
    operation: str
    body: Any
    submission: Submission | None
    recipient: str
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """What one field must be. ``written`` is the matcher as the file has it."""

    name: str
    written: Any
    test: Test


@dataclass(frozen=True, slots=True)
class Field(Condition):
    """A condition on what is asked; ``read`` finds the value."""

    read: Callable[[Asked], Any]


READERS: Mapping[str, Callable[[Asked], Any]] = {
    "provider": attrgetter("provider"),
    "account": attrgetter("account"),
    "operation": attrgetter("operation"),
    "to": attrgetter("submission.to"),
    "from": attrgetter("submission.sender"),
    "text": attrgetter("submission.text"),
    "encoding": attrgetter("submission.encoding"),
    "segments": attrgetter("submission.segments"),
}


def matcher(written: Any) -> Test:
    """The matcher as a function. ``ValueError`` for a bad expression."""
    if isinstance(written, str):
        return glob(written)
    if isinstance(written, list):
        return _any_of(written)
    if isinstance(written, Mapping):
        parts = [_WORDS[word](operand) for word, operand in written.items()]
        return parts[0] if len(parts) == 1 else lambda value: all(part(value) for part in parts)
    return _same(written)


def exact(written: Any) -> frozenset[str] | None:
    """The only values that a matcher can match, where it names them; None where it does not."""
    values = written if isinstance(written, list) else [written]
    named = all(isinstance(value, str) and "*" not in value for value in values)
    return frozenset(values) if named else None


def recipients(when: Iterable[Field]) -> frozenset[str] | None:
    """The only numbers that a rule can match; None where its ``to`` does not name them."""
    return next((exact(field.written) for field in when if field.name == "to"), None)


def beginning(when: Iterable[Field]) -> str:
    """What every number that a rule can match begins with; empty where its ``to`` does not say."""
    written = next((field.written for field in when if field.name == "to"), None)
    return written.partition("*")[0] if isinstance(written, str) else ""


def glob(pattern: str) -> Test:
    """Exact, or pieces in their order where ``*`` stands for any text, none included."""
    first, *rest = pattern.split("*")
    if not rest:
        return lambda value: value == pattern
    *middle, last = rest
    pieces = [piece for piece in middle if piece]
    if not pieces:
        least = len(first) + len(last)
        return lambda value: (
            isinstance(value, str) and len(value) >= least and value.startswith(first) and value.endswith(last)
        )
    return lambda value: isinstance(value, str) and _in_order(value, first, pieces, last)


def _in_order(value: str, first: str, pieces: list[str], last: str) -> bool:
    if not value.startswith(first):
        return False
    at, end = len(first), len(value) - len(last)
    for piece in pieces:
        found = value.find(piece, at, max(at, end))
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end and value.endswith(last)


def _any_of(written: list[Any]) -> Test:
    if all(isinstance(item, str) and "*" not in item for item in written):
        words = frozenset(written)
        return lambda value: isinstance(value, str) and value in words
    tests = [matcher(item) for item in written]
    return lambda value: any(part(value) for part in tests)


def _same(written: Any) -> Test:
    flag = isinstance(written, bool)
    return lambda value: isinstance(value, bool) is flag and value == written


def _not(written: Any) -> Test:
    part = matcher(written)
    return lambda value: not part(value)


def _contains(written: str) -> Test:
    return lambda value: isinstance(value, str) and written in value


def _regex(written: str) -> Test:
    found = searcher(written)
    return lambda value: isinstance(value, str) and found(value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_WORDS: Mapping[str, Callable[[Any], Test]] = {
    "contains": _contains,
    "regex": _regex,
    "not": _not,
    "min": lambda least: lambda value: _number(value) and value >= least,
    "max": lambda most: lambda value: _number(value) and value <= most,
}


def body_reader(path: str) -> Callable[[Asked], Any]:
    """A dotted path: looked for in the message's own element of a bulk first, then from the body's root."""
    parts = path.split(".")

    def read(asked: Asked) -> Any:
        own = asked.submission.element if asked.submission is not None else ABSENT
        found = _walk(own, parts)
        return _walk(asked.body, parts) if found is ABSENT else found

    return read


def _walk(value: Any, parts: list[str]) -> Any:
    for part in parts:
        if isinstance(value, Mapping):
            value = value.get(part, ABSENT)
        elif isinstance(value, list) and _index(part) < len(value):
            value = value[_index(part)]
        else:
            return ABSENT
    return value


def _index(part: str) -> int:
    return int(part) if part.isascii() and part.isdigit() and len(part) < 10 else BEYOND
