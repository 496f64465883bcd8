"""``/_sandbox/messages``: the outbox that nothing leaves."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from aiohttp import web

from sandbox.control import callbacks, lists, shapes
from sandbox.control.errand import Errand, Route, told
from sandbox.control.filters import Find
from sandbox.control.lists import Kind
from sandbox.control.problems import Problem, invalid
from sandbox.sms.message import Message
from sandbox.sms.state import State
from sandbox.spelling import nearest
from sandbox.store.rows import Filter, Page
from sandbox.timeline import Happening
from sandbox.verify import fields

LISTED = 100
"""How many messages of one id a 409 lists."""


async def _page(errand: Errand, which: Filter) -> Page[Message]:
    return await errand.services.store.messages(errand.space().name, which)


def _find(errand: Errand) -> Find:
    async def seq(id: str) -> int | None:  # noqa: A002
        found = await errand.services.store.named(errand.space().name, id)
        return max((message.seq for message in found), default=None)

    return seq


async def _show(errand: Errand, rows: Sequence[Message]) -> list[dict[str, Any]]:
    return [shapes.message(row) for row in rows]


MESSAGES = Kind(
    name="messages",
    fields={
        "provider": "provider", "to": "to", "from": "sender", "text": "text", "status": "status",
        "account": "account", "rule": "rule",
    },
    words={"status": frozenset(State)},
    page=_page,
    find=_find,
    show=_show,
    readers=fields.MESSAGE,
    id=attrgetter("id"),
)  # fmt: skip


async def listed(errand: Errand) -> web.Response:
    return told(await lists.shown(errand, MESSAGES))


async def latest(errand: Errand) -> web.Response:
    found = await lists.page(errand, MESSAGES, limit=1)
    if not found.items:
        raise Problem("not-found", "no message matches")
    return told(await detail(errand, found.items[0]))


async def one(errand: Errand) -> web.Response:
    return told(await detail(errand, await named(errand)))


async def named(errand: Errand) -> Message:
    """The one message of the path's id. Raises ``Problem``: none bears it, or several do."""
    id = errand.path["id"]  # noqa: A001
    found = await errand.services.store.named(errand.space().name, id)
    if not found:
        raise Problem("not-found", f"no message is called {id[:100]!r} in the space {errand.named!r}")
    if len(found) > 1:
        listed = [{"id": message.id, "provider": message.provider, "to": message.to} for message in found[:LISTED]]
        raise Problem("ambiguous-id", f"{len(found)} messages are called {id[:100]!r}", messages=listed)
    return found[0]


async def detail(errand: Errand, message: Message) -> dict[str, Any]:
    """A message with all that became of it, and the rule that decided, as long as its scenario is the active one."""
    store = errand.services.store
    space = errand.space()
    rules = space.scenario.rules if message.seq > space.played_at else ()
    return {
        **shapes.message(message),
        "decided_by": next((rule.written for rule in rules if rule.label == message.rule), None),
        "receipts": [shapes.receipt(receipt) for receipt in await store.receipts(message.seq)],
        "callbacks": await callbacks.show(errand, await store.callbacks_of(message.seq)),
        "planned": shapes.planned(await store.dues_of(message.seq)),
    }


async def delete(errand: Errand) -> web.Response:
    """Messages go, and with them receipts, callbacks and all that is pending; the journal stays."""
    space, services = errand.space(), errand.services
    space.epoch += 1
    removed = await services.store.clear(space.name, messages_only=True)
    answer = {"messages": removed.messages, "callbacks": removed.callbacks, "pending": removed.pending}
    services.feed.publish("reset", space.name, lambda: answer)
    return told(answer)


async def report(errand: Errand) -> web.Response:
    """A receipt by hand, now; the timeline runs on unless ``cancel``."""
    message, space = await named(errand), errand.space()
    status, code, words = State(errand.body["status"]), errand.body.get("code"), errand.body.get("detail")
    _speakable(errand, message.provider, status, code, words)
    now = space.clock.now()
    happening = Happening(now, now, status, now, True, 1, code, words)
    cancel = errand.body.get("cancel", False)
    await errand.services.scheduler.report(space, message, happening, "hand", cancel=cancel)
    return told(await detail(errand, message), 201)


def _speakable(errand: Errand, slug: str, status: State, code: str | None, words: str | None) -> None:
    """Raises ``Problem`` for what the provider has no word for."""
    vocabulary = errand.provider(slug).vocabulary
    if status not in vocabulary.states:
        raise invalid("/status", f"{slug} has no word for {status}{nearest(status, vocabulary.states)}")
    if code is not None and vocabulary.step_codes is None:
        raise invalid("/code", f"reports of {slug} show no code")
    if code is not None and vocabulary.step_codes and code not in vocabulary.step_codes:
        raise invalid("/code", f"{code!r} is no code of {slug}{nearest(code, vocabulary.step_codes)}")
    if words is not None and not vocabulary.step_detail:
        raise invalid("/detail", f"reports of {slug} show no detail")


ROUTES = (
    Route("GET", "/_sandbox/messages", listed),
    Route("DELETE", "/_sandbox/messages", delete),
    Route("GET", "/_sandbox/messages/latest", latest),
    Route("GET", "/_sandbox/messages/{id}", one),
    Route("POST", "/_sandbox/messages/{id}/receipts", report),
)
