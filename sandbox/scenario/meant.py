"""What people probably meant who wrote a value of the wrong kind: ``NO`` for ``false``, ``"5"`` for ``5``."""

import re
from collections.abc import Collection, Mapping
from typing import Any

_FLAGS = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
"""YAML 1.2 knows ``true`` and ``false`` alone; the others are of the YAML before it."""
_WHOLE = re.compile(r"([-+]?[0-9]{1,15})%?")
_NUMBER = re.compile(r"([-+]?[0-9]{1,15}(?:\.[0-9]{1,6})?)%?")
_WORD = re.compile(r"[\w/.+-]{1,60}")


def meant(value: Any, kinds: str | Collection[str], *, quoted: bool, of_texts: bool) -> str | None:
    """What to write instead, where that can be told.

    ``kinds`` as JSON Schema names types; ``quoted``: as it was written; ``of_texts``: a list would be one of texts.
    """
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if isinstance(value, Mapping):
        return "begin each item with a dash" if value and kinds == {"array"} else None
    if isinstance(value, list):
        return "leave out the dashes or brackets" if value and kinds == {"object"} else None
    if not isinstance(value, str):
        return None
    plain = _plain(value, kinds)
    if plain is not None:
        return f"write {plain}, without quotes" if quoted and value.lower() == plain else f"write {plain}"
    return f"write [{value}]" if of_texts and "array" in kinds and _WORD.fullmatch(value) else None


def _plain(text: str, kinds: Collection[str]) -> str | None:
    """A text as the flag or the number that it looks like."""
    if "boolean" in kinds and text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    known = _NUMBER if "number" in kinds else _WHOLE if "integer" in kinds else None
    found = known.fullmatch(text) if known else None
    return found[1] if found else None
