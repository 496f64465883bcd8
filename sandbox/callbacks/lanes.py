"""Posts on their way, a lane for each target: one slow or dead consumer never delays another.

A lane runs so many posts at once and queues the rest as plain values. First attempts of one message keep their
order: the next waits until the one before has ended. A retry waits for nothing and holds nothing back.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

_LOG = logging.getLogger(__name__)
WIDTH = 32
"""Posts at once to one target."""
MOST = 100_000
"""Posts that wait for one target: a consumer that never answers must not fill the memory."""


@dataclass(slots=True)
class Job:
    """A post to be made: ``run`` makes it and records it. ``thread``: jobs of one thread go one after another."""

    url: str
    run: Callable[[], Awaitable[None]]
    thread: tuple[str, int] | None = None


class Lanes:
    def __init__(self, width: int = WIDTH) -> None:
        self._width = width
        self._running: dict[str, int] = {}
        self._queues: dict[str, deque[Job]] = {}
        self._threads: dict[tuple[str, int], deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, job: Job) -> None:
        if job.thread is not None:
            if job.thread in self._threads:
                self._threads[job.thread].append(job)
                return
            self._threads[job.thread] = deque()
        self._enter(job)

    def crowded(self, url: str) -> bool:
        """So many wait for this target that another could not be remembered as well."""
        return len(self._queues.get(target(url), ())) >= MOST

    async def close(self) -> None:
        """Stop what runs; what was not recorded is due again after a restart."""
        self._queues.clear()
        self._threads.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _enter(self, job: Job) -> None:
        lane = target(job.url)
        if self._running.get(lane, 0) >= self._width:
            self._queues.setdefault(lane, deque()).append(job)
            return
        self._running[lane] = self._running.get(lane, 0) + 1
        task = asyncio.get_running_loop().create_task(self._run(lane, job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: str, job: Job | None) -> None:
        """Work a place of the lane until its queue is empty."""
        try:
            while job is not None:
                await self._guarded(job)
                self._follow(job)
                queue = self._queues.get(lane)
                job = queue.popleft() if queue else None
        finally:
            self._leave(lane)

    async def _guarded(self, job: Job) -> None:
        try:
            await job.run()
        except Exception:  # noqa: BLE001 - one callback's trouble is not its lane's
            _LOG.exception("a callback to %s could not be made", target(job.url))

    def _follow(self, job: Job) -> None:
        if job.thread is None or job.thread not in self._threads:
            return
        waiting = self._threads[job.thread]
        if waiting:
            self._enter(waiting.popleft())
        else:
            del self._threads[job.thread]

    def _leave(self, lane: str) -> None:
        self._running[lane] -= 1
        if not self._running[lane]:
            del self._running[lane]
            if not self._queues.get(lane):
                self._queues.pop(lane, None)


def target(url: str) -> str:
    """``http://host:port``: what a lane is for, whoever logs in there."""
    scheme, _, rest = url.partition("//")
    return f"{scheme}//{rest.partition('/')[0].rpartition('@')[2]}"
