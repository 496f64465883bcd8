"""``/_sandbox/requests``: the journal of every provider call, and why it was refused."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from aiohttp import web

from sandbox.control import lists, shapes
from sandbox.control.errand import Errand, Route, told
from sandbox.control.filters import Find
from sandbox.control.lists import Kind
from sandbox.control.problems import Problem
from sandbox.store.rows import Entry, Filter, Page
from sandbox.verify import fields


async def _page(errand: Errand, which: Filter) -> Page[Entry]:
    return await errand.services.store.requests(errand.space().name, which)


def _find(errand: Errand) -> Find:
    async def seq(id: str) -> int | None:  # noqa: A002
        found = await errand.services.store.request(errand.space().name, id)
        return found.seq if found else None

    return seq


async def _show(errand: Errand, rows: Sequence[Entry]) -> list[dict[str, Any]]:
    return [shapes.request(row) for row in rows]


REQUESTS = Kind(
    name="requests",
    fields={
        "provider": "provider", "operation": "operation", "outcome": "outcome", "account": "account", "rule": "rule",
        "error": "error", "to": "to", "text": "text", "message": "message",
    },
    words={"outcome": {"accepted", "rejected", "faulted"}},
    page=_page,
    find=_find,
    show=_show,
    readers=fields.REQUEST,
    id=attrgetter("id"),
)  # fmt: skip


async def listed(errand: Errand) -> web.Response:
    return told(await lists.shown(errand, REQUESTS))


async def one(errand: Errand) -> web.Response:
    id = errand.path["id"]  # noqa: A001
    found = await errand.services.store.request(errand.space().name, id)
    if found is None:
        raise Problem("not-found", f"no request is called {id[:100]!r} in the space {errand.named!r}")
    return told(shapes.request(found))


ROUTES = (
    Route("GET", "/_sandbox/requests", listed),
    Route("GET", "/_sandbox/requests/{id}", one),
)
