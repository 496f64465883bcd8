"""The bundled scenarios, played through from the outside: each shows what its comments promise."""

from collections import Counter

import aiohttp
import pytest

from sandbox.providers import discover
from tests.rehearsal.stage import GONE, SLUGS, TO, Stage, code, crowd, said, since
from tests.rehearsal.test_bulk import bulk
from tests.support.examples import recipe, words


async def _verdict(stage: Stage) -> list[bool]:
    """Whether each of the scenario's own expectations holds."""
    told = await stage.sandbox.get("/report")
    assert told["passed"] is all(result["passed"] for result in told["results"])
    return [result["passed"] for result in told["results"]]


# --- carrier-outage ----------------------------------------------------------------------------------------


async def test_a_carrier_s_outage_ends_in_a_burst(stage: Stage, slug: str) -> None:
    await stage.pick("carrier-outage")
    backlog = crowd(8)
    for to in backlog:
        assert await stage.send(slug, to) == "accept"
        await stage.advance("1m")
    await stage.advance("119999ms")
    assert stage.consumer.received == []
    assert {*await stage.statuses()} == {"queued"}
    await stage.advance("1001ms")
    assert await stage.told() == [("sent", 601)] * 8
    await stage.settle()
    assert (await stage.told())[8:] == [("delivered", 603)] * 8
    assert await _verdict(stage) == [True, True]


async def test_the_network_is_breathless_for_two_minutes_more(stage: Stage, slug: str) -> None:
    await stage.pick("carrier-outage")
    await stage.advance("10m")
    for to in crowd(6):
        await stage.send(slug, to)
    await stage.settle()
    reports = await stage.reports()
    sent, delivered = ({r.to: r.at for r in reports if r.status == status} for status in ("sent", "delivered"))
    assert all(601 <= at <= 630 for at in sent.values())
    assert all(2 <= delivered[to] - sent[to] <= 30 for to in sent)
    await stage.advance("2m")
    now = (await stage.sandbox.get("/clock"))["now"]
    await stage.send(slug, TO)
    await stage.settle()
    last = (await stage.messages())[-1]
    receipts = (await stage.sandbox.get(f"/messages/{last['id']}"))["receipts"]
    assert (last["accepted_at"], last["rule"], len(receipts)) == (now, None, 2)


async def test_what_is_not_valid_that_long_expires_in_the_outage(stage: Stage) -> None:
    await stage.pick("carrier-outage")
    await stage.sandbox.tell(await bulk(stage, {"validityPeriodMinutes": 5}, {"validityPeriodMinutes": 15}))
    await stage.settle()
    assert await stage.told() == [("expired", 300), ("sent", 601), ("delivered", 603)]


# --- slow-carrier ------------------------------------------------------------------------------------------


async def test_a_slow_carrier_takes_its_time_and_the_same_time_again(stage: Stage, slug: str) -> None:
    runs = []
    for _ in range(2):
        await stage.sandbox.post("/reset")
        stage.consumer.received.clear()
        await stage.pick("slow-carrier")
        begun = since((await stage.sandbox.get("/clock"))["now"])
        for to in crowd(20):
            assert await stage.send(slug, to) == "accept"
        await stage.settle()
        runs.append([(r.status, r.to, round(r.at - begun, 6)) for r in await stage.reports()])
    assert runs[0] == runs[1]
    sent = [at for status, _, at in runs[0] if status == "sent"]
    done = sorted(at for status, _, at in runs[0] if status == "delivered")
    assert all(2 <= at <= 10 for at in sent)
    assert done[0] < 40 < done[-1]


async def test_one_in_fifty_of_a_slow_carrier_s_messages_is_too_late(stage: Stage) -> None:
    await stage.pick("slow-carrier")
    for to in crowd(100):
        await stage.send("skycore", to)
    await stage.settle()
    told = Counter(await stage.statuses())
    assert {*told} == {"delivered", "expired"}
    assert 1 <= told["expired"] <= 6
    late = [report for report in await stage.reports() if report.status == "expired"]
    assert all(48 * 3600 < report.at < 48 * 3600 + 11 for report in late)


