"""What a bulk of 1,000 recipients costs, and how long it keeps everybody else waiting."""

import asyncio

from tests.bench import calls, load
from tests.bench.effort import Effort
from tests.bench.sends import STORED, fresh, frozen
from tests.bench.table import Row


async def bulk(effort: Effort) -> list[Row]:
    """Somebody else asks ``/livez`` without a pause; the longest wait is how long the loop was held."""
    bulks, size = max(3, effort.stored // 2000), 1000
    async with frozen(*STORED) as server:
        token = await calls.token(server)
        firsts = [fresh(size).start for _ in range(bulks)]
        await load.run(server.port, lambda turn: calls.bulk(token, fresh(size).start, size), range(3), connections=1)
        before = server.cpu()
        asked = asyncio.create_task(
            load.run(server.port, lambda turn: calls.bulk(token, firsts[turn], size), range(bulks), connections=1)
        )
        waits = await _meanwhile(server.port, asked)
        alone = server.cpu()
        await load.run(server.port, lambda _: calls.get("/livez"), range(len(waits)), connections=1)
        used = 2 * alone - before - server.cpu()
    waits.sort()
    held = waits[int(len(waits) * 0.99)]
    return [
        Row(f"CPU of a recipient in bulks of {size:,}", "≤ 15 µs", f"{used / bulks / size:.1f} µs"),
        Row("longest that such a bulk holds the loop", "≤ 20 ms", f"{waits[-1]:.0f} ms (p99 {held:.0f})"),
    ]


async def _meanwhile(port: int, other: asyncio.Task[load.Load]) -> list[float]:
    """The latencies of a neighbour's calls, one after another until ``other`` is done."""
    waits: list[float] = []
    while not other.done():
        waits += (await load.run(port, lambda _: calls.get("/livez"), range(20), connections=1)).latencies
    await other
    return waits
