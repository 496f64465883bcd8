"""Who hears what when a flush fails, and what a commit waits for."""

import asyncio
from pathlib import Path

import pytest

from sandbox.store.base import Limits, Store, StoreError
from sandbox.store.rows import Batch
from sandbox.store.sqlite import SqliteStore
from tests.store.made import message


@pytest.fixture
def durable(tmp_path: Path) -> SqliteStore:
    return SqliteStore.open(str(tmp_path / "sandbox.db"), Limits())


async def _write(store: Store, *seqs: int) -> str:
    await store.write(Batch(messages=[message(seq) for seq in seqs]))
    try:
        await store.commit()
    except StoreError as fault:
        return str(fault)
    return "written"


async def test_only_the_writer_of_a_broken_batch_hears_of_it(durable: SqliteStore) -> None:
    told = await asyncio.gather(_write(durable, 1), _write(durable, 2, 2), _write(durable, 3))
    assert [told[0], told[2]] == ["written", "written"]
    assert told[1].endswith("UNIQUE constraint failed: message.seq")
    assert await _write(durable, 4) == "written"
    await durable.close()


async def test_batches_of_one_tick_share_a_transaction(durable: SqliteStore) -> None:
    statements: list[str] = []
    durable._database._connection.set_trace_callback(statements.append)
    await asyncio.gather(*(_write(durable, seq) for seq in range(1, 9)))
    durable._database._connection.set_trace_callback(None)
    assert statements.count("BEGIN") == statements.count("COMMIT") == 1
    await durable.close()


async def test_a_commit_comes_after_its_transaction(durable: SqliteStore) -> None:
    await durable.write(Batch(messages=[message(1)]))
    assert not durable._database._connection.in_transaction
    await durable.commit()
    assert durable._database.one("SELECT count(*) FROM message") == (1,)
    await durable.close()


async def test_one_who_gives_up_waiting_disturbs_nobody(durable: SqliteStore) -> None:
    one, two = asyncio.create_task(_write(durable, 1)), asyncio.create_task(_write(durable, 2))
    await asyncio.sleep(0)
    one.cancel()
    assert await two == "written"
    with pytest.raises(asyncio.CancelledError):
        await one
    assert set(await durable.by_seq([1, 2])) == {1, 2}
    await durable.close()


async def test_a_failure_is_told_once(durable: SqliteStore) -> None:
    await durable.write(Batch(messages=[message(1), message(1)]))
    with pytest.raises(StoreError):
        await durable.commit()
    await durable.commit()
    await durable.close()


async def test_a_failure_is_logged_in_one_line(durable: SqliteStore, caplog: pytest.LogCaptureFixture) -> None:
    await durable.write(Batch(messages=[message(1), message(1)]))
    await durable.message(1)
    assert [record.getMessage() for record in caplog.records] == [
        f"{durable._database.where}: UNIQUE constraint failed: message.seq"
    ]
    with pytest.raises(StoreError):
        await durable.close()


async def test_memory_does_not_wait() -> None:
    store = SqliteStore.open(None, Limits())
    waited = store.commit()
    await store.write(Batch(messages=[message(1), message(1)]))
    with pytest.raises(StopIteration):
        waited.send(None)
    await store.message(1)
    with pytest.raises(StoreError):
        await store.commit()
    await store.close()
