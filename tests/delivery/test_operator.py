"""The network operator's word: BlackKonnect's handleDeliveryReceipt moves a message and fires its callback."""

from urllib.parse import quote

import pytest

from tests.support.bulk import SLUG, bulk, part
from tests.support.checked import Checked, Told
from tests.support.consumer import Consumer

WORDS = {
    "DELIVRD": ("delivered", "DELIVERED"),
    "UNDELIV": ("undelivered", "UNDELIVERABLE"),
    "EXPIRED": ("expired", "EXPIRED"),
    "REJECTD": ("rejected", "REJECTED"),
    "ENROUTE": ("sent", "SENT"),
}


async def tell(sandbox: Checked, reference: str, status: str) -> Told:
    headers = (await sandbox.wire(SLUG)).headers
    query = f"messageReference={quote(reference)}&status={status}"
    return await sandbox.ask("GET", f"/{SLUG}/api/sms/delivery-receipt/v1?{query}", headers=headers)


@pytest.mark.parametrize("word", WORDS)
async def test_the_operator_s_word_moves_a_message_and_fires_its_callback(
    sandbox: Checked, consumer: Consumer, word: str
) -> None:
    await sandbox.report(SLUG, consumer.url, ("1h", "undelivered"))
    message = await sandbox.message()
    told = await tell(sandbox, message["id"], word)
    (received,) = await consumer.wait(1)
    assert (told.json["data"]["deliveryStatus"], received.json["deliveryStatus"]) == (WORDS[word][1],) * 2
    moved = await sandbox.message()
    assert moved["status"] == WORDS[word][0]
    assert moved["receipts"][0]["source"] == "operator"


async def test_a_forbidden_word_still_fires_the_callback_and_moves_nothing(
    sandbox: Checked, consumer: Consumer
) -> None:
    await sandbox.report(SLUG, consumer.url, ("1s", "delivered"))
    await sandbox.settle()
    message = await sandbox.message()
    told = await tell(sandbox, message["id"], "UNDELIV")
    await consumer.wait(2)
    assert [body["deliveryStatus"] for body in consumer.bodies] == ["DELIVERED", "UNDELIVERABLE"]
    assert told.json["data"]["deliveryStatus"] == "DELIVERED"
    assert (await sandbox.message())["status"] == "delivered"


async def test_any_name_of_a_message_will_do_and_of_several_the_newest_moves(
    sandbox: Checked, consumer: Consumer
) -> None:
    await sandbox.listen(consumer.url)
    await sandbox.play({"rules": [{"report": "none"}]})
    await bulk(sandbox, part("+447700900001", "+447700900002"), bulkId="b-1")
    newest, older = (await sandbox.get("/messages"))["items"]
    for name in (newest["id"], "b-1", newest["provider_ids"]["correlationId"], newest["provider_ids"]["messageId"]):
        assert (await tell(sandbox, name, "ENROUTE")).json["data"]["destination"] == newest["to"]
    assert (await tell(sandbox, older["id"], "DELIVRD")).json["data"]["destination"] == older["to"]


async def test_operators_are_made_up_the_same_for_a_number_and_a_seed(sandbox: Checked) -> None:
    await sandbox.put(f"/spaces/{sandbox.space}", {"seed": 7})
    await sandbox.plain(SLUG)
    message = await sandbox.message()
    first, second = [(await tell(sandbox, message["id"], "ENROUTE")).json["data"] for _ in range(2)]
    assert first == second
    assert first["operatorName"]
    assert (first["cost"], first["messageContent"]) == (0, message["text"])


@pytest.mark.parametrize(
    ("reference", "status"), [("", "DELIVRD"), ("nobody", "DELIVRD"), ("{id}", ""), ("{id}", "read")]
)
async def test_an_unknown_reference_or_word_is_refused(sandbox: Checked, reference: str, status: str) -> None:
    await sandbox.plain(SLUG)
    message = await sandbox.message()
    assert (await tell(sandbox, reference.format(id=message["id"]), status)).status == 400
    assert (await sandbox.message())["receipts"] == []
