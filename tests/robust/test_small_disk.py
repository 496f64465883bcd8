"""A real server on a disk that is too small: told in one line, and all goes on once there is room."""

import resource
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.robust.ending import talking
from tests.support.process import PLAIN, SERVE, Process, serving

REASONS = ("the disk is full", "the disk fails")
"""Of a full disk, and of a file that may not grow, where nobody lets us make a small disk."""
MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"'
APART = (shutil.which("unshare") or "false", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh")


@dataclass(frozen=True)
class Disk:
    """``before`` is put before a command that has no more than ``size`` bytes there."""

    folder: Path
    size: int
    real: bool

    @property
    def before(self) -> tuple[str, ...]:
        if self.real:
            return (*APART, str(self.size), str(self.folder))
        return ("prlimit", f"--fsize={self.size}:", "--")

    def grow(self, process: Process, by: int) -> None:
        if self.real:
            inside = ("nsenter", "--user", "--mount", "--target", str(process.pid))
            subprocess.run([*inside, "mount", "-o", f"remount,size={self.size + by}", self.folder], check=True)
        else:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


def small(folder: Path, size: int) -> Disk:
    possible = subprocess.run([*APART, str(size), folder, "true"], capture_output=True, check=False).returncode == 0
    return Disk(folder, size, possible)


def test_a_disk_that_is_full_from_the_start_is_told_in_one_line(folder: Path) -> None:
    file = folder / "data.db"
    command = [*small(folder, 16_384).before, *SERVE, "--data", str(file)]
    ended = subprocess.run(command, env=PLAIN, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr in {f"sms-sandbox: data file {file}: {reason}\n" for reason in REASONS}


async def test_a_disk_that_fills_up_costs_what_does_not_fit_until_there_is_room(folder: Path) -> None:
    disk, taken = small(folder, 600_000), 0
    with serving(folder.parent / "log", "--data", str(folder / "data.db"), before=disk.before) as process:
        async with talking(process) as server:
            await server.freeze()
            while (answer := await server.send("skycore", text="x" * 900))[0] == 200:
                taken += 1
            told = f"data file {folder / 'data.db'}: "
            assert answer in [(503, f"sms-sandbox: {told}{reason}\n") for reason in REASONS]
            assert (await server.get("/messages"))["total"] == taken
            disk.grow(process, 5_000_000)
            assert [(await server.send("skycore"))[0] for _ in range(20)] == [200] * 20
            assert (await server.get("/messages"))["total"] == taken + 20
        process.end(10)
    [line] = process.log.read_text().splitlines()
    assert line.partition("sandbox.store.ticks: ")[2] in [told + reason for reason in REASONS]
