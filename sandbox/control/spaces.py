"""``/_sandbox/spaces``: isolation, begun and ended by name."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.control import clock
from sandbox.control.errand import Errand, Route, told
from sandbox.control.problems import invalid, refused_scenario
from sandbox.control.scenario import inline, picked
from sandbox.errors import ScenarioError
from sandbox.providers.base import Provider
from sandbox.scenario.model import Scenario
from sandbox.services import Services
from sandbox.spaces.space import Accounts, Space, Wishes
from sandbox.spelling import nearest
from sandbox.wire import encode

NEVER = "never"


async def listed(errand: Errand) -> web.Response:
    items = [await _shown(errand.services, space) for space in errand.services.spaces]
    return told({"items": items, "next": None, "total": len(items), "evicted": 0})


async def get(errand: Errand) -> web.Response:
    return told(await _shown(errand.services, errand.known(errand.path["name"])))


async def put(errand: Errand) -> web.Response:
    """Begin or change one. Everything is checked before anything is done."""
    name, asked, services = errand.path["name"], errand.body, errand.services
    scenario = await _scenario(services, asked.get("scenario"))
    accounts = await _accounts(services, asked.get("accounts"))
    known = services.spaces.get(name)
    kept = None if asked.get("fresh") else known
    mode, speed, now = await clock.wishes(services, kept, asked.get("clock", {}), "/clock")
    wishes = Wishes(
        scenario=scenario,
        accounts=accounts,
        callbacks=_callbacks(services, asked.get("callbacks")),
        mode=None if kept else mode,
        speed=speed,
        now=None if kept else now,
        seed=asked.get("seed"),
        ttl=_ttl(asked.get("ttl")),
        fresh=kept is None,
    )
    if kept is not None and "clock" in asked:
        await services.walker.set_clock(kept, mode, speed, now)
    space = await _changed(services, name, wishes)
    return told(await _shown(services, space), 200 if known else 201)


async def _changed(services: Services, name: str, wishes: Wishes) -> Space:
    """Timelines that waited for a rule of another scenario wait no longer, timers are set by the clock as it is now."""
    before = services.spaces.get(name)
    generation = before.generation if before else 0
    space = await services.spaces.put(name, wishes)
    if space.generation != generation:
        await services.scheduler.release(space, None)
    await services.walker.clock_changed(space)
    return space


async def delete(errand: Errand) -> web.Response:
    """Gone with all that is pending in it; ``default`` begins anew."""
    await errand.services.spaces.drop(errand.known(errand.path["name"]).name)
    return web.Response(status=204)


async def _scenario(services: Services, asked: Any) -> Scenario | None:
    """A name on the shelf (also as ``{"name": …}``), or the scenario itself: an object, or YAML of several lines."""
    if asked is None:
        return None
    alone = asked.get("name") if isinstance(asked, dict) and len(asked) == 1 else asked
    if isinstance(alone, str) and "\n" not in alone:
        return picked(services, alone, "/scenario")
    try:
        return await inline(services, asked if isinstance(asked, str) else encode(asked))
    except ScenarioError as fault:
        raise refused_scenario(fault, "/scenario") from None


async def _accounts(services: Services, asked: Any) -> Accounts | None:
    return None if asked is None else (await inline(services, encode({"accounts": asked}))).accounts


def _callbacks(services: Services, asked: Mapping[str, str] | None) -> Mapping[str, str] | None:
    for slug in asked or ():
        if trouble := no_callback(slug, services.providers):
            raise invalid(f"/callbacks/{slug}", trouble)
    return asked


def no_callback(slug: str, providers: Mapping[str, Provider]) -> str:
    """Why nobody can say where callbacks of ``slug`` go; empty where somebody can."""
    if slug not in providers:
        return f"{slug!r} is no provider{nearest(slug, providers)}"
    in_request = providers[slug].callback_in_request and not providers[slug].has_inbound
    return f"requests to {slug} name their own callback URL" if in_request else ""


def _ttl(asked: str | None) -> int | None:
    if asked is None:
        return None
    if asked == NEVER:
        return 0
    length = clock.length("/ttl", asked)
    if length == 0:
        raise invalid("/ttl", f"it must be longer than nothing, or {NEVER!r}")
    return length


async def _shown(services: Services, space: Space) -> dict[str, Any]:
    counts = await services.store.counts(space.name)
    return {
        **space.describe(),
        "held": {
            "messages": counts.messages,
            "requests": counts.requests,
            "callbacks": counts.callbacks,
            "pending": counts.pending + services.delivery.in_flight(space),
        },
    }


ROUTES = (
    Route("GET", "/_sandbox/spaces", listed),
    Route("GET", "/_sandbox/spaces/{name}", get),
    Route("PUT", "/_sandbox/spaces/{name}", put),
    Route("DELETE", "/_sandbox/spaces/{name}", delete),
)
