"""``specs/<slug>/examples/*.json``: request and answer pairs, played over real sockets.

In an expected value ``{{uuid}}`` and its like stand for what no two runs have in common; in a later step
``{{1.json.token}}`` stands for a value of step 1's answer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox import resources
from sandbox.wire import Request, decode, encode
from tests.support.checked import Checked, Told, Wire
from tests.support.documents import leaves, operation_of, operations

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
_PART = r"[A-Za-z0-9_-]+"
PATTERNS = {
    "uuid": _UUID, "instant": _INSTANT, "jwt": rf"{_PART}\.{_PART}\.{_PART}", "string": "(?s:.*)",
}  # fmt: skip
_PATTERN = re.compile(r"\{\{(\w+)(?::(\d+))?\}\}")
_BACK = re.compile(r"\{\{(\d+)\.json\.([\w.-]+)\}\}")


@dataclass(frozen=True)
class Example:
    slug: str
    stem: str
    told: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.slug}-{self.stem}"

    @property
    def steps(self) -> list[dict[str, Any]]:
        return list(self.told["steps"])

    def call(self, turn: int, so_far: list[Told]) -> Wire:
        """The request of a step, with what earlier answers gave it."""
        asked = _filled(self.steps[turn]["request"], so_far)
        body = asked["body"].encode() if "body" in asked else encode(asked["json"]) if "json" in asked else b""
        headers = {"Content-Type": "application/json", **asked.get("headers", {})}
        if any(name.lower() == "content-type" for name in asked.get("headers", {})) or not body:
            headers = dict(asked.get("headers", {}))
        return Wire(self.slug, asked["method"], asked["path"], headers, body)

    async def play(self, server: Checked, until: int | None = None) -> list[Told]:
        """Every step in turn (or those before ``until``), each answer as it is written."""
        await server.post("/reset")
        await server.play(self.told.get("scenario", {"name": "default"}))
        so_far: list[Told] = []
        for turn, step in enumerate(self.steps[:until]):
            told = await server.tell(self.call(turn, so_far))
            assert list(_differences(_filled(step["answer"], so_far), told)) == [], f"step {turn + 1}"
            so_far.append(told)
        return so_far

    def operation(self, turn: int) -> str | None:
        """What a step calls, as far as it can be told before earlier steps are answered."""
        asked = self.steps[turn]["request"]
        body = asked["body"].encode() if "body" in asked else encode(asked.get("json"))
        headers = {name.lower(): value for name, value in asked.get("headers", {}).items()}
        path = asked["path"].partition("?")[0]
        return operation_of(self.slug, Request(asked["method"], path, headers, body))


@cache
def examples(slug: str) -> tuple[Example, ...]:
    folder = resources.folder("specs") / slug / "examples"
    return tuple(Example(slug, file.stem, decode(file.read_bytes())) for file in sorted(folder.glob("*.json")))


@dataclass(frozen=True)
class Recipe:
    """How to come to a good call of an operation: the steps of an example before it, and the step itself."""

    example: Example
    turn: int

    async def prepare(self, server: Checked) -> Wire:
        return self.example.call(self.turn, await self.example.play(server, self.turn))


def recipe(slug: str, operation: str) -> Recipe:
    """The first good call of an operation in the examples; where none succeeds, the first."""
    codes, calls = _codes(slug), list[tuple[bool, int, Recipe]]()
    for example in sorted(examples(slug), key=lambda each: ("scenario" in each.told, len(each.steps))):
        for turn, step in enumerate(example.steps):
            said = {str(leaf) for leaf in leaves(step["answer"].get("json"))}
            if example.operation(turn) == operation:
                good = step["answer"]["status"] < 400 and not said & codes
                calls.append((not good, len(calls), Recipe(example, turn)))
    return min(calls)[2]


def words(slug: str) -> dict[str, str]:
    """The scenario language's word of each operation that it knows, by operationId."""
    return {name: operation["x-word"] for name, operation in operations(slug).items() if operation.get("x-word")}


def _codes(slug: str) -> set[str]:
    rows = decode((resources.folder("specs") / slug / "errors.json").read_bytes())["errors"]
    return {row["code"] for row in rows} - {"0"}


def _filled(value: Any, so_far: list[Told]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, so_far) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, so_far) for item in value]
    if not isinstance(value, str):
        return value
    return _BACK.sub(lambda back: str(_at(so_far[int(back[1]) - 1].json, back[2])), value)


def _at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value[int(name) if isinstance(value, list) else name]
    return value


def _differences(expected: Mapping[str, Any], told: Told) -> Iterator[str]:
    if told.status != expected["status"]:
        yield f"status {told.status}, not {expected['status']}: {told.body.decode(errors='replace')[:500]}"
        return
    for name, value in expected.get("headers", {}).items():
        yield from differences(value, told.headers.get(name), name)
    if "json" in expected:
        yield from differences(expected["json"], told.json)


def differences(expected: Any, actual: Any, place: str = "$") -> Iterator[str]:
    """Where ``actual`` is not what ``expected``, with its patterns, says."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        if expected.keys() != actual.keys():
            yield f"{place} has {sorted(actual)}, not {sorted(expected)}"
        for key in expected.keys() & actual.keys():
            yield from differences(expected[key], actual[key], f"{place}.{key}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for turn, pair in enumerate(zip(expected, actual, strict=True)):
            yield from differences(*pair, f"{place}[{turn}]")
    elif not _fits(expected, actual):
        yield f"{place} is {actual!r}, not {expected!r}"


def _fits(expected: Any, actual: Any) -> bool:
    pattern = _PATTERN.fullmatch(expected) if isinstance(expected, str) else None
    if pattern is None:
        return type(expected) is type(actual) and bool(expected == actual)
    name, length = pattern.groups()
    if name == "any":
        return True
    if name == "integer":
        return isinstance(actual, int) and not isinstance(actual, bool)
    wanted = rf"[A-Za-z0-9]{{{length}}}" if name == "alnum" else PATTERNS[name]
    return isinstance(actual, str) and re.fullmatch(wanted, actual) is not None
