"""The server on a thread and a loop of its own, for tests: on a free port, in this process, gone with the block."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from threading import Thread
from typing import Any

from sandbox.app import serving
from sandbox.settings import Settings


@contextmanager
def running(settings: Settings | None = None) -> Iterator[str]:
    """Its URL, once it listens. Raises ``SandboxError`` for what keeps it from that."""
    settings = settings or Settings(port=0)
    with _looping() as loop:
        server = AsyncExitStack()
        try:
            _, port = _done(loop, server.enter_async_context(serving(settings)))
            yield f"http://{settings.host}:{port}"
        finally:
            _done(loop, server.aclose())


@contextmanager
def _looping() -> Iterator[asyncio.AbstractEventLoop]:
    running: Future[asyncio.AbstractEventLoop] = Future()
    thread = Thread(target=_loop, args=(running,), name="sms-sandbox", daemon=True)
    thread.start()
    loop = running.result()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _loop(running: Future[asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner() as runner:
        running.set_result(runner.get_loop())
        runner.get_loop().run_forever()


def _done(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(work, loop).result()
