"""JSON Schema (Draft 2020-12), twice: a fast gate that says yes or no, and an explainer that says why not.

Published patterns are plain (``^[0-9]+$``); Python's ``$`` would also match before a final newline, so the
explainer's copy ends in ``\\Z``. A test holds gate and explainer to the same verdict on every fixture.
"""

import re
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any, cast

import jsonschema_rs

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_IRIS = "rfc3987_syntax"
_LINEAR = jsonschema_rs.RegexOptions(size_limit=1 << 20)
"""The engine that takes time in proportion to the text, whatever the expression; and its memory, in bytes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where and why a value breaks its schema. ``path`` holds keys and indexes from the root.

    ``keyword`` is the schema's word that failed (``required``, ``type``, ``pattern`` …); ``expected`` its value;
    for ``required`` and ``additionalProperties``, ``name`` is the property concerned, and ``path`` its parent's.
    ``schema`` is the part of the schema that failed, with what it says of itself (``title``, ``examples``).
    """

    path: tuple[str | int, ...]
    keyword: str
    expected: Any
    message: str
    value: Any
    name: str | None = None
    schema: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def whole_path(self) -> tuple[str | int, ...]:
        """``path`` down to the missing or unknown property itself."""
        return self.path if self.name is None else (*self.path, self.name)

    @property
    def field(self) -> str:
        """``messages[0].destinations[1].destination``"""
        return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.whole_path).removeprefix(".")

    @property
    def pointer(self) -> str:
        """RFC 6901: ``/messages/0/text``"""
        return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in self.whole_path)


class Schema:
    """One schema, ready to use. Build it once, use it for every request."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = {"$schema": DIALECT, **document}

    @cached_property
    def _gate(self) -> Any:
        return jsonschema_rs.Draft202012Validator(self.document, validate_formats=True)

    @cached_property
    def _explainer(self) -> Any:
        jsonschema = _jsonschema()
        return jsonschema.Draft202012Validator(
            _strict_ends(self.document), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )

    def valid(self, value: Any) -> bool:
        """Under a microsecond for a send body."""
        return bool(self._gate.is_valid(value))

    def faults(self, value: Any) -> list[Fault]:
        """Every fault, shallow ones first, in the order of the document."""
        found = [fault for error in self._explainer.iter_errors(value) for fault in _faults(error)]
        return sorted(found, key=lambda fault: len(fault.path))


def searcher(pattern: str) -> Callable[[str], bool]:
    """Whether ``pattern`` is found in a text. Some user's, so no text may hold the server up.

    What a ``pattern`` of JSON Schema may say, but for look-around and back-references, which take time without
    bound; inline flags such as ``(?i)`` too. Raises ``ValueError`` for anything else.
    """
    try:
        gate = jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=_LINEAR).is_valid
    except ValueError:
        raise ValueError(_trouble(pattern)) from None

    def found(text: str) -> bool:
        try:
            return bool(gate(text))
        except UnicodeEncodeError:  # a lone surrogate
            return bool(gate(text.encode("utf-8", "replace").decode()))

    return found


def _trouble(pattern: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as fault:
        return str(fault)
    return "it is too large, or says what is not known here: look-around, back-references, \\Z"


def _jsonschema() -> Any:
    """60 ms to import, and only a refused request needs it.

    It would be 2 s with the grammar of IRIs, which jsonschema imports where it can: no format here is one.
    """
    absent: Any = sys.modules.setdefault(_IRIS, cast(ModuleType, None))
    try:
        import jsonschema
    finally:
        if absent is None:
            del sys.modules[_IRIS]
    return jsonschema


def _faults(error: Any) -> list[Fault]:
    path, keyword = tuple(error.absolute_path), str(error.validator)
    expected = _plain(error.validator_value) if keyword == "pattern" else error.validator_value
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    if keyword == "required":
        missing = [name for name in expected if name not in error.instance and repr(name) in error.message]
        return [Fault(path, keyword, expected, f"{name} is required", error.instance, name, schema) for name in missing]
    if keyword == "additionalProperties" and isinstance(error.instance, Mapping):
        known = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        extra = [k for k in error.instance if k not in known and not any(re.search(p, k) for p in patterns)]
        return [
            Fault(path, keyword, expected, f"{name} is not known here", error.instance, name, schema) for name in extra
        ]
    message = f"{error.instance!r} does not match {expected!r}" if keyword == "pattern" else str(error.message)
    return [Fault(path, keyword, expected, message, error.instance, None, schema)]


def _strict_ends(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _strict_ends(value) for key, value in schema.items()} | _patterns(schema)
    return [_strict_ends(item) for item in schema] if isinstance(schema, list) else schema


def _patterns(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(schema.get("pattern"), str):
        found["pattern"] = _strict(schema["pattern"])
    if isinstance(schema.get("patternProperties"), dict):
        found["patternProperties"] = {_strict(k): _strict_ends(v) for k, v in schema["patternProperties"].items()}
    return found


def _plain(pattern: str) -> str:
    """As it is published."""
    return pattern[:-2] + "$" if pattern.endswith(r"\Z") else pattern


def _strict(pattern: str) -> str:
    return pattern[:-1] + r"\Z" if pattern.endswith("$") and not pattern.endswith(r"\$") else pattern
