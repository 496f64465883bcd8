"""One post to a consumer over a pooled aiohttp client, and what was heard."""

import asyncio
import errno
import re
import ssl
import string
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import aiohttp
from yarl import URL

from sandbox import __version__
from sandbox.callbacks.egress import Blocked, Egress
from sandbox.wire import Headers, Post, veiled

KEPT = 4096
"""How much of a consumer's answer is read and kept, in bytes."""
LONGEST_REASON = 500
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
AGENT = ("User-Agent", f"sms-sandbox/{__version__}")
_PLACE = re.compile(r"((?:[^/?#]*//)?[^/?#]*)(.*)", re.DOTALL)
"""A URL up to its path, and the rest; anything matches."""
_IN_CONTAINER = Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a post. ``status`` None and an ``error``: nothing was heard; ``blocked``: it was never sent."""

    status: int | None
    headers: Headers
    body: bytes
    error: str
    duration_ms: float
    sent_headers: Headers
    blocked: bool = False


class Dispatcher:
    """Opens its connections as an async context manager; shared by all spaces."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0, socket_factory=self._egress.open_socket, ttl_dns_cache=0, use_dns_cache=False
        )
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # each post has its provider's
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, post: Post, timeout: float) -> Heard:  # noqa: ASYNC109 - the provider's own, in real seconds
        """Post once. Never raises for what a consumer, its name or its network does."""
        headers = (AGENT, *post.headers)
        begun = time.perf_counter()
        status, heard, body, error, blocked = await self._heard(post, headers, timeout)
        return Heard(status, heard, body, error, (time.perf_counter() - begun) * 1000, headers, blocked)

    async def _heard(
        self,
        post: Post,
        headers: Headers,
        timeout: float,  # noqa: ASYNC109
    ) -> tuple[int | None, Headers, bytes, str, bool]:
        try:
            url = self._egress.aim(post.url)
            async with asyncio.timeout(timeout):
                status, answered, body = await self._exchange(url, post.body, headers)
        except Blocked as blocked:
            return None, (), b"", str(blocked), True
        except TimeoutError:
            return None, (), b"", f"no answer within {timeout:g} s", False
        except (aiohttp.ClientError, OSError, ValueError, ssl.SSLError) as fault:
            if verdict := _verdict(fault):
                return None, (), b"", str(verdict), True
            return None, (), b"", _reason(fault, post.url), False
        return status, answered, body, "", False

    async def _exchange(self, url: str, body: bytes, headers: Headers) -> tuple[int, Headers, bytes]:
        assert self._session is not None  # noqa: S101 - entered before anything is due
        target = _verbatim(url)
        if any(name == "Authorization" for name, _ in headers):  # a signature; a login in the URL wants the same header
            target = target.with_user(None)
        async with self._session.post(target, data=body, headers=headers, allow_redirects=False) as response:
            kept = await _beginning(response)
            return response.status, _first(response.headers.items()), kept


def _verbatim(url: str) -> URL:
    """As the consumer wrote it, escapes and all; only what no request line can hold is escaped."""
    if url.isascii() and url.isprintable() and " " not in url:
        return URL(url, encoded=True)
    (place, rest), *_ = _PLACE.findall(url)
    return URL(str(URL(place)) + quote(rest, safe=string.punctuation), encoded=True)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """At most ``KEPT`` bytes of the answer; a longer one is cut off together with its connection."""
    if response.content_length == 0:
        return b""
    kept = b""
    while len(kept) < KEPT and (piece := await response.content.read(KEPT - len(kept))):
        kept += piece
    if not response.content.at_eof():
        response.close()
    return kept


def _first(headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers of an answer, in their order, as many as go into ``KEPT``."""
    named = tuple(headers)
    sizes = accumulate(len(name) + len(value) for name, value in named)
    return tuple([header for header, size in zip(named, sizes, strict=True) if size <= KEPT])


def _verdict(fault: BaseException | None) -> Blocked | None:
    """The egress guard's word, wherever the client wrapped it."""
    while fault is not None:
        if isinstance(fault, Blocked):
            return fault
        fault = fault.__cause__ or fault.__context__
    return None


def _reason(fault: Exception, url: str) -> str:
    """In our words where the client's would mislead: of an answer that is none it says "400", as if that had come."""
    refused: Any = getattr(fault, "os_error", fault)
    if getattr(refused, "errno", None) == errno.ECONNRESET:
        return "the consumer reset the connection"
    if isinstance(fault, aiohttp.ServerDisconnectedError):
        return "the consumer closed the connection without an answer"
    if isinstance(fault, aiohttp.ClientPayloadError):
        return "the consumer's answer broke off: its body is not whole"
    if isinstance(fault, aiohttp.ClientResponseError):
        return f"what the consumer answered is no HTTP: {' '.join(fault.message.split())}"[:LONGEST_REASON]
    if not isinstance(refused, ConnectionRefusedError):
        return veiled(" ".join(str(fault).split()))[:LONGEST_REASON] or type(fault).__name__
    host, port = getattr(fault, "host", URL(url).host), getattr(fault, "port", URL(url).port)  # as it was rewritten
    reason = f"connection refused: nothing listens at {host}:{port}"
    if _IN_CONTAINER and host in LOOPBACK:
        hint = f"try --callback-rewrite {host}=host.docker.internal"
        reason += f"; inside a container {host} is the container itself: {hint}"
    return reason
