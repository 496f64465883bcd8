"""Several messages in one request: what BlackKonnect's bulk call asks of rules, counters, limits, validity, windows."""

from typing import Any

import aiohttp
import pytest

from tests.rehearsal.stage import OTHER, TO, Stage, said
from tests.support.checked import Wire

SLUG = "blackkonnect"
NO: dict[str, Any] = {"error": "unavailable"}


async def bulk(stage: Stage, *messages: dict[str, Any]) -> Wire:
    """A bulk request: each message is ``to`` with its other fields."""
    plain = await stage.wire(SLUG)
    body = {"messages": [_message(**message) for message in messages]}
    return plain.but(path="/api/sms/send-bulk-messages/v1", json=body)


def _message(to: Any = TO, text: str = "hello", **fields: Any) -> dict[str, Any]:
    numbers = [to] if isinstance(to, str) else to
    return {"destinations": [{"destination": number} for number in numbers], "text": text, **fields}


async def sent(stage: Stage, *messages: dict[str, Any]) -> str:
    return said(SLUG, await stage.sandbox.tell(await bulk(stage, *messages)))


# --- one request, many messages ---------------------------------------------------------------------------


async def test_each_message_asks_the_rules(stage: Stage) -> None:
    await stage.play({"name": "other", "when": {"to": OTHER}, "report": "undelivered"}, {"name": "rest"})
    assert await sent(stage, {"to": [TO, OTHER]}, {"to": TO}) == "accept"
    assert await stage.hits() == {"other": 1, "rest": 2}
    await stage.settle()
    assert await stage.statuses() == ["delivered", "undelivered", "delivered"]


async def test_the_first_message_that_is_not_accepted_answers_for_all_and_nothing_is_kept(stage: Stage) -> None:
    await stage.play(
        {"when": {"provider": SLUG, "text": "b"}, "respond": {"error": 401}, "name": "b"},
        {"when": {"text": "c"}, "respond": NO, "name": "c"},
    )
    assert await sent(stage, {"text": "a"}, {"text": "b"}, {"text": "c"}) == "401"
    assert await sent(stage, {"text": "a"}, {"text": "c"}, {"text": "b"}) == "500"
    assert (await stage.stored(), await stage.hits()) == (0, {"b": 2, "c": 2})


async def test_all_are_kept_where_that_answer_says_so(stage: Stage) -> None:
    await stage.play({"when": {"text": "b"}, "respond": {"fault": "reset", "stored": True}, "report": "rejected"})
    wire = await bulk(stage, {"text": "a"}, {"text": "b"})
    with pytest.raises(aiohttp.ClientError):
        await stage.tell(wire)
    await stage.settle()
    assert await stage.statuses() == ["delivered", "rejected"]


async def test_a_request_counts_once_for_a_rule(stage: Stage) -> None:
    await stage.play({"respond": ["accept", NO, "accept"]})
    assert [await sent(stage, {"to": [TO, OTHER]}, {"text": "c"}) for _ in range(3)] == ["accept", "500", "accept"]


async def test_and_once_for_each_key(stage: Stage) -> None:
    await stage.play({"per": "to", "respond": ["accept", NO]})
    assert await sent(stage, {"to": TO}, {"to": TO}) == "accept"
    assert await sent(stage, {"to": OTHER}) == "accept"
    assert await sent(stage, {"to": TO}, {"to": OTHER}) == "500"


async def test_counters_stand_though_the_request_is_refused(stage: Stage) -> None:
    await stage.play({"name": "no", "when": {"text": "b"}, "respond": NO}, {"per": "to", "respond": ["accept", NO]})
    assert await sent(stage, {"to": TO}, {"to": OTHER, "text": "b"}) == "500"
    assert await sent(stage, {"to": TO}) == "500"


async def test_a_rule_retires_by_requests_not_by_messages(stage: Stage) -> None:
    await stage.play({"until": {"calls": 2}, "respond": NO})
    assert [await sent(stage, {"to": [TO, OTHER]}, {}) for _ in range(3)] == ["500", "500", "accept"]


async def test_a_limit_counts_messages(stage: Stage) -> None:
    await stage.play({"limit": {"max": 3, "window": "1m", "respond": NO}})
    assert await sent(stage, {"to": [TO, OTHER]}) == "accept"
    assert await sent(stage, {"to": [TO, OTHER]}) == "500"
    assert await sent(stage, {}) == "500"  # the one that was let through stands


