"""The page: static files, and a client of the control API like any other.

It holds nothing of its own and shows nothing without the API, which asks for the token; so its files are for anybody.
"""

from collections.abc import Iterable
from hashlib import blake2b
from mimetypes import types_map
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from sandbox.wire import encode, legible

HOME = Path(__file__).parent / "static"
PREFIX = "/ui/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What a browser may do with the page: no inline script or style, nothing from elsewhere, no markup made of text."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
TYPES = {**types_map, ".js": "text/javascript", ".svg": "image/svg+xml"}


class File(NamedTuple):
    body: bytes
    type: str
    tag: str


class Page:
    """Has what is for no provider; ``providers`` are the names that it knows them by."""

    def __init__(self, providers: Iterable[str]) -> None:
        found = {path.relative_to(HOME).as_posix(): path for path in HOME.rglob("*") if path.is_file()}
        self._files = {name: _read(path) for name, path in found.items()}
        self._providers = tuple(providers)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """``/`` and ``/spaces/{space}/`` show the page, ``/ui/…`` are its files; else 404."""
        file = self._files.get(_wanted(request.path))
        if file is None or request.method not in {"GET", "HEAD"}:
            return self._nothing(request)
        headers = {**HEADERS, "ETag": f'"{file.tag}"'}
        if any(tag.value in {file.tag, "*"} for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=file.body, content_type=file.type, charset="utf-8", headers=headers)

    def _nothing(self, request: web.BaseRequest) -> web.Response:
        """A problem (RFC 9457) that says where the providers are."""
        root, path = f"{request.scheme}://{legible(request.host)}", request.path[:200]
        problem = {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": f"{request.method} {path} is for no provider; a provider's paths begin with its name",
            "base_urls": {slug: f"{root}/{slug}" for slug in self._providers},
            "page": f"{root}/",
            "control": f"{root}/_sandbox/openapi.json",
        }
        return web.Response(status=404, body=encode(problem), content_type="application/problem+json")


def _read(path: Path) -> File:
    body = path.read_bytes()
    return File(body, TYPES[path.suffix], blake2b(body, digest_size=8).hexdigest())


def _wanted(path: str) -> str:
    """The name of the file that a path asks for; none has the empty name."""
    parts = path.split("/")
    if path == "/" or (parts[1:2] == ["spaces"] and parts[2:3] not in ([], [""]) and parts[3:] in ([], [""])):
        return "index.html"
    return path.removeprefix(PREFIX) if path.startswith(PREFIX) else ""
