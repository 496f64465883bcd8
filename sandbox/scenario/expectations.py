"""``expect``, read: each expectation with its errors, words and matchers checked."""

from collections.abc import Collection, Mapping
from typing import Any

from sandbox.scenario.expect import (
    Acknowledged,
    Count,
    ErrorsSeen,
    Expectation,
    Expected,
    Messages,
    NoDuplicates,
    Requests,
    RetriesHonoured,
)
from sandbox.scenario.match import Condition, exact
from sandbox.scenario.reading import Reading
from sandbox.scenario.source import Path
from sandbox.spelling import nearest
from sandbox.vocabulary import WORDS
from sandbox.wire import encode

_KINDS = frozenset({"messages", "requests", "callbacks", "within"})


def read(reading: Reading, written: list[dict[str, Any]]) -> tuple[Expectation, ...]:
    return tuple(
        Expectation(encode(item).decode(), _expected(reading, ("expect", number), item))
        for number, item in enumerate(written)
    )


def _expected(reading: Reading, path: Path, written: Mapping[str, Any]) -> Expected:
    if "no_duplicates" in written:
        return NoDuplicates(tuple(written["no_duplicates"]))
    if "errors_seen" in written:
        pairs = (_error(reading, (*path, "errors_seen", n), text) for n, text in enumerate(written["errors_seen"]))
        return ErrorsSeen(tuple(pairs))
    if "retries" in written:
        return RetriesHonoured()
    where = tuple(_condition(reading, path, name, written) for name in written if name not in _KINDS)
    if "callbacks" in written:
        within = written.get("within")
        return Acknowledged(None if within is None else reading.duration((*path, "within"), within), where)
    kind = "messages" if "messages" in written else "requests"
    count = _count(reading, (*path, kind), written[kind])
    return Messages(count, where) if kind == "messages" else Requests(count, where)


def _count(reading: Reading, path: Path, written: float | Mapping[str, int]) -> Count:
    if not isinstance(written, Mapping):
        return Count(int(written), int(written))
    count = Count(written.get("min", 0), written.get("max"))
    if count.most is not None and count.most < count.least:
        reading.error(path, f"no number is at least {count.least} and at most {count.most}")
    return count


def _error(reading: Reading, path: Path, written: str) -> tuple[str, str]:
    """``namirial/64``, ``bloomreach/429``, ``skycore/throttled`` → provider and own code."""
    slug, _, code = written.partition("/")
    own = reading.vocabularies.get(slug)
    if own is None:
        reading.error(path, f'"{slug}" is no provider{nearest(slug, reading.vocabularies)}')
        return slug, code
    entry = own.error(code)
    if entry is None:
        reading.error(path, f'{slug} has no error "{code}"{nearest(code, [*own.words, *own.errors])}')
    return slug, code if entry is None else entry.code


def _condition(reading: Reading, path: Path, name: str, item: Mapping[str, Any]) -> Condition:
    place, written = (*path, name), item[name]
    if name == "error":
        codes = _codes(reading, place, str(written), exact(item.get("provider", "*")))
        return Condition(name, written, lambda value: value in codes)
    if name == "provider":
        reading.words(place, written, name, reading.vocabularies)
    if name == "operation":
        known = {word for own in reading.vocabularies.values() for word in own.operations}
        reading.words(place, written, name, known)
    if name == "to":
        reading.numbers(place, written)
    return Condition(name, written, reading.test(place, written))


def _codes(reading: Reading, path: Path, word: str, named: Collection[str] | None) -> frozenset[str]:
    """The own codes that a shared word, or an own code, may stand for: those of the providers ``named``, if any are."""
    owners = [own for slug, own in reading.vocabularies.items() if named is None or slug in named]
    found = frozenset(entry.code for own in owners if (entry := own.error(word)) is not None)
    if not found and owners:
        whose = f" of {' or '.join(own.slug for own in owners)}" if named else ""
        known = {code for own in owners for code in (*own.words, *own.errors)} if named else WORDS
        reading.error(path, f'"{word}" is no error{whose}{nearest(word, known)}')
    return found
