"""Posts on their way, a lane for each target."""

import asyncio
from collections.abc import Awaitable, Callable

from sandbox.callbacks.lanes import Job, Lanes


def _job(run: Callable[[], Awaitable[None]], url: str = "http://a/", thread: int | None = None) -> Job:
    return Job(url, run, None if thread is None else ("space", thread))


async def test_a_dead_target_never_delays_another() -> None:
    lanes, dead, done = Lanes(width=1), asyncio.Event(), asyncio.Event()

    async def answers() -> None:
        done.set()

    async def hangs() -> None:
        await dead.wait()

    for _ in range(50):
        lanes.submit(_job(hangs, "http://dead/"))
    lanes.submit(_job(answers, "http://alive/"))
    await done.wait()
    await lanes.close()


async def test_a_lane_runs_no_more_than_its_width_at_once_and_all_in_the_end() -> None:
    lanes, running, most, left = Lanes(width=3), 0, 0, 20
    finished = asyncio.Event()

    async def run() -> None:
        nonlocal running, most, left
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        left -= 1
        if not left:
            finished.set()

    for _ in range(20):
        lanes.submit(_job(run))
    await finished.wait()
    assert most == 3


async def test_jobs_of_one_thread_go_one_after_another_and_others_pass_them() -> None:
    lanes, order, first_may_end, finished = Lanes(), list[str](), asyncio.Event(), asyncio.Event()

    async def first() -> None:
        order.append("first begins")
        await first_may_end.wait()
        order.append("first ends")

    async def second() -> None:
        order.append("second")
        finished.set()

    async def other() -> None:
        order.append("other")
        first_may_end.set()

    lanes.submit(_job(first, thread=1))
    lanes.submit(_job(second, thread=1))
    lanes.submit(_job(other, thread=2))
    await finished.wait()
    assert order == ["first begins", "other", "first ends", "second"]


async def test_a_job_that_breaks_holds_up_nobody(caplog: object) -> None:
    lanes, finished = Lanes(width=1), asyncio.Event()

    async def breaks() -> None:
        raise ValueError("broken")

    async def works() -> None:
        finished.set()

    lanes.submit(_job(breaks, thread=1))
    lanes.submit(_job(works, thread=1))
    await finished.wait()
