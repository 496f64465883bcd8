"""``/_sandbox/reset``: a space as if nothing had happened, its scenario and clock as they are."""

from aiohttp import web

from sandbox.control.errand import Errand, Route, told


async def reset(errand: Errand) -> web.Response:
    """Says how much of each it removed; ``hits`` are those of the rules, whose counters are at nought."""
    space, services = errand.space(), errand.services
    hits = sum(space.engine.hits.values())
    pending = services.delivery.in_flight(space)
    space.epoch += 1
    space.forget()
    removed = await services.store.clear(space.name)
    await services.walker.clock_changed(space)
    answer = {
        "messages": removed.messages,
        "requests": removed.requests,
        "callbacks": removed.callbacks,
        "pending": removed.pending + pending,
        "hits": hits,
    }
    services.feed.publish("reset", space.name, lambda: answer)
    return told(answer)


ROUTES = (Route("POST", "/_sandbox/reset", reset),)
