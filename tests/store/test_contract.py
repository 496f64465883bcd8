"""What every store promises: rows come back as they went in, batches whole or not at all, lists newest first."""

import asyncio
from dataclasses import replace

import pytest

from sandbox.sms.message import Link, Receipt
from sandbox.sms.state import State
from sandbox.store.base import Counts, Store
from sandbox.store.rows import NEVER, Batch, Filter, SpaceRow, Text
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
    replay,
    send,
)


def text(value: str) -> Text:
    return Text(value)


def part(value: str) -> Text:
    return Text(value, part=True)


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
    row = due(store.number(), sent.seq, 7, plan=b"\x00\xff", pending=3, held="outage")
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
    await store.write(Batch(messages=[message(seq), message(first.seq)], requests=[entry(seq)]))
    assert await store.message(seq) is None
    assert await store.request(SPACE, f"q-{seq}") is None
    assert (await store.counts(SPACE)).messages == 1


async def test_a_broken_batch_takes_none_of_its_tick_along(store: Store) -> None:
    good, bad, fine = store.number(3), 0, 0
    bad, fine = good + 1, good + 2
    for batch in (
        Batch(messages=[message(good)]),
        Batch(messages=[message(bad), message(bad)]),
        Batch(messages=[message(fine)]),
    ):
        await store.write(batch)
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
    await store.write(Batch(messages=[message(seq), message(seq + 1, **unstorable)]))
    assert await store.by_seq([seq, seq + 1]) == {}


async def test_what_was_written_is_seen_by_the_next_read_of_any_task(store: Store) -> None:
    seq = store.number()
    await store.write(Batch(messages=[message(seq)]))

    async def read() -> bool:
        return await store.message(seq) is not None

    assert await asyncio.create_task(read())


async def test_numbers_are_fresh_and_grow(store: Store) -> None:
    first, second = store.number(), store.number(3)
    assert first < second
    assert store.number() == second + 3


async def test_commit_returns_when_there_was_nothing_to_write(store: Store) -> None:
    await store.commit()


async def test_a_row_is_written_and_dropped_in_one_tick(store: Store) -> None:
    [sent] = await send(store)
    row = due(store.number(), sent.seq)
    await store.write(Batch(dues=[row]))
    await store.write(Batch(dropped=[row.seq]))
    assert await store.dues_of(sent.seq) == []


async def test_a_row_dropped_and_written_again_in_one_tick_stays(store: Store) -> None:
    [sent] = await send(store)
    row = due(store.number(), sent.seq)
    await store.write(Batch(dues=[row]))
    await store.commit()
    await store.write(Batch(dropped=[row.seq]))
    await store.write(Batch(dues=[replace(row, at=9)]))
    assert await store.dues_of(sent.seq) == [replace(row, at=9)]


async def test_a_row_may_take_the_place_of_one_that_its_batch_drops(store: Store) -> None:
    [sent] = await send(store)
    row = due(store.number(), sent.seq)
    await store.write(Batch(dues=[row]))
    await store.commit()
    await store.write(Batch(dropped=[row.seq], dues=[replace(row, at=9)]))
    assert await store.dues_of(sent.seq) == [replace(row, at=9)]


