"""``callback`` over real sockets: how reports misbehave on their way to the consumer."""

from typing import Any

import jwt
import pytest

from sandbox.clock import wall
from sandbox.durations import MINUTE, SECOND
from sandbox.providers import discover
from tests.rehearsal.stage import TO, Stage, can, crowd
from tests.support.documents import leaves

THREE = [{"after": "1s", "status": status} for status in ("sent", "undelivered", "delivered")]


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
