"""Connections by the thousand over which nothing comes, or nothing more: who else asks must not notice."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.robust.soaking import sends

OURS = 512
"""Files that this process, and the server, need for themselves."""
ALIVE = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"


@contextmanager
def files(wanted: int) -> Iterator[int]:
    """So many more open files for this process, and those that it starts, or as many as it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + OURS if hard == resource.RLIM_INFINITY else min(wanted + OURS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    try:
        yield min(wanted, most - OURS)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def crowd(port: int, count: int) -> Iterator[list[socket.socket]]:
    """So many connections: every second one says nothing, the others were answered once and stay."""
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 60)) for _ in range(count)]
        for line in lines[::2]:
            line.sendall(ALIVE)
        for line in lines[::2]:
            assert line.recv(9999).startswith(b"HTTP/1.1 200 ")
        yield lines


def send(webhook: str | None = None) -> bytes:
    """A request to send."""
    return next(sends(webhook))


def waits(port: int, sends: int) -> list[float]:
    """How long each send of somebody who asks meanwhile takes, in seconds; half of them over a line of their own."""
    took = []
    with socket.create_connection(("127.0.0.1", port), 60) as kept, ExitStack() as stack:
        for number in range(sends):
            begun = time.perf_counter()
            line = kept if number % 2 else stack.enter_context(socket.create_connection(("127.0.0.1", port), 60))
            line.sendall(send())
            assert line.recv(9999).startswith(b"HTTP/1.1 200 ")
            took.append(time.perf_counter() - begun)
    return sorted(took)


def ended(line: socket.socket) -> bool:
    """Closed by the server; waits for it as long as the line has patience."""
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def answered(port: int) -> bool:
    """Whether there is room for one more."""
    try:
        return bool(waits(port, 1))
    except (AssertionError, ConnectionResetError):
        return False
