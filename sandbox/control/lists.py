"""The three lists (messages, journal, ledger): one page, or a call held until enough has arrived.

Whoever waits listens to the feed and asks the store again when something happened in the space; nobody polls.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from sandbox.control import filters, shapes
from sandbox.control.errand import Errand
from sandbox.control.filters import Find, Wait
from sandbox.control.problems import Problem
from sandbox.durations import SECOND
from sandbox.feed import Listener
from sandbox.scenario.match import Condition
from sandbox.spaces.space import Space, describe_clock
from sandbox.store.listing import cursor
from sandbox.store.rows import Filter, Page, Text
from sandbox.verify import misses
from sandbox.verify.fields import Readers, wanted

REST = 4
"""How much longer a call that waits rests than it took to look; under load it then costs a fifth of the time."""
LOOKED_AT = 200
"""Rows, newest first, among which near misses are sought."""

FAILED = ("rejected", "faulted")


async def as_stored(errand: Errand, rows: Sequence[Any]) -> list[Any]:
    return list(rows)


@dataclass(frozen=True, slots=True)
class Kind:
    """One list. ``fields``: query parameter → the store's name for it; ``page`` asks the store; ``find`` knows ids.

    ``words``: all that a parameter can say, where that is little. ``show`` makes JSON of rows, ``compared`` what
    ``readers`` and ``id`` read.
    """

    name: str
    fields: Mapping[str, str]
    words: Mapping[str, Collection[str]]
    page: Callable[[Errand, Filter], Awaitable[Page[Any]]]
    find: Callable[[Errand], Find]
    show: Callable[[Errand, Sequence[Any]], Awaitable[list[dict[str, Any]]]]
    readers: Readers
    id: Callable[[Any], str]
    compared: Callable[[Errand, Sequence[Any]], Awaitable[list[Any]]] = as_stored


async def page(errand: Errand, kind: Kind, limit: int | None = None) -> Page[Any]:
    """What the call asks for, waited for if it says so; no more than ``limit``. Raises ``Problem``."""
    which = await filters.rows(errand, kind.fields, kind.words, kind.find(errand))
    which = which if limit is None else replace(which, limit=limit)
    wait = filters.wait(errand.query)
    if wait is not None:
        await _arrived(errand, kind, which, wait)
    return await kind.page(errand, which)


async def shown(errand: Errand, kind: Kind) -> dict[str, Any]:
    """``since``: give it as ``since`` to see only what comes later."""
    since = cursor(errand.services.store.number(0) - 1)
    found = await page(errand, kind)
    items = await kind.show(errand, found.items)
    return {"items": items, "next": found.next, "total": found.total, "evicted": found.evicted, "since": since}


async def _arrived(errand: Errand, kind: Kind, which: Filter, wait: Wait) -> None:
    """Returns when what was waited for holds; raises ``Problem`` when it does not."""
    space, counting = errand.space(), replace(which, limit=0, cursor=None)
    with space.in_use(), errand.services.feed.listen(space.name) as listener:
        try:
            async with asyncio.timeout(wait.length / SECOND):
                while not await _enough(errand, kind, counting, wait):
                    await _news(errand, space, listener)
        except TimeoutError:
            await _judge(errand, kind, counting, wait)


async def _enough(errand: Errand, kind: Kind, which: Filter, wait: Wait) -> bool:
    """A minimum that is met is met; a maximum holds only when the time is over.

    A look at a large space takes its time: so much and more is everybody else's before the next one.
    """
    begun = perf_counter()
    found = await kind.page(errand, which)
    await _check_most(errand, kind, which, wait, found.total)
    if wait.most is None and found.total >= wait.least:
        return True
    await asyncio.sleep(REST * (perf_counter() - begun))
    return False


async def _check_most(errand: Errand, kind: Kind, which: Filter, wait: Wait, total: int) -> None:
    """Raises ``Problem`` where more match than may."""
    if wait.most is not None and total > wait.most:
        newest = (await kind.page(errand, replace(which, limit=misses.SHOWN))).items
        ids = [kind.id(value) for value in await kind.compared(errand, newest)]
        told = f"{kind.name} that match: {total}; there may be {wait.most} at most"
        raise Problem("too-many", told, total=total, newest=ids)


async def _news(errand: Errand, space: Space, listener: Listener) -> None:
    """Until something happened in the space; a burst is one piece of news."""
    event = await listener.queue.get()
    while event is not None and not listener.queue.empty():
        event = listener.queue.get_nowait()
    if event is None:
        raise Problem("stopping", "the server is stopping")
    errand.check_still(space)


async def _judge(errand: Errand, kind: Kind, which: Filter, wait: Wait) -> None:
    """The time is over: too many, too few, or too much forgotten to say so?"""
    found = await kind.page(errand, which)
    await _check_most(errand, kind, which, wait, found.total)
    few = found.total < wait.least
    if found.evicted and (few or wait.most is not None):
        raise Problem("journal-truncated", f"{found.evicted} {kind.name} were evicted; any may have matched")
    if few:
        raise await _nothing(errand, kind, which, wait, found.total)


async def _nothing(errand: Errand, kind: Kind, which: Filter, wait: Wait, total: int) -> Problem:
    space, services = errand.space(), errand.services
    counts = await services.store.counts(space.name)
    return Problem(
        "nothing-arrived",
        f"{kind.name} that matched in time: {total}; there must be {wait.least} at least",
        nearest=await _nearest(errand, kind, which),
        refused=await _refused(errand, which.since),
        clock=describe_clock(space.clock),
        pending=counts.pending + services.delivery.in_flight(space),
        next_due=shapes.instant(await services.store.next_due(space.name)),
    )


async def _refused(errand: Errand, since: int) -> list[dict[str, Any]]:
    """The newest calls that came to nothing meanwhile, often why something is missing; in their order."""
    store, space = errand.services.store, errand.space().name
    which = Filter(since=since, limit=misses.SHOWN)
    pages = [await store.requests(space, replace(which, match={"outcome": Text(word)})) for word in FAILED]
    rows = sorted((row for page in pages for row in page.items), key=lambda row: row.seq)
    return [
        {
            "id": row.id, "provider": row.provider, "operation": row.operation, "to": row.to[: misses.SHOWN],
            "outcome": row.outcome, "error": row.error, "explanation": row.explanation,
        }
        for row in rows[-misses.SHOWN :]
    ]  # fmt: skip


async def _nearest(errand: Errand, kind: Kind, which: Filter) -> list[dict[str, Any]]:
    """Which filter failed for which row, among those after ``since``."""
    names = {column: name for name, column in kind.fields.items()}
    where: list[Condition] = [wanted(names[column], value) for column, value in which.match.items()]
    rows = (await kind.page(errand, replace(which, match={}, limit=LOOKED_AT))).items
    compared = await kind.compared(errand, rows)
    return [
        {
            "id": kind.id(near.row),
            "failed": [{"filter": f.name, "expected": f.expected, "actual": f.actual} for f in near.failed],
        }
        for near in misses.nearest(compared, where, kind.readers)
    ]
