"""``callback`` over real sockets: how reports misbehave on their way to the consumer."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
import pytest
from aiohttp import web

from sandbox import flow
from sandbox.clock import wall
from sandbox.durations import MINUTE, SECOND
from sandbox.providers import discover
from tests.rehearsal.stage import TO, Stage, can, crowd, together
from tests.support.documents import leaves

THREE = [{"after": "1s", "status": status} for status in ("sent", "undelivered", "delivered")]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


# --- before the answer ------------------------------------------------------------------------------


def noting(heard: list[float], status: int = 200) -> Answer:
    """A consumer's answer that notes when it was asked for."""

    async def answer(request: web.Request) -> web.StreamResponse:
        heard.append(time.perf_counter())
        return web.Response(status=status)

    return answer


async def test_the_first_report_may_come_before_the_answer(stage: Stage, slug: str) -> None:
    """The answer waits for the consumer: it has answered before the client hears anything."""
    heard: list[float] = []
    stage.consumer.answers.append(noting(heard))
    await stage.play({"callback": {"before_answer": True}})
    assert await stage.send(slug) == "accept"
    (at,) = heard
    assert at < time.perf_counter()
    assert await stage.told() == [("sent", 0)]
    assert await stage.statuses() == ["sent"]
    await stage.settle()
    assert await stage.told() == [("sent", 0), ("delivered", 2)]


async def test_every_copy_of_the_first_report_comes_before_the_answer(stage: Stage, slug: str) -> None:
    steps = [{"after": "1m", "status": "sent", "times": 2, "lag": "1m"}, {"after": "5s", "status": "delivered"}]
    await stage.play({"report": steps, "callback": {"before_answer": True, "lag": "10s"}})
    await stage.send(slug)
    assert await stage.told() == [("sent", 0)] * 2
    await stage.settle()
    assert (await stage.told())[2:] == [("delivered", 15)]


async def test_a_silent_first_step_is_told_to_nobody_before_the_answer_either(stage: Stage, slug: str) -> None:
    steps = [{"after": "1s", "status": "sent", "silent": True}, {"after": "1s", "status": "delivered"}]
    await stage.play({"report": steps, "callback": {"before_answer": True}})
    await stage.send(slug)
    assert (await stage.statuses(), stage.consumer.received) == (["sent"], [])
    await stage.settle()
    assert await stage.told() == [("delivered", 1)]


async def test_the_answer_does_not_wait_for_a_consumer_for_ever(
    stage: Stage, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "BEFORE_ANSWER", 0.02)
    answered: list[float] = []

    async def late(request: web.Request) -> web.StreamResponse:
        while not answered:
            await stage.sandbox.get("/clock")
        return web.Response()

    stage.consumer.answers.append(late)
    await stage.play({"callback": {"before_answer": True}})
    assert await stage.send(slug) == "accept"
    answered.append(time.perf_counter())
    await stage.settle()
    assert [row["state"] for row in await stage.rows()] == ["acknowledged"] * 2


# --- and never otherwise ----------------------------------------------------------------------------


async def test_no_report_leaves_before_a_late_answer_even_if_somebody_advances_the_clock(
    stage: Stage, slug: str
) -> None:
    heard: list[float] = []
    stage.consumer.answers += [noting(heard), noting(heard)]
    await stage.play({"respond": {"accept": {"delay": "150ms"}}})
    wire = await stage.wire(slug)
    begun = time.perf_counter()
    _, message, walk = await together(
        stage.sandbox.tell(wire), stage.sandbox.get("/messages?wait=5s"), _advanced_once_stored(stage)
    )
    assert (len(message["items"]), walk["settled"]) == (1, True)
    assert [at - begun >= 0.15 for at in heard] == [True, True]
    assert await stage.told() == [("sent", 1), ("delivered", 3)]


async def _advanced_once_stored(stage: Stage) -> Any:
    await stage.sandbox.get("/messages?wait=5s")
    return await stage.advance("1m")


