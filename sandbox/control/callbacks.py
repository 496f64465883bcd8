"""``/_sandbox/callbacks``: the ledger, every post to a consumer with all its attempts."""

import asyncio
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from aiohttp import web

from sandbox import posts
from sandbox.control import lists, shapes
from sandbox.control.errand import Errand, Route, told
from sandbox.control.filters import Find
from sandbox.control.lists import Kind
from sandbox.control.problems import Problem
from sandbox.sms.message import Message
from sandbox.sms.state import State
from sandbox.store.rows import Batch, Callback, Filter, Page
from sandbox.verify import fields
from sandbox.verify.fields import Posted


async def _page(errand: Errand, which: Filter) -> Page[Callback]:
    return await errand.services.store.callbacks(errand.space().name, which)


def _find(errand: Errand) -> Find:
    async def seq(id: str) -> int | None:  # noqa: A002
        found = await errand.services.store.callback(errand.space().name, id)
        return found.seq if found else None

    return seq


async def _messages(errand: Errand, rows: Sequence[Callback]) -> dict[int, Message]:
    return await errand.services.store.by_seq([row.message for row in rows if row.message])


async def show(errand: Errand, rows: Sequence[Callback]) -> list[dict[str, Any]]:
    messages, providers = await _messages(errand, rows), errand.services.providers
    return [
        shapes.callback(row, posts.rendered(providers[row.provider], row, messages.get(row.message))) for row in rows
    ]


async def _compared(errand: Errand, rows: Sequence[Callback]) -> list[Posted]:
    return posted(rows, await _messages(errand, rows))


def posted(rows: Sequence[Callback], messages: dict[int, Message]) -> list[Posted]:
    return [Posted(row, messages[row.message].to if row.message in messages else "") for row in rows]


CALLBACKS = Kind(
    name="callbacks",
    fields={
        "message": "message", "provider": "provider", "state": "state", "status": "status", "account": "account",
    },
    words={
        "state": {"pending", "acknowledged", "failed", "blocked"},
        "status": {*State, "inbound", "clicked"},
    },
    page=_page,
    find=_find,
    show=show,
    readers=fields.CALLBACK,
    compared=_compared,
    id=attrgetter("callback.id"),
)  # fmt: skip


async def listed(errand: Errand) -> web.Response:
    return told(await lists.shown(errand, CALLBACKS))


async def _named(errand: Errand) -> Callback:
    id = errand.path["id"]  # noqa: A001
    found = await errand.services.store.callback(errand.space().name, id)
    if found is None:
        raise Problem("not-found", f"no callback is called {id[:100]!r} in the space {errand.named!r}")
    return found


async def one(errand: Errand) -> web.Response:
    return told((await show(errand, [await _named(errand)]))[0])


async def redeliver(errand: Errand) -> web.Response:
    """The same body under a fresh signature, now; what of it was still due is dropped. Answers when it has ended."""
    callback, services = await _named(errand), errand.services
    dropped = [due.seq for due in await services.store.dues_of(callback.seq)]
    if callback.state == "pending" and not dropped:
        raise Problem("in-flight", "an attempt is being made; ask again when it has ended")
    callback.state, callback.next_attempt_at = "pending", None
    message = await services.store.message(callback.message) if callback.message else None
    again, ended = Batch(dropped=dropped, ledger=[(callback.seq, "pending", None)]), asyncio.Event()
    await services.delivery.begin(errand.space(), again, [(callback, message)], ended.set)
    await ended.wait()
    return await one(errand)


ROUTES = (
    Route("GET", "/_sandbox/callbacks", listed),
    Route("GET", "/_sandbox/callbacks/{id}", one),
    Route("POST", "/_sandbox/callbacks/{id}/redeliver", redeliver),
)
