"""The accounts that a scenario declares: whose they are, what they are called, what is unwise about them."""

from collections.abc import Mapping
from typing import Any

from sandbox.scenario.reading import Reading
from sandbox.scenario.source import Path
from sandbox.vocabulary import Account, Vocabulary


def read(reading: Reading, written: Mapping[str, list[dict[str, Any]]]) -> dict[str, tuple[Account, ...]]:
    """By provider, in the order of the file."""
    return {slug: _provider(reading, reading.vocabularies[slug], rows) for slug, rows in written.items()}


def name(vocabulary: Vocabulary, settings: Mapping[str, Any], number: int) -> str:
    """An account's ``name``, else the login key that names it, else its place: ``account-1``."""
    named_by = vocabulary.named_by or "name"
    return str(settings.get("name") or settings.get(named_by) or f"account-{number}")


def _provider(reading: Reading, vocabulary: Vocabulary, rows: list[dict[str, Any]]) -> tuple[Account, ...]:
    found: dict[str, Account] = {}
    for index, settings in enumerate(rows):
        path: Path = ("accounts", vocabulary.slug, index)
        account = Account(vocabulary.slug, name(vocabulary, settings, index + 1), settings)
        if account.name in found:
            reading.error(path, f'a second account of {vocabulary.slug} called "{account.name}"; give it a `name`')
        found[account.name] = account
        _check_durations(reading, path, vocabulary.account, settings)
        _warn_of_short_ones(reading, path, vocabulary, settings)
    _warn_of_logins_twice(reading, vocabulary, rows)
    return tuple(found.values())


def _check_durations(reading: Reading, path: Path, schema: Mapping[str, Any], written: Mapping[str, Any]) -> None:
    """What has the shape of a duration may still be longer than there is (``title: duration`` in the schema)."""
    for key, part in schema.get("properties", {}).items():
        if key not in written or not isinstance(part, Mapping):
            continue
        if part.get("title") == "duration":
            reading.duration((*path, key), written[key])
        elif isinstance(written[key], Mapping):
            _check_durations(reading, (*path, key), part, written[key])


def _warn_of_logins_twice(reading: Reading, vocabulary: Vocabulary, rows: list[dict[str, Any]]) -> None:
    """Of two accounts with one login the first is found, and nobody gets to the second."""
    seen: list[list[Any]] = []
    for index, settings in enumerate(rows):
        login = [settings.get(key) for key in vocabulary.login]
        if login in seen:
            first = name(vocabulary, rows[seen.index(login)], seen.index(login) + 1)
            reading.warn(("accounts", vocabulary.slug, index), f'it has the login of "{first}", who gets every call')
        seen.append(login)


def _warn_of_short_ones(reading: Reading, path: Path, vocabulary: Vocabulary, settings: Mapping[str, Any]) -> None:
    """``x-warn-shorter-than`` in a provider's account schema: allowed, but unwise (secrets)."""
    for key, schema in vocabulary.account.get("properties", {}).items():
        least = schema.get("x-warn-shorter-than") if isinstance(schema, Mapping) else None
        if least is not None and key in settings and len(str(settings[key]).encode()) < least:
            reading.warn((*path, key), f"{key} is shorter than {least} bytes: too short a key for a signature")
