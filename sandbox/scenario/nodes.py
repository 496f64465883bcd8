"""A parser's events made into data, each part of which knows where it stands.

Aliases, duplicate keys and a scalar's own spelling are seen here. Numbers are decimal; a key is text, quoted or not.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import ScenarioError

MOST_NODES = 50_000
DEEPEST = 40
Refused = Callable[[str, int, int], ScenarioError]
"""Message, line, column → the error to raise."""

_PLAIN = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LEAST, _MOST = -(1 << 63), (1 << 64) - 1
_DIGITS = 20
"""What JSON's writer can say: 64 bits, with or without a sign."""
_TOO_LARGE = object()
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


class Builder:
    """Nodes from the parser's events, bounded in depth and in number (an alias counts as what it stands for)."""

    def __init__(self, events: Iterator[Any], refused: Refused, *, aliases: bool) -> None:
        self._events = events
        self._refused = refused
        self._aliases = aliases
        self._anchors: dict[str, Node] = {}

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

    def _node(self, event: Any, depth: int, *, key: bool = False) -> Node:
        mark, kind = event.start_mark, type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event.anchor, mark)
        if depth > DEEPEST:
            raise self._fault(f"nested deeper than {DEEPEST} levels", mark)
        node = Node(mark.line + 1, mark.column + 1)
        if kind == "ScalarEvent":
            self._scalar(event, node, key=key)
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

    def _scalar(self, event: Any, node: Node, *, key: bool) -> None:
        if event.tag not in _STRING_TAGS:
            raise self._fault(f"the tag {event.tag} is no part of the language", event.start_mark)
        node.value = text = self._unicode(event)
        if event.implicit[0] and event.tag is None:
            node.spelling = text
            node.value = text if key else _resolved(text)
            if node.value is _TOO_LARGE:
                raise self._fault(f'{text[:60]} is too large for a number; quote it: "{text[:60]}"', event.start_mark)

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
        key = self._node(event, depth + 1, key=True)
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

    def _fault(self, message: str, mark: Any) -> ScenarioError:
        return self._refused(message, mark.line + 1, mark.column + 1)


def _resolved(text: str) -> Any:
    if text in _PLAIN:
        return _PLAIN[text]
    if _INTEGER.fullmatch(text):
        number = int(text) if len(text.lstrip("+-0")) <= _DIGITS else _MOST + 1
        return number if _LEAST <= number <= _MOST else _TOO_LARGE
    if _FLOAT.fullmatch(text):
        return float(text) if math.isfinite(float(text)) else _TOO_LARGE
    return text
