"""The small print of HTTP: versions, connections that stay or end, bodies on demand, answers without a body."""

import asyncio
import logging
from email.utils import parsedate_to_datetime

import pytest

from sandbox import clock
from sandbox.durations import SECOND
from tests.support.server import BASIC, Server, running

SEND = "/namirial/api/Services/send"
GOOD = b'{"destination": "+447700900999", "text": "hello"}'
Heard = tuple[str, dict[str, str], bytes]


def request(line: str, body: bytes = b"", **headers: str) -> bytes:
    named = {"Host": "127.0.0.1", "Authorization": BASIC, "Content-Length": str(len(body)), **headers}
    lines = [line, *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode() + body


async def connect(server: Server) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))


async def read(reader: asyncio.StreamReader, *, bodiless: bool = False) -> Heard:
    """Status line, headers (lower case, the last of each) and body of the next answer."""
    line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    length = 0 if bodiless else int(headers.get("content-length", "0"))
    return line, headers, await reader.readexactly(length)


async def ask(server: Server, said: bytes, *, bodiless: bool = False) -> tuple[Heard, bool]:
    """The answer, and whether the connection takes another call after it."""
    reader, writer = await connect(server)
    writer.write(said)
    heard = await read(reader, bodiless=bodiless)
    writer.write(request("GET /livez HTTP/1.1", Connection="close"))
    stays = (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()
    return heard, stays


@pytest.mark.parametrize(
    ("version", "asked", "told", "stays"),
    [
        ("1.1", {}, None, True),
        ("1.1", {"Connection": "close"}, "close", False),
        ("1.0", {}, "close", False),
        ("1.0", {"Connection": "keep-alive"}, "keep-alive", True),
    ],
)
async def test_a_connection_stays_or_ends_as_the_client_s_version_has_it(
    sandbox: Server, version: str, asked: dict[str, str], told: str | None, stays: bool
) -> None:
    (line, headers, body), stayed = await ask(sandbox, request(f"POST {SEND} HTTP/{version}", GOOD, **asked))
    assert (line, headers.get("connection"), stayed) == (f"HTTP/{version} 200 OK", told, stays)
    assert body.startswith(b'{"message":"0: Accepted for delivery"')


async def test_an_answer_says_when_it_was_written_and_by_whom(sandbox: Server) -> None:
    before = clock.wall() // SECOND
    (_, headers, _), _ = await ask(sandbox, request(f"POST {SEND} HTTP/1.1", GOOD))
    assert before <= parsedate_to_datetime(headers["date"]).timestamp() <= clock.wall() // SECOND
    assert headers["server"].startswith("python/")


async def test_a_body_is_asked_for_where_the_client_waits_to_be_asked(sandbox: Server) -> None:
    reader, writer = await connect(sandbox)
    writer.write(request(f"POST {SEND} HTTP/1.1", GOOD, Expect="100-continue").removesuffix(GOOD))
    assert await read(reader) == ("HTTP/1.1 100 Continue", {}, b"")
    writer.write(GOOD)
    assert (await read(reader))[0] == "HTTP/1.1 200 OK"
    writer.close()


async def test_a_body_that_is_there_is_not_asked_for(sandbox: Server) -> None:
    (line, _, _), stays = await ask(sandbox, request(f"POST {SEND} HTTP/1.1", GOOD, Expect="100-continue"))
    assert (line, stays) == ("HTTP/1.1 200 OK", True)


async def test_a_head_is_answered_by_the_head_alone(sandbox: Server) -> None:
    (line, headers, _), stays = await ask(sandbox, request(f"HEAD {SEND} HTTP/1.1"), bodiless=True)
    (told, _, body), _ = await ask(sandbox, request(f"PATCH {SEND} HTTP/1.1"))
    assert line == told  # neither is a way to send
    assert (int(headers["content-length"]), stays) == (len(body), True)


@pytest.mark.parametrize("status", [204, 205, 304])
async def test_an_answer_that_has_no_body_ends_with_its_head(sandbox: Server, status: int) -> None:
    await sandbox.play({"rules": [{"respond": {"raw": {"status": status}}}]})
    (line, headers, _), stays = await ask(sandbox, request(f"POST {SEND} HTTP/1.1", GOOD))
    assert (line.split()[1], headers.get("content-length", "0"), stays) == (str(status), "0", True)


@pytest.mark.parametrize("line", ["OPTIONS * HTTP/1.1", "CONNECT 127.0.0.1:80 HTTP/1.1", "GET http:// HTTP/1.1"])
async def test_a_target_that_is_no_path_leads_to_no_provider(sandbox: Server, line: str) -> None:
    reader, writer = await connect(sandbox)
    writer.write(request(line))
    told, headers, body = await read(reader)
    writer.close()
    assert told.split()[1] in {"404", "400"}
    assert told.split()[1] == "400" or b"is for no provider" in body, headers


async def test_the_access_log_tells_what_an_answer_weighed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "sandbox.access")
    async with running(access_log=True) as server:
        reader, writer = await connect(server)
        writer.write(request(f"POST {SEND} HTTP/1.1", GOOD, Connection="close"))
        heard = await reader.read()
        writer.close()
    (record,) = [record for record in caplog.records if SEND in record.getMessage()]
    assert f'HTTP/1.1" 200 {len(heard)} ' in record.getMessage()
