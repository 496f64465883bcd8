"""aiohttp ⇄ plain values: which provider a request is for, the call, and its answer on the wire.

A provider is reached under ``/{slug}``, or at its real paths by a Host whose first label is the slug; anything may be
prefixed with ``/spaces/{space}`` (PROVIDERS.md §E).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from aiohttp import web

from sandbox import bodies
from sandbox.durations import SECOND
from sandbox.faults import SPOILS
from sandbox.flow import Flow
from sandbox.providers.base import Provider
from sandbox.response import Response
from sandbox.settings import Settings
from sandbox.store.base import StoreError
from sandbox.visit import Outcome
from sandbox.wire import Headers, Request, legible

SPACE_HEADER = "X-Sandbox-Space"
OURS = frozenset({"_sandbox", "livez", "readyz", "metrics"})
"""What begins paths that keep their meaning whatever the Host says."""
NAMED = 20
"""Ids of a bulk's messages that ``X-Sandbox-Message`` lists at most."""
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Aim(NamedTuple):
    """Where a request goes: ``mount`` is the prefix that led to the provider, empty by Host."""

    provider: Provider
    space: str | None
    mount: str
    path: str


class Mount:
    """Hands requests to the providers; everything else to ``otherwise``."""

    def __init__(self, providers: Mapping[str, Provider], flow: Flow, settings: Settings, otherwise: Handler) -> None:
        self._providers = providers
        self._flow = flow
        self._otherwise = otherwise
        self._public_url = settings.public_url
        self._debug = settings.debug_headers
        self._limit = settings.body_limit

    def aim(self, request: web.BaseRequest) -> Aim | None:
        path, space = request.rel_url.path_safe, None  # a slash that was sent as %2F is no divider
        if path.startswith("/spaces/"):
            _, _, space, path = [*path.split("/", 3), ""][:4]
            path = "/" + path
        first, _, rest = path[1:].partition("/")
        if first in self._providers:
            return Aim(self._providers[first], space, f"/{first}", f"/{rest}")
        label = _label(request.host)
        if label in self._providers and first not in OURS:
            return Aim(self._providers[label], space, "", path)
        return None

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """A call to a provider, from the first byte to the last."""
        aim = self.aim(request)
        if aim is None:
            return await self._otherwise(request)
        plain = await self._plain(request, aim)
        named = aim.space if aim.space is not None else request.headers.get(SPACE_HEADER) or None
        try:
            outcome = await self._flow.call(aim.provider, plain, named)
        except StoreError as fault:  # ours, so in no provider's words
            return web.Response(status=503, text=f"sms-sandbox: {fault}\n", headers={"Connection": "close"})
        return await self._tell(request, outcome)

    async def _plain(self, request: web.BaseRequest, aim: Aim) -> Request:
        oversize, body = 0, b""
        try:
            body = await bodies.read(request, self._limit)
        except bodies.TooLarge:
            oversize = self._limit
        except bodies.Unreadable:
            body = b"\0"  # no provider reads it as anything but garbage
        return Request(
            request.method,
            aim.path,
            {name.lower(): value if value.isascii() else legible(value) for name, value in request.headers.items()},
            body,
            request.rel_url.raw_query_string,
            self._public_url or f"{request.scheme}://{legible(request.host)}",
            aim.mount or self._public_mount(aim.provider.slug),
            oversize,
        )

    def _public_mount(self, slug: str) -> str:
        """What links need after a public URL in answer to a call by Host: nothing where its own Host names the slug."""
        return f"/{slug}" if self._public_url and _label(urlsplit(self._public_url).netloc) != slug else ""

    async def _tell(self, request: web.BaseRequest, outcome: Outcome) -> web.StreamResponse:
        """Answer, in time or late, well or badly; then reports may leave."""
        headers = outcome.reply.headers + (_debug(outcome) if self._debug else ())
        response = Response(outcome.reply.status, outcome.reply.body, headers)
        slow, gave_up = outcome.delay or outcome.fault, True
        begun = time.perf_counter()
        try:
            if outcome.delay:
                await asyncio.sleep(outcome.delay / SECOND)
            told = await self._written(request, response, outcome)
            gave_up = False
        except ConnectionError:  # the client has hung up at this very moment
            return response
        else:
            return told
        finally:
            took = (time.perf_counter() - begun) * 1000 if slow else None
            await self._flow.answered(outcome, took_ms=took, gave_up=gave_up)

    async def _written(self, request: web.BaseRequest, response: Response, outcome: Outcome) -> web.StreamResponse:
        if outcome.fault is not None:
            return await SPOILS[outcome.fault.kind](request, response, outcome.fault)
        await response.prepare(request)
        return response


def _label(host: str) -> str:
    """The first label of a Host, in lower case."""
    return host.partition(".")[0].partition(":")[0].lower()


def _debug(outcome: Outcome) -> Headers:
    """What a curious developer may read off an answer."""
    named = (("X-Sandbox-Message", ",".join(outcome.named[:NAMED])),) if outcome.named else ()
    ruled = (("X-Sandbox-Rule", quote(outcome.rule, safe=" ()'!*,:;=+$&@#/?")),) if outcome.rule else ()
    return named + ruled
