"""One control call, read and checked: what its handler gets to work with, and how it answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.control.problems import Problem
from sandbox.providers.base import Provider
from sandbox.services import Services
from sandbox.spaces.space import Space
from sandbox.spelling import nearest
from sandbox.wire import encode

JSON = "application/json"
LONGEST_NAME = 64
SHOWN = 200
"""Characters of a hint: there may be a thousand spaces."""


@dataclass(slots=True)
class Errand:
    """``named`` is the space that path or header name; ``path`` and ``query`` hold the parameters, checked.

    ``body`` is the JSON body, checked by its schema; ``raw`` its bytes, for the calls that read them themselves.
    """

    request: web.BaseRequest
    services: Services
    named: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any = None
    raw: bytes = b""

    def space(self) -> Space:
        """The space of this call. Raises ``Problem`` if there is none."""
        return self.known(self.named)

    async def own(self) -> Space:
        """The space of this ``PUT``, begun if there is none. To be asked for when nothing else can go wrong."""
        space = self.services.spaces.get(self.named) or await self.services.spaces.begin(self.named)
        space.touch()
        return space

    def known(self, name: str) -> Space:
        space = self.services.spaces.get(name)
        if space is None:
            close = nearest(name[:LONGEST_NAME], self.services.spaces.names())[:SHOWN]
            raise Problem("unknown-space", f"there is no space {name[:LONGEST_NAME]!r}{close}")
        space.touch()
        return space

    def check_still(self, space: Space) -> None:
        """For whoever has waited: raises ``Problem`` if the space was dropped meanwhile."""
        if self.services.spaces.get(space.name) is not space:
            raise Problem("unknown-space", f"the space {space.name!r} was dropped meanwhile")

    def provider(self, slug: str) -> Provider:
        known = self.services.providers.get(slug)
        if known is None:
            raise Problem("not-found", f"{slug!r} is no provider{nearest(slug, self.services.providers)}")
        return known


Handler = Callable[[Errand], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """``path`` as in the OpenAPI document; ``open``: of the server, not of a space, and without the token."""

    method: str
    path: str
    handler: Handler
    open: bool = False


def told(value: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=encode(value), content_type=JSON)
