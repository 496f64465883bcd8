"""Messages: found by what they are, by any of their names, and changed by hand."""

from typing import Any

import pytest

from tests.control.documented import Documented
from tests.support.consumer import Consumer


async def only(sandbox: Documented, query: str = "") -> Any:
    found = await sandbox.get(f"/messages{query}")
    assert found["total"] == len(found["items"]) == 1
    return found["items"][0]


async def test_a_message_shows_what_was_sent_and_what_became_of_it(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    text = "Your code is 123456. See https://example.com/x"
    _, answer = await sandbox.send("namirial", "+447700900901", text, consumer.url)
    message = await only(sandbox)
    assert message == message | {
        "id": answer["id"], "space": "default", "provider": "namirial", "account": "app", "to": "+447700900901",
        "text": text, "encoding": "gsm7", "segments": 1, "status": "queued", "callback_url": consumer.url,
        "rule": "delivered", "codes": ["123456"], "links": ["https://example.com/x"],
        "provider_ids": {"id": answer["id"]},
    }  # fmt: skip
    await sandbox.advance("1s")
    assert (await only(sandbox, "?status=sent"))["status_at"] > message["status_at"]


async def test_a_message_in_full_has_receipts_callbacks_its_rule_and_what_is_to_come(
    sandbox: Documented, consumer: Consumer
) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", "+447700900901", callback=consumer.url)
    await sandbox.advance("1s")
    message = await sandbox.get("/messages/latest")
    assert [(receipt["status"], receipt["moved"], receipt["source"]) for receipt in message["receipts"]] == [
        ("sent", True, "timeline")
    ]
    assert [callback["state"] for callback in message["callbacks"]] == ["acknowledged"]
    assert [step["status"] for step in message["planned"]] == ["delivered"]
    assert message["decided_by"]["when"] == {"to": "+447700900901"}


async def test_a_rule_of_the_same_name_in_a_later_scenario_is_not_shown_as_the_one_that_decided(
    sandbox: Documented,
) -> None:
    await sandbox.freeze()
    await sandbox.play({"rules": [{"name": "busy", "report": "none"}]})
    await sandbox.send("namirial", "+447700900123")
    assert (await sandbox.get("/messages/latest"))["decided_by"] == {"name": "busy", "report": "none"}
    await sandbox.play({"rules": [{"name": "busy", "report": "rejected"}]})
    message = await sandbox.get("/messages/latest")
    assert (message["rule"], message["decided_by"]) == ("busy", None)


async def test_a_filter_is_exact_and_a_tilde_seeks_a_part(sandbox: Documented) -> None:
    await sandbox.send("namirial", "+447700900123", "Good morning")
    await sandbox.send("skycore", "+447700900124", "Good evening")
    for query in (
        "?to=%2B447700900123", "?to=+447700900123", "?to=447700900123", "?to=~900123", "?to=~+447700900123",
        "?provider=namirial", "?text=Good+morning", "?text=~MORN", "?account=app", "?provider=~nami",
    ):  # fmt: skip
        assert (await only(sandbox, query))["to"] == "+447700900123", query
    assert (await only(sandbox, "?from=00000"))["provider"] == "skycore"
    assert (await sandbox.get("/messages?text=Good"))["total"] == 0
    assert (await sandbox.get("/messages?to=~&text=~good"))["total"] == 2


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/messages?status=delivred&max=0", "delivered"),
        ("/callbacks?state=acknowleged&max=0", "acknowledged"),
        ("/callbacks?status=undeliverd", "undelivered"),
        ("/requests?outcome=reject&max=0", "rejected"),
    ],
)
async def test_a_word_that_nothing_can_match_is_refused_with_the_nearest(
    sandbox: Documented, asked: str, meant: str
) -> None:
    problem = await sandbox.refused("GET", asked, "invalid")
    assert f'did you mean "{meant}"?' in problem["detail"]