async def test_no_report_leaves_while_the_answer_still_trickles(stage: Stage, slug: str) -> None:
    heard: list[float] = []
    stage.consumer.answers.append(noting(heard))
    await stage.play({"respond": {"fault": "trickle", "over": "100ms"}})
    wire = await stage.wire(slug)
    begun = time.perf_counter()
    await together(stage.tell(wire), _advanced_once_stored(stage))
    assert heard[0] - begun >= 0.09
    assert await stage.told() == [("sent", 1), ("delivered", 3)]


async def test_reports_wait_for_no_answer_that_hangs(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"fault": "hang", "stored": True}})
    wire = await stage.wire(slug)
    hanging = asyncio.ensure_future(stage.tell(wire))
    walk = await _advanced_once_stored(stage)
    assert (walk["settled"], hanging.done()) == (True, False)
    assert await stage.told() == [("sent", 1), ("delivered", 3)]
    hanging.cancel()


async def test_reports_follow_though_the_client_has_hung_up(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"accept": {"delay": "1h"}}})
    calling = asyncio.ensure_future(stage.tell(await stage.wire(slug)))
    await stage.sandbox.get("/messages?wait=5s")
    calling.cancel()
    await stage.advance("1m")
    assert await stage.told() == [("sent", 1), ("delivered", 3)]
    (request,) = (await stage.sandbox.get("/requests?limit=1"))["items"]
    assert request["client_gave_up"] is True


# --- order --------------------------------------------------------------------------------------------


async def test_reversed_reports_swap_when_they_leave_and_nothing_else(stage: Stage, slug: str) -> None:
    await stage.play({"report": THREE, "callback": {"order": "reversed"}})
    await stage.send(slug)
    await stage.advance("1s")
    assert await stage.statuses() == ["sent"]
    await stage.advance("1s")
    assert await stage.statuses() == ["undelivered"]
    await stage.settle()
    reports = await stage.reports()
    assert [(report.status, report.at) for report in reports] == [("delivered", 1), ("undelivered", 2), ("sent", 3)]
    assert [sorted(report.instants & {1, 2, 3}) for report in reports] == [[3], [2], [1]]
    (message,) = await stage.messages()
    receipts = (await stage.sandbox.get(f"/messages/{message['id']}"))["receipts"]
    assert [receipt["status"] for receipt in receipts] == ["sent", "undelivered", "delivered"]


async def test_shuffled_reports_never_come_in_the_true_order(stage: Stage, slug: str) -> None:
    await stage.play({"report": THREE, "callback": {"order": "shuffled"}}, seed=3)
    numbers = crowd(12)
    for to in numbers:
        await stage.send(slug, to)
    await stage.settle()
    reports = await stage.reports()
    orders = {tuple(report.status for report in reports if report.to == to) for to in numbers}
    assert ("sent", "undelivered", "delivered") not in orders
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset({"sent", "undelivered", "delivered"})}
    assert await stage.statuses() == ["undelivered"] * 12
    for status, happens in (("sent", 1), ("undelivered", 2), ("delivered", 3)):
        assert all(happens in report.instants for report in reports if report.status == status)


# --- who it is about ----------------------------------------------------------------------------------


async def test_a_report_may_be_of_a_message_that_nobody_knows(stage: Stage, slug: str) -> None:
    stage.consumer.answers.append(503)
    await stage.play({"callback": {"unknown_id": True}})
    await stage.send(slug)
    await stage.settle()
    first, second, again = stage.consumer.received  # the first is tried again, the same
    assert {first.body, second.body} > {again.body}
    (message,) = await stage.messages()
    ours = {message["id"], *message["provider_ids"].values()} - {None, ""}
    assert ours.isdisjoint(str(leaf) for body in stage.consumer.bodies for leaf in leaves(body))


# --- when, and how often -------------------------------------------------------------------------------


async def test_without_retries_there_is_one_attempt(stage: Stage, slug: str) -> None:
    stage.consumer.answers += [500] * 2
    await stage.play({"callback": {"retry": "none"}})
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == [("sent", 1), ("delivered", 3)]
    assert [(row["state"], row["next_attempt_at"]) for row in await stage.rows()] == [("failed", None)] * 2


