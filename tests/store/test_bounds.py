"""The bounds: the oldest settled go first, never is more shown than the limit, and what goes takes its own along."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.sms.message import Link
from sandbox.sms.state import State
from sandbox.store import core
from sandbox.store.base import Counts, Limits, Store
from sandbox.store.rows import Batch, Filter
from tests.store.conftest import Opener
from tests.store.made import ADA, SPACE, attempt, attempt_due, callback, due, entry, message, receipt, replay, send


async def _seqs(store: Store, space: str = SPACE) -> list[int]:
    return [found.seq for found in (await store.messages(space, Filter(limit=1000))).items]


async def test_the_oldest_settled_messages_go_first(small: Store) -> None:
    [waiting] = await send(small, settled=False)
    settled = await send(small, 4)
    assert await _seqs(small) == [settled[3].seq, settled[2].seq, waiting.seq]
    page = await small.messages(SPACE, Filter())
    assert (page.total, page.evicted) == (3, 2)
    assert await small.counts(SPACE) == Counts(messages=3, pending=1, evicted_messages=2)


async def test_bounds_are_kept_space_by_space(small: Store) -> None:
    await send(small, 4)
    await send(small, 2, space="other")
    assert (await small.counts(SPACE)).evicted_messages == 1
    assert await small.counts("other") == Counts(messages=2)


async def test_a_name_goes_with_the_last_message_that_bears_it(small: Store) -> None:
    first = await send(small, 2, provider_ids={"bulkId": "b-1"})
    await send(small, provider_ids={"bulkId": "b-2"})
    [again] = await send(small, provider_ids={"bulkId": "b-1"})
    assert [found.seq for found in await small.named(SPACE, "b-1")] == [again.seq, first[1].seq]
    await send(small, 2)
    assert await small.named(SPACE, "b-1") == [again]
    assert await small.homes("message", "b-2") == []


async def test_what_goes_takes_its_own_along(small: Store) -> None:
    [old] = await send(small, provider_ids={"bulkId": "b-1"})
    row = callback(small.number(), old.seq, state="acknowledged")
    batch = Batch(
        links=[(SPACE, old.seq, Link("abc", "http://x"))],
        receipts=[receipt(old.seq)],
        callbacks=[row],
        attempts=[(row.seq, attempt())],
        replays=[replay("k", old.seq)],
    )
    await small.write(batch)
    await send(small, 3)
    assert await small.counts(SPACE) == Counts(messages=3, evicted_messages=1)
    assert await small.message(old.seq) is None
    assert not await small.named(SPACE, "b-1")
    assert not await small.homes("message", old.id)
    assert await small.link(SPACE, "abc") is None
    assert not await small.receipts(old.seq)
    assert not await small.callbacks_of(old.seq)
    assert await small.callbacks_by_seq([row.seq]) == {}
    assert await small.replay(SPACE, "k", 0) is None
    page = await small.callbacks(SPACE, Filter())
    assert (page.total, page.evicted) == (0, 1)


async def test_if_none_is_settled_the_oldest_goes_from_every_list_and_is_still_found_by_seq(small: Store) -> None:
    sent = await send(small, 5, settled=False, provider_ids={"bulkId": "b-1"})
    kept = [found.seq for found in sent[:1:-1]]
    assert await _seqs(small) == kept
    assert [found.seq for found in await small.named(SPACE, "b-1")] == kept
    assert [found.seq for found in await small.lookup(SPACE, "namirial", to=ADA)] == kept
    assert await small.counts(SPACE) == Counts(messages=3, pending=5, evicted_messages=2)
    assert await small.message(sent[0].seq) == sent[0]
    assert set(await small.by_seq([one.seq for one in sent])) == {one.seq for one in sent}
    assert len(await small.due(SPACE, 9_999, 99)) == 5


async def test_the_reports_of_what_was_pushed_out_still_leave_and_then_it_is_gone(small: Store) -> None:
    sent = await send(small, 4, settled=False)
    old = sent[0]
    await _seqs(small)
    row = callback(small.number(), old.seq)
    post = attempt_due(row.seq)
    await small.write(Batch(dropped=[old.seq], callbacks=[row], dues=[post], receipts=[receipt(old.seq)]))
    page = await small.callbacks(SPACE, Filter())
    assert (page.items, page.total, page.evicted) == ([], 0, 1)
    assert await small.callback(SPACE, row.id) is None
    assert (await small.callbacks_by_seq([row.seq]))[row.seq].space == SPACE
    await small.write(Batch(dropped=[post.seq]))
    assert await small.message(old.seq) == old
    assert [orphan.seq for orphan in await small.orphans()] == [row.seq]
    await small.write(Batch(ledger=[(row.seq, "acknowledged", None)], attempts=[(row.seq, attempt())]))
    assert await small.message(old.seq) is None
    assert await small.callbacks_by_seq([row.seq]) == {}
    assert await small.receipts(old.seq) == []
    assert (await small.callbacks(SPACE, Filter())).evicted == 1
    assert await small.counts(SPACE) == Counts(messages=3, pending=3, evicted_messages=1)


async def test_callbacks_disappear_with_a_message_that_is_not_settled(small: Store) -> None:
    [old] = await send(small)
    row = callback(small.number(), old.seq)
    await small.write(Batch(callbacks=[row]))
    await send(small, 3, settled=False)
    page = await small.callbacks(SPACE, Filter())
    assert (page.items, page.total, page.evicted) == ([], 0, 1)
    assert await small.callbacks_of(old.seq) == [row]


SETTLING = {
    "its last due row is dropped": lambda seq: Batch(dropped=[seq]),
    "its timeline ends in a post that is answered": lambda seq: Batch(
        dropped=[seq], callbacks=[callback(seq + 500, seq)], ledger=[(seq + 500, "failed", None)]
    ),
}


@pytest.mark.parametrize("how", SETTLING)
async def test_a_message_is_settled_when(small: Store, how: str) -> None:
    sent = await send(small, 3, settled=False)
    await small.write(SETTLING[how](sent[1].seq))
    [newest] = await send(small, settled=False)
    assert await _seqs(small) == [newest.seq, sent[2].seq, sent[0].seq]


UNSETTLING = {
    "something of its own is due again": lambda seq: Batch(dues=[due(seq)]),
    "a post of its own begins": lambda seq: Batch(callbacks=[callback(seq + 700, seq)]),
    "a post of its own is made again": lambda seq: Batch(ledger=[(seq + 500, "pending", 1)]),
}


@pytest.mark.parametrize("how", UNSETTLING)
async def test_a_message_is_no_longer_settled_when(small: Store, how: str) -> None:
    sent = await send(small, 3)
    await small.write(Batch(callbacks=[callback(sent[0].seq + 500, sent[0].seq, state="failed")]))
    await small.write(UNSETTLING[how](sent[0].seq))
    [newest] = await send(small)
    assert await _seqs(small) == [newest.seq, sent[2].seq, sent[0].seq]


async def test_a_step_of_the_timeline_leaves_a_message_unsettled(small: Store) -> None:
    sent = await send(small, 3, settled=False)
    await small.write(Batch(dropped=[sent[0].seq], dues=[due(sent[0].seq)]))
    await small.write(Batch(dropped=[sent[2].seq]))
    [newest] = await send(small)
    assert await _seqs(small) == [newest.seq, sent[1].seq, sent[0].seq]


async def test_the_oldest_requests_go_first(small: Store) -> None:
    rows = [entry(small.number()) for _ in range(5)]
    for row in rows:
        await small.write(Batch(requests=[row]))
    page = await small.requests(SPACE, Filter())
    assert (page.items, page.total, page.evicted) == (rows[:2:-1], 2, 3)
    assert await small.request(SPACE, rows[0].id) is None
    await small.write(Batch(ended=[(rows[0].seq, 1.0, False)]))
    assert await small.counts(SPACE) == Counts(requests=2, evicted_requests=3)


async def test_the_journal_is_bounded_in_bytes_too(opener: Opener, tmp_path: Path) -> None:
    store = opener(tmp_path, Limits(journal=10_000))
    rows = [entry(store.number(), body=b"x" * 3_000) for _ in range(9)]
    for row in rows:
        await store.write(Batch(requests=[row]))
    page = await store.requests(SPACE, Filter())
    assert (page.items, page.total, page.evicted) == (rows[:5:-1], 3, 6)
    huge = entry(store.number(), answer_body=b"x" * 9_990)
    await store.write(Batch(requests=[huge, entry(store.number(), space="other")]))
    assert await store.counts(SPACE) == Counts(evicted_requests=10)
    assert await store.counts("other") == Counts(requests=1)
    await store.close()


async def test_what_the_journal_weighs_is_counted_until_it_is_cleared(opener: Opener, tmp_path: Path) -> None:
    store = opener(tmp_path, Limits(journal=10_000))
    await store.write(Batch(requests=[entry(store.number(), body=b"x" * 6_000)]))
    await store.clear(SPACE, messages_only=True)
    await store.write(Batch(requests=[entry(store.number(), body=b"x" * 6_000)]))
    assert await store.counts(SPACE) == Counts(requests=1, evicted_requests=1)
    await store.clear(SPACE)
    for _ in range(2):
        await store.write(Batch(requests=[entry(store.number(), body=b"x" * 4_000)]))
    assert await store.counts(SPACE) == Counts(requests=2)
    await store.close()


async def test_inbound_callbacks_are_bounded_too(small: Store) -> None:
    rows = [callback(small.number(), 0, state="acknowledged" if number else "pending") for number in range(6)]
    for row in rows:
        await small.write(Batch(callbacks=[row], attempts=[(row.seq, attempt())]))
    page = await small.callbacks(SPACE, Filter())
    assert [found.seq for found in page.items] == [rows[n].seq for n in (5, 4, 3, 0)]
    assert (page.total, page.evicted) == (4, 2)


async def test_one_batch_may_be_larger_than_the_bounds(small: Store) -> None:
    seqs = [small.number() for _ in range(300)]
    await small.write(Batch(messages=[message(seq) for seq in seqs], requests=[entry(seq) for seq in seqs]))
    assert await small.counts(SPACE) == Counts(messages=3, requests=2, evicted_messages=297, evicted_requests=298)


async def test_evictions_are_counted_until_the_space_is_cleared(small: Store) -> None:
    await send(small, 4)
    for _ in range(3):
        await small.write(Batch(requests=[entry(small.number())]))
    counts = Counts(messages=3, requests=2, evicted_messages=1, evicted_requests=1)
    assert await small.clear(SPACE, messages_only=True) == counts
    assert await small.counts(SPACE) == Counts(requests=2, evicted_requests=1)
    assert (await small.messages(SPACE, Filter())).evicted == 0
    await small.clear(SPACE)
    assert await small.counts(SPACE) == Counts()


async def test_clearing_a_space_removes_what_was_hidden_in_it(small: Store) -> None:
    sent = await send(small, 5, settled=False)
    await _seqs(small)
    await small.write(Batch(callbacks=[callback(small.number(), sent[0].seq)]))
    assert await small.clear(SPACE) == Counts(messages=3, pending=5, evicted_messages=2)
    assert await small.by_seq([one.seq for one in sent]) == {}
    assert await small.orphans() == []
    assert (await small.callbacks(SPACE, Filter())).evicted == 0


async def test_moves_and_clicks_reach_a_hidden_message(small: Store) -> None:
    sent = await send(small, 4, settled=False)
    await small.write(Batch(links=[(SPACE, sent[0].seq, Link("abc", "http://x"))]))
    await _seqs(small)
    await small.write(Batch(moves=[(sent[0].seq, State.SENT, 5)]))
    assert await small.message(sent[0].seq) == replace(sent[0], state=State.SENT, state_at=5)
    assert await small.link(SPACE, "abc", count=True) == (Link("abc", "http://x", 1), sent[0].seq)


# --- against a model --------------------------------------------------------------------------------------


@dataclass
class Model:
    """The bounds as one would write them down, without a thought for speed."""

    limit: int
    shown: list[int] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    due: list[int] = field(default_factory=list)
    evicted: int = 0

    def trim(self) -> None:
        while len(self.shown) > self.limit:
            victim = next((seq for seq in self.shown if seq not in self.due), self.shown[0])
            self.shown.remove(victim)
            self.evicted += 1
            if victim in self.due:
                self.hidden.add(victim)

    def settle(self) -> None:
        self.hidden &= set(self.due)


STEPS = st.lists(st.tuples(st.sampled_from(["settled", "open", "drop"]), st.integers(0, 9)), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, limit=st.integers(0, 4))
def test_eviction_agrees_with_a_naive_model(
    opener: Opener, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]], limit: int
) -> None:
    folder = tmp_path_factory.mktemp("model")
    asyncio.run(_agree(opener, folder, steps, limit))


async def _agree(opener: Opener, folder: Path, steps: list[tuple[str, int]], limit: int) -> None:
    store, model, ever = opener(folder, Limits(messages=limit)), Model(limit), list[int]()
    for what, which in steps:
        if what == "drop" and model.due:
            await store.write(Batch(dropped=[model.due.pop(which % len(model.due))]))
        elif what != "drop":
            [sent] = await send(store, settled=what == "settled")
            ever.append(sent.seq)
            model.shown.append(sent.seq)
            model.due += [] if what == "settled" else [sent.seq]
        model.trim()
        model.settle()
        assert await _seqs(store) == model.shown[::-1]
        assert set(await store.by_seq(ever)) == model.hidden.union(model.shown)
        assert (await store.counts(SPACE)).evicted_messages == model.evicted
    await store.close()


async def test_without_readers_the_bounds_are_overrun_by_little(
    opener: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "SLACK", 5)
    store = opener(tmp_path, Limits(messages=3, requests=3))
    sent = await send(store, 6)
    await store.message(0)  # trims nothing
    assert len(await store.by_seq([one.seq for one in sent])) == 6
    sent += await send(store, 3)
    assert len(await store.by_seq([one.seq for one in sent])) == 3
    await store.close()
