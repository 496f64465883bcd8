"""How long a server takes until it answers, and what it weighs when it has nothing to do."""

import asyncio
import compileall
from pathlib import Path
from statistics import median

import sandbox
from tests.bench import process
from tests.bench.effort import Effort
from tests.bench.table import Row

MEBIBYTE = 2**20


async def start(effort: Effort) -> list[Row]:
    _compile()
    ours, bare, memory, bare_memory = [], [], 0, 0
    for _ in range(effort.starts):
        async with process.sandbox() as server:
            ours.append(server.began)
            await asyncio.sleep(effort.rest)
            memory = server.memory()
        async with process.bare() as server:
            bare.append(server.began)
            bare_memory = server.memory()
    here, beside = median(ours), median(bare)
    return [
        Row("start to first 200", "≤ 0.45 s", f"{here:.2f} s", f"bare aiohttp {beside:.2f} s", here / beside),
        Row("memory when idle", "≤ 64 MiB", f"{memory / MEBIBYTE:.0f} MiB",
            f"bare aiohttp {bare_memory / MEBIBYTE:.0f} MiB", memory / bare_memory),
    ]  # fmt: skip


def _compile() -> None:
    """As a package is once it is installed, also where no bytecode is written (``PYTHONDONTWRITEBYTECODE``)."""
    compileall.compile_dir(Path(sandbox.__file__).parent, quiet=1)
