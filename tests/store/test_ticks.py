"""Who hears what when a flush fails, and what a writer waits for."""

import asyncio
from pathlib import Path

import pytest

from sandbox.store.base import Limits, Store, StoreError
from sandbox.store.rows import Batch
from sandbox.store.sqlite import SqliteStore
from tests.store.made import message


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SqliteStore:
    return SqliteStore.open(str(tmp_path / "sandbox.db") if request.param == "file" else None, Limits())


async def _write(store: Store, *seqs: int) -> str:
    try:
        await store.write(Batch(messages=[message(seq) for seq in seqs]))
    except StoreError as fault:
        return str(fault)
    return "written"


async def test_only_the_writer_of_a_broken_batch_hears_of_it(store: SqliteStore) -> None:
    told = await asyncio.gather(_write(store, 1), _write(store, 2, 2), _write(store, 3))
    assert [told[0], told[2]] == ["written", "written"]
    assert told[1].endswith("UNIQUE constraint failed: message.seq")
    assert await _write(store, 4) == "written"
    await store.close()


async def test_batches_of_one_tick_share_a_transaction(store: SqliteStore) -> None:
    statements: list[str] = []
    store._database._connection.set_trace_callback(statements.append)
    await asyncio.gather(*(_write(store, seq) for seq in range(1, 9)))
    store._database._connection.set_trace_callback(None)
    assert statements.count("BEGIN") == statements.count("COMMIT") == 1
    await store.close()


async def test_a_writer_is_answered_after_the_transaction(store: SqliteStore) -> None:
    written = store.write(Batch(messages=[message(1)]))
    assert store._database.one("SELECT count(*) FROM message") == (0,)
    await written
    assert store._database.one("SELECT count(*) FROM message") == (1,)
    assert not store._database._connection.in_transaction
    await store.close()


async def test_one_who_gives_up_waiting_disturbs_nobody(store: SqliteStore) -> None:
    one, two = asyncio.create_task(_write(store, 1)), asyncio.create_task(_write(store, 2))
    await asyncio.sleep(0)
    one.cancel()
    assert await two == "written"
    with pytest.raises(asyncio.CancelledError):
        await one
    assert set(await store.by_seq([1, 2])) == {1, 2}
    await store.close()


async def test_a_failure_is_told_to_its_writer_and_logged_in_one_line(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    broken = store.write(Batch(messages=[message(1), message(1)]))
    await store.message(1)
    said = f"{store._database.where}: UNIQUE constraint failed: message.seq"
    assert [record.getMessage() for record in caplog.records] == [said]
    with pytest.raises(StoreError, match="UNIQUE"):
        await broken
    await store.close()


async def test_what_goes_wrong_again_and_again_is_logged_once(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert "UNIQUE" in await _write(store, 1, 1)
    assert len(caplog.records) == 1
    assert await _write(store, 1) == "written"
    assert "UNIQUE" in await _write(store, 1)
    assert len(caplog.records) == 2
    await store.close()
