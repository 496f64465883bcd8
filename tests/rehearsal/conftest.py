"""This room's tests share a server and its loop; each has a stage of its own: a space at nine on a Thursday."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.rehearsal.stage import Stage, staged
from tests.support.checked import Checked
from tests.support.consumer import Consumer
from tests.support.shared import ONE_LOOP, consumer, house, no_traceback, sandbox, share_loop

__all__ = ["consumer", "house", "no_traceback", "sandbox"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share_loop(items, Path(__file__).parent)


@pytest_asyncio.fixture(loop_scope=ONE_LOOP)
async def stage(sandbox: Checked, consumer: Consumer) -> AsyncIterator[Stage]:
    yield await staged(sandbox, consumer)
