"""Every route of the control API, and where the server has them."""

from aiohttp import web

from sandbox.control import (
    callbacks,
    clock,
    events,
    explain,
    health,
    inbound,
    login,
    messages,
    metrics,
    requests,
    reset,
    scenario,
    scenarios,
    spaces,
    specs,
    verdicts,
)
from sandbox.control.router import ROOT, Router

RESOURCES = (
    *(health, messages, requests, callbacks, scenario, scenarios, clock, spaces, inbound),
    *(verdicts, explain, reset, events, specs, metrics, login),
)
ROUTES = tuple(route for resource in RESOURCES for route in resource.ROUTES)


def routes(app: web.Application) -> None:
    """Everything under ``/_sandbox``, alone and in a space, and the few paths beside it."""
    router = Router(ROUTES)
    app.router.add_route("*", ROOT, router.handle)
    app.router.add_route("*", ROOT + "/{path:(?s:.*)}", router.handle)
    app.router.add_route("*", "/spaces/{space}" + ROOT, router.handle)
    app.router.add_route("*", "/spaces/{space}" + ROOT + "/{path:(?s:.*)}", router.handle)
    for path in (path for path in router.resources if not path.startswith(ROOT)):
        app.router.add_route("*", path, router.handle)
