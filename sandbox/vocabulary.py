"""What a provider can say: the words a scenario may use for it, and what its documents state.

Loaded from ``specs/<slug>/errors.json`` and the provider's own tables; the scenario language reads
nothing else of a provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.sms.state import State

WORDS = (
    "authentication", "invalid_request", "invalid_recipient", "invalid_sender", "empty_text",
    "blocked", "throttled", "unavailable", "internal",
)  # fmt: skip
"""The shared error words (PROVIDERS.md §0, Error words)."""


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One error of a provider's catalogue.

    ``code`` is the provider's own (``"63"``, ``"E111"``, ``"rate_limited"``, ``"400"``); ``number`` what the last
    three digits of a magic recipient name (None: not reachable that way). ``permanent`` None = not said.
    ``provenance`` marks the facts: ``{"code": "stated", "status": "inferred", "message": "convention"}``.
    ``send`` tells whether a send call can answer it (``last_three_digits`` takes only those).
    """

    code: str
    name: str
    status: int
    message: str
    words: tuple[str, ...] = ()
    number: int | None = None
    permanent: bool | None = None
    description: str = ""
    solution: str = ""
    send: bool = True
    provenance: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything the scenario language must know of one provider.

    ``errors``      by own code; ``words`` maps each shared word that the provider can say to an own code;
                    ``aliases`` further spellings of own codes (Bloomreach's HTTP statuses)
    ``states``      the states its callbacks can tell
    ``step_codes``  what a step's ``code`` may be: None = the provider shows none, an empty set = any text
    ``step_detail`` whether a step's ``detail`` shows in a callback
    ``signs``       whether callbacks carry a signature
    ``operations``  the words ``when.operation`` knows for it
    ``inbound``     whether it has MO messages
    ``account``     JSON Schema of an account; ``login`` the keys that make its login, ``named_by`` the one of them
                    that names an account which has no ``name`` (None: they are called account-1, account-2 …)
    """

    slug: str
    errors: Mapping[str, ErrorEntry]
    words: Mapping[str, str]
    aliases: Mapping[str, str]
    states: frozenset[State]
    step_codes: frozenset[str] | None
    step_detail: bool
    signs: bool
    operations: frozenset[str]
    inbound: bool
    account: Mapping[str, Any]
    login: tuple[str, ...]
    named_by: str | None

    def error(self, named: str | int) -> ErrorEntry | None:
        """The error that a shared word, an own code or an alias names for this provider."""
        key = str(named)
        return self.errors.get(self.words.get(key) or self.aliases.get(key) or key)

    def numbered(self, number: int) -> ErrorEntry | None:
        """The send error whose code has these last three digits."""
        return next((e for e in self.errors.values() if e.send and e.number == number), None)


@dataclass(frozen=True, slots=True)
class Account:
    """A login that a scenario or a space declares; ``settings`` holds its keys as written."""

    provider: str
    name: str
    settings: Mapping[str, Any]
    declared: bool = True
