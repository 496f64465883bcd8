"""The composition root: builds one of each, wires them, and runs them until told to stop."""

import asyncio
import contextlib
import errno
import gc
import logging
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from sandbox import banner, connections, housekeeping, providers, resources, ui
from sandbox.callbacks.dispatch import Dispatcher
from sandbox.callbacks.egress import Egress
from sandbox.control import api
from sandbox.control.spaces import no_callback
from sandbox.delivery import Delivery
from sandbox.errors import SandboxError, ScenarioError
from sandbox.feed import Feed
from sandbox.flow import Flow
from sandbox.mount import Handler, Mount
from sandbox.opening import Opening
from sandbox.providers.base import Provider
from sandbox.scenario.load import load
from sandbox.scenario.model import Scenario
from sandbox.scenario.shelf import Shelf
from sandbox.scheduler import Scheduler
from sandbox.services import Services
from sandbox.settings import Settings
from sandbox.spaces.registry import Rules, Spaces
from sandbox.spaces.space import Accounts
from sandbox.store.base import Limits, Store
from sandbox.store.sqlite import SqliteStore
from sandbox.tokens import Tokens
from sandbox.vocabulary import Vocabulary
from sandbox.walker import Walker
from sandbox.wire import encode

_LOG = logging.getLogger(__name__)
PATIENCE = 0.5
"""Real seconds that calls in progress get when the server stops."""
IDLE = 120.0
"""Real seconds after which a connection that asks nothing, or does not come to the end of asking, is closed."""
GC = (50_000, 50, 100)
"""Seldom, for the long-lived rows are the store's and nothing here makes circles."""


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Services]:
    """What lives as long as the server does, opened in order and closed in reverse. Raises ``SandboxError``."""
    limits = Limits(settings.max_messages, settings.max_requests, settings.max_journal)
    store = SqliteStore.open(str(settings.data) if settings.data else None, limits)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        services = await assemble(settings, store)
        await stack.enter_async_context(services.dispatcher)
        stack.push_async_callback(services.scheduler.close)
        await services.spaces.resume(partial(_scenario, services), partial(_accounts, services))
        await services.scheduler.start()
        keeper = asyncio.create_task(housekeeping.keep(services))
        stack.callback(keeper.cancel)
        yield services


async def assemble(settings: Settings, store: Store) -> Services:
    """One of each, wired to one another; nothing runs yet."""
    known = providers.discover()
    _check_callbacks(settings, known)
    vocabularies = _vocabularies(known)
    shelf = Shelf(resources.folder("scenarios"), settings.scenarios, vocabularies)
    await _restock(shelf, store)
    opening = Opening(settings.scenario, shelf, vocabularies)
    feed, tally = Feed(), Counter[tuple[str, ...]]()
    tokens = Tokens(bytes.fromhex(await store.remember("token key", Tokens().key.hex())))
    rules = Rules(settings.space_ttl or 0, settings.max_spaces, settings.spaces == "declared", settings.callback)
    spaces = Spaces(store, feed, tokens, known, opening, rules)
    dispatcher = Dispatcher(Egress(settings.callback_allow, settings.callback_rewrite))
    delivery = Delivery(store, feed, known, dispatcher, tally)
    scheduler = Scheduler(store, spaces, delivery)
    walker = Walker(store, feed, spaces, delivery, scheduler)
    flow = Flow(store, feed, tokens, spaces, delivery, scheduler, tally)
    return Services(
        settings, known, store, feed, shelf, opening, spaces, dispatcher, delivery, scheduler, walker, flow, tally
    )


async def _restock(shelf: Shelf, store: Store) -> None:
    """Put again what was put before. What is refused now is told, and kept in the store for a version that takes it."""
    for name, text in (await store.shelved()).items():
        try:
            shelf.put(shelf.read(name, text))
        except ScenarioError as fault:
            _LOG.error("the shelf goes on without the scenario %s, refused now: %s", name, fault.brief)


