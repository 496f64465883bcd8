"""Servers in processes of their own, and what the kernel says of them (Linux)."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 30.0
LOOK = 0.002
"""Seconds between two tries of whether it answers."""


@dataclass(frozen=True)
class Server:
    """``began``: seconds from the start of its process to its first answer."""

    port: int
    pid: int
    began: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """CPU time used so far, in microseconds, of its every thread."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1000

    def memory(self) -> int:
        """Bytes resident."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def sandbox(*options: str) -> AsyncIterator[Server]:
    async with _running("sandbox", "serve", "--log-level", "error", *options, "--port") as server:
        yield server


@asynccontextmanager
async def bare() -> AsyncIterator[Server]:
    async with _running("tests.bench.bare", "serve") as server:
        yield server


async def output(*arguments: str) -> str:
    """What a Python module prints."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *arguments, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    return printed.decode()


@asynccontextmanager
async def _running(*arguments: str) -> AsyncIterator[Server]:
    port, begun = _free_port(), time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, str(port), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await asyncio.wait_for(_answers(port), PATIENCE)
        yield Server(port, process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _answers(port: int) -> None:
    while not await _answered(port):  # noqa: ASYNC110 - it is another process that we wait for
        await asyncio.sleep(LOOK)


async def _answered(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    line = await reader.readline()
    writer.close()
    return b" 200 " in line
