"""A client that is a socket and nothing more: what really comes back, and how the connection ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from yarl import URL

from tests.support.checked import Checked, Wire

RESET = "reset"
CLOSED = "closed"


@dataclass
class Heard(asyncio.Protocol):
    """``pieces`` as they came; ``end`` is RESET or CLOSED once the server has ended the connection."""

    pieces: list[bytes] = field(default_factory=list)
    end: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.pieces.append(data)
        self.news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.end = RESET if isinstance(exc, ConnectionResetError) else CLOSED
        self.news.set()

    async def until_end(self) -> str:
        """How the server ends it; the test's time-out is the limit."""
        while not self.end:
            await self.news.wait()
            self.news.clear()
        return self.end

    async def until_whole(self) -> None:
        """The body as long as it was announced, before the server ends anything."""
        while not self.body or len(self.body) < self.length:
            await self.news.wait()
            self.news.clear()

    @property
    def all(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def head(self) -> bytes:
        return self.all.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.all.partition(b"\r\n\r\n")[2]

    @property
    def length(self) -> int:
        """The Content-Length that was announced."""
        lines = dict(line.lower().split(b": ", 1) for line in self.head.split(b"\r\n")[1:])
        return int(lines[b"content-length"])


@asynccontextmanager
async def connected(server: Checked, sent: bytes) -> AsyncIterator[Heard]:
    """A connection over which ``sent`` has gone out."""
    url = URL(server.url)
    transport, heard = await asyncio.get_running_loop().create_connection(Heard, str(url.host), int(url.port or 80))
    try:
        transport.write(sent)
        yield heard
    finally:
        transport.abort()


def http(server: Checked, call: Wire, *, close: bool = True) -> bytes:
    """A call as it goes over the wire."""
    path = f"{URL(server.root).path.rstrip('/')}/{call.slug}{call.path}"
    headers = {"Host": URL(server.url).authority, **call.headers, "Content-Length": str(len(call.body))}
    if close:
        headers["Connection"] = "close"
    lines = [f"{call.method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + call.body
