"""What breaks the language, in words from which people learn it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import durations
from sandbox.errors import Problem
from sandbox.scenario.meant import meant
from sandbox.scenario.source import Path, Source
from sandbox.scenario.verdict import FAULTS
from sandbox.schema import Fault
from sandbox.sms.msisdn import e164
from sandbox.spelling import closest, nearest
from sandbox.vocabulary import WORDS
from sandbox.wire import encode


def told(source: Source, faults: list[Fault]) -> Iterator[Problem]:
    """One problem a place: a wrong type says it all, and so does one fault of a mapping's keys."""
    faults = sorted(faults, key=lambda fault: (len(fault.path), _RANK.get(fault.keyword, 2)))
    crowded = {fault.path for fault in faults if fault.keyword == "oneOf" and _kinds(fault)[1]}
    unknown = [fault for fault in faults if fault.keyword == "additionalProperties"]
    strange, misspelt = {fault.path for fault in unknown}, set(map(_corrected, unknown))
    seen: set[Path] = set()
    for fault in faults:
        place = _place(fault)
        if place not in seen and not _told_already(fault, crowded, strange, misspelt):
            seen.add(place)
            yield source.problem(place, _WORDING.get(fault.keyword, _plainly)(source, fault), key=_names_a_key(fault))


def _place(fault: Fault) -> Path:
    if _is_property_name(fault):
        return (*fault.path, fault.value)
    return fault.path[:-1] if _is_of_a_lone_step(fault) else fault.whole_path


def _corrected(fault: Fault) -> Path:
    """Where an unknown key would stand that is spelt right: that key is not missing, but misspelt."""
    return (*fault.path, closest(str(fault.name), sorted(fault.schema.get("properties", ()))) or "")


def _told_already(fault: Fault, crowded: set[Path], strange: set[Path], misspelt: set[Path]) -> bool:
    """Two answers in one mapping say more than that their keys do not go together, a misspelt one more than "none"."""
    if _is_property_name(fault):
        return fault.path in crowded
    if fault.keyword == "required":
        return fault.whole_path in misspelt
    return fault.keyword == "oneOf" and fault.path in strange - crowded


def _is_of_a_lone_step(fault: Fault) -> bool:
    """``report: {after: 1s, status: sent}``, which is no list of steps and so reads as weights of timelines."""
    return fault.schema.get("title") == "weight" and fault.path[-1] in _STEP and isinstance(fault.value, str)


def _names_a_key(fault: Fault) -> bool:
    return fault.keyword == "additionalProperties" or _is_property_name(fault) or fault.value is None


def _is_property_name(fault: Fault) -> bool:
    """A fault of ``propertyNames`` tells of a key, though its path is the mapping's."""
    return fault.schema.get("x-key") is True


def _type(source: Source, fault: Fault) -> str:
    expected = [fault.expected] if isinstance(fault.expected, str) else fault.expected
    written = source.spelling(fault.path) or str(fault.value)
    if fault.value is None:
        return _nothing(fault.path)
    title = fault.schema.get("title")
    if title in _UNITS and _is_number(fault.value):
        return f"{written} is a bare number; a {title} has its unit: {_with_unit(str(title), fault.value, written)}"
    if _is_of_a_lone_step(fault):
        return "a step stands in a list; write it like [{after: 5s, status: delivered}]"
    if "string" in expected and title in _FREE and isinstance(fault.value, bool | int | float):
        kind = "a number" if _is_number(fault.value) else "true or false"
        return f'{written} reads as {kind} where text is expected; quote it: "{_quoted(fault.path, written)}"'
    if _instead(fault):
        return f'"{fault.value}" is no answer; write {_instead(fault)}'
    hint = _like(fault) if isinstance(fault.value, Mapping | list) else ""
    return (
        f"{_shown(fault.value)} is not {' or '.join(_KINDS[kind] for kind in expected)}{hint or _meant(source, fault)}"
    )


def _meant(source: Source, fault: Fault) -> str:
    of_texts = fault.schema.get("items", {}).get("type") == "string"
    instead = meant(fault.value, fault.expected, quoted=source.spelling(fault.path) is None, of_texts=of_texts)
    return f"; {instead}" if instead else _like(fault)


def _with_unit(title: str, value: float, written: str) -> str:
    """Of a chance below 1 nobody can tell which it is."""
    parts = f"{value * 100:g}% or " if title == "chance" and 0 < value < 1 else ""
    return f"{parts}{written}{_UNITS[title]}"


def _nothing(path: Path) -> str:
    name = next((part for part in reversed(path) if isinstance(part, str)), None)
    if name is None:
        return "there is nothing in it; a scenario is a mapping"
    item = "" if path[-1] == name else "an item of "
    return f"{item}{name} is left empty{'; write accept: {}' if name == 'accept' else ''}"


