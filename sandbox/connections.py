"""How many connections there may be at once: as many as files may be open, but for those that the work itself needs.

A server that has reached its limit of open files can post no report and read no file. So what comes beyond is closed
as soon as it is there, and told on one line.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from math import inf

_LOG = logging.getLogger(__name__)
ENOUGH = 65_536
"""Files that nobody needs more of; some systems have no limit at all."""
SPARE = 256
"""Files that are kept for reports, scenarios and data; never more than half."""
PAUSE = 60.0
"""Real seconds between two complaints."""


def raise_limit() -> None:
    """Let this process open as many files as it is allowed to; what it begins with is often a thousand."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with suppress(OSError, ValueError):  # where the system has a limit of its own
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most() -> float:
    """How many the limit of open files allows."""
    if sys.platform == "win32":
        return inf
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return inf if files == resource.RLIM_INFINITY else files - min(SPARE, files // 2)


class Door:
    """A protocol for each connection that comes: ``admit``'s, or one that ends it, where ``held`` are too many."""

    def __init__(self, admit: Callable[[], asyncio.Protocol], held: Callable[[], int]) -> None:
        self._admit = admit
        self._held = held
        self._most = most()
        self._told = -inf

    def __call__(self) -> asyncio.Protocol:
        if self._held() < self._most:
            return self._admit()
        self._tell()
        return _Refused()

    def _tell(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._told >= PAUSE:
            self._told = now
            _LOG.warning(
                "%d connections are open, as many as the limit of open files allows (ulimit -n); more are closed",
                self._most,
            )


class _Refused(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
