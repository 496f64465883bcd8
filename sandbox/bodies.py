"""Request bodies, whole and unpacked; never more of one than the limit, for kilobytes can unpack to gigabytes."""

import asyncio
import zlib

from aiohttp import web

PATIENCE = 60.0
"""Real seconds that a client may take to send a body."""
_GZIP, _ZLIB, _RAW = 31, 15, -15
"""What ``zlib`` calls them."""
_WINDOWS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": _ZLIB}


class TooLarge(Exception):  # noqa: N818 - a verdict on a body
    """It has more bytes than the limit, packed or unpacked."""


class Unreadable(Exception):  # noqa: N818 - a verdict on a body
    """It cannot be unpacked, or is not what its headers say."""


async def read(request: web.Request, limit: int) -> bytes:
    """The body, unpacked where ``Content-Encoding`` is one of ours; as it is under any other."""
    try:
        body = await _whole(request)
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge from None
    except (web.RequestPayloadError, TimeoutError):
        request.content.feed_eof()  # nobody tries to read what is left of it
        request.protocol.close()  # or what follows on this connection
        raise Unreadable from None
    window = _WINDOWS.get(request.headers.get("Content-Encoding", "").strip().lower())
    return body if window is None else unpacked(body, window, limit)


async def _whole(request: web.Request) -> bytes:
    if request.content.is_eof():  # most have come together with their head
        return await request.read()
    async with asyncio.timeout(PATIENCE):
        return await request.read()


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
