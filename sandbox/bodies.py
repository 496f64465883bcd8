"""Request bodies, whole and unpacked; never more of one than the limit, for kilobytes can unpack to gigabytes."""

import asyncio
import zlib

from aiohttp import web
from aiohttp.http import HttpVersion11

PATIENCE = 60.0
"""Real seconds that a client may take to send a body."""
_GZIP, _ZLIB, _RAW = 31, 15, -15
"""What ``zlib`` calls them."""
_WINDOWS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}


class TooLarge(Exception):  # noqa: N818 - a verdict on a body
    """It has more bytes than the limit, packed or unpacked."""


class Unreadable(Exception):  # noqa: N818 - a verdict on a body
    """It cannot be unpacked, or is not what its headers say."""


async def read(request: web.BaseRequest, limit: int) -> bytes:
    """The body, unpacked where ``Content-Encoding`` is one of ours; as it is under any other."""
    try:
        body = request.content.read_nowait() if request.content.is_eof() else await _to_come(request, limit)
    except (web.RequestPayloadError, TimeoutError):
        request.content.feed_eof()  # nobody tries to read what is left of it
        request.protocol.close()  # or what follows on this connection
        raise Unreadable from None
    if len(body) > limit:
        raise TooLarge
    window = _WINDOWS.get(request.headers.get("Content-Encoding", "").strip().lower())
    return body if window is None else unpacked(body, window, limit)


async def _to_come(request: web.BaseRequest, limit: int) -> bytes:
    """What has not come together with its head; little more than ``limit``, and the client may be asked for it."""
    if request.version >= HttpVersion11 and request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = bytearray()
    async with asyncio.timeout(PATIENCE):
        while len(body) <= limit and (piece := await request.content.readany()):
            body += piece
    return bytes(body)


def unpacked(body: bytes, window: int, limit: int) -> bytes:
    if window == _ZLIB and body[:1] and body[0] & 15 != zlib.DEFLATED:  # what many clients call deflate
        window = _RAW
    unpacker = zlib.decompressobj(window)
    try:
        found = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise Unreadable from None
    if len(found) > limit:
        raise TooLarge
    if not unpacker.eof:
        raise Unreadable
    return found
