"""What is shared while a scenario is read: the source, the providers, the problems found so far."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar

from sandbox import durations
from sandbox.errors import Problem
from sandbox.scenario import spans
from sandbox.scenario.match import Test, matcher
from sandbox.scenario.source import Path, Source
from sandbox.scenario.spans import Span
from sandbox.schema import searcher
from sandbox.sms.msisdn import e164
from sandbox.spelling import nearest
from sandbox.vocabulary import Vocabulary

T = TypeVar("T")


class Reading:
    """Goes on after a problem, so that all of them are told at once. ``data``: what is read of ``source``."""

    def __init__(self, source: Source, vocabularies: Mapping[str, Vocabulary], data: Any) -> None:
        self.source = source
        self.data = data
        self.vocabularies = vocabularies
        self.errors: dict[Problem, None] = {}
        self.warnings: dict[Problem, None] = {}

    def error(self, path: Path, message: str, *, key: bool = False) -> None:
        self.errors[self.source.problem(path, message, key=key)] = None

    def warn(self, path: Path, message: str, *, key: bool = False) -> None:
        self.warnings[self.source.problem(path, message, key=key, warning=True)] = None

    def duration(self, path: Path, written: str) -> int:
        return self._parsed(path, written, durations.parse, 0)

    def span(self, path: Path, written: Any) -> Span:
        return self._parsed(path, written, spans.parse, spans.NONE)

    def numbers(self, path: Path, written: Any) -> None:
        """A matcher of ``to``, which is ``+`` and digits: what begins with a digit can match nothing."""
        for place, pattern in patterns(path, written):
            if pattern[:1].isdigit():
                self.error(place, f"`to` is compared as + and digits; {_with_plus(pattern)}")

    def words(self, path: Path, written: Any, kind: str, known: Collection[str]) -> None:
        """A matcher of one of the words that are ``known``."""
        for place, pattern in patterns(path, written):
            if not any(map(matcher(pattern), known)):
                self.error(place, f'"{pattern}" is no {kind}{nearest(pattern, known)}')

    def test(self, path: Path, written: Any) -> Test:
        """A matcher's function; a bad expression is a problem."""
        for place, expression in expressions(path, written):
            try:
                searcher(expression)
            except ValueError as fault:
                self.error(place, f"{expression!r} is no regular expression: {fault}")
                return bool
        return matcher(written)

    def _parsed(self, path: Path, written: Any, parse: Callable[[Any], T], otherwise: T) -> T:
        try:
            return parse(written)
        except ValueError as fault:
            self.error(path, str(fault))
            return otherwise


def _with_plus(number: str) -> str:
    national = number.startswith("0") and not number.startswith("00")
    return 'write it with its country code, like "+447700900901"' if national else f'write "{e164(number)}"'


def expressions(path: Path, written: Any) -> Iterator[tuple[Path, str]]:
    """The regular expressions in a matcher, each with its place."""
    for place, word, value in words(path, written):
        if word == "regex":
            yield place, value


def patterns(path: Path, written: Any) -> Iterator[tuple[Path, str]]:
    """The strings of a matcher that stand for a whole value, ``not``'s included."""
    for place, word, value in words(path, written):
        if word in ("", "not") and isinstance(value, str):
            yield place, value


def words(path: Path, written: Any, word: str = "") -> Iterator[tuple[Path, str, Any]]:
    """Every plain value of a matcher with its place and the word before it ("" for none)."""
    if isinstance(written, list):
        for index, item in enumerate(written):
            yield from words((*path, index), item, word)
    elif isinstance(written, Mapping):
        for name, operand in written.items():
            yield from words((*path, name), operand, name)
    else:
        yield path, word, written
