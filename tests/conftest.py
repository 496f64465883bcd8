"""Fixtures that every room shares."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from sandbox.providers import discover
from tests.support.consumer import Consumer, consuming
from tests.support.server import Server, running

settings.register_profile("untimed", deadline=None)  # a busy machine is no counterexample
settings.load_profile("untimed")


@pytest.fixture
async def sandbox() -> AsyncIterator[Server]:
    """A server of the test's own."""
    async with running() as server:
        yield server


@pytest.fixture
async def consumer() -> AsyncIterator[Consumer]:
    async with consuming() as consumer:
        yield consumer


@pytest.fixture(params=sorted(discover()))
def slug(request: pytest.FixtureRequest) -> str:
    """Every provider in turn."""
    return str(request.param)
