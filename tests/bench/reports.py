"""Reports: how fast they are posted, what those to come weigh, and how late they are under load."""

import asyncio
import re
import time

from tests.bench import calls, load, process
from tests.bench.consumer import consuming
from tests.bench.effort import Effort
from tests.bench.sends import STORED, fill, fresh, frozen
from tests.bench.table import Row

RATE = 1000
"""Reports a second while lateness is measured."""
DELAY = 1.0
"""Seconds from the acceptance to the one report of ``PUNCTUAL``."""
PUNCTUAL = {
    "name": "punctual",
    "rules": [
        {"name": "later", "when": {"provider": "blackkonnect"}, "report": [{"after": "30d", "status": "delivered"}]},
        {"name": "soon", "report": [{"after": f"{DELAY:g}s", "status": "delivered"}]},
    ],
}
_KEY = re.compile(rb'"key":"order-([0-9]+)"')


async def callbacks(effort: Effort) -> list[Row]:
    """As many messages, two reports each, all due at once; beside it a client that posts as many of the same."""
    posts = 2 * effort.sends
    async with consuming() as consumer, frozen() as server:
        await load.run(server.port, lambda n: calls.send(n, consumer.url), fresh(effort.sends))
        before = server.cpu()
        walk = asyncio.create_task(calls.control(server, "POST", "/clock/advance", {"by": "10s"}))
        await consumer.wait(posts)
        await walk
        used = (server.cpu() - before) / posts
        came = [at for at, _ in consumer.posts]
        rate = posts / (came[-1] - came[0])
        body = consumer.posts[-1][1].hex()
        bare_rate, bare_used = map(float, (await process.output(
            "tests.bench.bare", "post", consumer.url, str(posts), body
        )).split())  # fmt: skip
    beside = f"bare client {bare_rate:,.0f}/s, {bare_used:.0f} µs"
    return [Row("callbacks a second, state, attempt and ledger kept", "≥ 0.8 ×", f"{rate:,.0f}/s, {used:.0f} µs of CPU",
                beside, rate / bare_rate)]  # fmt: skip


async def pending(effort: Effort) -> list[Row]:
    """So many timelines to come, and meanwhile a thousand reports a second; late = later than a second after its send.

    The send's own time counts as lateness: what happens is seen from outside.
    """
    async with consuming() as consumer, process.sandbox(*STORED) as server:
        await calls.control(server, "PUT", "/scenario", PUNCTUAL)
        before = server.memory()
        await fill(server, effort.stored)
        weight = server.memory() - before
        late = await _lateness(server, consumer, RATE * effort.seconds)
    late.sort()
    megabytes = f"{weight / 2**20:.0f} MiB ({weight / effort.stored:.0f} B each, its message included)"
    told = f"{late[int(len(late) * 0.99)]:.0f} ms (p50 {late[len(late) // 2]:.0f}, worst {late[-1]:.0f})"
    return [
        Row(f"memory of {effort.stored:,} reports pending", "≤ 100 MB", megabytes),
        Row(f"p99 lateness at {RATE:,} reports a second meanwhile", "≤ 50 ms", told),
    ]


async def _lateness(server: process.Server, consumer, count: int) -> list[float]:
    """Milliseconds by which each report came late, ``RATE`` messages a second sent evenly."""
    begun: dict[int, float] = {}
    numbers, start, share = fresh(count), time.perf_counter(), RATE // 100
    for turn in range(0, count, share):
        await asyncio.sleep(max(0.0, start + turn / RATE - time.perf_counter()))
        batch = numbers[turn : turn + share]
        begun.update(dict.fromkeys(batch, time.perf_counter()))
        await load.run(server.port, lambda n: calls.send(n, consumer.url), batch, connections=2)
    await consumer.wait(count)
    return [(at - begun[_number(body)] - DELAY) * 1000 for at, body in consumer.posts]


def _number(body: bytes) -> int:
    named = _KEY.search(body)
    assert named
    return int(named[1])
