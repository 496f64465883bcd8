"""``report`` over real sockets: what happens to a message, when, and what the consumer hears of it."""

import pytest

from tests.rehearsal.stage import OTHER, SLUGS, TO, VOCABULARIES, Stage, crowd

BUILT_IN = {
    "delivered": [("sent", 1.0), ("delivered", 3.0)],
    "undelivered": [("sent", 1.0), ("undelivered", 3.0)],
    "expired": [("sent", 1.0), ("expired", 3.0)],
    "rejected": [("rejected", 1.0)],
    "none": [],
}


@pytest.mark.parametrize("name", BUILT_IN)
async def test_a_built_in_timeline_is_reported_step_by_step(stage: Stage, slug: str, name: str) -> None:
    await stage.play({"report": name})
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == BUILT_IN[name]
    assert await stage.statuses() == [name if BUILT_IN[name] else "queued"]


async def test_what_no_rule_says_is_delivered(stage: Stage, slug: str) -> None:
    await stage.play()
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == BUILT_IN["delivered"]


async def test_each_step_counts_from_the_one_before_it(stage: Stage, slug: str) -> None:
    steps = [{"after": "1m", "status": "sent"}, {"status": "undelivered"}, {"after": "72h", "status": "delivered"}]
    await stage.play({"report": "mine"}, timelines={"mine": steps})
    await stage.send(slug)
    await stage.advance("59s")
    assert await stage.told() == []
    await stage.advance("1s")
    assert await stage.told() == [("sent", 60.0), ("undelivered", 60.0)]
    await stage.advance("72h")
    assert (await stage.told())[2:] == [("delivered", 60.0 + 72 * 3600)]


async def test_a_step_that_networks_should_not_make_is_told_and_moves_nothing(stage: Stage, slug: str) -> None:
    steps = [{"after": "1s", "status": status} for status in ("delivered", "sent", "delivered", "undelivered")]
    await stage.play({"report": steps})
    await stage.send(slug)
    await stage.settle()
    assert [status for status, _ in await stage.told()] == ["delivered", "sent", "delivered", "undelivered"]
    assert await stage.statuses() == ["delivered"]


async def test_a_report_comes_as_often_as_it_says_with_the_same_body(stage: Stage, slug: str) -> None:
    await stage.play(
        {"report": [{"after": "1s", "status": "sent", "times": 3}, {"after": "1s", "status": "delivered"}]}
    )
    await stage.send(slug)
    await stage.settle()
    *same, other = await stage.reports()
    assert [report.status for report in same] == ["sent"] * 3
    assert len({report.body for report in same}) == 1
    assert (other.status, len(await stage.rows())) == ("delivered", 4)


async def test_a_report_that_lags_leaves_late_and_tells_the_time_it_happened(stage: Stage, slug: str) -> None:
    await stage.play(
        {"report": [{"after": "1s", "status": "sent", "lag": "4s"}, {"after": "2s", "status": "delivered"}]}
    )
    await stage.send(slug)
    await stage.advance("2s")
    assert await stage.statuses() == ["sent"]
    await stage.settle()
    first, second = await stage.reports()
    assert [(report.status, report.at, report.happened) for report in (first, second)] == [
        ("delivered", 3, 3),
        ("sent", 5, 1),
    ]
    assert 1 in second.instants
    assert 5 not in second.instants


async def test_a_silent_step_moves_the_state_and_tells_nobody(stage: Stage, slug: str) -> None:
    await stage.play(
        {"report": [{"after": "1s", "status": "sent"}, {"after": "1s", "status": "delivered", "silent": True}]}
    )
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == [("sent", 1.0)]
    assert await stage.statuses() == ["delivered"]


async def test_reports_are_mixed_by_weight(stage: Stage, slug: str) -> None:
    await stage.play({"report": {"delivered": 60, "undelivered": 40, "rejected": 0}}, seed=4)
    for to in crowd(20):
        await stage.send(slug, to)
    await stage.settle()
    statuses = await stage.statuses()
    assert {*statuses} == {"delivered", "undelivered"}
    assert 6 <= statuses.count("delivered") <= 18


async def test_a_range_is_drawn_within_its_ends_and_anew_for_each_message(stage: Stage, slug: str) -> None:
    await stage.play({"report": [{"after": "10s..20s", "status": "sent", "lag": "1m..2m"}]}, seed=1)
    for to in crowd(12):
        await stage.send(slug, to)
    await stage.settle()
    reports = await stage.reports()
    assert len({report.happened for report in reports}) == len(reports) == 12
    assert all(10 <= report.happened <= 20 for report in reports)
    assert all(60 <= report.at - report.happened <= 120 for report in reports)


async def test_a_long_tail_is_drawn_around_its_median(stage: Stage, slug: str) -> None:
    await stage.play({"report": [{"after": {"lognormal": {"median": "20s", "sigma": 0.8}}, "status": "sent"}]}, seed=1)
    for to in crowd(20):
        await stage.send(slug, to)
    await stage.settle()
    told = sorted(at for _, at in await stage.told())
    assert told[0] < 20 < told[-1]
    assert 8 < told[10] < 50


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if "read" in VOCABULARIES[slug].states])
async def test_a_message_is_read_where_the_provider_has_a_word_for_it(stage: Stage, slug: str) -> None:
    await stage.play({"report": [{"after": "1s", "status": "delivered"}, {"after": "1s", "status": "read"}]})
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == [("delivered", 1), ("read", 2)]
    assert await stage.statuses() == ["read"]


async def test_reports_of_several_messages_come_in_the_order_of_their_instants(stage: Stage, slug: str) -> None:
    slow = {"when": {"to": TO}, "report": [{"after": "2s", "status": "sent"}, {"after": "2s", "status": "delivered"}]}
    await stage.play(slow)
    await stage.send(slug, TO)
    await stage.send(slug, OTHER)
    await stage.settle()
    assert await stage.told() == [("sent", 1), ("sent", 2), ("delivered", 3), ("delivered", 4)]


async def test_of_one_instant_every_report_is_one_of_its_own(stage: Stage, slug: str) -> None:
    """With a seed, too, by which ids are fixed."""
    await stage.sandbox.put(f"/spaces/{stage.sandbox.space}", {"seed": 1})
    await stage.play({"report": [{"after": "1s", "status": "sent"}, {"status": "sent"}, {"status": "delivered"}]})
    await stage.send(slug)
    await stage.settle()
    assert [status for status, _ in await stage.told()] == ["sent", "sent", "delivered"]
    assert len({row["id"] for row in await stage.rows()}) == 3
    (message,) = await stage.messages()
    assert len({told["id"] for told in (await stage.sandbox.get(f"/messages/{message['id']}"))["receipts"]}) == 3
