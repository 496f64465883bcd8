"""``/_sandbox/events``: what happens in a space, as server-sent events."""

from contextlib import suppress

from aiohttp import web
from aiohttp_sse import EventSourceResponse

from sandbox.control.errand import Errand, Route
from sandbox.control.problems import Problem
from sandbox.feed import Listener
from sandbox.wire import encode


async def events(errand: Errand) -> web.StreamResponse:
    """The stream of one space; whoever has its headers misses nothing. It ends when the server stops."""
    if errand.request.method != "GET":
        raise Problem("method-not-allowed", "a stream can only be read", headers={"Allow": "GET"})
    space, response = errand.space(), EventSourceResponse()
    feed = errand.services.feed
    with suppress(ConnectionResetError), space.in_use(), feed.listen(space.name) as listener:
        await response.prepare(errand.request)  # when nobody listens any more it is reset
        async with response:
            await _tell(response, listener)
    return response


async def _tell(response: EventSourceResponse, listener: Listener) -> None:
    while (event := await listener.queue.get()) is not None:
        await response.send(encode({**event.data, "space": event.space}).decode(), event=event.kind)
        if listener.lost and listener.queue.empty():
            listener.lost = False
            await response.send("{}", event="lost")


ROUTES = (Route("GET", "/_sandbox/events", events),)
