"""One server for all tests of a room, each in a space of its own, on one loop: for suites of many small tests."""

import logging
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from tests.support.checked import Checked
from tests.support.consumer import Consumer, consuming
from tests.support.documents import webhook_of
from tests.support.server import Server, running

_NUMBERS = count(1)
ONE_LOOP: Final = "session"


def share_loop(items: list[pytest.Item], room: Path) -> None:
    """Let the tests of a room run on the loop that its server lives in."""
    for item in items:
        if pytest_asyncio.is_async_test(item) and item.path.is_relative_to(room):
            item.add_marker(pytest.mark.asyncio(loop_scope=ONE_LOOP), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope=ONE_LOOP)
async def house() -> AsyncIterator[Server]:
    async with running() as server:
        yield server


@pytest_asyncio.fixture(loop_scope=ONE_LOOP)
async def sandbox(house: Server) -> AsyncIterator[Checked]:
    """A space of the test's own, empty and on machine time, whose answers must be as documented."""
    name = f"t-{next(_NUMBERS)}"
    await house.services.spaces.begin(name)
    yield Checked(house.url, house.session, house.services, name)
    await house.services.spaces.drop(name)


@pytest_asyncio.fixture(loop_scope=ONE_LOOP)
async def consumer() -> AsyncIterator[Consumer]:
    """Every post that it has received in the end must be some provider's webhook, as documented."""
    async with consuming() as consumer:
        yield consumer
    assert [received.body for received in consumer.received if webhook_of(received.body) is None] == []


@pytest.fixture(autouse=True)
def no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a client sends, nothing goes wrong inside."""
    yield
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    assert [record.getMessage() for record in records if record.levelno >= logging.ERROR] == []
