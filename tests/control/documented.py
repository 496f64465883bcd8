"""Every answer of the control API that a test here sees is held against its own OpenAPI document."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.control.api import ROUTES
from sandbox.control.document import document
from sandbox.control.problems import KINDS, MEDIA, TYPE
from sandbox.control.router import Resource
from sandbox.schema import Schema
from tests.support.server import Server

RESOURCES = {route.path: Resource(route.path) for route in ROUTES}


class Documented(Server):
    """A server whose answers must be as documented."""

    def within(self, space: str) -> "Documented":
        return Documented(self.url, self.session, self.services, space)

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        async with self.session.request(method, self.root + path, **options) as response:
            text = await response.text()
            body = await response.json(content_type=None) if text[:1] in {"{", "["} else text
            template = _template(urlsplit(path).path)
            if template is not None or response.content_type == MEDIA:
                check(method, template, response.status, response.content_type, body)
            return response.status, body

    async def refused(self, method: str, path: str, kind: str, **options: Any) -> Any:
        """The problem that a call runs into."""
        status, body = await self.call(method, f"/_sandbox{path}", **options)
        assert body["type"] == TYPE + kind, body
        assert status == body["status"] == KINDS[kind].status
        return body


def check(method: str, template: str | None, status: int, content_type: str, body: Any) -> None:
    """``body`` is what the document says of such an answer; problems are problems everywhere."""
    operations = document()["paths"].get(template, {})
    responses = operations.get(method.lower(), {}).get("responses", {})
    described = responses.get(str(status), {"content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}})
    content = described.get("content")
    if content is None:
        assert body == ""
        return
    assert content_type in content, f"{method} {template} answered {status} with {content_type}: {body}"
    faults = schema(content[content_type]["schema"]).faults(body)
    assert not faults, [str(fault.pointer) + ": " + fault.message for fault in faults]


def schema(part: dict[str, Any]) -> Schema:
    return Schema({**part, "components": {"schemas": document()["components"]["schemas"]}})


def _template(path: str) -> str | None:
    segments = tuple(path.strip("/").split("/"))
    if segments[:1] == ("spaces",):
        segments = segments[2:]
    return next((name for name, resource in RESOURCES.items() if resource.match(segments) is not None), None)
