"""Who hears what when a flush fails, and what a writer waits for."""

import asyncio
from collections.abc import Awaitable, Iterator
from pathlib import Path

import pytest

from sandbox.store.base import Limits, Store, StoreError
from sandbox.store.rows import Batch
from sandbox.store.sqlite import SqliteStore
from sandbox.store.ticks import MOST, SLICE
from tests.store.made import SPACE, message, refused

MANY = 4 * SLICE


@pytest.fixture
def durable(tmp_path: Path) -> SqliteStore:
    return SqliteStore.open(str(tmp_path / "sandbox.db"), Limits())


@pytest.fixture
def memory() -> SqliteStore:
    return SqliteStore.open(None, Limits())


@pytest.fixture(params=["memory", "durable"])
def store(request: pytest.FixtureRequest) -> SqliteStore:
    found: SqliteStore = request.getfixturevalue(request.param)
    return found


async def _write(store: Store, *seqs: int) -> str:
    try:
        await store.write(Batch(messages=[message(seq) for seq in seqs]))
    except StoreError as fault:
        return str(fault)
    return "written"


async def test_only_the_writer_of_a_broken_batch_hears_of_it(durable: SqliteStore) -> None:
    told = await asyncio.gather(_write(durable, 1), _write(durable, 2, 2), _write(durable, 3))
    assert [told[0], told[2]] == ["written", "written"]
    assert told[1].endswith("UNIQUE constraint failed: message.seq")
    assert await _write(durable, 4) == "written"
    await durable.close()


async def test_batches_of_one_tick_share_a_transaction(store: SqliteStore) -> None:
    statements: list[str] = []
    store._database._connection.set_trace_callback(statements.append)
    await asyncio.gather(*(_write(store, seq) for seq in range(1, 9)))
    assert len(await store.by_seq([*range(1, 9)])) == 8
    assert statements.count("BEGIN") == statements.count("COMMIT") == 1
    await store.close()


async def test_a_writer_is_answered_after_the_transaction(durable: SqliteStore) -> None:
    written = durable.write(Batch(messages=[message(1)]))
    assert durable._database.one("SELECT count(*) FROM message") == (0,)
    await written
    assert durable._database.one("SELECT count(*) FROM message") == (1,)
    assert not durable._database._connection.in_transaction
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


async def test_a_failure_is_told_to_its_writer_and_logged_in_one_line(
    durable: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    broken = durable.write(Batch(messages=[message(1), message(1)]))
    await durable.message(1)
    said = f"{durable._database.where}: UNIQUE constraint failed: message.seq"
    assert [record.getMessage() for record in caplog.records] == [said]
    with pytest.raises(StoreError, match="UNIQUE"):
        await broken
    await durable.close()


async def test_what_goes_wrong_again_and_again_is_logged_once(
    durable: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert "UNIQUE" in await _write(durable, 1, 1)
    assert len(caplog.records) == 1
    assert await _write(durable, 1) == "written"
    assert "UNIQUE" in await _write(durable, 1)
    assert len(caplog.records) == 2
    await durable.close()


async def test_in_memory_writers_go_on_at_the_end_of_the_tick_and_what_they_wrote_is_gathered(
    memory: SqliteStore,
) -> None:
    for seq in range(1, MOST):
        written = asyncio.ensure_future(memory.write(Batch(messages=[message(seq)])))
        assert not written.done()
        await asyncio.sleep(0)
        assert written.done()
    assert memory._database.one("SELECT count(*) FROM message") == (0,)
    await memory.write(Batch(messages=[message(MOST)]))
    assert memory._database.one("SELECT count(*) FROM message") == (MOST,)
    await memory.close()


async def test_in_memory_what_was_gathered_is_written_before_long(
    memory: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = asyncio.Event()
    apply = memory._ticks._apply

    def told(batches: list[Batch]) -> Iterator[None]:
        yield from apply(batches)
        flushed.set()

    monkeypatch.setattr(memory._ticks, "_apply", told)
    await memory.write(Batch(messages=[message(1)]))
    assert not flushed.is_set()
    await flushed.wait()
    assert memory._database.one("SELECT count(*) FROM message") == (1,)
    await memory.close()


def _half_written(store: SqliteStore) -> bool:
    [(written,)] = store._database.all("SELECT count(*) FROM message")
    return 0 < int(written) < MANY


def _begin(store: SqliteStore) -> Awaitable[None]:
    """A large batch, of which a slice is written."""
    writing = store.write(Batch(messages=[message(seq) for seq in range(1, MANY + 1)]))
    store._ticks._write_some()
    assert _half_written(store)
    return writing


async def test_while_a_large_batch_is_written_everybody_else_has_a_turn(store: SqliteStore) -> None:
    writing = asyncio.create_task(_write(store, *range(1, MANY + 1)))
    turns = 0
    while store._database.one("SELECT count(*) FROM name") != (MANY,):
        await asyncio.sleep(0)
        turns += _half_written(store)
    assert turns > 1
    assert await writing == "written"
    await store.close()


async def test_whoever_reads_sees_a_batch_whole_though_it_is_half_written(store: SqliteStore) -> None:
    writing = _begin(store)
    assert (await store.counts(SPACE)).messages == MANY
    assert not store._database._connection.in_transaction
    await writing
    await store.close()


async def test_a_large_batch_that_breaks_late_leaves_nothing(store: SqliteStore) -> None:
    assert await refused(store, Batch(messages=[message(seq) for seq in (*range(1, MANY), 1)])) == [True]
    assert (await store.counts(SPACE)).messages == 0
    assert await _write(store, 1) == "written"
    await store.close()


async def test_what_comes_while_a_large_batch_is_written_follows_it(store: SqliteStore) -> None:
    writing = _begin(store)
    assert await _write(store, MANY + 1) == "written"
    await writing
    assert (await store.counts(SPACE)).messages == MANY + 1
    await store.close()


async def test_in_memory_the_log_tells_what_could_not_be_written_after_its_writer_went_on(
    memory: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    assert await _write(memory, 1, 1) == "written"
    assert await memory.message(1) is None
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "UNIQUE constraint failed: message.seq"
    ]
    await memory.close()


async def _slices(limits: Limits) -> int:
    """Into how many a large batch is parted."""
    store = SqliteStore.open(None, limits)
    written = store.write(Batch(messages=[message(seq) for seq in range(1, MANY + 1)]))
    turns = 1
    store._ticks._write_some()
    while store._ticks._unwritten():
        store._ticks._write_some()
        turns += 1
    await written
    assert (await store.counts(SPACE)).messages == min(MANY, limits.messages)
    await store.close()
    return turns


async def test_what_a_large_batch_pushes_out_goes_in_slices_too() -> None:
    roomy, narrow = Limits(), Limits(messages=10)
    assert await _slices(narrow) >= await _slices(roomy) + MANY // SLICE
