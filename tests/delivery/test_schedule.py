"""When BlackKonnect's messages leave and how long they live: ``sendAt``, delivery windows and validity."""

from typing import Any

import pytest

from sandbox.clock import iso, parse_iso
from sandbox.durations import DAY, HOUR, MINUTE, SECOND
from tests.support.bulk import SLUG, bulk, part
from tests.support.checked import Checked
from tests.support.consumer import Consumer

MONDAY_NOON = parse_iso("2030-01-07T12:00:00Z")
TO = "+447700900999"


async def at_noon(sandbox: Checked, consumer: Consumer, *report: dict[str, Any]) -> None:
    """Monday, noon; messages are reported by these steps, by default as delivered after 1 s and 2 s more."""
    await sandbox.listen(consumer.url)
    await sandbox.put("/clock", {"now": iso(MONDAY_NOON)})
    await sandbox.play({"rules": [{"report": list(report) or "delivered"}]})


async def happened(sandbox: Checked) -> list[tuple[str, int]]:
    """Each report's state and its µs after Monday noon."""
    return [(row["status"], parse_iso(row["happened_at"]) - MONDAY_NOON) for row in await sandbox.ledger()]


def window(start: int, end: int, *days: str) -> dict[str, Any]:
    """From one hour of the day to another."""
    hours = {"from": {"hour": start, "minute": 0}, "to": {"hour": end, "minute": 0}}
    return {"deliveryTimeWindow": {**hours, "days": list(days)} if days else hours}


async def test_a_message_leaves_when_it_is_to_be_sent(sandbox: Checked, consumer: Consumer) -> None:
    await at_noon(sandbox, consumer)
    await bulk(sandbox, part(TO, sendAt=iso(MONDAY_NOON + 3 * HOUR)))
    await sandbox.advance("3h")
    assert consumer.received == []
    await sandbox.settle()
    assert await happened(sandbox) == [("sent", 3 * HOUR + SECOND), ("delivered", 3 * HOUR + 3 * SECOND)]


async def test_an_instant_with_an_offset_is_understood(sandbox: Checked, consumer: Consumer) -> None:
    await at_noon(sandbox, consumer)
    await bulk(sandbox, part(TO, sendAt="2030-01-07T15:00:00+02:00"))
    await sandbox.settle()
    assert (await happened(sandbox))[0] == ("sent", HOUR + SECOND)


async def test_an_instant_in_the_past_is_now(sandbox: Checked, consumer: Consumer) -> None:
    await at_noon(sandbox, consumer)
    await bulk(sandbox, part(TO, sendAt="2019-08-24T14:15:22Z"))
    await sandbox.settle()
    assert (await happened(sandbox))[0] == ("sent", SECOND)


async def test_180_days_ahead_are_allowed_and_no_more(sandbox: Checked, consumer: Consumer) -> None:
    await at_noon(sandbox, consumer)
    assert (await bulk(sandbox, part(TO, sendAt=iso(MONDAY_NOON + 180 * DAY)))).status == 200
    refused = await bulk(sandbox, part(TO, sendAt=iso(MONDAY_NOON + 180 * DAY + SECOND)))
    assert (refused.status, refused.json["errors"][0]["field"]) == (400, "messages[0].sendAt")
    assert await sandbox.stored() == 1


@pytest.mark.parametrize(
    ("given", "opens"),
    [
        (window(9, 17), 0),
        (window(14, 17), 2 * HOUR),
        (window(9, 11), 21 * HOUR),
        (window(9, 12), 21 * HOUR),
        (window(22, 4), 10 * HOUR),
        (window(22, 14), 0),
        (window(9, 17, "TUESDAY"), 21 * HOUR),
        (window(9, 17, "MONDAY"), 0),
        (window(9, 11, "MONDAY"), 7 * DAY - 3 * HOUR),
        (window(9, 17, "SATURDAY", "SUNDAY"), 5 * DAY - 3 * HOUR),
        (window(0, 0), 0),
        (window(0, 0, "SUNDAY"), 5 * DAY + 12 * HOUR),
        ({"deliveryTimeWindow": {"days": []}}, 0),
    ],
)
async def test_a_window_holds_the_first_step_back_until_it_opens(
    sandbox: Checked, consumer: Consumer, given: dict[str, Any], opens: int
) -> None:
    """In UTC; the steps after the first count from it, window or not. Validity counts from the opening too."""
    await at_noon(sandbox, consumer)
    told = await bulk(sandbox, part(TO, **given))
    assert told.status == 200, told
    await sandbox.settle()
    assert await happened(sandbox) == [("sent", opens + SECOND), ("delivered", opens + 3 * SECOND)]


