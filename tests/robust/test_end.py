"""SIGTERM ends a server within three seconds, whatever is going on, and with a data file nothing is lost."""

import asyncio
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.robust.ending import GOAL, PENDING, beset_and_ended, talking
from tests.support.consumer import Consumer
from tests.support.process import PLAIN, serving
from tests.support.server import running

LIMIT = GOAL
IDLE = 1000
"""Connections that say nothing; ``make torture`` has more."""


def data(tmp_path: Path) -> tuple[str, str]:
    return "--data", str(tmp_path / "data.db")


@pytest.mark.parametrize("durable", [True, False])
async def test_it_ends_in_time_whatever_is_going_on(tmp_path: Path, consumer: Consumer, durable: bool) -> None:
    options = data(tmp_path) if durable else ()
    assert await beset_and_ended(tmp_path, consumer, *options, idle=IDLE, patience=LIMIT) < LIMIT


async def test_nothing_is_lost_by_an_end_in_the_midst_of_work(tmp_path: Path, consumer: Consumer) -> None:
    await beset_and_ended(tmp_path, consumer, *data(tmp_path), idle=0, patience=LIMIT)
    consumer.answers.clear()
    with serving(tmp_path / "log", *data(tmp_path)) as process:
        async with talking(process) as server:
            await server.settle()
            messages = (await server.get("/messages"))["items"]
            callbacks = (await server.get("/callbacks", params={"limit": "1000"}))["items"]
    stored = {message["id"]: message["text"] for message in messages}
    assert Counter(stored.values()) == {"first": 1, "late": 1, "plain": PENDING, "trickle": 1}
    assert {message["status"] for message in messages} == {"delivered"}
    assert Counter((each["message"], each["status"]) for each in callbacks if each["state"] == "acknowledged") == {
        (message, status): 1 for message in stored for status in ("sent", "delivered")
    }


@cache
def apart() -> tuple[str, ...]:
    """What makes a process the first of its own, where the machine lets us; elsewhere it is any process."""
    words = (shutil.which("unshare") or "false", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")
    possible = subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    return words if possible else ()


EARLY = """
import os, signal, sys, types
app = types.ModuleType("sandbox.app")
app.run = lambda settings: os.kill(os.getpid(), signal.SIGTERM) or signal.pause()
sys.modules["sandbox.app"] = app
from sandbox.cli import main
main(["serve"])
"""
"""A server that is told to end before it has begun."""


def test_it_ends_before_it_serves_too() -> None:
    command = [*apart(), sys.executable, "-c", EARLY]
    ended = subprocess.run(command, env=PLAIN, capture_output=True, text=True, timeout=LIMIT * 3, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_as_the_first_process_of_a_container_too(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path / "log", before=apart()) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split() if apart() else []
        os.kill(int(next(iter(children), process.pid)), number)
        assert process.popen.wait(LIMIT) == 0
    assert process.log.read_text() == ""


@pytest.mark.parametrize(("fault", "told"), [(asyncio.InvalidStateError, []), (KeyError, ["Unhandled exception"])])
async def test_a_call_that_ends_in_the_moment_it_is_given_up_is_no_error(
    caplog: pytest.LogCaptureFixture, fault: type[Exception], told: list[str]
) -> None:
    async with running():
        logging.getLogger("aiohttp.server").error("Unhandled exception", exc_info=fault())
    assert [record.getMessage() for record in caplog.records] == told
