"""HTTP as plain values: what a provider reads and answers, what is posted to a consumer.

No aiohttp here: providers are tested with values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, AnyStr, NamedTuple
from urllib.parse import parse_qs, urlsplit

import orjson

Headers = tuple[tuple[str, str], ...]
JSON_TYPE = ("Content-Type", "application/json")


class NotJson(ValueError):  # noqa: N818 - a verdict on the body, read as one
    """The body is no JSON: bad syntax or UTF-8, NaN or Infinity, a lone surrogate, or nested too deep."""


def decode(body: bytes) -> Any:
    """JSON as RFC 8259 has it; duplicate keys: the last wins. Raises ``NotJson``."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise NotJson(str(fault)) from None


def encode(value: Any) -> bytes:
    return orjson.dumps(value)


def legible(header: str) -> str:
    """A header that is no UTF-8 is shown as such: nobody can store half a character."""
    return header.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


_LOGIN = r'(:\\?/\\?/[^\s/?#@:"\\]*):[^\s/?#@"\\]*@'  # JSON may have its slashes escaped
_IN_TEXT, _IN_BYTES = re.compile(_LOGIN), re.compile(_LOGIN.encode())


def veiled(text: AnyStr) -> AnyStr:
    """``https://user:secret@host/`` → ``https://user:***@host/``, wherever in a text or a body it stands."""
    if isinstance(text, bytes):
        return _IN_BYTES.sub(rb"\1:***@", text) if b"@" in text else text
    return _IN_TEXT.sub(r"\1:***@", text) if "@" in text else text


def reachable(url: str) -> bool:
    """Whether an http or https URL names a host, and a port there is."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


_UNREAD = object()


@dataclass(slots=True)
class Request:
    """A call to a provider. ``path`` is the provider's own (no slug, no space), decoded but for ``%2F`` and ``%25``;
    header names are lower case.

    ``root`` is where a client reaches the server (``http://127.0.0.1:7670``), ``mount`` the prefix that leads on to the
    provider (``/skycore``; empty by Host). ``oversize``: the body was over this limit (bytes) and was not read.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    query_string: str = ""
    root: str = ""
    mount: str = ""
    oversize: int = 0
    _json: Any = field(default=_UNREAD, repr=False)

    @property
    def base(self) -> str:
        """Where a client reaches this provider's root, for links in answers."""
        return self.root + self.mount

    def within(self, space: str) -> "Request":
        """The same request, with the space named in its links."""
        return replace(self, root=f"{self.root}/spaces/{space}")

    @property
    def json(self) -> Any:
        """The body as JSON, decoded once. Raises ``NotJson``."""
        if self._json is _UNREAD:
            self._json = decode(self.body)
        return self._json

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one given twice the last counts."""
        pairs = parse_qs(self.query_string, keep_blank_values=True, errors="replace", max_num_fields=None)
        return {name: values[-1] for name, values in pairs.items()}


class Reply(NamedTuple):
    """An answer. ``body`` is bytes; ``Content-Length`` is the server's to set."""

    status: int
    body: bytes = b""
    headers: Headers = (JSON_TYPE,)

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Headers = ()) -> "Reply":
        return cls(status, encode(value), (JSON_TYPE, *headers) if headers else (JSON_TYPE,))


class Post(NamedTuple):
    """A callback to a consumer: always ``POST``."""

    url: str
    body: bytes
    headers: Headers = (JSON_TYPE,)

    @classmethod
    def json(cls, url: str, value: Any, headers: Headers = ()) -> "Post":
        return cls(url, encode(value), (JSON_TYPE, *headers))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One post as it went: what the consumer answered, or why nothing was heard.

    ``at`` and ``ended_at`` are on the space's clock, ``received_at_real`` and ``duration_ms`` on the machine's.
    ``body`` holds at most 4 KiB of the consumer's answer. ``error`` is empty when there was an answer.
    """

    number: int
    at: int
    ended_at: int
    received_at_real: int
    duration_ms: float
    request_headers: Headers
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    error: str = ""
    state: str = "failed"
    """acknowledged, failed or blocked"""
