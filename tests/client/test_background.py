"""The server in a thread of its own: it keeps out of everybody's way."""

import asyncio
import threading

import pytest

from sandbox.background import running
from sandbox.client import Client, Unreachable
from sandbox.errors import SandboxError
from sandbox.settings import Settings


def test_it_is_there_for_the_block_and_gone_after_it() -> None:
    before = threading.active_count()
    with running() as url:
        assert Client(url).clock.get().mode == "real"
    with pytest.raises(Unreachable):
        Client(url).clock.get()
    assert threading.active_count() <= before


async def test_it_may_be_begun_and_ended_where_another_loop_runs() -> None:
    with running() as url:
        assert (await asyncio.to_thread(Client(url).clock.get)).mode == "real"


def test_what_keeps_it_from_starting_is_raised(sms_sandbox_url: str) -> None:
    port = int(sms_sandbox_url.rpartition(":")[2])
    with pytest.raises(SandboxError, match="another program listens there; --port"), running(Settings(port=port)):
        pass
