"""The shop's own tests: every one in its own space, on its own clock, with the same numbers, and nobody waits."""

import pytest

from sandbox.client import AsyncSmsSandbox
from tests.sample.conftest import Customer

NUMBER = "+447700900901"


async def test_a_customer_logs_in_with_the_code_that_was_texted(
    sms_sandbox: AsyncSmsSandbox, customer: Customer
) -> None:
    assert (await customer.post("/codes", number=NUMBER))[0] == 202
    message = await sms_sandbox.messages.wait_for(to=NUMBER)
    assert (await customer.post("/logins", number=NUMBER, code=message.codes[0]))[0] == 204
    assert (await customer.post("/logins", number=NUMBER, code=message.codes[0]))[0] == 403


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("+447700900901", "DELIVERED"),
        ("+447700900902", "UNDELIVERED"),
        ("+447700900904", "REJECTED"),
        ("+447700900905", "PENDING"),
        ("+447700900906", "DELIVERED"),  # every report twice
        ("+447700900907", "DELIVERED"),  # sent comes after delivered
        ("+447700900908", "DELIVERED"),  # undelivered, and then delivered
        ("+447700900910", "DELIVERED"),  # the first report comes before the answer
    ],
)
async def test_the_shop_learns_what_became_of_a_code(
    sms_sandbox: AsyncSmsSandbox, customer: Customer, number: str, status: str
) -> None:
    _, sent = await customer.post("/codes", number=number)
    await sms_sandbox.clock.advance("1h")
    assert await customer.status(sent["id"]) == status
    assert (await sms_sandbox.verify({"callbacks": "acknowledged"}, {"messages": 1})).passed


async def test_a_report_may_come_days_later(sms_sandbox: AsyncSmsSandbox, customer: Customer) -> None:
    _, sent = await customer.post("/codes", number="+447700900909")
    await sms_sandbox.clock.advance("71h")
    assert await customer.status(sent["id"]) == "SENT"
    await sms_sandbox.clock.advance("2h")
    assert await customer.status(sent["id"]) == "DELIVERED"


async def test_a_number_that_is_none_is_not_tried_again(sms_sandbox: AsyncSmsSandbox, customer: Customer) -> None:
    status, answer = await customer.post("/codes", number="+447700900056")
    assert (status, answer) == (422, {"why": "Invalid number"})
    (request,) = await sms_sandbox.requests.all(provider="namirial")
    assert (request.outcome, request.error) == ("rejected", "56")


async def test_a_provider_that_is_away_for_a_moment_is_tried_again(
    sms_sandbox: AsyncSmsSandbox, customer: Customer
) -> None:
    assert (await customer.post("/codes", number="+447700900930"))[0] == 202
    requests = await sms_sandbox.requests.all(provider="namirial")
    assert [request.outcome for request in requests] == ["accepted", "rejected", "rejected"]
    assert len(await sms_sandbox.messages.all()) == 1


async def test_a_lost_answer_sends_no_second_code(sms_sandbox: AsyncSmsSandbox, customer: Customer) -> None:
    assert (await customer.post("/codes", number="+447700900926"))[0] == 503
    assert (await sms_sandbox.verify({"messages": 1}, {"no_duplicates": ["to", "text"]})).passed


async def test_reports_are_repeated_to_a_shop_that_had_a_bad_moment(
    sms_sandbox: AsyncSmsSandbox, customer: Customer
) -> None:
    _, sent = await customer.post("/codes", number=NUMBER)
    customer.shop.failing = 1
    await sms_sandbox.clock.advance("10m")
    callback = await sms_sandbox.callbacks.wait_for(message=sent["id"], status="sent")
    assert [attempt.status for attempt in callback.attempts] == [503, 200]
    assert customer.shop.reports == {"SENT": 1, "DELIVERED": 1}


async def test_an_order_is_noted_and_its_report_is_learned(sms_sandbox: AsyncSmsSandbox, customer: Customer) -> None:
    status, noted = await customer.post("/orders", number=NUMBER)
    message = await sms_sandbox.messages.wait_for(provider="blackkonnect")
    assert (status, message.to, message.sender) == (202, NUMBER, "SHOP")
    await sms_sandbox.clock.advance("1m")
    assert (await sms_sandbox.callbacks.wait_for(provider="blackkonnect", status="delivered")).state == "acknowledged"
    assert await customer.status(noted["id"]) == "DELIVERED"


async def test_a_token_that_has_expired_is_asked_for_anew(sms_sandbox: AsyncSmsSandbox, customer: Customer) -> None:
    await customer.post("/orders", number=NUMBER)
    await sms_sandbox.clock.advance("2h")
    assert (await customer.post("/orders", number=NUMBER))[0] == 202
    outcomes = [request.outcome for request in await sms_sandbox.requests.all(provider="blackkonnect")]
    assert outcomes == ["accepted", "accepted", "rejected", "accepted", "accepted"]


@pytest.mark.sms_scenario("carrier-outage")
async def test_the_shop_survives_the_burst_after_an_outage(sms_sandbox: AsyncSmsSandbox, customer: Customer) -> None:
    for number in range(20):
        assert (await customer.post("/codes", number=f"+4477009002{number:02}"))[0] == 202
    await sms_sandbox.clock.advance("9m")
    assert customer.shop.reports.total() == 0
    await sms_sandbox.clock.advance("5m")
    assert customer.shop.reports == {"SENT": 20, "DELIVERED": 20}
    assert (await sms_sandbox.report()).passed


@pytest.mark.sms_scenario({"name": "refused", "rules": [{"respond": {"error": "authentication"}}]})
async def test_a_refused_login_is_no_fault_of_the_customer(sms_sandbox: AsyncSmsSandbox, customer: Customer) -> None:
    assert (await customer.post("/codes", number=NUMBER))[0] == 503
    assert (await customer.post("/orders", number=NUMBER))[0] == 503
    await sms_sandbox.messages.none("1ms")
