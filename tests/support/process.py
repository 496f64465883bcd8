"""The server as its own process, as its users start it; for tests that kill it, starve it or watch what it takes."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVE = (sys.executable, "-m", "sandbox", "serve", "--port", "0")
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("SMS_SANDBOX_")}


@dataclass(frozen=True)
class Process:
    """``log`` is its stderr."""

    popen: subprocess.Popen[str]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.popen.pid

    def memory(self) -> int:
        """Resident, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024

    def effort(self) -> float:
        """Seconds of CPU that it has had."""
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def end(self, patience: float, number: int = signal.SIGTERM) -> float:
        """Tell it to stop, and see that it does in peace; real seconds until it was gone."""
        begun = time.perf_counter()
        self.popen.send_signal(number)
        assert self.popen.wait(patience) == 0
        return time.perf_counter() - begun


@contextmanager
def serving(log: Path, *options: str, before: tuple[str, ...] = ()) -> Iterator[Process]:
    """Listening; killed at the end of the block, if it still lives. ``before`` is put before the command."""
    with (
        log.open("a") as complaints,
        subprocess.Popen(
            [*before, *SERVE, *options], stdout=subprocess.PIPE, stderr=complaints, text=True, env=PLAIN
        ) as popen,
    ):
        try:
            yield Process(popen, _port(popen, log), log)
        finally:
            popen.kill()


def _port(popen: subprocess.Popen[str], log: Path) -> int:
    """As the banner names it."""
    assert popen.stdout
    for line in popen.stdout:
        if named := re.search(r"http://localhost:(\d+)/", line):
            return int(named[1])
    raise AssertionError(f"no server: {log.read_text()}")