def _instead(fault: Fault) -> str | None:
    """An error or a fault that stands where an answer does: ``respond: unavailable``."""
    if fault.schema.get("title") != "answer":
        return None
    kinds = (kind for kind, known in (("error", WORDS), ("fault", FAULTS)) if fault.value in known)
    return next((f"{{{kind}: {fault.value}}}" for kind in kinds), None)


def _quoted(path: Path, written: str) -> str:
    local = written.startswith("0") and not written.startswith("00")
    return e164(written) if "to" in path[-2:] and written.isdigit() and not local else written


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unknown(source: Source, fault: Fault) -> str:
    return f'"{fault.name}" is not known here{nearest(str(fault.name), fault.schema.get("properties", ()))}'


def _missing(source: Source, fault: Fault) -> str:
    return f'"{fault.name}" is missing'


def _word(source: Source, fault: Fault) -> str:
    known = [str(word) for word in (fault.expected if isinstance(fault.expected, list) else [fault.expected])]
    if _is_property_name(fault):
        return f'"{fault.value}" has no place beside "{known[0]}"; {_beside(fault.value, known)}'
    if _instead(fault):
        return f'"{fault.value}" is no answer; write {_instead(fault)}'
    written = source.spelling(fault.path) or str(fault.value)
    return f'"{written}" is no {fault.schema.get("title", "word known here")}{nearest(written, known)}'


def _beside(name: Any, known: list[str]) -> str:
    """What has its place there: of ``delay``, that it belongs inside ``accept``."""
    if known[0] == "accept" and name in _OF_ACCEPT:
        return f"write accept: {{{name}: {_OF_ACCEPT[name]}}}"
    return f"what has: {', '.join(known[1:])}" if known[1:] else "nothing has"


def _pattern(source: Source, fault: Fault) -> str:
    title = fault.schema.get("title")
    if title == "duration" and (intended := durations.intended(str(fault.value))):
        return f'{_shown(fault.value)} is no duration; did you mean "{intended}"?'
    if title is None:
        wanted = "does not fit" if _like(fault) else f"does not fit {fault.expected}"
    else:
        wanted = f"is no {title}"
    return f"{_shown(fault.value)} {wanted}{_like(fault)}"


def _exactly_one(source: Source, fault: Fault) -> str:
    names, there = _kinds(fault)
    return f"exactly one of {', '.join(names)} goes here; there is {' and '.join(there) or 'none'}"


def _kinds(fault: Fault) -> tuple[list[str], list[str]]:
    """The keys of which one must be there, and those that are."""
    names = [part["required"][0] for part in fault.expected if "required" in part]
    return names, [name for name in names if isinstance(fault.value, Mapping) and name in fault.value]


def _empty(source: Source, fault: Fault) -> str:
    return f"{fault.path[-1] if fault.path else 'it'} is empty"


def _twice(source: Source, fault: Fault) -> str:
    return f"{_shown(fault.value)} says a word twice"


def _plainly(source: Source, fault: Fault) -> str:
    bound = _BOUNDS.get(fault.keyword)
    if fault.keyword == "maxItems":
        return f"there are {len(fault.value)}, and at most {fault.expected} may be here"
    return f"{_shown(fault.value)} is {bound} {fault.expected}" if bound else fault.message


def _forbidden(source: Source, fault: Fault) -> str:
    return f"{_shown(fault.value)} may not stand here. {fault.schema.get('description', '')}".rstrip()


def _like(fault: Fault) -> str:
    examples = ", ".join(map(_flow, fault.schema.get("examples", ())))
    return f"; write it like {examples}" if examples else ""


def _flow(value: Any) -> str:
    """As YAML has it on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_flow(part)}' for key, part in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    plain = isinstance(value, str) and _NUMERIC.fullmatch(value) is None
    return str(value) if plain else encode(value).decode()


def _shown(value: Any) -> str:
    text = encode(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}…"


_WORDING = {
    "type": _type,
    "additionalProperties": _unknown,
    "required": _missing,
    "enum": _word,
    "const": _word,
    "pattern": _pattern,
    "not": _forbidden,
    "oneOf": _exactly_one,
    "minItems": _empty,
    "minProperties": _empty,
    "minLength": _empty,
    "uniqueItems": _twice,
}
_NUMERIC = re.compile(r"[-+*.0-9]+")
"""A text that needs its quotes."""
_UNITS: Mapping[Any, str] = {"duration": "s", "chance": "%"}
_FREE = {None, "matcher", "name", "header value"}
"""Text that may be anything, so that a number is a text without its quotes."""
_RANK = {"type": 0, "additionalProperties": 1}
_STEP = {"after", "status"}
_OF_ACCEPT = {"delay": "2s", "status": "rejected"}
_BOUNDS = {"minimum": "less than", "maximum": "more than", "maxLength": "longer than"}
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
