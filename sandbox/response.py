"""A provider's answer on the wire: its head and its body in one write.

aiohttp's own response gets ready for streams, chunks, cookies and compression in a dozen steps; an answer here is
short and whole, and every call has one.
"""

from email.utils import formatdate
from functools import lru_cache

from aiohttp import hdrs, web
from aiohttp.http import SERVER_SOFTWARE, HttpVersion10

from sandbox import clock
from sandbox.durations import SECOND
from sandbox.wire import Headers

BODILESS = frozenset({204, 304})
"""Statuses that have neither a body nor its length."""


class Response(web.StreamResponse):
    """``headers`` are the provider's own; what HTTP itself wants said is added as it is written."""

    def __init__(self, status: int, body: bytes, headers: Headers) -> None:
        super().__init__(status=status, headers=headers)
        self.body = body
        self._kept: bool | None = None
        self._sent = 0

    @property
    def keep_alive(self) -> bool | None:
        """Whether the connection outlives this answer; None before it is written."""
        return self._kept

    @property
    def body_length(self) -> int:
        """Bytes written, for the access log."""
        return self._sent

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write it, once. Raises ``ConnectionError`` if the client is gone."""
        if self._kept is not None:
            return
        # Where the request could not be read, nothing that follows on its connection can.
        self._kept = request.keep_alive and request.content.exception() is None
        self._complete(request)
        version, writer = request.version, request.writer
        await writer.write_headers(f"HTTP/{version[0]}.{version[1]} {self.status} {self.reason}", self.headers)
        await writer.write_eof(b"" if request.method == hdrs.METH_HEAD or self.status in BODILESS else self.body)
        self._sent = writer.output_size

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to write."""

    def _complete(self, request: web.BaseRequest) -> None:
        headers = self.headers
        if self.status not in BODILESS:
            headers[hdrs.CONTENT_LENGTH] = str(len(self.body))
        if self.body:
            headers.setdefault(hdrs.CONTENT_TYPE, "application/octet-stream")
        headers.setdefault(hdrs.DATE, _date(clock.wall() // SECOND))
        headers.setdefault(hdrs.SERVER, SERVER_SOFTWARE)
        if not self._kept:
            headers[hdrs.CONNECTION] = "close"
        elif request.version == HttpVersion10:
            headers[hdrs.CONNECTION] = "keep-alive"


@lru_cache(1)
def _date(second: int) -> str:
    """As HTTP writes it; made once a second."""
    return formatdate(second, usegmt=True)
