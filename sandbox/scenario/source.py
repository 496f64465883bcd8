"""A scenario's text, read: plain data, and where in the text each part of it stands.

YAML 1.2 (``no`` is a word, ``012`` a number) by the events of ruamel.yaml's parser, which carry line and column:
the data is built from them here, so that aliases, duplicate keys and a scalar's own spelling are seen. Numbers are
decimal; a key is text, quoted or not. JSON is read as JSON, which is faster, and as YAML only to say where a fault is.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sandbox.errors import Problem, ScenarioError
from sandbox.wire import encode

MOST_BYTES = 256 * 1024
MOST_NODES = 50_000
DEEPEST = 40
Path = tuple[str | int, ...]

_PLAIN = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,2})?")
_TOKEN = re.compile(r"[^\s,\]}]+")
_NEEDS_QUOTES = frozenset("*&%@`|>!")
_STRING_TAGS = (None, "!", "tag:yaml.org,2002:str")


@dataclass(slots=True)
class Node:
    """A value and where it stands (from 1). ``spelling``: a plain scalar as written; ``size`` counts its parts."""

    line: int
    column: int
    value: Any = None
    spelling: str | None = None
    size: int = 1
    parts: "dict[str | int, Node]" = field(default_factory=dict)
    keys: "dict[str | int, Node]" = field(default_factory=dict)


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
            raise self.refused(f"byte {fault.start} is no UTF-8: a scenario is a text file") from None

    @cached_property
    def _root(self) -> Node:
        return _Builder(self, aliases=not self._uploaded).build()

    @cached_property
    def _node(self) -> Node:
        """For places; JSON that the YAML reader cannot follow has but one."""
        try:
            return self._root
        except ScenarioError:
            return Node(1, 1)


def _json(text: str) -> Any:
    """Raises for what is no JSON, says a key twice, or is larger than YAML may be: YAML's reader explains it."""
    if not text.lstrip().startswith("{"):
        raise ValueError
    data = json.loads(text, object_pairs_hook=_once)
    encode(data)  # TypeError: lone surrogates, numbers beyond 64 bits
    level, nodes = [data], 0
    for _ in range(DEEPEST):
        nodes += len(level)
        level = [part for value in level for part in _parts(value)]
    if level or nodes > MOST_NODES:
        raise ValueError
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield from value.values() if isinstance(value, dict) else value


class _Builder:
    """Nodes from the parser's events, bounded in depth and in number (an alias counts as what it stands for)."""

    def __init__(self, source: Source, *, aliases: bool) -> None:
        self._source = source
        self._aliases = aliases
        self._anchors: dict[str, Node] = {}
        self._events = self._parsed()

    def build(self) -> Node:
        root = Node(1, 1)
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise self._fault("a second document begins here; a scenario is one", event.start_mark)
            elif not kind.startswith(("Stream", "Document")):
                root = self._node(event, 0)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        mark, kind = event.start_mark, type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event.anchor, mark)
        if depth > DEEPEST:
            raise self._fault(f"nested deeper than {DEEPEST} levels", mark)
        node = Node(mark.line + 1, mark.column + 1)
        if kind == "ScalarEvent":
            self._scalar(event, node)
        elif event.tag not in (None, "!"):
            raise self._fault(f"the tag {event.tag} is no part of the language", mark)
        elif kind == "SequenceStartEvent":
            self._sequence(node, depth)
        else:
            self._mapping(node, depth)
        if node.size > MOST_NODES:
            raise self._fault(f"more than {MOST_NODES} parts, aliases counted as what they stand for", mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, name: str, mark: Any) -> Node:
        if name not in self._anchors:
            raise self._fault(f'*{name} would be a YAML alias; quote it: "*{name}"', mark)
        if not self._aliases:
            raise self._fault(f"the alias *{name}: aliases are not taken in uploads; write it out", mark)
        known = self._anchors[name]
        return Node(mark.line + 1, mark.column + 1, known.value, known.spelling, known.size, known.parts, known.keys)

    def _scalar(self, event: Any, node: Node) -> None:
        if event.tag not in _STRING_TAGS:
            raise self._fault(f"the tag {event.tag} is no part of the language", event.start_mark)
        node.value = text = self._unicode(event)
        if event.implicit[0] and event.tag is None:
            node.spelling = text
            node.value = _resolved(text)

    def _unicode(self, event: Any) -> str:
        """Escaped surrogate pairs are joined, as JSON means them."""
        try:
            return str(event.value).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise self._fault("half a character: a lone surrogate is no text", event.start_mark) from None

    def _sequence(self, node: Node, depth: int) -> None:
        for event in self._events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            self._add(node, len(node.parts), self._node(event, depth + 1))
        node.value = [part.value for part in node.parts.values()]

    def _mapping(self, node: Node, depth: int) -> None:
        for event in self._events:
            if type(event).__name__ == "MappingEndEvent":
                break
            name = self._key(event, node, depth)
            self._add(node, name, self._node(next(self._events), depth + 1))
        node.value = {key: part.value for key, part in node.parts.items()}

    def _key(self, event: Any, node: Node, depth: int) -> str:
        key = self._node(event, depth + 1)
        name = key.value if key.spelling is None else key.spelling
        if not isinstance(name, str):
            raise self._fault("a key is a word, not a list or a mapping", event.start_mark)
        if name in node.parts:
            first = node.keys[name].line
            raise self._fault(f"the key {name!r} is here a second time; the first is in line {first}", event.start_mark)
        node.keys[name] = key
        return name

    def _add(self, node: Node, name: str | int, part: Node) -> None:
        node.parts[name] = part
        node.size += part.size

    def _parsed(self) -> Iterator[Any]:
        from ruamel.yaml import YAML  # 30 ms, and a client of JSON alone never needs it
        from ruamel.yaml.error import YAMLError

        try:
            yield from YAML(typ="safe", pure=True).parse(self._source.text)
        except YAMLError as fault:
            raise self._explained(fault) from None

    def _explained(self, fault: Any) -> ScenarioError:
        mark = getattr(fault, "problem_mark", None)
        if mark is None:  # a character that YAML does not allow
            before = self._source.text[: getattr(fault, "position", 0)]
            line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
            return self._source.refused(
                f"U+{ord(self._source.text[len(before)]):04X} may not stand in YAML", line, column
            )
        token = _TOKEN.match(self._source.text, mark.index)
        if token and token[0][0] in _NEEDS_QUOTES:
            return self._fault(f'{token[0]} is no plain YAML; quote it: "{token[0]}"', mark)
        context = f" {fault.context}" if fault.context else ""
        return self._fault(f"this is no YAML: {fault.problem}{context}", mark)

    def _fault(self, message: str, mark: Any) -> ScenarioError:
        return self._source.refused(message, mark.line + 1, mark.column + 1)


def _resolved(text: str) -> Any:
    if text in _PLAIN:
        return _PLAIN[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
