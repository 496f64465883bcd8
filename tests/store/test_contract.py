"""What every store promises: rows come back as they went in, batches whole or not at all, in their order."""

import asyncio
from dataclasses import replace

import pytest

from sandbox.sms.message import Link, Receipt
from sandbox.sms.state import State
from sandbox.store.base import Counts, Store
from sandbox.store.rows import NEVER, Batch
from tests.store.made import (
    ADA,
    BOB,
    SPACE,
    attempt,
    attempt_due,
    callback,
    due,
    entry,
    message,
    receipt,
    refused,
    replay,
    send,
)

# --- rows -------------------------------------------------------------------------------------------------


async def test_a_message_comes_back_as_it_was_written(store: Store) -> None:
    full = message(
        store.number(), text="Grüße\x00 😀", data={"deep": [{"x": None}], "n": 2**53}, provider_ids={"a": "b"}
    )
    bare = message(store.number(), sender=None, reference=None, callback_url=None, rule=None, state=State.REJECTED)
    await store.write(Batch(messages=[full, bare]))
    assert await store.message(full.seq) == full
    assert await store.message(bare.seq) == bare
    found = await store.message(bare.seq)
    assert found is not None
    assert isinstance(found.state, State)


async def test_what_is_due_comes_back_as_it_was_written(store: Store) -> None:
    [sent] = await send(store)
    row = due(sent.seq, 7, plan=b"\x00\xff", pending=3, held="outage")
    await store.write(Batch(dues=[row]))
    assert await store.dues_of(sent.seq) == [row]


async def test_a_callback_comes_back_with_its_attempts(store: Store) -> None:
    [sent] = await send(store)
    row = callback(store.number(), sent.seq, words={"sign": "stale", "retry": [1, 2]}, link=Link("abc", "http://x", 2))
    inbound = callback(store.number(), 0, message_id="mo-1", kind="inbound", receipt=None, post=b"\x00{}")
    tries = [attempt(1), attempt(2, status=None, headers=(), body=b"", error="refused", state="blocked")]
    await store.write(Batch(callbacks=[row, inbound], attempts=[(row.seq, one) for one in tries]))
    assert await store.callback(SPACE, row.id) == replace(row, attempts=tries)
    assert await store.callback(SPACE, inbound.id) == inbound
    assert await store.callbacks_by_seq([row.seq, inbound.seq, 999]) == {
        row.seq: replace(row, attempts=tries),
        inbound.seq: inbound,
    }


async def test_a_brief_callback_has_as_many_attempts_and_nothing_of_them(store: Store) -> None:
    [sent] = await send(store)
    row = callback(store.number(), sent.seq)
    await store.write(Batch(callbacks=[row], attempts=[(row.seq, attempt(1)), (row.seq, attempt(2))]))
    brief = (await store.callbacks_by_seq([row.seq], brief=True))[row.seq]
    assert [(one.number, one.body) for one in brief.attempts] == [(1, b""), (2, b"")]


async def test_a_request_comes_back_as_it_was_written(store: Store) -> None:
    accepted = entry(store.number(), client_gave_up=True)
    lost = entry(
        store.number(), account=None, outcome="faulted", error="64", explanation="a hang", rule=None, messages=(),
        to=(), texts=(), answer_status=None, answer_headers=(), answer_body=b"", headers=(), body=b"",
    )  # fmt: skip
    await store.write(Batch(requests=[accepted, lost]))
    assert await store.request(SPACE, accepted.id) == accepted
    assert await store.request(SPACE, lost.id) == lost


async def test_a_request_learns_how_long_its_answer_took(store: Store) -> None:
    row = entry(store.number())
    await store.write(Batch(requests=[row]))
    await store.write(Batch(ended=[(row.seq, 1234.5, True)]))
    assert await store.request(SPACE, row.id) == replace(row, duration_ms=1234.5, client_gave_up=True)


async def test_receipts_come_back_in_the_order_in_which_they_happened(store: Store) -> None:
    [sent] = await send(store)
    late = receipt(sent.seq, State.DELIVERED, receipt=Receipt("n-2", State.DELIVERED, 99, "0", "ok"), source="hand")
    early = receipt(sent.seq, State.SENT, moved=False)
    await store.write(Batch(receipts=[late]))
    await store.write(Batch(receipts=[early]))
    assert await store.receipts(sent.seq) == [late, early]


