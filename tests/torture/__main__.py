"""``python -m tests.torture``: ten thousand idle connections, hundreds of ends and kills, two million sends.

``idle=10000``, ``ends=50``, ``kills=300`` and ``sends=2000000`` are how many; 0 leaves one out. Idle connections must
cost nobody anything until they are closed. A server that is told to end must be gone in three seconds, whatever is
going on. Each round of kills ends with every message that was acknowledged found and reported. A line of the soak, on
the default settings, tells what the server holds and weighs.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from sandbox.app import IDLE
from tests.robust.crowding import crowd, ended, files, waits
from tests.robust.ending import GOAL, beset_and_ended
from tests.robust.killing import besiege
from tests.robust.soaking import pour, sends
from tests.support.consumer import consuming
from tests.support.process import Process, serving

PROMPT = 1.0
"""Real seconds that nobody waits for an answer."""
CROWD = 5_000
"""Idle connections of a server that is told to end."""
ROUND = 25
"""Kills that one data file lives through."""
STEP = 100_000
"""Sends between two looks at the soaked server."""
FILLED = 200_000
"""Sends after which every bound is reached, and memory must be flat."""


async def idle(connections: int) -> None:
    with tempfile.TemporaryDirectory() as folder, files(connections) as most, serving(Path(folder) / "log") as process:
        alone = process.memory()
        with crowd(process.port, most) as lines:
            for line in lines:
                line.settimeout(IDLE + GOAL)
            each = (process.memory() - alone) / most
            effort = process.effort()
            _tell("idle", most, f"{each / 1024:.1f} KiB each, answers in {_prompt(process):.4f} s at most")
            closed = sum(map(ended, lines))
            effort = process.effort() - effort
            _tell("idle", closed, f"closed when their time was over, for {effort:.2f} s of the processor's time")
        with crowd(process.port, most):
            _tell("idle", most, f"open when the server ended, after {process.end(GOAL):.2f} s")
        if closed < most or process.log.read_text():
            sys.exit(f"{most - closed} were not closed. {process.log.read_text()}")


def _prompt(process: Process) -> float:
    """The longest that somebody waits for an answer meanwhile."""
    longest = max(waits(process.port, 200))
    return longest if longest < PROMPT else sys.exit(f"an answer took {longest:.2f} s")


async def ends(total: int) -> None:
    took = []
    for number in range(total):
        with tempfile.TemporaryDirectory() as folder:
            durable = ("--data", f"{folder}/data.db") if number % 2 else ()
            async with consuming() as consumer:
                took.append(await beset_and_ended(Path(folder), consumer, *durable, idle=CROWD, patience=GOAL))
    _tell("ends", total, f"{min(took):.2f} to {max(took):.2f} s, with {CROWD:,} idle connections and all else")


async def kills(total: int) -> None:
    for done in range(0, total, ROUND):
        with tempfile.TemporaryDirectory() as folder:
            siege = await besiege(Path(folder), kills=min(ROUND, total - done), most=500, seed=done)
        _tell("kills", min(done + ROUND, total), f"{len(siege.acknowledged)} acknowledged in this round, none lost")


async def soak(total: int) -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "log") as process:
        requests, filled = sends(), 0
        for done in range(0, total, STEP):
            await pour(process.port, requests, min(STEP, total - done))
            held = process.memory()
            _tell("sends", min(done + STEP, total), f"{held / 2**20:.1f} MiB")
            filled = held if done <= FILLED else filled
            if held > filled * 1.1:
                sys.exit(f"memory grows: {filled / 2**20:.1f} MiB when the bounds were reached")


def _tell(what: str, count: int, words: str) -> None:
    print(f"{what} {count:>9,}: {words}", flush=True)  # noqa: T201 - what it is run for


WORK = {"idle": (idle, 10_000), "ends": (ends, 50), "kills": (kills, 300), "sends": (soak, 2_000_000)}


def main(arguments: list[str]) -> None:
    wanted = {name: count for name, (_, count) in WORK.items()}
    for argument in arguments:
        name, _, count = argument.partition("=")
        if name not in wanted or not count.isdigit():
            sys.exit(f"{argument!r} is none of {', '.join(f'{name}=N' for name in wanted)}")
        wanted[name] = int(count)
    for name, (work, _) in WORK.items():
        if wanted[name]:
            asyncio.run(work(wanted[name]))


if __name__ == "__main__":
    main(sys.argv[1:])
