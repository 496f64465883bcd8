"""``/_sandbox/scenarios``: the shelf, from which any space may pick."""

import asyncio
import re

from aiohttp import web

from sandbox.control.errand import Errand, Route, told
from sandbox.control.problems import Problem, invalid
from sandbox.control.scenario import described
from sandbox.errors import SandboxError, ScenarioError
from sandbox.scenario.model import Scenario
from sandbox.store.base import StoreError

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
    shelf = errand.services.shelf
    new = name not in shelf.names()
    try:
        scenario = await asyncio.to_thread(shelf.read, name, errand.raw)
        with shelf.tentatively():
            shelf.put(scenario)
            await errand.services.store.shelve(name, scenario.text)
    except (ScenarioError, StoreError):
        raise
    except SandboxError as fault:
        raise invalid("/name", str(fault)) from None
    await errand.own()
    return told(described(scenario), 201 if new else 200)


async def delete(errand: Errand) -> web.Response:
    """Only what was put can be deleted; a file of that name is seen again."""
    _known(errand)
    name, shelf = errand.path["name"], errand.services.shelf
    try:
        with shelf.tentatively():
            shelf.delete(name)
            await errand.services.store.shelve(name, None)
    except StoreError:
        raise
    except SandboxError as fault:
        raise invalid("", str(fault)) from None
    return web.Response(status=204)


ROUTES = (
    Route("GET", "/_sandbox/scenarios", listed),
    Route("GET", "/_sandbox/scenarios/{name}", get),
    Route("PUT", "/_sandbox/scenarios/{name}", put),
    Route("DELETE", "/_sandbox/scenarios/{name}", delete),
)
