"""The providers' OpenAPI documents as judges: what a provider answers and posts is held against its own."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sandbox.errors import Refusal
from sandbox.providers import discover
from sandbox.schema import Schema
from sandbox.wire import NotJson, Request, decode, encode

METHODS = ("get", "post", "put", "patch", "delete", "head")
Json = Mapping[str, Any]


def document(slug: str) -> Json:
    return discover()[slug].spec.openapi


def operations(slug: str) -> dict[str, Json]:
    """By operationId, with ``method`` and ``path`` put in."""
    return {
        operation["operationId"]: {**operation, "method": method.upper(), "path": path}
        for path, item in document(slug)["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def operation_of(slug: str, request: Request) -> str | None:
    """The operationId of a request; None for an unknown path, a wrong method, an unknown action."""
    try:
        name = discover()[slug].operation(request).name
    except Refusal:
        return None
    return name if name in operations(slug) else None


def answer_faults(slug: str, request: Request, status: int, headers: Mapping[str, str], body: bytes) -> list[str]:
    """What is wrong with an answer by its provider's document."""
    operation = operation_of(slug, request)
    described = list(_responses(slug, operation, status))
    if not described:
        return [f"{slug} {operation} documents no {status}: {body[:300]!r}"]
    faults = [list(_faults(slug, request.method, response, headers, body)) for response in described]
    return [] if [] in faults else min(faults, key=len)


def _responses(slug: str, operation: str | None, status: int) -> Iterator[Json]:
    """The documented answers of this status; to a call of no operation, any error that the document has."""
    if operation is not None:
        responses = operations(slug)[operation]["responses"]
        yield from (responses[str(status)],) if str(status) in responses else ()
        return
    every = [pair for op in operations(slug).values() for pair in op["responses"].items()]
    same = [response for code, response in every if code == str(status)]
    yield from same or [response for code, response in every if int(code) >= 400]


def _faults(slug: str, method: str, response: Json, headers: Mapping[str, str], body: bytes) -> Iterator[str]:
    for name, header in response.get("headers", {}).items():
        if name not in headers and header.get("required"):
            yield f"no {name}"
        elif name in headers and not Schema(header["schema"]).valid(headers[name]):
            yield f"{name}: {headers[name]}"
    content = response.get("content", {})
    kind = headers.get("Content-Type", "").partition(";")[0]
    if method == "HEAD" or not content:
        yield from ["a body where none is documented"] if body else []
    elif kind not in content:
        yield f"Content-Type {kind!r}, not {list(content)}"
    elif kind.endswith("json"):
        yield from body_faults(slug, content[kind]["schema"], body)


def webhook_faults(slug: str, key: str, body: bytes) -> list[str]:
    """``key`` is report, inbound or click."""
    content = document(slug)["webhooks"][key]["post"]["requestBody"]["content"]
    return list(body_faults(slug, content["application/json"]["schema"], body))


def webhook_of(body: bytes) -> tuple[str, str] | None:
    """The provider and the webhook whose document a post fits."""
    named = ((slug, key) for slug in discover() for key in document(slug)["webhooks"])
    return next((found for found in named if not webhook_faults(*found, body)), None)


def body_faults(slug: str, schema: Json, body: bytes) -> Iterator[str]:
    try:
        value = decode(body)
    except NotJson as fault:
        yield f"no JSON: {fault}"
        return
    known = compiled(slug, encode(schema).decode())
    if not known.valid(value):
        yield from (f"{fault.pointer}: {fault.message[:300]}" for fault in known.faults(value))


@cache
def compiled(slug: str, schema: str) -> Schema:
    return Schema({**decode(schema.encode()), "components": {"schemas": document(slug)["components"]["schemas"]}})


def leaves(value: Any) -> Iterator[Any]:
    """Every scalar in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value
