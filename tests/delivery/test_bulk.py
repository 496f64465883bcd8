"""A bulk is all or nothing, asks a rule message by message, and each of its messages is reported on."""

from typing import Any

import pytest

from tests.support.bulk import SLUG, bulk, part
from tests.support.checked import Checked
from tests.support.consumer import Consumer

ONE, TWO, THREE = "+447700900901", "+447700900998", "+447700900999"
BAD = "12"


async def test_one_bad_destination_refuses_the_whole_and_stores_nothing(sandbox: Checked) -> None:
    told = await bulk(sandbox, part(ONE, BAD), part(TWO))
    assert (told.status, told.json["errors"][0]["field"]) == (400, "messages[0].destinations[1].destination")
    assert await sandbox.stored() == 0


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_the_first_message_that_is_not_accepted_answers_for_all(sandbox: Checked, place: int) -> None:
    numbers = [ONE, TWO, THREE]
    numbers[place] = "+447700900500"
    told = await bulk(sandbox, part(*numbers[:2]), part(numbers[2]))
    assert told.status == 500
    assert await sandbox.stored() == 0
    (request,) = (await sandbox.get("/requests?outcome=rejected"))["items"]
    assert request["to"] == numbers


async def test_a_refusal_that_stores_stores_all(sandbox: Checked) -> None:
    await sandbox.play({"rules": [{"when": {"to": TWO}, "respond": {"error": "unavailable", "stored": True}}]})
    assert (await bulk(sandbox, part(ONE, TWO, THREE))).status == 500
    assert await sandbox.stored() == 3


async def test_a_request_counts_once_per_rule_and_key(sandbox: Checked) -> None:
    """All its messages of the same key get the same item of a list; a rule's ``limit`` counts messages."""
    rule: dict[str, Any] = {"name": "once", "respond": [{"error": "unavailable"}, "accept"]}
    await sandbox.play({"rules": [rule]})
    assert [(await bulk(sandbox, part(ONE, TWO, THREE))).status for _ in range(2)] == [500, 200]
    await sandbox.play({"rules": [{**rule, "per": "to"}]})
    assert [(await bulk(sandbox, part(ONE, TWO))).status for _ in range(2)] == [500, 200]
    assert (await bulk(sandbox, part(ONE, THREE))).status == 500
    await sandbox.play(
        {"rules": [{"name": "two", "limit": {"max": 2, "window": "1m", "respond": {"error": "throttled"}}}]}
    )
    assert [(await bulk(sandbox, part(ONE, TWO))).status, (await bulk(sandbox, part(ONE))).status] == [200, 500]


async def test_a_message_may_be_taken_and_rejected_in_the_answer(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.listen(consumer.url)
    await sandbox.play({"rules": [{"when": {"to": TWO}, "respond": {"accept": {"status": "rejected"}}}]})
    told = await bulk(sandbox, part(ONE, TWO))
    groups = [status["messageGroupStatus"] for status in told.json["smsMessageDeliveryStatuses"]]
    assert [(group["statusGroupName"], group["deliveryStatus"]) for group in groups] == [
        ("PENDING", "QUEUED"),
        ("REJECTED", "REJECTED"),
    ]
    await sandbox.settle()
    states = {message["to"]: message["status"] for message in (await sandbox.get("/messages"))["items"]}
    assert states == {ONE: "delivered", TWO: "rejected"}


async def test_every_message_of_a_bulk_is_reported_with_its_own_data(sandbox: Checked, consumer: Consumer) -> None:
    await sandbox.listen(consumer.url)
    told = await bulk(sandbox, part(ONE, TWO, callbackData="first"), part(THREE, callbackData="second"), bulkId="b-1")
    await sandbox.settle()
    last = [body for body in consumer.bodies if body["deliveryStatus"] == "DELIVERED"]
    assert {body["destination"]: body["callbackData"] for body in last} == {ONE: "first", TWO: "first", THREE: "second"}
    assert {body["bulkReferenceId"] for body in last} == {"b-1"} == {told.json["bulkId"]}
    statuses = told.json["smsMessageDeliveryStatuses"]
    assert {body["messageId"] for body in last} == {status["messageId"] for status in statuses}


async def test_a_thousand_recipients_are_told_of_in_order_and_in_pages(sandbox: Checked) -> None:
    numbers = [f"+4477009{turn:05}" for turn in range(1000)]
    await sandbox.play({"rules": [{"report": "none"}]})
    told = await bulk(sandbox, part(*numbers), bulkId="thousand")
    assert [status["destination"] for status in told.json["smsMessageDeliveryStatuses"]] == numbers
    headers = (await sandbox.wire(SLUG)).headers
    path = f"/{SLUG}/api/sms/messages/status/bulk/thousand/v1"
    page = await sandbox.ask("GET", f"{path}?page=3&size=300", headers=headers)
    assert [item["destination"] for item in page.json] == numbers[900:]
    whole = await sandbox.ask("GET", path, headers=headers)
    assert len(whole.json) == 20


async def test_an_id_of_many_is_ambiguous_to_the_control_api(sandbox: Checked) -> None:
    await bulk(sandbox, part(ONE, TWO), bulkId="b-2")
    status, problem = await sandbox.call("GET", "/_sandbox/messages/b-2")
    assert (status, len(problem["messages"])) == (409, 2)