async def test_a_state_moves(store: Store) -> None:
    [sent] = await send(store)
    await store.write(Batch(moves=[(sent.seq, State.SENT, 5), (sent.seq, State.DELIVERED, 6)]))
    assert await store.message(sent.seq) == replace(sent, state=State.DELIVERED, state_at=6)


async def test_many_messages_are_found_by_seq_and_strangers_are_left_out(store: Store) -> None:
    sent = await send(store, 5)
    found = await store.by_seq([sent[4].seq, sent[1].seq, 999_999])
    assert found == {sent[1].seq: sent[1], sent[4].seq: sent[4]}
    assert await store.by_seq([]) == {}
    assert await store.message(0) is None


# --- batches ----------------------------------------------------------------------------------------------


async def test_a_batch_that_cannot_be_written_leaves_nothing_behind(store: Store) -> None:
    [first] = await send(store)
    seq = store.number()
    assert await refused(store, Batch(messages=[message(seq), message(first.seq)], requests=[entry(seq)])) == [True]
    assert await store.message(seq) is None
    assert await store.request(SPACE, f"q-{seq}") is None
    assert (await store.counts(SPACE)).messages == 1


async def test_a_broken_batch_takes_none_of_its_tick_along(store: Store) -> None:
    good, bad, fine = (store.number() for _ in range(3))
    batches = [Batch(messages=[message(seq) for seq in seqs]) for seqs in ([good], [bad, bad], [fine])]
    assert await refused(store, *batches) == [False, True, False]
    assert sorted(await store.by_seq([good, bad, fine])) == [good, fine]
    assert (await store.counts(SPACE)).messages == 2


@pytest.mark.parametrize(
    "unstorable",
    [
        {"text": "\ud800"},
        {"accepted_at": 2**63},
        {"data": {"x": object()}},
        {"data": {"x": "\ud800"}},
        {"sender": ["x"]},
    ],
)
async def test_what_no_row_can_hold_is_refused_whole(store: Store, unstorable: dict[str, object]) -> None:
    seq = store.number(2)
    assert await refused(store, Batch(messages=[message(seq), message(seq + 1, **unstorable)])) == [True]
    assert await store.by_seq([seq, seq + 1]) == {}


async def test_what_was_written_is_seen_by_the_next_read_of_any_task(store: Store) -> None:
    seq = store.number()
    written = asyncio.ensure_future(store.write(Batch(messages=[message(seq)])))
    assert await store.message(seq) is not None
    await written


async def test_numbers_are_fresh_and_grow(store: Store) -> None:
    first, second = store.number(), store.number(3)
    assert first < second
    assert store.number() == second + 3


async def test_a_row_is_written_and_dropped_in_one_tick(store: Store) -> None:
    [sent] = await send(store)
    row = due(sent.seq)
    await asyncio.gather(
        store.write(Batch(dues=[row])),
        store.write(Batch(dropped=[row.seq])),
    )
    assert await store.dues_of(sent.seq) == []


async def test_a_row_dropped_and_written_again_in_one_tick_stays(store: Store) -> None:
    [sent] = await send(store)
    row = due(sent.seq)
    await store.write(Batch(dues=[row]))
    await asyncio.gather(
        store.write(Batch(dropped=[row.seq])),
        store.write(Batch(dues=[replace(row, at=9)])),
    )
    assert await store.dues_of(sent.seq) == [replace(row, at=9)]


async def test_a_row_may_take_the_place_of_one_that_its_batch_drops(store: Store) -> None:
    [sent] = await send(store)
    row = due(sent.seq)
    await store.write(Batch(dues=[row]))
    await store.write(Batch(dropped=[row.seq], dues=[replace(row, at=9)]))
    assert await store.dues_of(sent.seq) == [replace(row, at=9)]


async def test_what_belongs_to_nothing_is_not_kept(store: Store) -> None:
    gone = store.number()
    batch = Batch(
        dues=[due(gone), attempt_due(gone)],
        receipts=[receipt(gone)],
        callbacks=[callback(store.number(), gone)],
        attempts=[(gone, attempt())],
        moves=[(gone, State.SENT, 1)],
        ledger=[(gone, "failed", None)],
        dropped=[gone],
        ended=[(gone, 1.0, False)],
    )
    await store.write(batch)
    assert await store.counts(SPACE) == Counts()
    assert await store.receipts(gone) == []
    assert await store.next_due(SPACE) is None