async def test_a_list_comes_in_pages_newest_first(sandbox: Documented) -> None:
    for number in range(5):
        await sandbox.send("skycore", text=f"number {number}")
    first = await sandbox.get("/messages?limit=2")
    second = await sandbox.get(f"/messages?limit=2&cursor={first['next']}")
    third = await sandbox.get(f"/messages?limit=2&cursor={second['next']}")
    pages = [[item["text"][-1] for item in page["items"]] for page in (first, second, third)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    assert (first["total"], third["total"], third["next"]) == (5, 5, None)


async def test_since_is_an_id_a_cursor_or_an_instant_and_exclusive(sandbox: Documented) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": "2030-01-01T00:00:00Z"})
    await sandbox.send("skycore", text="first")
    marked = await sandbox.get("/messages")
    await sandbox.advance("1s")
    await sandbox.send("skycore", text="second")
    first = marked["items"][0]
    for since in (first["id"], marked["since"], "2030-01-01T00:00:00Z", "2030-01-01T01:00:00+01:00"):
        assert (await only(sandbox, f"?since={since}"))["text"] == "second", since
    assert (await sandbox.get("/messages?since=2030-01-01T00:00:01Z"))["total"] == 0


async def test_the_latest_is_one_message_or_404(sandbox: Documented) -> None:
    await sandbox.refused("GET", "/messages/latest", "not-found")
    await sandbox.send("skycore", "+447700900123", "first")
    await sandbox.send("skycore", "+447700900123", "second")
    await sandbox.send("skycore", "+447700900124", "other")
    assert (await sandbox.get("/messages/latest?to=447700900123"))["text"] == "second"


async def test_every_name_in_the_provider_s_answer_finds_the_message(sandbox: Documented, slug: str) -> None:
    await sandbox.send(slug)
    message = await only(sandbox)
    for name in (message["id"], *filter(None, message["provider_ids"].values())):
        assert (await sandbox.get(f"/messages/{name}"))["id"] == message["id"]


async def test_an_id_may_hold_a_slash(sandbox: Documented) -> None:
    headers = {"Authorization": f"Bearer {await sandbox.token()}"}
    body = {"text": "hi", "destination": "+447700900123", "messageId": "order/7 %2F"}
    await sandbox.call("POST", "/blackkonnect/api/sms/send-message/v1", json=body, headers=headers)
    assert (await sandbox.get("/messages/order%2F7%20%252F"))["text"] == "hi"


async def test_an_id_that_names_several_is_409_and_lists_them(sandbox: Documented) -> None:
    headers = {"Authorization": f"Bearer {await sandbox.token()}"}
    to = [{"destination": f"+44770090012{number}"} for number in range(3)]
    body = {"bulkId": "night", "messages": [{"text": "hi", "destinations": to}]}
    await sandbox.call("POST", "/blackkonnect/api/sms/send-bulk-messages/v1", json=body, headers=headers)
    problem = await sandbox.refused("GET", "/messages/night", "ambiguous-id")
    assert {message["to"] for message in problem["messages"]} == {each["destination"] for each in to}
    await sandbox.refused("POST", "/messages/night/receipts", "ambiguous-id", json={"status": "delivered"})


async def test_an_unknown_id_is_404(sandbox: Documented) -> None:
    for method, path in (("GET", "/messages/nobody"), ("POST", "/messages/nobody/receipts")):
        await sandbox.refused(method, path, "not-found", json={"status": "sent"})


async def test_a_receipt_by_hand_moves_reports_and_lets_the_timeline_run_on(
    sandbox: Documented, consumer: Consumer
) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", callback=consumer.url)
    message = await only(sandbox)
    detail = await sandbox.post(
        f"/messages/{message['id']}/receipts", {"status": "undelivered", "detail": "Handset off"}
    )
    assert detail["status"] == "undelivered"
    assert detail["receipts"][0]["source"] == "hand"
    assert detail["planned"]
    [report] = await consumer.wait(1)
    assert report.json["message"]["provider"]["message"] == "Handset off"
    await sandbox.settle()
    assert [body["message"]["status"] for body in consumer.bodies] == ["UNDELIVERED", "SENT", "DELIVERED"]
    assert (await only(sandbox))["status"] == "undelivered"


async def test_a_receipt_by_hand_may_cancel_the_timeline(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", callback=consumer.url)
    message = await only(sandbox)
    detail = await sandbox.post(f"/messages/{message['id']}/receipts", {"status": "delivered", "cancel": True})
    assert detail["planned"] == []
    assert (await sandbox.settle())["pending"] == 0
    assert len(consumer.received) == 1


@pytest.mark.parametrize(
    ("slug", "receipt", "pointer"),
    [
        ("skycore", {"status": "read"}, "/status"),
        ("skycore", {"status": "queued"}, "/status"),
        ("skycore", {"status": "undelivered", "code": "E999"}, "/code"),
        ("skycore", {"status": "undelivered", "detail": "why"}, "/detail"),
        ("blackkonnect", {"status": "undelivered", "code": "1"}, "/code"),
        ("namirial", {"status": "sent", "cancel": 1}, "/cancel"),
        ("namirial", {}, "/status"),
    ],
)
async def test_a_receipt_that_the_provider_cannot_say_is_refused_and_changes_nothing(
    sandbox: Documented, slug: str, receipt: dict[str, Any], pointer: str
) -> None:
    await sandbox.freeze()
    await sandbox.send(slug)
    message = await only(sandbox)
    path = f"/messages/{message['id']}/receipts"
    problem = await sandbox.refused("POST", path, "invalid", json={"cancel": True, **receipt})
    assert problem["errors"][0]["pointer"] == pointer
    detail = await sandbox.get(f"/messages/{message['id']}")
    assert detail["receipts"] == []
    assert detail["planned"]


async def test_deleting_messages_takes_their_reports_and_leaves_the_journal(
    sandbox: Documented, consumer: Consumer
) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.advance("1s")
    status, removed = await sandbox.call("DELETE", "/_sandbox/messages")
    assert status == 200
    assert removed == {"messages": 1, "callbacks": 1, "pending": 1}
    assert (await sandbox.settle())["fired"] == []
    assert [(await sandbox.get(f"/{name}"))["total"] for name in ("messages", "callbacks", "requests")] == [0, 0, 1]


async def test_hostile_texts_come_back_as_they_were(sandbox: Documented) -> None:
    text = "<script>alert(1)</script>\u0000\u2028 \U0001f600 ' OR 1=1 --"
    await sandbox.send("bloomreach", text=text)
    assert (await only(sandbox))["text"] == text
