"""The data file: what it keeps from one server to the next, and the clear line for each one that cannot be used."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.store import schema
from sandbox.store.base import Counts, Limits, StoreError
from sandbox.store.rows import Batch, Filter, SpaceRow
from sandbox.store.sqlite import SqliteStore
from tests.store.made import SPACE, attempt_due, callback, entry, message, send


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.db"


def opened(path: Path, **limits: int) -> SqliteStore:
    return SqliteStore.open(str(path), Limits(**limits))


# --- from one server to the next ----------------------------------------------------------------------------


async def test_everything_is_there_again(path: Path) -> None:
    store = opened(path, messages=3)
    await store.save_space(SpaceRow("t1", {"seed": 7}))
    await store.remember("key", b"\x01")
    sent = await send(store, 5, settled=False, space="t1")
    row = callback(store.number(), sent[4].seq, space="t1")
    await store.write(Batch(callbacks=[row], requests=[entry(store.number(), space="t1")]))
    counts, last = await store.counts("t1"), store.number()
    await store.close()

    store = opened(path, messages=3)
    assert await store.spaces() == [SpaceRow("t1", {"seed": 7})]
    assert await store.remember("key", b"\x02") == b"\x01"
    assert (await store.messages("t1", Filter())).items == sent[:1:-1]
    assert await store.message(sent[0].seq) == sent[0]
    assert await store.orphans() == [row]
    assert await store.counts("t1") == counts
    assert store.number() == last
    await store.close()


ROWS: dict[str, Batch] = {
    "a message": Batch(messages=[message(41)]),
    "a callback": Batch(callbacks=[callback(41, 0)]),
    "a request": Batch(requests=[entry(41)]),
}


@pytest.mark.parametrize("what", ROWS)
async def test_numbers_go_on_after_the_highest_of_any_row(path: Path, what: str) -> None:
    store = opened(path)
    await store.write(ROWS[what])
    await store.close()
    store = opened(path)
    assert store.number() == 42
    await store.close()


async def test_numbers_are_not_given_again_after_a_reset(path: Path) -> None:
    store = opened(path)
    [sent] = await send(store)
    await store.clear(SPACE)
    await store.close()
    store = opened(path)
    assert store.number() > sent.seq
    await store.close()


async def test_a_file_is_closed_without_litter(path: Path) -> None:
    store = opened(path)
    await send(store)
    await store.close()
    assert [found.name for found in path.parent.iterdir()] == [path.name]


async def test_smaller_bounds_are_kept_from_the_first_look(path: Path) -> None:
    store = opened(path)
    await send(store, 5)
    await store.close()
    store = opened(path, messages=2)
    assert (await store.counts(SPACE)) == Counts(messages=2, evicted_messages=3)
    await store.close()


# --- files that cannot be used --------------------------------------------------------------------------------


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmark (url)")
    connection.close()


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "of a newer version": (_newer, "version 99; this sms-sandbox knows up to 2"),
    "somebody else's database": (_foreign, "it is a database, but none of sms-sandbox"),
    "no database": (lambda path: path.write_bytes(b"Dear diary\n" * 500), "it is no data file of sms-sandbox"),
    "a folder": (lambda path: path.mkdir(), "it is a folder"),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_file_that_is_not_ours_is_refused_in_one_line_and_left_alone(path: Path, what: str) -> None:
    make, expected = UNUSABLE[what]
    make(path)
    before = path.is_file() and path.read_bytes()
    with pytest.raises(StoreError) as caught:
        opened(path)
    assert str(caught.value).startswith(f"data file {path}: ")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (path.is_file() and path.read_bytes()) == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_path_that_leads_nowhere_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"^data file .*: there is no folder .*/no/folder$"):
        opened(tmp_path / "no" / "folder" / "sandbox.db")


async def test_a_damaged_file_is_told_in_one_line(path: Path) -> None:
    store = opened(path)
    await send(store, 200)
    await store.close()
    _scribble(path)
    with pytest.raises(StoreError, match=r"^data file .*: it is damaged$"):
        opened(path)


def _scribble(path: Path) -> None:
    """Over everything but the first page."""
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\x5a" * (len(whole) - 4096))


async def test_two_servers_on_one_file_are_refused_and_the_first_works_on(path: Path) -> None:
    first = opened(path)
    await send(first)
    with pytest.raises(StoreError, match=r"another server is using it$"):
        opened(path)
    await send(first)
    assert (await first.counts(SPACE)).messages == 2
    await first.close()
    await opened(path).close()


async def test_a_file_that_cannot_be_written_to_is_told_to_the_writer(path: Path) -> None:
    store = opened(path)
    store._database.run("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match=r"it cannot be written to$"):
        await send(store)
    with pytest.raises(StoreError, match=r"it cannot be written to$"):
        await store.save_space(SpaceRow("t1", {}))
    assert await store.spaces() == []
    store._database.run("PRAGMA query_only = OFF")
    await store.close()


async def test_a_full_disk_costs_the_batch_that_did_not_fit_and_nothing_else(path: Path) -> None:
    store = opened(path)
    await send(store, 3)
    [(pages,)] = store._database.all("PRAGMA page_count")
    store._database.run(f"PRAGMA max_page_count = {pages + 2}")
    huge = message(store.number(), text="x" * 100_000, space="new")
    with pytest.raises(StoreError, match=r"^data file .*: the disk is full$"):
        await store.write(Batch(messages=[huge]))
    assert await store.message(huge.seq) is None
    assert (await store.counts(SPACE)).messages == 3
    await send(store)
    store._database.run("PRAGMA max_page_count = 1000000")
    await store.write(Batch(messages=[huge]))
    assert (await store.messages("new", Filter())).items == [huge]
    assert store._database.all("PRAGMA integrity_check") == [("ok",)]
    await store.close()


# --- versions -------------------------------------------------------------------------------------------------


def _step(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE subscription ADD COLUMN since INTEGER")


def _broken(connection: sqlite3.Connection) -> None:
    _step(connection)
    connection.execute("ALTER TABLE nowhere ADD COLUMN nothing")


def _columns(path: Path) -> tuple[int, set[str]]:
    connection = sqlite3.connect(path)
    columns = {row[1] for row in connection.execute("PRAGMA table_info(subscription)")}
    found = schema.version(connection), columns
    connection.close()
    return found


async def test_an_older_file_is_brought_forward_with_what_it_holds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(path)
    sent = await send(store, 2)
    await store.close()
    before = schema.newest()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, _step))
    store = opened(path)
    assert (await store.messages(SPACE, Filter())).items == sent[::-1]
    await store.close()
    version, columns = _columns(path)
    assert version == schema.newest() == before + 1
    assert "since" in columns


async def test_a_file_of_version_1_is_brought_forward_with_what_it_holds(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript((Path(__file__).parent / "version-1.sql").read_text())
    connection.close()
    store = opened(path)
    names = {"bulkId": "b-1"}
    sent = [message(seq, space="t1", provider_ids={**names, "id": f"m-{seq}"}) for seq in (1, 2, 3)]
    assert (await store.messages("t1", Filter())).items == sent[::-1]
    assert await store.named("t1", "b-1") == sent[::-1]
    assert await store.named("t1", "m-2") == [sent[1]]
    assert [row.seq for row in await store.due("t1", 5_000, 9)] == [1, 5]
    assert [row.seq for row in await store.dues_of(2)] == [5]
    assert await store.orphans() == []
    assert (await store.counts("t1")) == Counts(messages=3, requests=1, callbacks=1, pending=2)
    assert store._database.all("PRAGMA integrity_check") == [("ok",)]
    await store.close()
    assert await _tables(path) == await _tables(path.with_name("fresh.db"))


async def _tables(path: Path) -> set[str]:
    """What the tables and indexes are, spaces aside."""
    store = opened(path)
    rows = store._database.all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
    await store.close()
    return {" ".join(sql.replace('"', "").split()) for (sql,) in rows}


async def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await opened(path).close()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, _broken))
    with pytest.raises(StoreError, match="no such table: nowhere"):
        opened(path)
    version, columns = _columns(path)
    assert version == schema.newest() - 1
    assert "since" not in columns


async def test_a_due_attempt_survives_with_its_callback(path: Path) -> None:
    store = opened(path)
    [sent] = await send(store)
    row = callback(store.number(), sent.seq)
    post = attempt_due(row.seq)
    await store.write(Batch(callbacks=[row], dues=[post]))
    await store.close()
    store = opened(path)
    assert await store.due(SPACE, post.at, 9) == [post]
    assert await store.orphans() == []
    await store.close()
