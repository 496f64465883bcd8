"""``/livez``, ``/readyz``: for whoever starts and stops servers."""

from aiohttp import web

from sandbox.control.errand import Errand, Route, told


async def livez(errand: Errand) -> web.Response:
    return told({"status": "alive"})


async def readyz(errand: Errand) -> web.Response:
    """Ready once the scheduler ticks, until the server stops.

    Scenario files that do not hold and a damaged data file are told, no more: a restart would heal neither.
    """
    services = errand.services
    damage = filter(None, [services.store.damage])
    stopping = services.feed.closed
    ready = services.scheduler.ticking and not stopping
    answer = {
        "status": "ready" if ready else "stopping" if stopping else "starting",
        "scenarios": len(services.shelf.names()),
        "problems": [str(problem) for problem in (*services.shelf.problems, *services.opening.problems, *damage)],
    }
    return told(answer, 200 if ready else 503)


ROUTES = (
    Route("GET", "/livez", livez, open=True),
    Route("GET", "/readyz", readyz, open=True),
)
