"""A scenario's text, read: plain data, and where in the text each part of it stands.

YAML 1.2 (``no`` is a word, ``012`` a number) by the events of ruamel.yaml's parser, which carry line and column:
the data is built from them in ``nodes``. JSON is read as JSON, which is faster, and as YAML only to say where a
fault is.
"""

import json
import math
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from sandbox.errors import Problem, ScenarioError
from sandbox.scenario.nodes import DEEPEST, MOST_NODES, Builder, Node
from sandbox.wire import encode

MOST_BYTES = 256 * 1024
Path = tuple[str | int, ...]

_TOKEN = re.compile(r"[^\s,\]}]+")
_NEEDS_QUOTES = frozenset("*&%@`|>!")
_HINTS = {
    "'\\t'": "; indent with blanks, not with tabs",
    "mapping values": '; quote a text that has ": " in it, and begin the keys of one mapping in one column',
    "expected ',' or": '; close what was opened before it, and quote a text that has ": " or a comma in it',
    "end of stream": "; a quote that is opened here is never closed",
    "expected <block end>": "; begin what goes together in one column, and look for a quote inside a quoted text",
}
"""The parser's words, and what people mostly did."""


class Source:
    """One text. ``data`` is what it says; ``place`` and ``spelling`` tell of the text itself."""

    def __init__(self, text: str | bytes, file: str, *, uploaded: bool = False) -> None:
        """Raises ``ScenarioError``: no YAML, or more of it than we take."""
        self.file = file
        self._uploaded = uploaded
        self.text = self._decoded(text)
        try:
            self.data: Any = _json(self.text)
        except (ValueError, TypeError, RecursionError):
            self.data = self._root.value

    def problem(self, path: Path, message: str, *, key: bool = False, warning: bool = False) -> Problem:
        """``key``: points at the key, not at its value."""
        line, column = self.place(path, key=key)
        pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
        return Problem(message, self.file, line, column, pointer, warning)

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Line and column of what is at ``path``, or of the nearest thing around it."""
        node = shown = self._node
        for part in path:
            if part not in node.parts:
                break
            shown = node.keys[part] if key and part in node.keys else node.parts[part]
            node = node.parts[part]
        return shown.line, shown.column

    def spelling(self, path: Path) -> str | None:
        """A plain scalar as it was written (``0123``, ``+447700900901``); None for anything else."""
        node = self._node
        for part in path:
            if part not in node.parts:
                return None
            node = node.parts[part]
        return node.spelling

    def refused(self, message: str, line: int = 1, column: int = 1) -> ScenarioError:
        return ScenarioError((Problem(message, self.file, line, column),))

    def _decoded(self, text: str | bytes) -> str:
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        if len(raw) > MOST_BYTES:
            raise self.refused(f"{len(raw)} bytes are more than the {MOST_BYTES} a scenario may have")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            before = raw[: fault.start].decode(errors="replace")
            raise self.refused("this is no UTF-8; save the file as such", *_place(before)) from None

    @cached_property
    def _root(self) -> Node:
        return Builder(self._events(), self.refused, aliases=not self._uploaded).build()

    @cached_property
    def _node(self) -> Node:
        """For places; JSON that the YAML reader cannot follow has but one."""
        try:
            return self._root
        except ScenarioError:
            return Node(1, 1)

    def _events(self) -> Iterator[Any]:
        from ruamel.yaml import YAML  # 30 ms, and a client of JSON alone never needs it
        from ruamel.yaml.error import YAMLError

        try:
            yield from YAML(typ="safe", pure=True).parse(self.text)
        except YAMLError as fault:
            raise self._explained(fault) from None

    def _explained(self, fault: Any) -> ScenarioError:
        unclosed = "end of stream" in getattr(fault, "problem", "")
        mark = getattr(fault, "context_mark" if unclosed else "problem_mark", None)
        if mark is None:  # a character that YAML does not allow
            before = self.text[: getattr(fault, "position", 0)]
            return self.refused(f"U+{ord(self.text[len(before)]):04X} may not stand in YAML", *_place(before))
        token = _TOKEN.match(self.text, mark.index)
        if token and token[0][0] in _NEEDS_QUOTES:
            return self.refused(f'{token[0]} is no plain YAML; quote it: "{token[0]}"', mark.line + 1, mark.column + 1)
        context = f" {fault.context}" if fault.context else ""
        hint = next((hint for words, hint in _HINTS.items() if words in fault.problem), "")
        return self.refused(f"this is no YAML: {fault.problem}{context}{hint}", mark.line + 1, mark.column + 1)


def _place(before: str) -> tuple[int, int]:
    """Line and column of what follows a text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _json(text: str) -> Any:
    """Raises for what is no JSON, says a key twice, or is larger than YAML may be: YAML's reader explains it."""
    if not text.lstrip().startswith("{"):
        raise ValueError
    data = json.loads(text, object_pairs_hook=_once, parse_constant=_finite, parse_float=_finite)
    encode(data)  # TypeError: lone surrogates, numbers beyond 64 bits
    level, nodes = [data], 0
    for _ in range(DEEPEST):
        nodes += len(level)
        level = [part for value in level for part in _parts(value)]
    if level or nodes > MOST_NODES:
        raise ValueError
    return data


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield from value.values() if isinstance(value, dict) else value
