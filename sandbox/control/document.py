"""The control API's own OpenAPI document, which checks calls at run time: parameters and bodies are as it says."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.control.errand import JSON
from sandbox.control.problems import Problem, bad_parameter, misshapen
from sandbox.control.wording import sentence
from sandbox.schema import Schema
from sandbox.specs import folder
from sandbox.spelling import nearest
from sandbox.wire import NotJson, decode

_WHOLE = re.compile(r"-?[0-9]{1,15}")


@cache
def document() -> Mapping[str, Any]:
    found: Mapping[str, Any] = decode((folder("control") / "openapi.json").read_bytes())
    return found


@dataclass(frozen=True)
class Described:
    """What the document says of one operation. ``body`` None: it takes none, or reads it itself (``raw``)."""

    parameters: Mapping[str, tuple[Schema, bool]]
    body: Schema | None
    raw: bool

    def query(self, given: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """The query's parameters, checked. Raises ``Problem``."""
        for name, count in Counter(name for name, _ in given).items():
            if name not in self.parameters:
                raise bad_parameter(name[:64], f"this call has no such parameter{nearest(name[:64], self.parameters)}")
            if count > 1:
                raise bad_parameter(name, "it is given twice")
        return {name: self._parameter(name, text) for name, text in given}

    def _parameter(self, name: str, text: str) -> Any:
        schema, whole = self.parameters[name]
        value = int(text) if whole and _WHOLE.fullmatch(text) else text
        if not schema.valid(value):
            raise bad_parameter(name, sentence(schema.faults(value)[0]))
        return value

    def read(self, body: bytes) -> Any:
        """The body, checked; an empty one is an empty object. Raises ``Problem``."""
        if self.body is None:
            return None
        try:
            value = decode(body) if body.strip() else {}
        except NotJson as fault:
            raise Problem("bad-request", f"the body is no JSON: {fault}") from None
        if not self.body.valid(value):
            raise misshapen(self.body.faults(value))
        return value


def describe(method: str, path: str) -> Described:
    operation = document()["paths"][path][method.lower()]
    listed = [_resolved(parameter) for parameter in operation.get("parameters", ())]
    content = operation.get("requestBody", {}).get("content", {})
    raw = set(content) - {JSON} != set()
    body = None if raw or not content else _schema(content[JSON]["schema"])
    parameters = {
        each["name"]: (_schema(each["schema"]), each["schema"].get("type") == "integer")
        for each in listed
        if each["in"] == "query"
    }
    return Described(parameters, body, raw)


def _resolved(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = parameter.get("$ref")
    if reference is None:
        return parameter
    found: Mapping[str, Any] = document()["components"]["parameters"][reference.rpartition("/")[2]]
    return found


def _schema(part: Mapping[str, Any]) -> Schema:
    return Schema({**part, "components": {"schemas": document()["components"]["schemas"]}})
