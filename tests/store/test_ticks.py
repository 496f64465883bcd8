"""Who hears what when a flush fails, and what a commit waits for."""

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
    await store.write(Batch(messages=[message(seq) for seq in seqs]))
    try:
        await store.commit()
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


async def test_a_commit_comes_after_its_transaction(store: SqliteStore) -> None:
    await store.write(Batch(messages=[message(1)]))
    assert not store._database._connection.in_transaction
    await store.commit()
    assert store._database.one("SELECT count(*) FROM message") == (1,)
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


async def test_a_failure_is_told_once(store: SqliteStore) -> None:
    await store.write(Batch(messages=[message(1), message(1)]))
    with pytest.raises(StoreError):
        await store.commit()
    await store.commit()
    await store.close()


async def test_a_failure_is_logged_in_one_line(store: SqliteStore, caplog: pytest.LogCaptureFixture) -> None:
    await store.write(Batch(messages=[message(1), message(1)]))
    await store.message(1)
    assert [record.getMessage() for record in caplog.records] == [
        f"{store._database.where}: UNIQUE constraint failed: message.seq"
    ]
    with pytest.raises(StoreError):
        await store.close()