def _check_callbacks(settings: Settings, known: Mapping[str, Provider]) -> None:
    for slug in settings.callback:
        if trouble := no_callback(slug, known):
            raise SandboxError(f"--callback (SMS_SANDBOX_CALLBACK): {trouble}")


def _scenario(services: Services, name: str, text: str) -> Scenario:
    """A scenario that the store remembers; the shelf's own where it says the same, for that one follows its file."""
    read = load(text, file=name, vocabularies=_vocabularies(services.providers))
    scenario = replace(read, name=name)
    shelved = services.shelf.get(name) if name in services.shelf.names() else scenario
    return shelved if shelved.json == scenario.json else scenario


def _accounts(services: Services, accounts: Any) -> Accounts:
    """Accounts that the store remembers, by provider."""
    return _scenario(services, "accounts", encode({"accounts": accounts}).decode()).accounts


def _vocabularies(known: Mapping[str, Provider]) -> dict[str, Vocabulary]:
    return {slug: provider.vocabulary for slug, provider in known.items()}


def _front(services: Services) -> Handler:
    """Who answers what: most requests are for a provider, and what is for none is the control API's or the page's."""
    control, page = api.router(services), ui.Page(services.providers)

    async def otherwise(request: web.BaseRequest) -> web.StreamResponse:
        return await (control if control.has(request.rel_url.path_safe) else page).handle(request)

    return Mount(services.providers, services.flow, services.settings, otherwise).handle


# --- running it ----------------------------------------------------------------------------------------


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. Raises ``SandboxError`` for what stops it from starting."""
    connections.raise_limit()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_serve(settings))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return None
    return uvloop.new_event_loop


async def _serve(settings: Settings) -> int:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with serving(settings) as (services, port):
        print(banner.text(services, port), flush=True)  # noqa: T201 - what to do next
        _collect_seldom()
        await told.wait()
    return 0


def _collect_seldom() -> None:
    """What stands by now stays: it is looked through no more, not even once, for hardly any of it is garbage."""
    gc.freeze()
    gc.set_threshold(*GC)
    gc.enable()


@contextlib.asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[Services, int]]:
    """The server, listening, on the running loop; with the port it got."""
    logging.getLogger("aiohttp.server").addFilter(_calmly)
    async with _opened(settings) as services:
        server = web.Server(
            _front(services),
            access_log=logging.getLogger("sandbox.access") if settings.access_log else None,
            handler_cancellation=True,
            auto_decompress=False,  # ``bodies`` does, within bounds
            keepalive_timeout=IDLE,
        )
        try:
            listener = await _listen(server, settings)
            with contextlib.closing(listener):  # not waited for: it may have thousands
                yield services, listener.sockets[0].getsockname()[1]
        finally:
            await _ended(server, services)


async def _ended(server: web.Server, services: Services) -> None:
    """Open streams and waiting calls end first: a server that stops waits for nobody."""
    await asyncio.sleep(0)  # what has come is begun
    server.pre_shutdown()
    services.feed.close()
    await server.shutdown(PATIENCE)


def _calmly(record: logging.LogRecord) -> bool:
    """What is no HTTP is the client's fault, and not worth a traceback.

    A call that ends at the very moment when a stopping server gives it up is not worth a word.
    """
    fault = record.exc_info[1] if record.exc_info else None
    if isinstance(fault, asyncio.InvalidStateError) and record.msg == "Unhandled exception":
        return False  # aiohttp then tells a future that it has just cancelled itself
    if isinstance(fault, HttpProcessingError):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.exc_info = f"{record.msg}: {fault.message.splitlines()[0]}", None
    return True


async def _listen(server: web.Server, settings: Settings) -> asyncio.Server:
    door = connections.Door(server, lambda: len(server.connections))
    try:
        return await asyncio.get_running_loop().create_server(door, settings.host, settings.port, backlog=1024)
    except OSError as fault:
        taken = "another program listens there; --port names another port, 0 a free one"
        reason = taken if fault.errno == errno.EADDRINUSE else fault.strerror or str(fault)
        raise SandboxError(f"cannot listen on {settings.host}:{settings.port}: {reason}") from None
