"""``respond`` over real sockets: what the client hears, what is kept, and what is reported of it."""

import time
from typing import Any

import aiohttp
import pytest

from sandbox.scenario.verdict import FAULTS, STORED_FAULTS
from sandbox.wire import NotJson
from tests.rehearsal.stage import GONE, OTHER, TO, Stage, can, code, crowd, said

SILENT = sorted(set(FAULTS) - STORED_FAULTS)
TOLD = [("sent", 1), ("delivered", 3)]


# --- accepted ---------------------------------------------------------------------------------------------


async def test_an_answer_may_be_late_in_real_time(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"accept": {"delay": "60ms..80ms"}}})
    wire = await stage.wire(slug)
    begun = time.perf_counter()
    assert said(slug, await stage.sandbox.tell(wire)) == "accept"
    assert time.perf_counter() - begun >= 0.06
    (request,) = (await stage.sandbox.get("/requests?limit=1"))["items"]
    assert request["duration_ms"] >= 60
    await stage.settle()
    assert await stage.told() == TOLD


async def test_a_message_may_be_taken_and_called_rejected(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"accept": {"status": "rejected"}}})
    assert await stage.send(slug) == "accept"
    await stage.settle()
    assert (await stage.statuses(), await stage.told()) == (["rejected"], [])


async def test_what_is_called_rejected_is_reported_on_where_the_scenario_says_so(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"accept": {"status": "rejected"}}, "report": "rejected"})
    await stage.send(slug)
    await stage.settle()
    assert (await stage.statuses(), await stage.told()) == (["rejected"], [("rejected", 1)])


# --- errors -------------------------------------------------------------------------------------------------


async def test_an_error_keeps_nothing_unless_it_is_said_to(stage: Stage, slug: str) -> None:
    sent = {"error": "unavailable", "stored": True, "delay": "20ms"}
    await stage.play({"respond": [{"error": "unavailable"}, {"error": "unavailable", "stored": False}, sent]})
    assert await stage.sends(3, slug) == [code(slug, "unavailable")] * 3
    assert await stage.stored() == 1
    await stage.settle()
    assert await stage.told() == TOLD


async def test_an_own_code_goes_where_the_rule_names_its_provider(stage: Stage, slug: str) -> None:
    own = code(slug, "internal")
    await stage.play({"when": {"provider": slug}, "respond": {"error": own}})
    assert await stage.send(slug) == own


async def test_digits_that_are_no_error_leave_the_message_to_the_next_rule(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"error": "last_three_digits"}}, {"name": "next", "report": "undelivered"})
    assert await stage.send(slug, "+447700900999") == "accept"
    assert (await stage.hits())["next"] == 1


async def test_a_retry_may_be_asked_for_in_whole_seconds_rounded_up(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"error": "unavailable", "retry_after": "1500ms"}})
    told = await stage.sandbox.tell(await stage.wire(slug))
    assert told.headers["Retry-After"] == "2"


# --- raw ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"status": 502, "headers": {"Content-Type": "text/html", "X-Edge": "a"}, "body": "<h1>Bad gateway</h1>"}, 0),
        ({"status": 200, "body": {"odd": [1, None, "é"]}}, 1),
        ({"status": 204}, 1),
        ({"status": 304}, 0),
        ({"status": 299, "body": ""}, 1),
    ],
)
async def test_a_raw_answer_is_told_as_it_is_written(stage: Stage, slug: str, raw: dict[str, Any], kept: int) -> None:
    await stage.play({"respond": {"raw": raw}})
    told = await stage.tell(await stage.wire(slug))
    assert told.status == raw["status"]
    assert raw.get("headers", {}).items() <= told.headers.items()
    if isinstance(raw.get("body"), dict):
        assert (told.json, told.headers["Content-Type"]) == (raw["body"], "application/json")
    else:
        assert told.body.decode() == raw.get("body", "")
    assert await stage.stored() == kept
    await stage.settle()
    assert await stage.told() == TOLD * kept


@pytest.mark.parametrize(("status", "stored"), [(200, False), (500, True)])
async def test_a_raw_answer_is_kept_where_it_says_so(stage: Stage, slug: str, status: int, stored: bool) -> None:
    await stage.play({"respond": {"raw": {"status": status, "body": "x"}, "stored": stored, "delay": "5ms"}})
    await stage.tell(await stage.wire(slug))
    assert await stage.stored() == stored


# --- faults -------------------------------------------------------------------------------------------------


async def _faulted(stage: Stage, slug: str, fault: str) -> str:
    """gone, broken or accept."""
    wire = await stage.wire(slug)
    if fault == "hang":
        await stage.abandon(wire)
        return GONE
    try:
        return said(slug, await stage.tell(wire))
    except aiohttp.ClientError:
        return GONE
    except NotJson:
        return "broken"