async def test_one_of_them_may_be_called_rejected(stage: Stage) -> None:
    await stage.play({"when": {"to": OTHER}, "respond": {"accept": {"status": "rejected"}}})
    told = await stage.sandbox.tell(await bulk(stage, {"to": [TO, OTHER]}))
    groups = [item["messageGroupStatus"] for item in told.json["smsMessageDeliveryStatuses"]]
    assert [group["deliveryStatus"] for group in groups] == ["QUEUED", "REJECTED"]
    await stage.settle()
    assert await stage.statuses() == ["delivered", "rejected"]
    assert await stage.told() == [("sent", 1), ("delivered", 3)]


async def test_the_body_is_matched_in_a_message_s_own_element_first(stage: Stage) -> None:
    await stage.play({"name": "own", "when": {"body": {"callbackData": "mine"}}, "report": "rejected"})
    wire = await bulk(stage, {"callbackData": "mine"}, {"callbackData": "yours"}, {})
    await stage.sandbox.tell(wire.but(json={**wire.json, "callbackData": "mine"}))
    await stage.settle()
    assert await stage.statuses() == ["rejected", "delivered", "rejected"]


# --- when it is sent, and until when it is good ------------------------------------------------------------


async def test_steps_count_from_the_instant_to_send_at(stage: Stage) -> None:
    await stage.play()
    await sent(stage, {"sendAt": "2026-02-12T10:00:00Z"})
    await stage.settle()
    assert await stage.told() == [("sent", 3601), ("delivered", 3603)]


async def test_a_window_holds_back_the_first_step_alone(stage: Stage) -> None:
    window = {"days": ["THURSDAY"], "from": {"hour": 11, "minute": 0}, "to": {"hour": 12, "minute": 0}}
    await stage.play({"report": [{"after": "1s", "status": "sent"}, {"after": "3h", "status": "delivered"}]})
    await sent(stage, {"deliveryTimeWindow": window})
    await stage.settle()
    assert await stage.told() == [("sent", 7201), ("delivered", 7201 + 3 * 3600)]


async def test_validity_ends_a_timeline(stage: Stage) -> None:
    await stage.play({"report": [{"after": "1s", "status": "sent"}, {"after": "2m", "status": "delivered"}]})
    await sent(stage, {"validityPeriodMinutes": 1})
    await stage.settle()
    assert await stage.told() == [("sent", 1), ("expired", 60)]


async def test_what_is_silent_for_ever_does_not_expire(stage: Stage) -> None:
    await stage.play({"report": "none"})
    await sent(stage, {"validityPeriodMinutes": 1})
    await stage.settle()
    assert (await stage.told(), await stage.statuses()) == ([], ["queued"])


async def test_nothing_is_told_of_a_time_after_the_end(stage: Stage) -> None:
    """Not even by a report that leaves before its time."""
    steps = [{"after": "30s", "status": "sent"}, {"after": "1m", "status": "delivered"}]
    await stage.play({"report": steps, "callback": {"order": "reversed"}})
    await sent(stage, {"validityPeriodMinutes": 1})
    await stage.settle()
    assert await stage.told() == [("expired", 60), ("sent", 90)]


async def test_validity_runs_on_while_a_message_is_held(stage: Stage) -> None:
    await stage.play({"name": "outage", "active": {"end": "10m"}, "hold": True})
    await sent(stage, {"validityPeriodMinutes": 5}, {"validityPeriodMinutes": 60})
    await stage.settle()
    assert await stage.told() == [("expired", 300), ("sent", 601), ("delivered", 603)]


async def test_validity_may_end_before_a_rule_retires_by_calls(stage: Stage) -> None:
    await stage.play({"name": "backlog", "until": {"calls": 2}, "hold": True})
    await sent(stage, {"validityPeriodMinutes": 5})
    await stage.advance("1h")
    assert await stage.told() == [("expired", 300)]
    await sent(stage, {"validityPeriodMinutes": 5})
    await stage.settle()
    assert (await stage.told())[1:] == [("sent", 3601), ("delivered", 3603)]


async def test_what_is_held_is_not_sent_before_it_was_to_be_sent(stage: Stage) -> None:
    await stage.play({"name": "outage", "active": {"end": "10m"}, "hold": True})
    await sent(stage, {"sendAt": "2026-02-12T10:00:00Z"})
    await stage.settle()
    assert await stage.told() == [("sent", 3601), ("delivered", 3603)]


async def test_before_the_answer_means_now_whatever_was_to_be_sent_when(stage: Stage) -> None:
    """Later steps count from acceptance."""
    await stage.play({"callback": {"before_answer": True}})
    await sent(stage, {"sendAt": "2026-02-12T10:00:00Z"})
    assert await stage.told() == [("sent", 0)]
    await stage.settle()
    assert await stage.told() == [("sent", 0), ("delivered", 2)]
