"""A space ends at once; its rows go in portions, all of them, whatever comes in late."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.sms.message import Link
from sandbox.store import sweeping
from sandbox.store.base import Counts, Limits
from sandbox.store.rows import Batch, Filter
from sandbox.store.sqlite import SqliteStore
from tests.store.made import ADA, SPACE, attempt, attempt_due, callback, due, entry, receipt, replay, send

TABLES = ("message", "name", "link", "due", "receipt", "callback", "attempt", "request", "replay", "subscription")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore.open(str(tmp_path / "sandbox.db"), Limits(messages=100))
    yield opened
    await opened.close()


def rows(store: SqliteStore) -> dict[str, int]:
    """How many each table has, if any."""
    counts = {table: store._database.all(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}
    return {table: count for table, count in counts.items() if count}


def swept(store: SqliteStore) -> int:
    """Sweep to the end; how many portions that took."""
    portions = 0
    while sweeping.sweep(store._database):
        portions += 1
    return portions


async def fill(store: SqliteStore, count: int, space: str = SPACE) -> None:
    for sent in await send(store, count, space=space, settled=False, provider_ids={"bulkId": "b-1"}):
        number = store.number(3)
        row, inbound = callback(number, sent.seq, space=space), callback(number + 1, 0, space=space)
        post = attempt_due(row.seq)
        post.space = space
        await store.write(Batch(
            links=[(space, sent.seq, Link(f"l{number}", "http://x"))], dues=[post], callbacks=[row, inbound],
            attempts=[(row.seq, attempt()), (inbound.seq, attempt())], receipts=[receipt(sent.seq)],
            requests=[entry(number + 2, space=space)], replays=[replay(f"k{number}", sent.seq, space=space)],
        ))  # fmt: skip
    await store.subscribe(space, "c", ADA, True)


async def test_everything_of_a_dropped_space_is_swept_away_in_portions(store: SqliteStore) -> None:
    await fill(store, 130)  # thirty of them hidden
    await fill(store, 1, "other")
    others = await store.counts("other")
    await store.drop_space(SPACE)
    assert rows(store)["message"] == 131
    assert swept(store) >= 130 / sweeping.PORTION
    assert set(rows(store).values()) == {1, 2}
    assert await store.counts("other") == others
    await store.drop_space("other")
    swept(store)
    assert rows(store) == {}
    assert store._database.all("SELECT * FROM space") == []


async def test_what_comes_in_late_is_swept_away_too(store: SqliteStore) -> None:
    await fill(store, 1)
    [sent] = (await store.messages(SPACE, Filter())).items
    [inbound] = [found for found in (await store.callbacks(SPACE, Filter())).items if not found.message]
    await store.clear(SPACE)
    late = callback(store.number(), sent.seq)
    await store.write(Batch(
        dues=[due(sent.seq)], receipts=[receipt(sent.seq)], callbacks=[late],
        attempts=[(late.seq, attempt()), (inbound.seq, attempt())],
    ))  # fmt: skip
    assert await store.counts(SPACE) == Counts()
    swept(store)
    assert rows(store) == {}


async def test_clearing_the_messages_leaves_the_journal_where_it_is_found(store: SqliteStore) -> None:
    await fill(store, 2)
    await store.clear(SPACE, messages_only=True)
    swept(store)
    assert rows(store) == {"request": 2, "subscription": 1}
    assert (await store.requests(SPACE, Filter())).total == 2


async def test_sweeping_goes_on_by_itself_until_nothing_is_left(store: SqliteStore) -> None:
    await fill(store, 120)
    await store.clear(SPACE)
    portions = 0
    while store._sweeper is not None:
        store._sweeper.cancel()
        store._sweep()
        portions += 1
    assert portions >= 120 / sweeping.PORTION
    assert rows(store) == {}


async def test_the_next_server_sweeps_what_this_one_left(tmp_path: Path) -> None:
    path = str(tmp_path / "left.db")
    first = SqliteStore.open(path, Limits())
    await fill(first, 3)
    await first.drop_space(SPACE)
    await first.close()
    second = SqliteStore.open(path, Limits())
    assert await second.counts(SPACE) == Counts()
    await send(second, space="new")
    assert second._sweeper is not None
    swept(second)
    assert rows(second) == {"message": 1, "name": 1}
    await second.close()
