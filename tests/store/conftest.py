"""Every store: a new implementation is tested by one more line in ``STORES``."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sandbox.store.base import Limits, Store
from sandbox.store.sqlite import SqliteStore

Opener = Callable[[Path, Limits], Store]
STORES: dict[str, Opener] = {
    "memory": lambda _, limits: SqliteStore.open(None, limits),
    "file": lambda folder, limits: SqliteStore.open(str(folder / "sandbox.db"), limits),
}


@pytest.fixture(params=STORES)
def opener(request: pytest.FixtureRequest) -> Opener:
    return STORES[request.param]


@pytest.fixture
async def store(opener: Opener, tmp_path: Path) -> AsyncIterator[Store]:
    opened = opener(tmp_path, Limits())
    yield opened
    await opened.close()


@pytest.fixture
async def small(opener: Opener, tmp_path: Path) -> AsyncIterator[Store]:
    """Three messages and two requests a space."""
    opened = opener(tmp_path, Limits(messages=3, requests=2))
    yield opened
    await opened.close()
