"""``/_sandbox/scenarios``: the shelf, from which any space may pick."""

import asyncio
import re

from aiohttp import web

from sandbox.control.errand import Errand, Route, told
from sandbox.control.problems import Problem, invalid
from sandbox.control.scenario import described
from sandbox.errors import SandboxError, ScenarioError
from sandbox.scenario.model import Scenario

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


async def listed(errand: Errand) -> web.Response:
    items = [{"name": s.name, "description": s.description, "origin": s.origin} for s in errand.services.shelf.list()]
    return told({"items": items})


async def get(errand: Errand) -> web.Response:
    return told(described(_known(errand)))


def _known(errand: Errand) -> Scenario:
    try:
        return errand.services.shelf.get(errand.path["name"])
    except ScenarioError:
        raise
    except SandboxError as fault:
        raise Problem("not-found", str(fault)) from None


async def put(errand: Errand) -> web.Response:
    name = errand.path["name"]
    if not _NAME.fullmatch(name):
        raise invalid("/name", f"{name[:64]!r} is no name for a scenario; use letters, digits, dots, - and _")
    new = name not in errand.services.shelf.names()
    try:
        scenario = await asyncio.to_thread(errand.services.shelf.put, name, errand.raw)
    except ScenarioError:
        raise
    except SandboxError as fault:
        raise invalid("/name", str(fault)) from None
    await errand.own()
    return told(described(scenario), 201 if new else 200)


async def delete(errand: Errand) -> web.Response:
    """Only what was put can be deleted; a file of that name is seen again."""
    _known(errand)
    try:
        errand.services.shelf.delete(errand.path["name"])
    except SandboxError as fault:
        raise invalid("", str(fault)) from None
    return web.Response(status=204)


ROUTES = (
    Route("GET", "/_sandbox/scenarios", listed),
    Route("GET", "/_sandbox/scenarios/{name}", get),
    Route("PUT", "/_sandbox/scenarios/{name}", put),
    Route("DELETE", "/_sandbox/scenarios/{name}", delete),
)