async def test_a_window_may_close_between_two_steps(sandbox: Checked, consumer: Consumer) -> None:
    steps = ({"after": "1s", "status": "sent"}, {"after": "10h", "status": "delivered"})
    await at_noon(sandbox, consumer, *steps)
    await bulk(sandbox, part(TO, **window(11, 13)))
    await sandbox.settle()
    assert await happened(sandbox) == [("sent", SECOND), ("delivered", 10 * HOUR + SECOND)]


async def test_a_message_to_be_sent_waits_for_its_window(sandbox: Checked, consumer: Consumer) -> None:
    await at_noon(sandbox, consumer)
    await bulk(sandbox, part(TO, sendAt=iso(MONDAY_NOON + 6 * HOUR), **window(9, 17)))
    await sandbox.settle()
    assert (await happened(sandbox))[0] == ("sent", 21 * HOUR + SECOND)


NARROW = {"from": {"hour": 9, "minute": 0}, "to": {"hour": 9, "minute": 59}}


@pytest.mark.parametrize("given", [window(9, 33), {"deliveryTimeWindow": NARROW}, window(9, 17, "Monday")])
async def test_a_window_that_cannot_be_kept_is_refused(
    sandbox: Checked, consumer: Consumer, given: dict[str, Any]
) -> None:
    assert (await bulk(sandbox, part(TO, **given))).status == 400
    assert await sandbox.stored() == 0


# --- validity ----------------------------------------------------------------------------------------

LATE = ({"after": "1s", "status": "sent"}, {"after": "3d", "status": "delivered"})


@pytest.mark.parametrize(("minutes", "ends"), [(10, 10), (2880, 2880), (9999, 2880), (0, 2880), (None, 2880)])
async def test_validity_replaces_the_remaining_steps_by_expired(
    sandbox: Checked, consumer: Consumer, minutes: int | None, ends: int
) -> None:
    await at_noon(sandbox, consumer, *LATE)
    await bulk(sandbox, part(TO, validityPeriodMinutes=minutes))
    await sandbox.settle()
    assert await happened(sandbox) == [("sent", SECOND), ("expired", ends * MINUTE)]
    assert (await sandbox.message())["status"] == "expired"


async def test_validity_counts_from_when_the_message_is_to_be_sent(sandbox: Checked, consumer: Consumer) -> None:
    await at_noon(sandbox, consumer, *LATE)
    await bulk(sandbox, part(TO, validityPeriodMinutes=10, sendAt=iso(MONDAY_NOON + 5 * HOUR)))
    await sandbox.settle()
    assert await happened(sandbox) == [("sent", 5 * HOUR + SECOND), ("expired", 5 * HOUR + 10 * MINUTE)]


async def test_a_message_that_arrived_does_not_expire(sandbox: Checked, consumer: Consumer) -> None:
    steps = ({"after": "1s", "status": "delivered"}, {"after": "1h", "status": "sent"})
    await at_noon(sandbox, consumer, *steps)
    await bulk(sandbox, part(TO, validityPeriodMinutes=1))
    await sandbox.settle()
    assert [status for status, _ in await happened(sandbox)] == ["delivered", "sent"]


async def test_silence_is_silent_about_expiry_too(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.listen(consumer.url)
    await sandbox.play({"rules": [{"report": "none"}]})
    await bulk(sandbox, part(TO, validityPeriodMinutes=1))
    await sandbox.advance("3d")
    assert consumer.received == []
    assert (await sandbox.message())["status"] == "queued"


async def test_negative_validity_is_refused(sandbox: Checked) -> None:
    assert (await bulk(sandbox, part(TO, validityPeriodMinutes=-1))).status == 400


async def test_a_simple_send_lives_as_long_as_it_takes(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.report(SLUG, consumer.url, *LATE)
    await sandbox.settle()
    assert [row["status"] for row in await sandbox.ledger()] == ["sent", "delivered"]


async def test_validity_runs_on_while_a_rule_holds_the_message(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.listen(consumer.url)
    rule = {"hold": True, "active": {"end": "1h"}, "report": [{"after": "1s", "status": "delivered"}]}
    await sandbox.play({"rules": [rule]})
    await bulk(sandbox, part(TO, validityPeriodMinutes=10), part("+447700900998", validityPeriodMinutes=90))
    await sandbox.settle()
    states = {message["to"]: message["status"] for message in (await sandbox.get("/messages"))["items"]}
    assert states == {TO: "expired", "+447700900998": "delivered"}


async def test_a_message_that_is_let_go_outside_its_window_waits_for_the_next_opening(
    sandbox: Checked, consumer: Consumer
) -> None:
    """Noon is in the window; six hours later, when the rule ends, it is closed."""
    await at_noon(sandbox, consumer)
    await sandbox.play({"rules": [{"hold": True, "active": {"end": "6h"}, "report": "delivered"}]})
    await bulk(sandbox, part(TO, **window(9, 17)))
    await sandbox.settle()
    assert await happened(sandbox) == [("sent", 21 * HOUR + SECOND), ("delivered", 21 * HOUR + 3 * SECOND)]
