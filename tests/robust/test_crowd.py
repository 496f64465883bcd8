"""Thousands of idle connections disturb nobody, nor does one more than files may be open."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from sandbox import app
from tests.robust.crowding import answered, crowd, ended, files, send, waits
from tests.robust.test_wire import Line
from tests.support.consumer import Consumer
from tests.support.process import Process, serving
from tests.support.server import running

MANY = 4_000
"""``make torture`` holds 10,000, for as long as the server lets it."""
EACH = 16 * 1024
"""What a connection may cost, in bytes of the server's memory."""


def test_thousands_of_idle_connections_disturb_nobody_and_end_with_the_server(tmp_path: Path) -> None:
    with files(MANY) as most, serving(tmp_path / "log") as process:
        alone = process.memory()
        with crowd(process.port, most) as lines:
            assert waits(process.port, 20)
            assert process.memory() < alone + EACH * most + 8 * 2**20
            process.end(10)
            assert all(map(ended, lines))
    assert process.log.read_text() == ""


async def test_idle_connections_are_closed_when_their_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "IDLE", 2.0)
    async with running() as server:
        with ExitStack() as stack:
            lines = [await Line.to(server) for _ in range(100)]
            for line in lines:
                stack.callback(line.close)
            for line in lines[::2]:
                await line.say(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert [await line.status() for line in lines[::2]] == [200] * 50
            assert [await line.closed() for line in lines] == [True] * 100


@contextmanager
def limited(tmp_path: Path, how: str) -> Iterator[Process]:
    """A server that begins with 64 files."""
    few = ("sh", "-c", f'ulimit {how} 64; exec "$@"', "sh")
    with serving(tmp_path / "log", "--data", str(tmp_path / "data.db"), before=few) as process:
        yield process


async def test_at_the_limit_of_open_files_further_ones_are_closed_and_the_work_goes_on(
    tmp_path: Path, consumer: Consumer
) -> None:
    with limited(tmp_path, "-n") as process:
        with crowd(process.port, 32) as lines, ExitStack() as stack:
            before = process.effort()
            refused = [stack.enter_context(socket.create_connection(("127.0.0.1", process.port), 9)) for _ in range(99)]
            assert all(map(ended, refused))
            assert process.effort() - before < 1
            lines[0].sendall(send(consumer.url))
            await consumer.wait(1)
            assert lines[0].recv(9999).startswith(b"HTTP/1.1 200 ")
        while not answered(process.port):  # as soon as the server has seen them go
            pass
        process.end(10)
    [line] = process.log.read_text().splitlines()
    assert line.partition("connections: ")[2] == (
        "32 connections are open, as many as the limit of open files allows (ulimit -n); more are closed"
    )


def test_the_server_takes_as_many_files_as_it_is_allowed_to(tmp_path: Path) -> None:
    with limited(tmp_path, "-S -n") as process:
        with crowd(process.port, 100):
            assert waits(process.port, 2)
        process.end(10)
    assert process.log.read_text() == ""
