"""A body or a parameter that breaks the document, told in the words of JSON: ``null``, ``true``, ``"text"``."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.schema import Fault
from sandbox.spelling import nearest
from sandbox.wire import encode

LONGEST = 60
KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
}


def sentence(fault: Fault) -> str:
    """What is wrong with the value, and what would be right."""
    told = _WORDING.get(fault.keyword)
    return told(fault) if told else fault.message


def _unknown(fault: Fault) -> str:
    return f"{fault.name} is not known here{nearest(str(fault.name), fault.schema.get('properties', ()))}"


def _type(fault: Fault) -> str:
    kinds = [fault.expected] if isinstance(fault.expected, str) else fault.expected
    return f"{_shown(fault.value)} is not {' or '.join(KINDS[kind] for kind in kinds)}{_like(fault)}"


def _word(fault: Fault) -> str:
    known = fault.expected if isinstance(fault.expected, list) else [fault.expected]
    return f"{_shown(fault.value)} is not known here{nearest(str(fault.value), known)}"


def _pattern(fault: Fault) -> str:
    return f"{_shown(fault.value)} does not fit{_like(fault) or f' {fault.expected}'}"


def _like(fault: Fault) -> str:
    """How the document's examples write it."""
    examples = [f"{each}" for each in fault.schema.get("examples", ())]
    return f"; write it like {' or '.join(examples)}" if examples else ""


def _exactly_one(fault: Fault) -> str:
    names = [name for part in fault.expected for name in part["required"]]
    there = [name for name in names if isinstance(fault.value, Mapping) and name in fault.value]
    return f"exactly one of {', '.join(names)} goes here; there is {' and '.join(there) or 'none'}"


def _shown(value: Any) -> str:
    text = encode(value).decode()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


_WORDING: Mapping[str, Callable[[Fault], str]] = {
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _word,
    "const": _word,
    "pattern": _pattern,
    "oneOf": _exactly_one,
    "minLength": lambda fault: "it is empty",
    "minimum": lambda fault: f"{_shown(fault.value)} is less than {fault.expected}",
    "exclusiveMinimum": lambda fault: f"{_shown(fault.value)} is not more than {fault.expected}",
    "maximum": lambda fault: f"{_shown(fault.value)} is more than {fault.expected}",
}