async def test_what_belongs_to_nothing_is_not_kept(store: Store) -> None:
    gone = store.number()
    batch = Batch(
        dues=[due(store.number(), gone), attempt_due(store.number(), 0, gone)],
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


# --- names ------------------------------------------------------------------------------------------------


async def test_a_message_is_found_by_every_name_it_was_given(store: Store) -> None:
    seq = store.number()
    named = message(seq, provider_ids={"id": f"m-{seq}", "requestId": "r-77", "empty": ""})
    await store.write(Batch(messages=[named]))
    for name in (named.id, "r-77"):
        assert await store.named(SPACE, name) == [named]
    assert await store.named(SPACE, "r-7") == []


async def test_messages_of_one_name_are_found_newest_first(store: Store) -> None:
    bulk = await send(store, 3, provider_ids={"bulkId": "b-1"})
    assert await store.named(SPACE, "b-1") == bulk[::-1]


async def test_a_name_is_sought_in_one_space_and_one_provider(store: Store) -> None:
    [here] = await send(store, id="same")
    await send(store, id="same", provider="skycore")
    [there] = await send(store, id="same", space="other")
    assert await store.named(SPACE, "same", "namirial") == [here]
    assert await store.named("other", "same") == [there]
    assert len(await store.named(SPACE, "same")) == 2


async def test_ids_and_links_lead_to_the_spaces_that_gave_them(store: Store) -> None:
    [here] = await send(store, provider_ids={"bulkId": "b-1"})
    [there] = await send(store, space="other", provider_ids={"bulkId": "b-1"})
    await store.write(Batch(links=[("other", there.seq, Link("abc", "http://x"))]))
    assert await store.homes("message", here.id) == [SPACE]
    assert await store.homes("message", "b-1") == [SPACE, "other"]
    assert await store.homes("link", "abc") == ["other"]
    assert await store.homes("message", "abc") == await store.homes("link", "b-1") == []


async def test_a_link_counts_its_clicks(store: Store) -> None:
    [sent] = await send(store)
    await store.write(Batch(links=[(SPACE, sent.seq, Link("abc", "http://x"))]))
    assert await store.link(SPACE, "abc") == (Link("abc", "http://x", 0), sent.seq)
    assert await store.link(SPACE, "abc", count=True) == (Link("abc", "http://x", 1), sent.seq)
    assert await store.link(SPACE, "abc") == (Link("abc", "http://x", 1), sent.seq)
    assert await store.link("other", "abc", count=True) is None
    assert await store.link(SPACE, "abd") is None


async def test_messages_are_looked_up_by_what_a_provider_asks(store: Store) -> None:
    to_ada = await send(store, 3)
    [to_bob] = await send(store, to=BOB, reference="r-2", account="other")
    await send(store, provider="skycore")
    look = store.lookup
    assert await look(SPACE, "namirial", to=ADA) == to_ada[::-1]
    assert await look(SPACE, "namirial", to=ADA, limit=2) == to_ada[:0:-1]
    assert await look(SPACE, "namirial", to=ADA, before=to_ada[1].accepted_at) == [to_ada[0]]
    assert await look(SPACE, "namirial", reference="r-2") == [to_bob]
    assert await look(SPACE, "namirial", reference="r-2", account="app") == []
    assert len(await look(SPACE, "namirial")) == 4
    assert await look("nowhere", "namirial") == []


# --- lists ------------------------------------------------------------------------------------------------


async def test_a_list_is_newest_first_and_paged(store: Store) -> None:
    sent, seen, cursor = await send(store, 7), [], None
    for expected in (3, 3, 1):
        page = await store.messages(SPACE, Filter(limit=3, cursor=cursor))
        assert (len(page.items), page.total, page.evicted) == (expected, 7, 0)
        seen += page.items
        cursor = page.next
    assert seen == sent[::-1]
    assert cursor is None


async def test_a_page_stays_where_it_was_when_newer_rows_arrive(store: Store) -> None:
    sent = await send(store, 4)
    first = await store.messages(SPACE, Filter(limit=2))
    await send(store, 3)
    second = await store.messages(SPACE, Filter(limit=2, cursor=first.next))
    assert first.items + second.items == sent[::-1]


@pytest.mark.parametrize("garbage", ["", "x", "c", "cxyz", "-1", "c" * 99, "c1 ", "c1\n", "٣", "c" + "f" * 16, "💥"])
async def test_a_cursor_that_was_never_given_is_refused_with_a_sentence(store: Store, garbage: str) -> None:
    for listed in (store.messages, store.requests, store.callbacks):
        with pytest.raises(ValueError, match="is no cursor"):
            await listed(SPACE, Filter(cursor=garbage))


async def test_a_limit_of_nought_asks_for_the_total_alone(store: Store) -> None:
    await send(store, 2)
    page = await store.messages(SPACE, Filter(limit=0))
    assert (page.items, page.next, page.total) == ([], None, 2)


MESSAGE_FILTERS = [
    ("provider", text("skycore"), {2}),
    ("to", text(BOB), {1}),
    ("to", part("900001"), {0, 2}),
    ("sender", text("shop"), set()),
    ("sender", part("shop"), {0, 2}),
    ("text", text("Grüße 100%"), {1}),
    ("text", part("GRÜSSE"), {1}),
    ("text", part("0%"), {1}),
    ("text", part("CODE"), {0, 2}),
    ("text", part("_"), set()),
    ("status", text("delivered"), {2}),
    ("account", text("other"), {1}),
    ("rule", text("everything"), {0, 2}),
    ("rule", part("every"), {0, 2}),
    ("reference", text("r-2"), {1}),
]


@pytest.mark.parametrize(("field", "wanted", "expected"), MESSAGE_FILTERS)
async def test_messages_are_filtered(store: Store, field: str, wanted: Text, expected: set[int]) -> None:
    sent = [
        *await send(store),
        *await send(store, to=BOB, text="Grüße 100%", account="other", rule=None, reference="r-2", sender=None),
        *await send(store, provider="skycore", state=State.DELIVERED),
    ]
    await send(store, space="other")
    page = await store.messages(SPACE, Filter({field: wanted}))
    assert {sent.index(found) for found in page.items} == expected
    assert page.total == len(expected)


async def test_every_filter_must_hold_and_totals_count_all_that_match(store: Store) -> None:
    await send(store, 3, to=BOB)
    await send(store, 5)
    await send(store, 4, to=BOB, text="hello")
    page = await store.messages(SPACE, Filter({"to": text(BOB), "text": part("hell")}, limit=2))
    assert (len(page.items), page.total) == (2, 4)
    page = await store.messages(SPACE, Filter({"to": text(BOB)}, limit=2, cursor=page.next))
    assert (len(page.items), page.total) == (2, 7)


async def test_a_list_begins_after_a_row_or_an_instant(store: Store) -> None:
    sent = await send(store, 4)
    after = await store.messages(SPACE, Filter(since=sent[1].seq))
    assert (after.items, after.total) == (sent[:1:-1], 2)
    later = await store.messages(SPACE, Filter(since_at=sent[2].accepted_at))
    assert (later.items, later.total) == ([sent[3]], 1)


async def test_an_unknown_filter_is_refused_with_a_sentence(store: Store) -> None:
    for listed in (store.messages, store.requests, store.callbacks):
        with pytest.raises(ValueError, match="cannot be filtered by 'colour'"):
            await listed(SPACE, Filter({"colour": text("red")}))


REQUEST_FILTERS = [
    ("provider", text("skycore"), {2}),
    ("operation", text("token"), {1}),
    ("outcome", text("rejected"), {1}),
    ("account", text("app"), {0, 2}),
    ("rule", text("everything"), {0, 1}),
    ("error", text("63"), {1}),
    ("to", text(BOB), {2}),
    ("to", part("7700"), {0, 2}),
    ("to", part(","), set()),
    ("text", text('say "hi"'), {2}),
    ("text", part("CODE"), {0}),
    ("message", text("m-x"), {2}),
]


@pytest.mark.parametrize(("field", "wanted", "expected"), REQUEST_FILTERS)
async def test_requests_are_filtered(store: Store, field: str, wanted: Text, expected: set[int]) -> None:
    one, two, three = store.number(), store.number(), store.number()
    rows = [
        entry(one),
        entry(two, operation="token", outcome="rejected", account=None, error="63", to=(), texts=(), messages=()),
        entry(three, provider="skycore", rule=None, to=(ADA, BOB), texts=("a", 'say "hi"'), messages=("m-w", "m-x")),
    ]
    await store.write(Batch(requests=rows))
    page = await store.requests(SPACE, Filter({field: wanted}))
    assert {rows.index(found) for found in page.items} == expected
    assert page.total == len(expected)


CALLBACK_FILTERS = [
    ("message", text("m-a"), {0, 1}),
    ("message", text("bulk"), {0, 1, 2}),
    ("message", text("mo-1"), {3}),
    ("message", part("M-"), {0, 1, 2}),
    ("provider", text("skycore"), {2}),
    ("state", text("pending"), {0, 3}),
    ("status", text("delivered"), {1}),
    ("account", text("app"), {0, 1, 2, 3}),
]


@pytest.mark.parametrize(("field", "wanted", "expected"), CALLBACK_FILTERS)
async def test_callbacks_are_filtered(store: Store, field: str, wanted: Text, expected: set[int]) -> None:
    [a] = await send(store, id="m-a", provider_ids={"bulkId": "bulk"})
    [b] = await send(store, id="m-b", provider_ids={"bulkId": "bulk"})
    number = store.number
    rows = [
        callback(number(), a.seq, message_id="m-a"),
        callback(number(), a.seq, message_id="m-a", status="delivered", state="acknowledged"),
        callback(number(), b.seq, message_id="m-b", provider="skycore", state="failed"),
        callback(number(), 0, message_id="mo-1", kind="inbound"),
    ]
    await store.write(Batch(callbacks=rows))
    page = await store.callbacks(SPACE, Filter({field: wanted}))
    assert {rows.index(found) for found in page.items} == expected
    assert page.total == len(expected)


async def test_callbacks_of_a_message_are_found_oldest_first(store: Store) -> None:
    [sent] = await send(store)
    rows = [callback(store.number(), sent.seq), callback(store.number(), sent.seq)]
    await store.write(Batch(callbacks=rows))
    assert await store.callbacks_of(sent.seq) == rows
    assert (await store.callbacks(SPACE, Filter())).items == rows[::-1]


async def test_lists_of_a_space_that_nobody_knows_are_empty(store: Store) -> None:
    for listed in (store.messages, store.requests, store.callbacks):
        page = await listed("nowhere", Filter())
        assert (page.items, page.next, page.total, page.evicted) == ([], None, 0, 0)
    assert await store.counts("nowhere") == Counts()


# --- what is due ------------------------------------------------------------------------------------------


async def test_what_is_due_comes_in_order_of_instant_then_of_writing(store: Store) -> None:
    [sent] = await send(store)
    first, second, third = (due(store.number(), sent.seq, at) for at in (30, 10, 10))
    await store.write(Batch(dues=[first, third, second]))
    assert await store.next_due(SPACE) == 10
    assert await store.due(SPACE, 30, 10) == [second, third, first]
    assert await store.due(SPACE, 29, 10) == [second, third]
    assert await store.due(SPACE, 30, 1) == [second]
    assert await store.due(SPACE, 9, 10) == []
    await store.write(Batch(dropped=[second.seq, third.seq]))
    assert await store.next_due(SPACE) == 30


async def test_what_waits_for_a_rule_is_never_due_by_itself(store: Store) -> None:
    [sent] = await send(store)
    waiting = due(store.number(), sent.seq, NEVER, held="outage")
    expiring = due(store.number(), sent.seq, 50, held="other")
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
    assert [row.message for row in await store.due("other", 9_999, 9)] == [there.seq]


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
        dues=[attempt_due(number(), sent.seq, waiting)],
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


# --- spaces -----------------------------------------------------------------------------------------------


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
            due(number(), sent.seq, space=space, pending=3),
            replace(attempt_due(number(), 0, inbound.seq), space=space),
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
        dropped=[sent.seq + 1],
        dues=[due(store.number(), sent.seq), attempt_due(store.number(), sent.seq, row.seq)],
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
