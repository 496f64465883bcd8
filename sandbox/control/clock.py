"""``/_sandbox/clock``: what time it is in a space, and how it passes."""

from typing import Any

from aiohttp import web

from sandbox import durations
from sandbox.clock import Mode, parse_iso
from sandbox.control.errand import Errand, Route, told
from sandbox.control.problems import invalid
from sandbox.control.shapes import instant
from sandbox.services import Services
from sandbox.spaces.space import Space, describe_clock

PATIENCE = "60s"
"""How long an advance waits for consumers, in real time, unless told otherwise."""


async def get(errand: Errand) -> web.Response:
    return told(await _shown(errand, errand.space()))


async def put(errand: Errand) -> web.Response:
    known = errand.services.spaces.get(errand.named)
    mode, speed, now = await wishes(errand.services, known, errand.body)
    space = await errand.own()
    await errand.services.walker.set_clock(space, mode, speed, now)
    errand.check_still(space)
    return told(await _shown(errand, space))


async def wishes(
    services: Services, space: Space | None, wanted: dict[str, Any], at: str = ""
) -> tuple[Mode | None, float, int | None]:
    """Mode, speed and instant of a clock as asked for, checked; ``at`` is the pointer of the object in its body."""
    mode = Mode(wanted["mode"]) if "mode" in wanted else None
    scaled = (mode or (space.clock.mode if space else Mode.REAL)) is Mode.SCALED
    if "speed" in wanted and not scaled:
        raise invalid(f"{at}/speed", "a speed goes with the mode scaled")
    running = space is not None and space.clock.mode is Mode.SCALED
    if mode is Mode.SCALED and "speed" not in wanted and not running:
        raise invalid(f"{at}/speed", "the mode scaled needs a speed: sandbox seconds in one real second")
    if "speed" in wanted:
        mode = Mode.SCALED
    speed = float(wanted.get("speed", space.clock.speed if space and running else 1.0))
    now = parsed(f"{at}/now", wanted["now"]) if "now" in wanted else None
    if space is not None and now is not None and now < space.clock.now() and not await _empty(services, space):
        raise invalid(f"{at}/now", f"a clock never runs backwards in a space that holds anything; {_stands(space)}")
    return mode, speed, now


async def _empty(services: Services, space: Space) -> bool:
    counts = await services.store.counts(space.name)
    return not (counts.messages or counts.requests or counts.callbacks or counts.pending)


def parsed(pointer: str, written: str) -> int:
    try:
        return parse_iso(written)
    except ValueError as fault:
        raise invalid(pointer, str(fault)) from None


def length(pointer: str, written: str) -> int:
    try:
        return durations.parse(written)
    except ValueError as fault:
        raise invalid(pointer, str(fault)) from None


async def advance(errand: Errand) -> web.Response:
    """Walk the clock: everything due on the way happens, and its consequences, before this answers."""
    asked, space = errand.body, errand.space()
    settle, patience = length("/settle", asked.get("settle", "0s")), length("/timeout", asked.get("timeout", PATIENCE))
    by = length("/by", asked["by"]) if "by" in asked else None
    to = parsed("/to", asked["to"]) if "to" in asked else None
    if to is not None and to < space.clock.now():
        raise invalid("/to", f"a clock never runs backwards; {_stands(space)}")
    walk = await errand.services.walker.advance(space, to, by=by, settle=settle, patience=patience)
    errand.check_still(space)
    return told(walk.as_json())


def _stands(space: Space) -> str:
    return f"it stands at {instant(space.clock.now())}"


async def _shown(errand: Errand, space: Space) -> dict[str, Any]:
    services = errand.services
    counts = await services.store.counts(space.name)
    return {
        **describe_clock(space.clock),
        "pending": counts.pending + services.delivery.in_flight(space),
        "next_due": instant(await services.store.next_due(space.name)),
    }


ROUTES = (
    Route("GET", "/_sandbox/clock", get),
    Route("PUT", "/_sandbox/clock", put),
    Route("POST", "/_sandbox/clock/advance", advance),
)