# --- what is due ------------------------------------------------------------------------------------------


async def test_what_is_due_comes_in_order_of_instant_then_of_writing(store: Store) -> None:
    first, second, third = (due(sent.seq, at) for sent, at in zip(await send(store, 3), (30, 10, 10), strict=True))
    await store.write(Batch(dues=[first, third, second]))
    assert await store.next_due(SPACE) == 10
    assert await store.due(SPACE, 30, 10) == [second, third, first]
    assert await store.due(SPACE, 29, 10) == [second, third]
    assert await store.due(SPACE, 30, 1) == [second]
    assert await store.due(SPACE, 9, 10) == []
    await store.write(Batch(dropped=[second.seq, third.seq]))
    assert await store.next_due(SPACE) == 30


async def test_what_waits_for_a_rule_is_never_due_by_itself(store: Store) -> None:
    one, other = await send(store, 2)
    waiting = due(one.seq, NEVER, held="outage")
    expiring = due(other.seq, 50, held="other")
    await store.write(Batch(dues=[waiting]))
    assert await store.next_due(SPACE) is None
    await store.write(Batch(dues=[expiring]))
    assert await store.next_due(SPACE) == 50
    assert await store.due(SPACE, 60, 10) == [expiring]
    assert await store.held(SPACE, "outage") == [waiting]
    assert await store.held(SPACE, None) == [expiring, waiting]
    assert await store.held("other", None) == []


async def test_what_is_due_belongs_to_one_space(store: Store) -> None:
    await send(store, settled=False)
    [there] = await send(store, settled=False, space="other")
    assert [row.seq for row in await store.due("other", 9_999, 9)] == [there.seq]


async def test_pending_posts_without_a_due_row_are_orphans(store: Store) -> None:
    [sent] = await send(store)
    number = store.number
    begun, waiting, done = number(), number(), number()
    batch = Batch(
        callbacks=[
            callback(begun, sent.seq),
            callback(waiting, sent.seq),
            callback(done, sent.seq, state="acknowledged"),
        ],
        dues=[attempt_due(waiting)],
        attempts=[(begun, attempt())],
    )
    await store.write(batch)
    [orphan] = await store.orphans()
    assert (orphan.seq, len(orphan.attempts)) == (begun, 1)
    await store.write(Batch(ledger=[(begun, "failed", None)]))
    assert await store.orphans() == []


async def test_the_ledger_follows_an_attempt(store: Store) -> None:
    [sent] = await send(store)
    row = callback(store.number(), sent.seq)
    await store.write(Batch(callbacks=[row]))
    await store.write(Batch(ledger=[(row.seq, "acknowledged", None)], attempts=[(row.seq, attempt(status=200))]))
    found = await store.callback(SPACE, row.id)
    assert found == replace(row, state="acknowledged", next_attempt_at=None, attempts=[attempt(status=200)])


# --- replays, campaigns -----------------------------------------------------------------------------------


async def test_the_first_answer_is_found_until_it_is_too_old(store: Store) -> None:
    [sent] = await send(store)
    first = replay("k", sent.seq, 100)
    await store.write(Batch(replays=[first]))
    assert await store.replay(SPACE, "k", 100) == first
    assert await store.replay(SPACE, "k", 101) is None
    assert await store.replay(SPACE, "K", 0) is None
    assert await store.replay("other", "k", 0) is None


async def test_a_later_answer_takes_the_place_of_one_too_old(store: Store) -> None:
    [sent] = await send(store)
    await store.write(Batch(replays=[replay("k", sent.seq, 100)]))
    again = replay("k", sent.seq, 900)
    await store.write(Batch(replays=[again]))
    assert await store.replay(SPACE, "k", 500) == again


async def test_who_is_subscribed_is_what_was_said_last(store: Store) -> None:
    assert await store.subscribed(SPACE, "c", ADA) is None
    await store.subscribe(SPACE, "c", ADA, True)
    assert await store.subscribed(SPACE, "c", ADA) is True
    await store.subscribe(SPACE, "c", ADA, False)
    assert await store.subscribed(SPACE, "c", ADA) is False
    assert await store.subscribed(SPACE, "c", BOB) is None
    assert await store.subscribed("other", "c", ADA) is None
