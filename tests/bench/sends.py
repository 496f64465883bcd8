"""What a send costs: CPU beside a bare handler, the tail, and how both keep as messages pile up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench import calls, load, process
from tests.bench.effort import Effort
from tests.bench.process import Server
from tests.bench.table import Row

BLOCKS = 5
_numbers = count()
STORED = ("--max-messages", "2000000", "--max-requests", "1")
"""The bulks that fill the store leave no journal to speak of, which would be what is weighed."""
BULK = 100
UNREPORTED = {"name": "unreported", "rules": [{"name": "all", "report": "none"}]}


@asynccontextmanager
async def frozen(*options: str) -> AsyncIterator[Server]:
    async with process.sandbox(*options) as server:
        await calls.freeze(server)
        yield server


async def cost(server: Server, sends: int, build: load.Build = calls.send) -> float:
    """CPU time of the server for one call, in microseconds."""
    numbers = fresh(sends)
    before = server.cpu()
    await load.run(server.port, build, numbers)
    return (server.cpu() - before) / sends


def fresh(many: int) -> range:
    """Numbers that no message has had."""
    first = next(_numbers) * 10_000_000
    return range(first, first + many)


async def side_by_side(servers: list[Server], effort: Effort) -> list[float]:
    """Block by block in turn, so that all have the same weather; the median of each."""
    for server in servers:
        await cost(server, effort.sends // BLOCKS)
    blocks = [[await cost(server, effort.sends) for server in servers] for _ in range(BLOCKS)]
    return [median(column) for column in zip(*blocks, strict=True)]


async def send(effort: Effort) -> list[Row]:
    with TemporaryDirectory() as home:
        async with process.bare() as bare, frozen() as memory, frozen("--data", str(Path(home, "data"))) as file:
            beside, ours, durable = await side_by_side([bare, memory, file], effort)
    return [
        Row("CPU of a send", "≤ 1.6 ×", f"{ours:.0f} µs", f"bare handler {beside:.0f} µs", ours / beside),
        Row("CPU of a send, with --data", "", f"{durable:.0f} µs", f"bare handler {beside:.0f} µs", durable / beside),
    ]


async def fill(server: Server, messages: int) -> None:
    """Store so many messages, by bulk."""
    token, numbers = await calls.token(server), fresh(messages)
    await load.run(server.port, lambda first: calls.bulk(token, first, BULK), numbers[::BULK], connections=2)


async def tail(effort: Effort) -> list[Row]:
    """Nothing is evicted meanwhile but the journal's rows."""
    async with process.bare() as bare, frozen(*STORED) as server:
        await fill(server, effort.stored)
        heard = await load.run(server.port, calls.send, fresh(BLOCKS * effort.sends))
        beside = await load.run(bare.port, calls.send, fresh(BLOCKS * effort.sends))
    rate = len(heard.latencies) / heard.seconds
    here = f"{heard.percentile(0.99):.1f} ms (p50 {heard.percentile(0.5):.1f}; {rate:,.0f} sends/s)"
    what = f"p99 of a send, {load.CONNECTIONS} connections that never pause, {effort.stored:,} messages stored"
    return [Row(what, "≤ 5 ms", here, f"bare handler {beside.percentile(0.99):.1f} ms")]


async def full(effort: Effort) -> list[Row]:
    """Where as many are kept as may be, something goes for all that comes."""
    bounds = ("--max-messages", str(effort.stored), "--max-requests", str(effort.sends))
    async with frozen() as roomy, frozen(*bounds) as brimful:
        await fill(brimful, effort.stored)
        room, brim = await side_by_side([roomy, brimful], effort)
    what = f"CPU of a send where {effort.stored:,} messages are kept, and no more"
    return [Row(what, "", f"{brim:.0f} µs", f"with room: {room:.0f} µs", brim / room)]


async def growth(effort: Effort) -> list[Row]:
    few, many, lookups = 1000, effort.grown, max(10, effort.sends // 10)
    async with frozen(*STORED) as small, frozen(*STORED) as large:
        for server in (small, large):
            await calls.control(server, "PUT", "/scenario", UNREPORTED)
            await fill(server, min(few, many))
        before = large.memory()
        await fill(large, many)
        each = (large.memory() - before) / many
        before_sends, after_sends = await side_by_side([small, large], Effort(effort.sends // 5))
        looks = [await load.run(server.port, _look_up, range(lookups), connections=1) for server in (small, large)]
    first, later = (heard.percentile(0.5) for heard in looks)
    return [
        Row(f"CPU of a send at {many:,} messages", "≤ 1.2 ×", f"{after_sends:.0f} µs",
            f"at {few:,}: {before_sends:.0f} µs", after_sends / before_sends),
        Row(f"look-up by recipient at {many:,} messages", "≤ 1.2 ×", f"{later:.2f} ms",
            f"at {few:,}: {first:.2f} ms", later / first),
        Row("memory of a message, its reports aside", "≤ 600 B", f"{each:.0f} B"),
    ]  # fmt: skip


def _look_up(number: int) -> bytes:
    return calls.get(f"/_sandbox/messages?to=%2B{calls.recipient(number)[1:]}")
