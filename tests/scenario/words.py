"""Two made-up providers: one that can say nearly everything, one that can say little."""

from collections.abc import Mapping
from typing import Any

from sandbox.scenario.load import load
from sandbox.scenario.model import Scenario
from sandbox.sms.message import Submission
from sandbox.sms.state import State
from sandbox.vocabulary import WORDS, ErrorEntry, Vocabulary

NETWORK = frozenset(State) - {State.QUEUED, State.READ}
ACCOUNT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["username"],
    "properties": {
        "name": {"type": "string"},
        "username": {"type": "string"},
        "secret": {
            "type": "string",
            "x-warn-shorter-than": 32,
            "not": {"pattern": "^ssh"},
            "description": "Signs what goes out.",
        },
        "number": {"type": "string", "pattern": "^[+][0-9]{7}", "examples": ["+447700900001"]},
        "pace": {"title": "duration", "type": "string"},
        "rate": {"type": "object", "properties": {"window": {"title": "duration", "type": "string"}}},
        "home": {"$ref": "#/$defs/url"},
    },
    "$defs": {"url": {"type": "string", "pattern": "^https?://"}},
}


def vocabulary(slug: str, errors: list[ErrorEntry], **said: Any) -> Vocabulary:
    words = {word: entry.code for entry in errors for word in entry.words}
    common: dict[str, Any] = {
        "aliases": {},
        "states": NETWORK,
        "step_codes": None,
        "step_detail": False,
        "signs": False,
        "operations": frozenset({"send", "status"}),
        "inbound": False,
        "account": ACCOUNT,
        "login": ("username",),
        "named_by": "username",
    }
    return Vocabulary(slug, {entry.code: entry for entry in errors}, words, **{**common, **said})


ELOQUENT = vocabulary(
    "eloquent",
    [
        ErrorEntry("E500", "Broken", 500, "broken", WORDS, 500),
        ErrorEntry("E503", "Away", 503, "away", ("unavailable",), 503),
        ErrorEntry("E429", "Slow down", 429, "slow down", ("throttled",), 429),
        ErrorEntry("E007", "Elsewhere", 400, "elsewhere", (), 7, send=False),
    ],
    aliases={"500": "E500"},
    states=frozenset(State) - {State.QUEUED},
    step_codes=frozenset({"C1", "C2"}),
    step_detail=True,
    signs=True,
    operations=frozenset({"send", "token", "verify", "status"}),
)
TERSE = vocabulary("terse", [ErrorEntry("64", "Away", 500, "away", ("unavailable", "throttled"), 64)], named_by=None)
BOTH: Mapping[str, Vocabulary] = {"eloquent": ELOQUENT, "terse": TERSE}


def read(text: str, file: str = "test", **options: Any) -> Scenario:
    return load(text, file=file, vocabularies=BOTH, **options)


def message(to: str = "+447700900123", text: str = "hello", **said: Any) -> Submission:
    return Submission(
        **{"to": to, "sender": "ACME", "text": text, "encoding": "gsm7", "segments": 1, "element": None, **said}
    )
