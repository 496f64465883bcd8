"""What somebody must look after while the server runs: idle spaces, and scenario files that change."""

import asyncio
import logging

from sandbox.errors import SandboxError
from sandbox.scenario.model import Scenario
from sandbox.scenario.shelf import Change
from sandbox.services import Services
from sandbox.spaces.space import DEFAULT, Space
from sandbox.store.base import StoreError

_LOG = logging.getLogger(__name__)
PERIOD = 1.0
"""Real seconds between two looks."""


async def keep(services: Services) -> None:
    """For ever; a look that fails is logged, and the next one comes all the same."""
    trouble = ""
    while True:
        await asyncio.sleep(PERIOD)
        try:
            await services.spaces.sweep()
            await reread(services)
            trouble = _told(services.store.damage, trouble)
        except StoreError as fault:
            trouble = _told(str(fault), trouble)
        except Exception:  # noqa: BLE001 - the house is kept whatever happens in it
            _LOG.exception("housekeeping stumbled")


def _told(trouble: str, before: str) -> str:
    """A store that cannot do its work is told once, not at every look."""
    if trouble and trouble != before:
        _LOG.error("%s", trouble)
    return trouble


async def reread(services: Services) -> None:
    """Files that changed are played by the spaces that played them before; broken ones leave everything as it was.

    They are read beside the loop, for a large one takes a while, and so does a folder that is far away.
    """
    looks = await asyncio.to_thread(lambda: (services.shelf.look(), services.opening.look()))
    opened = services.opening.scenario
    before = [(space, space.scenario) for space in services.spaces if _from_a_file(services, space, opened)]
    changes = [look() for look in looks]
    for space, scenario in before:
        if space.scenario is not scenario or services.spaces.get(space.name) is not space:
            continue  # somebody has put another, or dropped it, while the one before was written
        now = services.opening.scenario if scenario is opened else _shelved(services, scenario.name)
        replaced = now is not None and now is not scenario and await services.spaces.play(space, now, own=False)
        if replaced:
            await services.scheduler.release(space, None)
    for change in filter(None, changes):
        _tell(services, change, {space.name for space, scenario in before if scenario.name in change.names})


def _from_a_file(services: Services, space: Space, opened: Scenario) -> bool:
    return space.scenario is opened or space.scenario is _shelved(services, space.scenario.name)


def _shelved(services: Services, name: str) -> Scenario | None:
    try:
        return services.shelf.get(name)
    except SandboxError:
        return None


def _tell(services: Services, change: Change, spaces: set[str]) -> None:
    """The log, whoever listens to the default space, and to those that play the files."""
    problems = [str(problem) for problem in change.problems]
    for problem in problems:
        _LOG.warning("scenario files stay as they were: %s", problem)
    if change.changed or change.removed:
        _LOG.info("scenario files read again: %s", ", ".join((*change.changed, *change.removed)))
    told = {"changed": change.changed, "removed": change.removed, "problems": problems}
    for space in sorted({DEFAULT, *spaces}):
        services.feed.publish("scenario", space, lambda: told)
