"""``limit``, ``until``, ``active``, ``hold``, ``chance`` over real sockets: when a rule is at work."""

from typing import Any

import pytest

from tests.rehearsal.stage import OTHER, TO, Stage, code, crowd

NO: dict[str, Any] = {"error": "unavailable"}


# --- limit ------------------------------------------------------------------------------------------------


async def test_a_limit_lets_so_many_through_in_a_sliding_window(stage: Stage, slug: str) -> None:
    await stage.play({"limit": {"max": 2, "window": "60s", "respond": NO}, "report": "undelivered"})
    no = code(slug, "unavailable")
    assert await stage.sends(3, slug) == ["accept", "accept", no]
    await stage.advance("59999ms")
    assert await stage.send(slug) == no
    await stage.advance("1ms")
    assert await stage.sends(3, slug) == ["accept", "accept", no]
    assert await stage.stored() == 4


async def test_left_out_what_is_over_the_limit_is_throttled(stage: Stage, slug: str) -> None:
    await stage.play({"limit": {"max": 0, "window": "60s"}})
    assert await stage.send(slug) == code(slug, "throttled")


@pytest.mark.parametrize(
    ("respond", "why"),
    [
        (NO, "the rule 'narrow' says so, for its limit is reached"),
        ({"fault": "empty"}, "the rule 'narrow' answers with the fault 'empty', for its limit is reached"),
    ],
)
async def test_the_journal_and_a_dry_run_tell_that_a_limit_is_reached(
    stage: Stage, slug: str, respond: dict[str, Any], why: str
) -> None:
    await stage.play({"name": "narrow", "limit": {"max": 1, "window": "60s", "respond": respond}, "report": "none"})
    asked, dry = {"provider": slug, "to": TO}, []
    for _ in range(2):
        dry.append((await stage.sandbox.post("/explain", asked))["answer"]["limited"])
        await stage.send(slug)
    told = [item["explanation"] for item in (await stage.sandbox.get("/requests?operation=send"))["items"]]
    assert (dry, told) == ([False, True], [why, None])


@pytest.mark.parametrize(
    ("window", "passed", "rest"),
    [("60s", "0s", "60"), ("60s", "59s", "1"), ("60s", "59999ms", "1"), ("10s", "3500ms", "7"), ("200ms", "1ms", "1")],
)
async def test_a_client_is_told_to_wait_for_the_rest_of_the_window(
    stage: Stage, slug: str, window: str, passed: str, rest: str
) -> None:
    await stage.play({"limit": {"max": 1, "window": window, "respond": {"error": "throttled"}}})
    await stage.send(slug)
    await stage.advance(passed)
    told = await stage.sandbox.tell(await stage.wire(slug))
    assert told.headers["Retry-After"] == rest


async def test_a_limit_s_own_retry_after_comes_before_the_rest_of_the_window(stage: Stage, slug: str) -> None:
    respond = {"error": "throttled", "retry_after": "3s"}
    await stage.play({"limit": {"max": 0, "window": "60s", "respond": respond}})
    assert (await stage.sandbox.tell(await stage.wire(slug))).headers["Retry-After"] == "3"


@pytest.mark.parametrize("where", ["limit", "rule"])
async def test_a_limit_may_be_kept_for_each_value(stage: Stage, slug: str, where: str) -> None:
    """Its own ``per``, or else the rule's."""
    limit, per = {"max": 1, "window": "60s", "respond": NO}, {"per": ["provider", "to"]}
    await stage.play({"limit": {**limit, **per}} if where == "limit" else {"limit": limit, **per})
    no = code(slug, "unavailable")
    assert [await stage.send(slug, to) for to in (TO, OTHER, TO, OTHER)] == ["accept", "accept", no, no]


async def test_a_limit_and_nothing_else_is_a_gate(stage: Stage, slug: str) -> None:
    gate = {"name": "gate", "limit": {"max": 1, "window": "60s", "respond": NO}}
    await stage.play(gate, {"name": "beyond", "respond": {"error": "internal"}})
    assert await stage.sends(2, slug) == [code(slug, "internal"), code(slug, "unavailable")]
    assert await stage.hits() == {"gate": 1, "beyond": 1}


@pytest.mark.parametrize("more", [{"respond": "accept"}, {"report": "delivered"}, {"callback": {"lag": "1s"}}])
async def test_a_limit_with_more_to_say_is_none(stage: Stage, slug: str, more: dict[str, Any]) -> None:
    await stage.play({"limit": {"max": 1, "window": "60s", "respond": NO}, **more}, {"respond": {"error": "internal"}})
    assert await stage.sends(2, slug) == ["accept", code(slug, "unavailable")]