# --- flaky-provider, throttled --------------------------------------------------------------------------------


async def _ruled(stage: Stage, slug: str, rule: str) -> str:
    """A recipient whose next message this rule will decide."""
    for to in crowd(200):
        told = await stage.sandbox.post("/explain", {"provider": slug, "to": to, "text": "x"})
        if told["rule"] == rule:
            return to
    raise AssertionError(rule)


async def test_a_flaky_provider_takes_the_third_call_of_each_recipient(stage: Stage, slug: str) -> None:
    await stage.sandbox.put(f"/spaces/{stage.sandbox.space}", {"scenario": "flaky-provider", "seed": 2})
    tries = ["unavailable", "internal", "accept"]
    for to in crowd(2):
        wire = await stage.wire(slug, to)
        answers = [await stage.sandbox.tell(wire) for _ in tries]
        assert [said(slug, told) for told in answers] == [code(slug, "unavailable"), code(slug, "internal"), "accept"]
        assert answers[0].headers["Retry-After"] == "1"
    assert (await stage.stored(), await _verdict(stage)) == (2, [True])
    assert await stage.send(slug, crowd(1)[0]) == "accept"
    assert await _verdict(stage) == [False]


async def test_one_call_in_twenty_to_a_flaky_provider_is_slow(stage: Stage, slug: str) -> None:
    await stage.sandbox.put(f"/spaces/{stage.sandbox.space}", {"scenario": "flaky-provider", "seed": 2})
    to = await _ruled(stage, slug, "slow answer")
    await stage.abandon(await stage.wire(slug, to))
    assert await stage.stored() == 1


async def test_what_is_over_the_limit_is_throttled_and_a_patient_client_loses_nothing(stage: Stage, slug: str) -> None:
    await stage.pick("throttled")
    assert await stage.sends(5, slug) == ["accept"] * 5
    await stage.advance("4s")
    told = await stage.sandbox.tell(await stage.wire(slug, text="the sixth"))
    assert (said(slug, told), told.headers["Retry-After"]) == (code(slug, "throttled"), "6")
    await stage.advance("6s")
    assert await stage.send(slug, text="the sixth") == "accept"
    others = [other for other in SLUGS if other != slug]
    assert [await stage.send(other) for other in others] == ["accept"] * len(others)
    await stage.settle()
    assert {*await stage.statuses()} == {"delivered"}


# --- reports-… ------------------------------------------------------------------------------------------------


async def test_reports_overtake_each_other_and_tell_the_truth(stage: Stage, slug: str) -> None:
    await stage.pick("reports-out-of-order")
    for to in crowd(6):
        await stage.send(slug, to, text="please shuffle")
    await stage.send(slug, TO)
    await stage.settle()
    reports = await stage.reports()
    true = ["sent", "undelivered", "delivered"]
    for to in crowd(6):
        assert sorted((r.status for r in reports if r.to == to), key=true.index) == true
        assert [r.status for r in reports if r.to == to] != true
    assert [(r.status, r.at, r.happened) for r in reports if r.to == TO] == [("delivered", 1, 3), ("sent", 3, 1)]


async def test_reports_come_twice_and_count_once(stage: Stage, slug: str) -> None:
    await stage.pick("reports-twice")
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == [("sent", 1)] * 2 + [("delivered", 3)] * 2
    assert len({received.body for received in stage.consumer.received}) == 2
    assert (await stage.statuses(), await _verdict(stage)) == (["delivered"], [True])


async def test_a_consumer_that_stumbles_over_the_second_report_is_found_out(stage: Stage, slug: str) -> None:
    stage.consumer.answers += [200, 500]
    await stage.pick("reports-twice")
    await stage.send(slug)
    await stage.advance("3s")
    assert await _verdict(stage) == [False]


