"""Every route of the control API."""

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
from sandbox.control.router import Router
from sandbox.services import Services

RESOURCES = (
    *(health, messages, requests, callbacks, scenario, scenarios, clock, spaces, inbound),
    *(verdicts, explain, reset, events, specs, metrics, login),
)
ROUTES = tuple(route for resource in RESOURCES for route in resource.ROUTES)


def router(services: Services) -> Router:
    """Everything under ``/_sandbox``, alone and in a space, and the few paths beside it."""
    return Router(ROUTES, services)
