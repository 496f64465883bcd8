"""Clients that speak no HTTP, or too much of it, or never come to the end: nobody else notices, and nothing breaks."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from sandbox import app, bodies
from tests.support.server import BASIC, Server, running

LIMIT = 4 << 20
SEND = "/namirial/api/Services/send"
CONTROL = "/_sandbox/verify"
GOOD = b'{"destination": "+447700900999", "text": "hello"}'
PACKED = gzip.compress(GOOD, mtime=0)
"""Without the hour, for tests are named by it and every worker must name them alike."""


@pytest.fixture
async def sandbox(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Server]:
    """Complains of nothing, unless of a client's HTTP, in one line."""
    async with running() as server:
        yield server
        assert (await server.send("namirial"))[0] == 200
    assert [record.getMessage() for record in caplog.records if record.exc_info or record.levelname == "ERROR"] == []


def post(path: str, body: bytes, **headers: str) -> bytes:
    named = {"Host": "x", "Authorization": BASIC, "Content-Length": str(len(body))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, server: Server) -> "Line":
        return cls(*await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2])))

    async def say(self, data: bytes, *, end: bool = False) -> None:
        self._writer.write(data)
        await self._writer.drain()
        if end:
            self._writer.write_eof()

    async def status(self) -> int:
        """Of the next answer, which is read whole."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await self._reader.readexactly(length)
        return int(head.split()[1])

    async def closed(self) -> bool:
        with suppress(ConnectionResetError):
            while await self._reader.read(65536):
                pass
        return True

    def close(self) -> None:
        self._writer.close()


def packed(megabytes: int, window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


@pytest.mark.parametrize("path", [SEND, CONTROL])
@pytest.mark.parametrize(("coding", "window"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
async def test_a_body_that_unpacks_to_more_than_the_limit_is_refused(
    sandbox: Server, path: str, coding: str, window: int
) -> None:
    line = await Line.to(sandbox)
    await line.say(post(path, packed(50, window), Content_Encoding=coding))
    assert await line.status() == 413
    line.close()


def test_no_more_is_unpacked_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Spy:
        eof = True

        def decompress(self, body: bytes, most: int) -> bytes:
            asked.append(most)
            return bytes(most)

    monkeypatch.setattr(zlib, "decompressobj", lambda _: Spy())
    with pytest.raises(bodies.TooLarge):
        bodies.unpacked(b"x", 31, LIMIT)
    assert asked == [LIMIT + 1]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", PACKED),
        ("deflate", zlib.compress(GOOD)),
        ("deflate", zlib.compress(GOOD)[2:-4]),
        ("", GOOD),
    ],
    ids=["gzip", "zlib", "raw", "plain"],
)
async def test_packed_bodies_are_read(sandbox: Server, coding: str, body: bytes) -> None:
    line = await Line.to(sandbox)
    await line.say(post(SEND, body, Content_Encoding=coding))
    assert await line.status() == 200
    line.close()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("body", [b"no such thing", PACKED[:-9], b""], ids=["other", "cut", "empty"])
async def test_what_cannot_be_unpacked_is_the_client_s_fault_in_the_provider_s_words(
    sandbox: Server, coding: str, body: bytes
) -> None:
    status, answer = await sandbox.call(
        "POST", SEND, data=body, headers={"Content-Encoding": coding, "Authorization": BASIC}
    )
    assert (status, answer["code"]) == (400, 0)


REFUSED = {
    "a header flood": b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 100_000 + b"\r\n",
    "a header that is too long": b"GET /livez HTTP/1.1\r\nHost: x\r\na: " + b"b" * 100_000,
    "a line that is too long": b"GET /" + b"a" * 100_000,
    "a length that is none": post(SEND, GOOD, Content_Length="-1"),
    "two ways to tell a length": post(SEND, GOOD, Transfer_Encoding="chunked"),
    "chunks that are none": post(SEND, b"zz\r\n" + GOOD, Content_Length="", Transfer_Encoding="chunked"),
    "a second chunk that is none": post(SEND, b"1\r\n{\r\nzz\r\n", Content_Length="", Transfer_Encoding="chunked"),
    "another protocol": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + bytes(100),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "noise": bytes(range(256)) * 4,
    "two hosts": b"GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_no_http_ends_its_connection_alone(sandbox: Server, what: str) -> None:
    line = await Line.to(sandbox)
    with suppress(ConnectionError):
        await line.say(REFUSED[what])
    assert await line.closed()
    line.close()


@pytest.mark.parametrize("said", [b"", b"POST /nami", post(SEND, GOOD)[:-9], post(SEND, GOOD)[:40]])
async def test_a_half_closed_connection_ends(sandbox: Server, said: bytes) -> None:
    line = await Line.to(sandbox)
    await line.say(said, end=True)
    assert await line.closed()
    line.close()


async def test_pipelined_requests_are_answered_in_their_order(sandbox: Server) -> None:
    line = await Line.to(sandbox)
    await line.say((post(SEND, GOOD) + post(SEND, b"{}")) * 100)
    assert [await line.status() for _ in range(200)] == [200, 500] * 100
    line.close()


@pytest.mark.parametrize("said", [b"", b"GET /livez HT", b"GET /livez HTTP/1.1\r\nHost: x\r\na: "])
async def test_who_never_comes_to_the_end_of_asking_is_cut_off(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(app, "IDLE", 0.05)
    async with running() as server:
        line = await Line.to(server)
        await line.say(said)
        assert await line.closed()
        line.close()


@pytest.mark.parametrize("path", [SEND, CONTROL])
async def test_a_body_that_does_not_come_is_not_waited_for(
    sandbox: Server, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    line = await Line.to(sandbox)
    await line.say(post(path, b"{", Content_Length="100"))
    assert await line.status() == 400
    assert await line.closed()
    line.close()


@pytest.mark.parametrize(
    "path", ["/namirial/%0A", "/_sandbox/%0A", "/spaces/default/_sandbox/messages/%0A%2F", "/blackkonnect/%0D%0A"]
)
async def test_a_line_s_end_in_a_path_is_a_character_like_any_other(sandbox: Server, path: str) -> None:
    _, answer = await sandbox.call("GET", path)
    assert isinstance(answer, dict), answer


@pytest.mark.parametrize("path", ["/nothing", "/api/Services/send", "/ui/nothing"])
async def test_a_host_that_is_no_text_is_answered_where_no_provider_is(sandbox: Server, path: str) -> None:
    line = await Line.to(sandbox)
    await line.say(b"POST %b HTTP/1.1\r\nHost: nam\xff\xfe\r\nContent-Length: 0\r\n\r\n" % path.encode())
    assert await line.status() == 404
    line.close()