async def test_a_rule_may_have_a_ladder_of_its_own(stage: Stage, slug: str) -> None:
    stage.consumer.answers += [500, 404, 500]
    await stage.play({"report": "rejected", "callback": {"retry": ["1s", "10s"]}})
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == [("rejected", 1), ("rejected", 2), ("rejected", 12)]
    (row,) = await stage.rows()
    assert (row["state"], [attempt["status"] for attempt in row["attempts"]]) == ("failed", [500, 404, 500])


async def test_a_ladder_ends_where_the_consumer_acknowledges(stage: Stage, slug: str) -> None:
    stage.consumer.answers += [500]
    await stage.play({"report": "rejected", "callback": {"retry": ["1s", "10s"]}})
    await stage.send(slug)
    await stage.settle()
    assert await stage.told() == [("rejected", 1), ("rejected", 2)]
    assert [row["state"] for row in await stage.rows()] == ["acknowledged"]


async def test_left_out_the_ladder_is_the_provider_s_own(stage: Stage, slug: str) -> None:
    delays = discover()[slug].retries.delays
    stage.consumer.answers += [500] * (len(delays) + 1)
    await stage.play({"report": "rejected"})
    await stage.send(slug)
    await stage.settle()
    assert [at for _, at in await stage.told()] == [1 + sum(delays[:n]) / SECOND for n in range(len(delays) + 1)]


async def test_every_report_of_a_rule_may_lag(stage: Stage, slug: str) -> None:
    await stage.play({"callback": {"lag": "1h"}})
    await stage.send(slug)
    await stage.advance("10s")
    assert (await stage.statuses(), stage.consumer.received) == (["delivered"], [])
    await stage.settle()
    reports = await stage.reports()
    assert [(report.at, report.happened) for report in reports] == [(3601, 1), (3603, 3)]
    assert [sorted(report.instants & {1, 3, 3601, 3603}) for report in reports] == [[1], [3]]


# --- signatures -----------------------------------------------------------------------------------------

SECRET = "sandbox-secret-sandbox-secret-32b"
SIGNING = pytest.mark.parametrize("slug", can(signs=True))


async def _signed(stage: Stage, slug: str, **callback: Any) -> dict[str, str]:
    await stage.play({"report": "rejected", **({"callback": callback} if callback else {})})
    await stage.send(slug)
    await stage.settle()
    return stage.consumer.received[-1].headers


@SIGNING
async def test_a_signature_may_be_missing(stage: Stage, slug: str) -> None:
    good, bad = await _signed(stage, slug), await _signed(stage, slug, sign="missing")
    assert len(good.keys() - bad.keys()) == 1


@pytest.mark.parametrize("fault", ["wrong_secret", "stale", "altered"])
@SIGNING
async def test_a_signature_may_be_bad(stage: Stage, slug: str, fault: str) -> None:
    good, bad = await _signed(stage, slug), await _signed(stage, slug, sign=fault)
    assert good.keys() == bad.keys()
    token = bad["authorization"]
    known = jwt.decode(good["authorization"], SECRET, algorithms=["HS256"])
    assert abs(known["iat"] * SECOND - wall()) < MINUTE
    if fault == "stale":
        assert wall() - jwt.decode(token, SECRET, algorithms=["HS256"])["iat"] * SECOND > 15 * MINUTE
    else:
        with pytest.raises(jwt.InvalidSignatureError):
            jwt.decode(token, SECRET, algorithms=["HS256"])


@SIGNING
async def test_a_bad_signature_is_bad_at_every_attempt(stage: Stage, slug: str) -> None:
    stage.consumer.answers += [401, 401]
    await _signed(stage, slug, sign="wrong_secret", retry=["1s"])
    assert len(stage.consumer.received) == 2
    for received in stage.consumer.received:
        with pytest.raises(jwt.InvalidSignatureError):
            jwt.decode(received.headers["authorization"], SECRET, algorithms=["HS256"])


async def test_reports_of_other_rules_behave(stage: Stage, slug: str) -> None:
    await stage.play({"when": {"to": TO}, "callback": {"retry": "none", "lag": "1h", "order": "reversed"}})
    await stage.send(slug, crowd(1)[0])
    await stage.settle()
    assert await stage.told() == [("sent", 1), ("delivered", 3)]
