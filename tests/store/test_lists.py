"""Finding things in every store: by their names, by what a provider asks, in lists newest first."""

import pytest

from sandbox.sms.message import Link
from sandbox.sms.state import State
from sandbox.store.base import Counts, Store
from sandbox.store.rows import Batch, Filter, Text
from sandbox.store.schema import RUN, sum_of
from tests.store.made import (
    ADA,
    BOB,
    SPACE,
    callback,
    entry,
    message,
    send,
)


def text(value: str) -> Text:
    return Text(value)


def part(value: str) -> Text:
    return Text(value, part=True)


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


ALIKE = ("n-889175", "n-12224000")
"""Two names with one sum."""


async def test_names_with_one_sum_are_told_apart(store: Store) -> None:
    assert len({sum_of(name) for name in ALIKE}) == 1
    first = store.number(4)
    rows = [message(first + turn, provider_ids={"a": ALIKE[0], "b": ALIKE[turn > 0]}) for turn in range(4)]
    rows += [message(store.number(), id=ALIKE[1])]
    await store.write(Batch(messages=rows))
    assert await store.named(SPACE, ALIKE[0]) == rows[3::-1]
    assert await store.named(SPACE, ALIKE[1]) == rows[:0:-1]


async def test_a_name_is_found_in_every_run(store: Store) -> None:
    seqs = [turn << RUN for turn in (0, 1, 1, 5)]
    rows = [message(max(1, seq) + turn, provider_ids={"bulkId": "b-1"}) for turn, seq in enumerate(seqs)]
    await store.write(Batch(messages=rows))
    assert await store.named(SPACE, "b-1") == rows[::-1]
    assert await store.named(SPACE, rows[3].id) == [rows[3]]


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
