"""The language's one definition, ``specs/scenario.schema.json``, and what breaks it told so that people learn.

The file's ``$ref``s to ``<slug>/account.schema.json`` are met by what each provider says of its accounts; a
provider that the file does not know yet is added beside the others.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from sandbox import resources
from sandbox.errors import Problem
from sandbox.scenario.source import Path, Source
from sandbox.scenario.verdict import FAULTS
from sandbox.schema import Fault, Schema
from sandbox.sms.msisdn import e164
from sandbox.vocabulary import WORDS, Vocabulary
from sandbox.wire import decode, encode

FILE = "scenario.schema.json"
_BASE = "https://sms-sandbox.invalid/"
_LONGEST = 64
"""Characters of a word that is like none of ours if it has more."""
_TOLD = 40
"""More problems than this help nobody."""


def document(slugs: Iterable[str]) -> dict[str, Any]:
    """The file, with the accounts of these providers; each of them a document of its own beside it."""
    told: dict[str, Any] = decode((resources.folder("specs") / FILE).read_bytes())
    accounts = told["properties"]["accounts"]
    own = {slug: {"type": "array", "items": {"$ref": f"{slug}/account.schema.json"}} for slug in slugs}
    accounts["properties"] = {slug: accounts["properties"].get(slug, listed) for slug, listed in own.items()}
    return told


def schema(vocabularies: Mapping[str, Vocabulary]) -> Schema:
    """What a scenario may say, given these providers."""
    return _schema(encode({slug: vocabulary.account for slug, vocabulary in vocabularies.items()}))


@lru_cache(maxsize=8)
def _schema(accounts: bytes) -> Schema:
    known = decode(accounts)
    told = document(known)
    for slug, account in known.items():
        told["$defs"][slug] = {**account, "$id": f"{_BASE}{slug}/account.schema.json"}
    return Schema({**told, "$id": _BASE + FILE})


def problems(source: Source, schema: Schema) -> tuple[Problem, ...]:
    """What is wrong with a scenario's shape; none if nothing is."""
    if schema.valid(source.data):
        return ()
    told = tuple(sorted(_told(source, schema.faults(source.data)), key=place))[:_TOLD]
    return told or (source.problem((), f"this does not fit {FILE}"),)


def place(problem: Problem) -> tuple[int, int]:
    """What problems are sorted by."""
    return problem.line, problem.column


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean "delivered"?``, or the words there are."""
    from difflib import get_close_matches  # 1 ms, for complaints

    words = sorted(set(known))
    close = get_close_matches(word[:_LONGEST].lower(), [name.lower() for name in words], 1, 0.6)
    found = next((name for name in words if close and name.lower() == close[0]), None)
    if found is not None:
        return f'; did you mean "{found}"?'
    return f"; known here: {', '.join(words)}" if words else ""


# --- a fault in words --------------------------------------------------------------------------


def _told(source: Source, faults: list[Fault]) -> Iterator[Problem]:
    """One problem a place: a wrong type says it all, and so does one fault of a mapping's keys."""
    faults = sorted(faults, key=lambda fault: (len(fault.path), _RANK.get(fault.keyword, 2)))
    crowded = {fault.path for fault in faults if fault.keyword == "oneOf" and _kinds(fault)[1]}
    strange = {fault.path for fault in faults if fault.keyword == "additionalProperties"}
    seen: set[Path] = set()
    for fault in faults:
        place = (*fault.path, fault.value) if _is_property_name(fault) else fault.whole_path
        if place not in seen and not _told_already(fault, crowded, strange):
            seen.add(place)
            yield source.problem(place, _WORDING.get(fault.keyword, _plainly)(source, fault), key=_names_a_key(fault))


def _told_already(fault: Fault, crowded: set[Path], strange: set[Path]) -> bool:
    """Two answers in one mapping say more than that their keys do not go together, a misspelt one more than "none"."""
    if _is_property_name(fault):
        return fault.path in crowded
    return fault.keyword == "oneOf" and fault.path in strange - crowded


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
        return f"{written} is a bare number; a {title} has its unit: {written}{_UNITS[title]}"
    if "string" in expected and title in _FREE and isinstance(fault.value, bool | int | float):
        kind = "a number" if _is_number(fault.value) else "true or false"
        return f'{written} reads as {kind} where text is expected; quote it: "{_quoted(fault.path, written)}"'
    if _instead(fault):
        return f'"{fault.value}" is no answer; write {_instead(fault)}'
    return f"{_shown(fault.value)} is not {' or '.join(_KINDS[kind] for kind in expected)}{_like(fault)}"


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
        return f'"{fault.value}" has no place beside "{known[0]}"; what has: {", ".join(known)}'
    if _instead(fault):
        return f'"{fault.value}" is no answer; write {_instead(fault)}'
    written = source.spelling(fault.path) or str(fault.value)
    return f'"{written}" is no {fault.schema.get("title", "word known here")}{nearest(written, known)}'


def _pattern(source: Source, fault: Fault) -> str:
    title = fault.schema.get("title")
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
        return f"{len(fault.value)} are more than {fault.expected}"
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
_BOUNDS = {"minimum": "less than", "maximum": "more than", "maxLength": "longer than"}
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
