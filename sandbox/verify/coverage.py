"""Which of a provider's errors and states were rehearsed, out of all there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.sms.message import Message
from sandbox.store.rows import Callback, Entry
from sandbox.vocabulary import Vocabulary


@dataclass
class Seen:
    """By provider. Shown messages, journal and ledger, row by row."""

    errors: dict[str, set[str]] = field(default_factory=dict)
    states: dict[str, set[str]] = field(default_factory=dict)

    def message(self, row: Message) -> None:
        self.states.setdefault(row.provider, set()).add(row.state)

    def request(self, row: Entry) -> None:
        if row.error is not None:
            self.errors.setdefault(row.provider, set()).add(row.error)

    def callback(self, row: Callback) -> None:
        self.states.setdefault(row.provider, set()).add(row.status)


def coverage(seen: Seen, vocabularies: Mapping[str, Vocabulary]) -> dict[str, Any]:
    """``{"namirial": {"errors": {"seen": ["63"], "unseen": [...], "total": 10}, "states": {...}}}``"""
    return {
        slug: {
            "errors": _split(vocabulary.errors, seen.errors.get(slug, set())),
            "states": _split(sorted(vocabulary.states), seen.states.get(slug, set())),
        }
        for slug, vocabulary in vocabularies.items()
    }


def _split(known: Iterable[str], seen: set[str]) -> dict[str, Any]:
    words = [str(word) for word in known]
    return {
        "seen": [word for word in words if word in seen],
        "unseen": [word for word in words if word not in seen],
        "total": len(words),
    }
