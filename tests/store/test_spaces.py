"""Spaces in every store: apart from each other, counted exactly, emptied at once."""

from dataclasses import replace

from sandbox.sms.message import Link
from sandbox.sms.state import State
from sandbox.store.base import Counts, Store
from sandbox.store.rows import Batch, Filter, SpaceRow
from tests.store.made import (
    ADA,
    SPACE,
    attempt,
    attempt_due,
    callback,
    due,
    entry,
    receipt,
    replay,
    send,
)


async def test_spaces_are_remembered_as_they_were_last_saved(store: Store) -> None:
    await store.save_space(SpaceRow("t1", {"seed": 1}))
    await store.save_space(SpaceRow("t2", {"seed": None, "clock": {"speed": 1.5}}))
    await store.save_space(SpaceRow("t1", {"seed": 2}))
    assert await store.spaces() == [
        SpaceRow("t1", {"seed": 2}),
        SpaceRow("t2", {"seed": None, "clock": {"speed": 1.5}}),
    ]
    await store.drop_space("t1")
    assert [row.name for row in await store.spaces()] == ["t2"]


async def _fill(store: Store, space: str) -> None:
    [sent] = await send(store, space=space, provider_ids={"bulkId": "b-1"})
    number = store.number
    row = callback(number(), sent.seq, space=space)
    inbound = callback(number(), 0, space=space, message_id="mo-1")
    batch = Batch(
        links=[(space, sent.seq, Link("abc", "http://x"))],
        dues=[
            due(sent.seq, space=space, pending=3),
            replace(attempt_due(inbound.seq), space=space),
        ],
        callbacks=[row, inbound],
        attempts=[(row.seq, attempt()), (inbound.seq, attempt())],
        receipts=[receipt(sent.seq)],
        requests=[entry(number(), space=space)],
        replays=[replay("k", sent.seq, space=space)],
    )  # fmt: skip
    await store.write(batch)
    await store.subscribe(space, "c", ADA, True)


FULL = Counts(messages=1, requests=1, callbacks=2, pending=4)


async def test_counts_are_exact(store: Store) -> None:
    await _fill(store, SPACE)
    assert await store.counts(SPACE) == FULL


async def test_clear_says_what_it_removed_and_removes_it_from_one_space(store: Store) -> None:
    await _fill(store, SPACE)
    await _fill(store, "other")
    assert await store.clear(SPACE) == FULL
    assert await store.counts(SPACE) == Counts()
    assert await store.homes("message", "b-1") == await store.homes("link", "abc") == ["other"]
    assert await store.replay(SPACE, "k", 0) is None
    assert await store.subscribed(SPACE, "c", ADA) is None
    assert await store.counts("other") == FULL
    assert await store.clear(SPACE) == Counts()


async def test_what_a_cleared_message_still_causes_is_not_seen(store: Store) -> None:
    [sent] = await send(store, settled=False)
    row = callback(store.number(), sent.seq)
    await store.write(Batch(callbacks=[row]))
    await store.clear(SPACE)
    late = callback(store.number(), sent.seq)
    batch = Batch(
        dropped=[sent.seq],
        dues=[due(sent.seq), attempt_due(row.seq)],
        moves=[(sent.seq, State.SENT, 1)],
        receipts=[receipt(sent.seq)],
        callbacks=[late],
        attempts=[(row.seq, attempt())],
        ledger=[(row.seq, "failed", None)],
    )
    await store.write(batch)
    assert await store.counts(SPACE) == Counts()
    assert await store.next_due(SPACE) is None
    assert await store.by_seq([sent.seq]) == {}
    assert await store.callbacks_by_seq([row.seq, late.seq]) == {}
    assert not await store.receipts(sent.seq)
    assert not await store.callbacks_of(sent.seq)
    assert not await store.dues_of(sent.seq)
    assert not await store.orphans()


async def test_clearing_the_messages_keeps_the_journal_and_the_subscriptions(store: Store) -> None:
    await _fill(store, SPACE)
    assert await store.clear(SPACE, messages_only=True) == FULL
    assert await store.counts(SPACE) == Counts(requests=1)
    assert await store.subscribed(SPACE, "c", ADA) is True
    assert await store.replay(SPACE, "k", 0) is None


async def test_a_space_that_was_dropped_begins_anew(store: Store) -> None:
    await _fill(store, SPACE)
    await store.drop_space(SPACE)
    assert await store.counts(SPACE) == Counts()
    [sent] = await send(store)
    assert (await store.messages(SPACE, Filter())).items == [sent]
    await store.drop_space("nowhere")


async def test_the_first_fact_is_kept(store: Store) -> None:
    assert await store.remember("key", b"\x00\xff") == b"\x00\xff"
    assert await store.remember("key", b"another") == b"\x00\xff"
    assert await store.remember("shape", {"a": [1, None]}) == {"a": [1, None]}
    assert await store.remember("shape", 7) == {"a": [1, None]}
