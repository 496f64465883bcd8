"""A data file that cannot be used: one clear line, no traceback, and nothing of it is damaged further."""

import asyncio
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.store import schema
from tests.robust.ending import talking
from tests.robust.soaking import pour, sends
from tests.support.process import PLAIN, SERVE, serving

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a server leaves behind that has taken a thousand sends."""
    folder = tmp_path_factory.mktemp("whole")
    with serving(folder / "log", "--data", str(folder / "data.db")) as process:
        asyncio.run(pour(process.port, sends(), 1000))
        process.end(10)
    return (folder / "data.db").read_bytes()


@pytest.fixture
def file(tmp_path: Path, whole: bytes) -> Path:
    file = tmp_path / "home" / "data.db"
    file.parent.mkdir()
    file.write_bytes(whole)
    return file


def start(file: Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """A server that ends by itself, soon."""
    command = [*before, *SERVE, "--data", str(file)]
    return subprocess.run(command, env=PLAIN, capture_output=True, text=True, timeout=30, check=False)


def contents(folder: Path) -> dict[str, str]:
    return {
        str(found.relative_to(folder)): hashlib.sha256(found.read_bytes()).hexdigest() if found.is_file() else ""
        for found in folder.rglob("*")
    }


def _newer(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _foreign(file: Path) -> None:
    file.unlink()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE bookmark (url)")
    connection.close()


def _scribble(file: Path, begin: int, end: int | None = None) -> None:
    data = file.read_bytes()
    middle = b"\x5a" * len(data[begin:end])
    file.write_bytes(data[:begin] + middle + data[begin + len(middle) :])


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "of a newer version": (_newer, f"it is of version 99; this sms-sandbox knows up to {schema.newest()}"),
    "somebody else's": (_foreign, "it is a database, but none of sms-sandbox"),
    "a text": (lambda file: file.write_text("Dear diary\n" * 500), "it is no data file of sms-sandbox"),
    "with another head": (lambda file: _scribble(file, 0, 100), "it is no data file of sms-sandbox"),
    "with a spoilt first page": (lambda file: _scribble(file, 100, PAGE), "it is damaged"),
    "spoilt from the second page on": (lambda file: _scribble(file, PAGE), "it is damaged"),
    "cut in the middle": (lambda file: os.truncate(file, file.stat().st_size // 2), "it is damaged"),
    "cut to less than a page": (lambda file: os.truncate(file, 1000), "it is damaged"),
    "a folder": (_folder, "it is a folder"),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_what_is_no_data_file_of_ours_is_refused_in_one_line_and_left_alone(file: Path, what: str) -> None:
    make, reason = UNUSABLE[what]
    make(file)
    before = contents(file.parent)
    ended = start(file)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"sms-sandbox: data file {file}: {reason}\n"
    assert contents(file.parent) == before


MORTAL = "import ctypes, os, sys; ctypes.CDLL(None).prctl(24, 1, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])"
"""Drops from root what lets it write wherever it likes (PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)."""


def mortal() -> tuple[str, ...]:
    return (sys.executable, "-c", MORTAL) if os.getuid() == 0 else ()


READ_ONLY: dict[str, tuple[int, int, str]] = {
    "the file": (0o444, 0o755, "it cannot be locked for writing"),
    "its folder": (0o644, 0o555, "it cannot be written to"),
    "both": (0o444, 0o555, "it cannot be locked for writing"),
}


@pytest.mark.parametrize("what", READ_ONLY)
def test_what_may_only_be_read_is_refused_in_one_line_and_left_alone(file: Path, what: str) -> None:
    of_file, of_folder, reason = READ_ONLY[what]
    before = contents(file.parent)
    file.chmod(of_file)
    file.parent.chmod(of_folder)
    ended = start(file, mortal())
    file.parent.chmod(0o755)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"sms-sandbox: data file {file}: {reason}\n"
    assert contents(file.parent) == before


def test_a_folder_in_which_nothing_may_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o555)
    ended = start(home / "data.db", mortal())
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"sms-sandbox: data file {home / 'data.db'}: it cannot be opened\n"
    assert contents(home) == {}


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    ended = start(tmp_path / "no" / "data.db")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert (
        ended.stderr == f"sms-sandbox: data file {tmp_path / 'no' / 'data.db'}: there is no folder {tmp_path / 'no'}\n"
    )
    assert contents(tmp_path) == {}


# --- what shows only later -------------------------------------------------------------------------------------


def _leaves(file: Path, table: str) -> list[int]:
    """The pages that hold a table's rows."""
    connection = sqlite3.connect(file)
    sql = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno"
    pages = [page for (page,) in connection.execute(sql, (table,))]
    connection.close()
    return pages


async def test_damage_that_shows_later_is_told_and_nothing_is_written_any_more(file: Path) -> None:
    leaves = _leaves(file, "request")
    for page in leaves[len(leaves) // 3 : len(leaves) // 2]:
        _scribble(file, PAGE * (page - 1), PAGE * page)
    told = f"data file {file}: it is damaged"
    with serving(file.parent.parent / "log", "--data", str(file)) as process:
        async with talking(process) as server:
            await server.freeze()
            status, problem = await server.call("GET", "/_sandbox/requests?text=nothing")
            assert (status, problem["detail"]) == (507, told)
            before = contents(file.parent)
            assert await server.send("skycore") == (503, f"sms-sandbox: {told}; it is only read from now on\n")
            for method, path in (("POST", "/reset"), ("PUT", "/spaces/new"), ("DELETE", "/messages")):
                assert (await server.call(method, f"/_sandbox{path}", json={}))[0] == 507
            assert (await server.get("/messages"))["total"] > 0
            while not (await server.call("GET", "/readyz"))[1]["problems"]:
                pass
            assert contents(file.parent) == before
        process.end(10)
    lines = {line.partition("data file")[2] for line in process.log.read_text().splitlines()}
    assert lines == {f" {file}: it is damaged; it is only read from now on"}


ROWS = {"message": "messages", "request": "requests"}


@pytest.mark.parametrize("table", ROWS)
async def test_a_row_that_makes_no_sense_is_told_and_costs_nobody_else(file: Path, table: str) -> None:
    connection = sqlite3.connect(file)
    connection.execute(f"UPDATE {table} SET more = 'garbage' WHERE seq IN (SELECT max(seq) FROM {table})")
    connection.commit()
    connection.close()
    with serving(file.parent.parent / "log", "--data", str(file)) as process:
        async with talking(process) as server:
            for _ in range(2):
                status, problem = await server.call("GET", f"/_sandbox/{ROWS[table]}")
                assert (status, problem["type"].rpartition(":")[2]) == (507, "storage")
            assert (await server.send("skycore"))[0] == 200
        process.end(10)
    [line] = process.log.read_text().splitlines()
    assert "the store is damaged: " in line


async def test_a_log_torn_by_a_crash_costs_its_last_words_alone(tmp_path: Path) -> None:
    file, wal = tmp_path / "data.db", tmp_path / "data.db-wal"
    with serving(tmp_path / "log", "--data", str(file)) as process:
        await pour(process.port, sends(), 200)
        process.popen.kill()
        process.popen.wait()
    os.truncate(wal, wal.stat().st_size - 3 * PAGE - 100)
    with serving(tmp_path / "log", "--data", str(file)) as process:
        async with talking(process) as server:
            assert 100 < (await server.get("/messages"))["total"] <= 200
            assert (await server.send("skycore"))[0] == 200
        process.end(10)
    assert (tmp_path / "log").read_text() == ""
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
