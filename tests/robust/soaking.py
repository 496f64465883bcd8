"""Sends by the hundred thousand, as cheaply as a client can: requests made once, many to a write, answers counted."""

import asyncio
import re
from collections.abc import Iterator
from itertools import count

from sandbox.wire import encode
from tests.support.server import BASIC

BURST = 50
"""Requests that are under way at once on one connection."""
ORDINARY = 900_000
"""Recipients from +447700000000 on, below the numbers that rehearse something."""
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


def sends(webhook: str | None = None) -> Iterator[bytes]:
    """Requests to three providers in turn, each with a recipient, a text and a reference of its own."""
    for number in count():
        to, text = f"{447700000000 + number % ORDINARY}", f"Your code is {number:09d}"
        yield _namirial(to, text, f"reference {number}", webhook)
        yield _skycore(to, text)
        if webhook:
            yield _bloomreach(to, text, f"request {number}", webhook)


def _namirial(to: str, text: str, key: str, webhook: str | None) -> bytes:
    body = {"destination": f"+{to}", "text": text, "reference": {"service": "s", "action": "a", "key": key}}
    told = {**body, "webhook": {"url": webhook}} if webhook else body
    return _post("/namirial/api/Services/send", f"Authorization: {BASIC}", told)


def _skycore(to: str, text: str) -> bytes:
    return _post("/skycore/", "x-api-key: k", {"action": "sendsms", "to": to, "from": "00000", "message-text": text})


def _bloomreach(to: str, text: str, id: str, webhook: str) -> bytes:  # noqa: A002
    body = {"from": "Shop", "to": f"00{to}", "text": text, "request_id": id, "custom_data": "c", "metadata": {}}
    return _post("/bloomreach/sms/send", "Chan-Key: k", {**body, "callback_url": webhook})


def _post(path: str, login: str, body: object) -> bytes:
    told = encode(body)
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{login}\r\nContent-Length: {len(told)}\r\n\r\n".encode() + told


async def pour(port: int, requests: Iterator[bytes], total: int, connections: int = 4) -> None:
    """Send so many; each must be answered with 200."""
    shares = [total // connections // BURST] * connections
    await asyncio.gather(*(_connection(port, requests, bursts) for bursts in shares))


async def _connection(port: int, requests: Iterator[bytes], bursts: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(bursts):
        writer.write(b"".join(next(requests) for _ in range(BURST)))
        for _ in range(BURST):
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 "), head
            length = _LENGTH.search(head)
            assert length
            await reader.readexactly(int(length[1]))
    writer.close()
