"""``/_sandbox/scenario``: what a space plays, with how often each rule decided."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.control.errand import Errand, Route, told
from sandbox.control.problems import invalid
from sandbox.errors import SandboxError, ScenarioError
from sandbox.scenario.load import INLINE, load
from sandbox.scenario.model import Scenario
from sandbox.scenario.source import Source
from sandbox.services import Services
from sandbox.spaces.space import Space

SHORT = 512
"""Bytes: what only names a scenario is no longer, so that no scenario is read twice."""


async def get(errand: Errand) -> web.Response:
    return told(shown(errand.space()))


async def put(errand: Errand) -> web.Response:
    """An object with ``name`` alone picks from the shelf, anything else is inline; replaced whole, or not at all."""
    scenario = await given(errand.services, errand.raw, errand.query.get("file"))
    space = await errand.own()
    changed = await errand.services.spaces.play(space, scenario, own=True)
    if changed:  # what waited for a rule of the old one waits no longer
        await errand.services.scheduler.release(space, None)
    return told({**shown(space), "changed": changed})


async def given(services: Services, text: bytes, file: str | None) -> Scenario:
    """``file``: where it was read, which picks nothing. Raises ``ScenarioError`` or ``Problem``."""
    name = _picks(text) if file is None and len(text) <= SHORT else None
    if name is not None:
        return picked(services, name, "/name")
    return await inline(services, text, file or INLINE)


async def inline(services: Services, text: str | bytes, file: str = INLINE) -> Scenario:
    """Read beside the loop, for a large one takes seconds. Raises ``ScenarioError``."""
    vocabularies = {slug: provider.vocabulary for slug, provider in services.providers.items()}
    return await asyncio.to_thread(load, text, file=file, vocabularies=vocabularies, uploaded=True)


def _picks(text: bytes) -> str | None:
    data = Source(text, INLINE, uploaded=True).data
    name = data.get("name") if isinstance(data, Mapping) and len(data) == 1 else None
    return name if isinstance(name, str) else None


def picked(services: Services, name: str, pointer: str) -> Scenario:
    """One from the shelf. Raises ``Problem``."""
    try:
        return services.shelf.get(name)
    except ScenarioError:
        raise
    except SandboxError as fault:
        raise invalid(pointer, str(fault)) from None


def shown(space: Space) -> dict[str, Any]:
    hits = space.engine.hits
    return {
        **described(space.scenario),
        "generation": space.generation,
        "seed": space.engine.seed,
        "rules": [{**rule.written, "name": rule.label, "hits": hits[rule.label]} for rule in space.scenario.rules],
    }


def described(scenario: Scenario) -> dict[str, Any]:
    """``source`` is the text as it was given, ``warnings`` what only a strict check would refuse."""
    return {
        "name": scenario.name,
        "description": scenario.description,
        "source": scenario.text,
        "warnings": [
            {"detail": warning.message, "pointer": warning.pointer, "line": warning.line, "column": warning.column}
            for warning in scenario.warnings
        ],
    }


ROUTES = (
    Route("GET", "/_sandbox/scenario", get),
    Route("PUT", "/_sandbox/scenario", put),
)