async def test_reports_never_come_and_a_status_query_knows_more(stage: Stage, slug: str) -> None:
    await stage.pick("reports-never")
    await stage.send(slug)
    await stage.settle()
    asked = "status" in discover()[slug].vocabulary.operations
    assert (stage.consumer.received, await stage.statuses()) == ([], ["delivered" if asked else "queued"])
    assert await _verdict(stage) == [True]


# --- ambiguous-acceptance ----------------------------------------------------------------------------------------


async def test_an_acceptance_is_lost_and_a_careless_client_texts_twice(stage: Stage, slug: str) -> None:
    await stage.pick("ambiguous-acceptance")
    assert await stage.send(slug) == GONE
    await stage.settle()
    assert (await stage.told(), await _verdict(stage)) == ([("sent", 1), ("delivered", 3)], [True])
    assert await stage.send(slug) == "accept"
    assert (await stage.stored(), await _verdict(stage)) == (2, [False])


async def test_bloomreach_recognises_the_second_call(stage: Stage) -> None:
    await stage.pick("ambiguous-acceptance")
    wire = await stage.wire("bloomreach")
    same = wire.but(json={**wire.json, "request_id": "r-1"})
    with pytest.raises(aiohttp.ClientError):
        await stage.tell(same)
    assert said("bloomreach", await stage.sandbox.tell(same)) == "accept"
    assert (await stage.stored(), await _verdict(stage)) == (1, [True])


# --- revoked-credentials ------------------------------------------------------------------------------------------


async def test_the_sixth_call_finds_the_credentials_revoked(stage: Stage, slug: str) -> None:
    """A token is a call too: who needs one sends four."""
    await stage.pick("revoked-credentials")
    wire = await stage.wire(slug)
    no, passes = code(slug, "authentication"), 4 if "token" in discover()[slug].vocabulary.operations else 5
    assert [said(slug, await stage.sandbox.tell(wire)) for _ in range(passes + 2)] == ["accept"] * passes + [no, no]
    assert (await stage.stored(), await _verdict(stage)) == (passes, [True])


LOGINS = ("token", "verify", "status", "subscribe")
GUARDED = [(slug, name) for slug in SLUGS for name, word in words(slug).items() if word in LOGINS]


@pytest.mark.parametrize(("slug", "operation"), GUARDED)
async def test_revoked_credentials_open_nothing_else(stage: Stage, slug: str, operation: str) -> None:
    call = await recipe(slug, operation).prepare(stage.sandbox)
    await stage.pick("revoked-credentials")
    answers = [await stage.sandbox.tell(call) for _ in range(6)]
    refused = discover()[slug].spec.errors[code(slug, "authentication")]
    assert [answer.status for answer in answers] == [200] * 5 + [refused.status]
    assert [refused.message.encode() in answer.body for answer in answers] == [False] * 5 + [True]


# --- failover ---------------------------------------------------------------------------------------------------------


async def test_one_provider_dies_slowly_and_the_others_are_up(stage: Stage) -> None:
    await stage.pick("failover")
    assert await stage.send("namirial") == code("namirial", "unavailable")
    assert await stage.send("namirial") == GONE
    await stage.abandon(await stage.wire("namirial"))
    assert await stage.send("namirial") == code("namirial", "unavailable")
    others = [slug for slug in SLUGS if slug != "namirial"]
    assert await stage.send(others[0]) == "accept"
    assert await _verdict(stage) == [True, True, True]
    assert [await stage.send(slug) for slug in others[1:]] == ["accept"] * len(others[1:])
    assert await _verdict(stage) == [True, True, False]


DOWN = [name for name, word in words("namirial").items() if word in ("status", "service_status")]


@pytest.mark.parametrize("operation", DOWN)
async def test_the_dead_provider_answers_no_query_either(stage: Stage, operation: str) -> None:
    call = await recipe("namirial", operation).prepare(stage.sandbox)
    await stage.pick("failover")
    assert said("namirial", await stage.sandbox.tell(call)) == code("namirial", "unavailable")