HEARD = {"hang": GONE, "reset": GONE, "empty": GONE, "truncated": GONE, "malformed": "broken", "trickle": "accept"}


@pytest.mark.parametrize("stored", [None, True, False])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_kept_or_not_as_it_says(stage: Stage, slug: str, fault: str, stored: bool | None) -> None:
    answer = {"fault": fault} | ({} if stored is None else {"stored": stored})
    await stage.play({"respond": answer | ({"over": "10ms"} if fault == "trickle" else {})})
    assert await _faulted(stage, slug, fault) == HEARD[fault]
    kept = fault in STORED_FAULTS if stored is None else stored
    assert await stage.stored() == kept
    await stage.settle()
    assert await stage.told() == TOLD * kept
    (request,) = (await stage.sandbox.get("/requests?outcome=faulted"))["items"]
    assert len(request["messages"]) == kept
    assert (request["answer"] is None) is (fault in SILENT)


# --- one after another ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "fourth", "fifth"),
    [
        (None, "accept", "accept"),
        ("repeat-last", "accept", "accept"),
        ("cycle", "error", "error"),
        ("next-rule", "next", "next"),
    ],
)
async def test_a_list_answers_consecutive_calls(
    stage: Stage, slug: str, then: str | None, fourth: str, fifth: str
) -> None:
    rule: dict[str, Any] = {"respond": [{"error": "unavailable"}, {"error": "unavailable"}, "accept"]}
    await stage.play(rule | ({"then": then} if then else {}), {"respond": {"error": "internal"}})
    words = {"accept": "accept", "error": code(slug, "unavailable"), "next": code(slug, "internal")}
    expected = [words[word] for word in ("error", "error", "accept", fourth, fifth)]
    assert await stage.sends(5, slug) == expected


PER = {
    "to": ({"to": OTHER}, {"text": "another"}),
    "text": ({"text": "another"}, {"to": OTHER}),
}


@pytest.mark.parametrize("per", PER)
async def test_calls_are_counted_for_each_value(stage: Stage, slug: str, per: str) -> None:
    await stage.play({"per": per, "respond": [{"error": "unavailable"}, "accept"]})
    apart, same = PER[per]
    no = code(slug, "unavailable")
    assert await stage.send(slug) == no
    assert await stage.send(slug, **apart) == no
    assert await stage.send(slug, **same) == "accept"
    assert await stage.send(slug, **apart) == "accept"


async def test_calls_are_counted_for_several_values_at_once(stage: Stage, slug: str) -> None:
    await stage.play({"per": ["to", "text"], "respond": [{"error": "unavailable"}, "accept"]})
    no = code(slug, "unavailable")
    assert [await stage.send(slug, to, text=text) for to in (TO, OTHER) for text in ("a", "b")] == [no] * 4
    assert [await stage.send(slug, to, text=text) for to in (TO, OTHER) for text in ("a", "b")] == ["accept"] * 4


async def test_left_out_there_is_one_counter_for_the_rule(stage: Stage) -> None:
    await stage.play({"respond": [{"error": "internal"}] * 3 + ["accept"]})
    words = [await stage.send(slug, to) for slug, to in zip(can(), crowd(4), strict=False)]
    assert words[3:] == ["accept"]
    assert "accept" not in words[:3]


# --- one of several ---------------------------------------------------------------------------------------------


async def test_answers_are_mixed_by_weight(stage: Stage, slug: str) -> None:
    mix = [
        {"weight": 6, "accept": {}},
        {"weight": 3, "error": "unavailable"},
        {"weight": 2, "fault": "reset"},
        {"weight": 0, "error": "internal"},
    ]
    await stage.play({"respond": {"mix": mix}}, seed=11)
    words = [await stage.send(slug, to) for to in crowd(24)]
    assert {*words} == {"accept", code(slug, "unavailable"), GONE}
    assert await stage.stored() == words.count("accept")


async def test_what_a_rule_has_decided_is_told_to_the_curious(stage: Stage, slug: str) -> None:
    await stage.play({"name": "naïve “rule”, 100 %", "respond": {"accept": {}}})
    told = await stage.sandbox.tell(await stage.wire(slug))
    (message,) = await stage.messages()
    assert (told.headers["X-Sandbox-Message"], message["rule"]) == (message["id"], "naïve “rule”, 100 %")
    assert (await stage.sandbox.get("/requests?limit=1"))["items"][0]["rule"] == "naïve “rule”, 100 %"


async def test_a_rule_without_a_name_is_told_as_the_lists_call_it(stage: Stage) -> None:
    await stage.play({"respond": {"accept": {}}})
    assert (await stage.sandbox.tell(await stage.wire("namirial"))).headers["X-Sandbox-Rule"] == "#1"
