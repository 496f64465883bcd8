"""``python -m tests.torture``: hundreds of kills, then a soak of two million sends on the default settings.

``kills=300`` and ``sends=2000000`` are how many; 0 leaves one out. Each round of kills ends with every message that was
acknowledged found and reported; a line of the soak tells what the server holds and weighs.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.robust.killing import besiege
from tests.robust.soaking import pour, sends
from tests.support.process import serving

ROUND = 25
"""Kills that one data file lives through."""
STEP = 100_000
"""Sends between two looks at the soaked server."""
FILLED = 200_000
"""Sends after which every bound is reached, and memory must be flat."""


async def kill(kills: int) -> None:
    for done in range(0, kills, ROUND):
        with tempfile.TemporaryDirectory() as folder:
            siege = await besiege(Path(folder), kills=min(ROUND, kills - done), most=500, seed=done)
        _tell("kills", min(done + ROUND, kills), f"{len(siege.acknowledged)} acknowledged in this round, none lost")


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


def main(arguments: list[str]) -> None:
    wanted = {"kills": 300, "sends": 2_000_000}
    for argument in arguments:
        name, _, count = argument.partition("=")
        if name not in wanted or not count.isdigit():
            sys.exit(f"{argument!r} is neither kills=N nor sends=N")
        wanted[name] = int(count)
    asyncio.run(kill(wanted["kills"]))
    asyncio.run(soak(wanted["sends"]))


if __name__ == "__main__":
    main(sys.argv[1:])
