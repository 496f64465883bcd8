"""Answers that go wrong, over real sockets: the six faults of the scenario language (SCENARIOS.md, ``respond``).

``hang``, ``reset`` and ``empty`` leave the client without an answer; ``malformed``, ``truncated`` and ``trickle``
tell it badly. Each spoils one answer and gives back what aiohttp should think was sent.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.durations import SECOND
from sandbox.response import Response
from sandbox.scenario.verdict import Fault
from sandbox.wire import Reply

LONGEST_HANG = 60.0
"""Real seconds after which a hanging connection is closed."""
CRUMBS = 20
_LINGER_NOT = struct.pack("ii", 1, 0)

Spoil = Callable[[web.BaseRequest, Response, Fault], Awaitable[web.StreamResponse]]


async def hang(request: web.BaseRequest, response: Response, fault: Fault) -> web.StreamResponse:
    """No answer until the client gives up (the handler is then cancelled), 60 s at most."""
    await asyncio.sleep(LONGEST_HANG)
    return await empty(request, response, fault)


async def reset(request: web.BaseRequest, response: Response, fault: Fault) -> web.StreamResponse:
    """The connection is cut with a TCP RST."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        transport.abort()
    return response


async def empty(request: web.BaseRequest, response: Response, fault: Fault) -> web.StreamResponse:
    """The connection is closed without a byte."""
    if request.transport is not None:
        request.transport.close()
    return response


async def malformed(request: web.BaseRequest, response: Response, fault: Fault) -> web.StreamResponse:
    """200, and JSON that no parser takes."""
    spoilt = Response(200, broken(response.body), tuple(response.headers.items()))
    await spoilt.prepare(request)
    return spoilt


async def truncated(request: web.BaseRequest, response: Response, fault: Fault) -> web.StreamResponse:
    """Half of the body that was announced, then the end."""
    stream = await _begun(request, response)
    await stream.write(response.body[: len(response.body) // 2])
    return await empty(request, response, fault)


async def trickle(request: web.BaseRequest, response: Response, fault: Fault) -> web.StreamResponse:
    """The whole body, in crumbs, over ``fault.over`` of real time; who has the last one may leave."""
    body = response.body
    size = max(1, -(-len(body) // CRUMBS))
    crumbs = [body[at : at + size] for at in range(0, len(body), size)]
    stream = await _begun(request, response)
    for crumb in crumbs:
        await asyncio.sleep(fault.over / SECOND / len(crumbs))
        await stream.write(crumb)
    await stream.write_eof()
    return stream


SPOILS: dict[str, Spoil] = {
    "hang": hang, "reset": reset, "empty": empty, "malformed": malformed, "truncated": truncated, "trickle": trickle,
}  # fmt: skip


def broken(body: bytes) -> bytes:
    """``{"a": 1}`` → ``{"a": 1,}``"""
    return body[:-1] + b"," + body[-1:] if body else b"{"


def told(fault: Fault, reply: Reply) -> bytes:
    """The bytes of a body that a fault lets through, for the journal."""
    if fault.kind == "malformed":
        return broken(reply.body)
    return reply.body[: len(reply.body) // 2] if fault.kind == "truncated" else reply.body


async def _begun(request: web.BaseRequest, response: Response) -> web.StreamResponse:
    """The head of an answer whose body follows in pieces."""
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(response.body)
    await stream.prepare(request)
    return stream
