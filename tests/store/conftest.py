"""Every store: a new implementation is tested by one more line in ``STORES``."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.store import database
from sandbox.store.base import Limits, Store
from sandbox.store.database import Database
from sandbox.store.named import Named
from sandbox.store.sqlite import SqliteStore
from tests.store.plans import reads_through

Opener = Callable[[Path, Limits], Store]


def _named(_: Path, limits: Limits) -> Store:
    """As the first Pythons 3.12 have it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "CONNECTION", Named)
        return SqliteStore.open(None, limits)


STORES: dict[str, Opener] = {
    "memory": lambda _, limits: SqliteStore.open(None, limits),
    "named": _named,
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


@pytest.fixture(autouse=True)
def _no_table_is_read_through(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What any test here has a store do finds its rows by an index, however many there are."""
    asked: list[str] = []
    for name in ("run", "many", "all"):
        monkeypatch.setattr(Database, name, _overheard(getattr(Database, name), asked))
    yield
    monkeypatch.undo()
    assert [sql for sql in dict.fromkeys(asked) if reads_through(sql)] == []


def _overheard(method: Callable[..., Any], asked: list[str]) -> Callable[..., Any]:
    def told(self: Database, sql: str, *values: Any) -> Any:
        asked.append(sql)
        return method(self, sql, *values)

    return told
