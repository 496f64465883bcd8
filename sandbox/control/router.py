"""From an aiohttp request to a handler and back: the gate, the path, the checks, and every problem in one shape.

Paths are matched here, not by aiohttp: an id may hold an encoded slash, and what is unknown or wrong is told apart in
one place.
"""

from collections.abc import Iterable
from urllib.parse import unquote

from aiohttp import web

from sandbox import bodies
from sandbox.control import gate
from sandbox.control.document import Described, describe
from sandbox.control.errand import Errand, Route
from sandbox.control.problems import Problem, invalid, refused_scenario
from sandbox.errors import ScenarioError
from sandbox.services import Services
from sandbox.spaces.registry import SpaceFault
from sandbox.spaces.space import DEFAULT
from sandbox.spelling import nearest
from sandbox.store.base import StoreError

ROOT = "/_sandbox"
SPACE_HEADER = "X-Sandbox-Space"
Segments = tuple[str, ...]


class Resource:
    """One path and what can be done with it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.segments = _segments(path)
        self.methods: dict[str, tuple[Route, Described]] = {}

    def match(self, segments: Segments) -> dict[str, str] | None:
        """The path's parameters, if it is this one's."""
        if len(segments) != len(self.segments):
            return None
        pairs = list(zip(self.segments, segments, strict=True))
        if any(ours != theirs and not ours.startswith("{") for ours, theirs in pairs):
            return None
        return {ours[1:-1]: unquote(theirs, errors="replace") for ours, theirs in pairs if ours.startswith("{")}

    @property
    def allow(self) -> str:
        return ", ".join(sorted({*self.methods, *(["HEAD"] if "GET" in self.methods else [])}))


class Router:
    def __init__(self, routes: Iterable[Route], services: Services) -> None:
        self._services = services
        self.resources: dict[str, Resource] = {}
        for route in routes:
            resource = self.resources.setdefault(route.path, Resource(route.path))
            resource.methods[route.method] = (route, describe(route.method, route.path))

    def has(self, path: str) -> bool:
        """Whether a path is for the control API: under ``/_sandbox``, in a space or not, or ``/livez`` and its like."""
        first, *rest = path[1:].split("/")
        if first == "spaces" and len(rest) > 1 and rest[0]:
            first = rest[1]
        return first == ROOT[1:] or path in self.resources

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Any call to a path that it ``has``."""
        try:
            return await self._answer(request)
        except Problem as problem:
            return problem.response()
        except ScenarioError as fault:
            return refused_scenario(fault).response()
        except SpaceFault as fault:
            return invalid(fault.pointer, str(fault)).response()
        except StoreError as fault:
            return Problem("storage", str(fault)).response()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        services = self._services
        gate.check_host(request, services.settings)
        gate.check_origin(request)
        named, segments = _where(request)
        found = self._find(segments, request.method)
        if isinstance(found, Problem) or not found[0].open:
            gate.check_token(request, services.settings)
        if isinstance(found, Problem):
            raise found
        route, described, path = found
        errand = Errand(request, services, named, path, described.query(list(request.query.items())))
        errand.raw = await _body(request, services.settings.body_limit)
        errand.body = described.read(errand.raw)
        if route.method != "PUT" and not route.open:
            errand.space()
        return await route.handler(errand)

    def _find(self, segments: Segments, method: str) -> tuple[Route, Described, dict[str, str]] | Problem:
        """Literal paths come before those with parameters, as the table has them."""
        method = "GET" if method == "HEAD" else method
        for resource in self.resources.values():
            path = resource.match(segments)
            if path is not None:
                if method in resource.methods:
                    return (*resource.methods[method], path)
                allow = resource.allow
                return Problem("method-not-allowed", f"this can be asked with {allow}", headers={"Allow": allow})
        asked = "/".join(("", *segments))[:100]
        return Problem("not-found", f"{ROOT}/openapi.json has no {asked!r}{nearest(asked, self.resources)}")


def _where(request: web.BaseRequest) -> tuple[str, Segments]:
    """The space that path or header name, and the path without it."""
    segments = _segments(request.rel_url.raw_path)
    if segments[:1] == ("spaces",) and len(segments) > 2:
        return unquote(segments[1], errors="replace"), segments[2:]
    return request.headers.get(SPACE_HEADER) or DEFAULT, segments


def _segments(path: str) -> Segments:
    return tuple(path.strip("/").split("/"))


async def _body(request: web.BaseRequest, limit: int) -> bytes:
    try:
        return await bodies.read(request, limit)
    except bodies.TooLarge:
        raise Problem("too-large", f"a body has at most {limit} bytes") from None
    except bodies.Unreadable:
        raise Problem("bad-request", "the body cannot be read") from None