async def test_a_refusal_over_the_limit_touches_no_counter(stage: Stage, slug: str) -> None:
    limit = {"max": 1, "window": "10s", "respond": NO}
    await stage.play({"limit": limit, "respond": [{"error": "internal"}, "accept"], "until": {"calls": 2}})
    internal, no = code(slug, "internal"), code(slug, "unavailable")
    assert await stage.sends(3, slug) == [internal, no, no]
    await stage.advance("10s")
    assert await stage.send(slug) == "accept"
    assert await stage.send(slug) == "accept"  # the rule has retired


# --- until, active ------------------------------------------------------------------------------------------


async def test_a_rule_may_retire_after_so_many_requests_whatever_they_were(stage: Stage, slug: str) -> None:
    await stage.play({"until": {"calls": 3}, "per": "to", "respond": [NO, {"error": "internal"}]})
    first, second = code(slug, "unavailable"), code(slug, "internal")
    words = [await stage.send(slug, to) for to in (TO, OTHER, TO, OTHER, TO)]
    assert words == [first, first, second, "accept", "accept"]


async def test_a_rule_may_be_active_for_a_while(stage: Stage, slug: str) -> None:
    """Counted from when the scenario was put."""
    await stage.advance("1h")
    await stage.play({"active": {"start": "5m", "end": "15m"}, "respond": NO})
    heard = []
    for by in ("0s", "299999ms", "1ms", "599999ms", "1ms"):
        await stage.advance(by)
        heard.append(await stage.send(slug))
    no = code(slug, "unavailable")
    assert heard == ["accept", "accept", no, no, "accept"]


async def test_a_scenario_put_anew_begins_to_count_anew(stage: Stage, slug: str) -> None:
    await stage.play({"active": {"end": "5m"}, "respond": NO})
    await stage.advance("5m")
    assert await stage.send(slug) == "accept"
    await stage.play({"active": {"end": "5m"}, "respond": {"error": "internal"}})
    assert await stage.send(slug) == code(slug, "internal")


# --- hold -----------------------------------------------------------------------------------------------------


async def test_what_is_held_bursts_when_the_rule_ends_by_the_clock(stage: Stage, slug: str) -> None:
    await stage.play({"name": "outage", "active": {"end": "10m"}, "hold": True})
    for to in crowd(3):
        await stage.send(slug, to)
        await stage.advance("1m")
    await stage.advance("6m")
    assert stage.consumer.received == []
    assert (await stage.sandbox.get("/clock"))["pending"] == 6
    await stage.settle()
    assert await stage.told() == [("sent", 601)] * 3 + [("delivered", 603)] * 3


async def test_what_is_held_bursts_with_the_request_that_retires_the_rule(stage: Stage, slug: str) -> None:
    """Its own message is one of them."""
    await stage.play({"name": "backlog", "until": {"calls": 3}, "hold": True})
    await stage.send(slug)
    await stage.send(slug)
    await stage.advance("1h")
    assert stage.consumer.received == []
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == [("sent", 3601)] * 3 + [("delivered", 3603)] * 3


async def test_what_ends_first_lets_go(stage: Stage, slug: str) -> None:
    await stage.play({"name": "backlog", "until": {"calls": 2}, "active": {"end": "1m"}, "hold": True})
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == [("sent", 61), ("delivered", 63)]


async def test_a_refusal_may_retire_a_rule_and_let_go_what_it_held(stage: Stage, slug: str) -> None:
    await stage.play({"name": "backlog", "until": {"calls": 2}, "hold": True, "respond": ["accept", NO]})
    assert await stage.sends(2, slug) == ["accept", code(slug, "unavailable")]
    await stage.settle()
    assert await stage.told() == [("sent", 1), ("delivered", 3)]


async def test_another_scenario_lets_go_what_the_one_before_held(stage: Stage, slug: str) -> None:
    await stage.play({"name": "outage", "active": {"end": "10m"}, "hold": True})
    await stage.send(slug)
    await stage.advance("1m")
    await stage.play()
    await stage.settle()
    assert await stage.told() == [("sent", 61), ("delivered", 63)]


# --- chance -----------------------------------------------------------------------------------------------------


async def test_chance_passes_some_messages_on_and_counts_none_of_them(stage: Stage, slug: str) -> None:
    sometimes = {"name": "sometimes", "chance": "50%", "respond": [NO, {"error": "internal"}], "until": {"calls": 2}}
    await stage.play(sometimes, seed=5)
    words = [await stage.send(slug, to) for to in crowd(12)]
    met = [turn for turn, word in enumerate(words) if word != "accept"]
    assert [words[turn] for turn in met] == [code(slug, "unavailable"), code(slug, "internal")]
    assert met[1] > 1
    assert await stage.hits() == {"sometimes": 2}


@pytest.mark.parametrize(("chance", "word"), [("100%", "unavailable"), ("0%", None)])
async def test_a_chance_may_be_certain(stage: Stage, slug: str, chance: str, word: str | None) -> None:
    await stage.play({"chance": chance, "respond": NO})
    assert {await stage.send(slug, to) for to in crowd(5)} == {code(slug, word) if word else "accept"}
