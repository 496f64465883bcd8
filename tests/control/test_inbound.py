"""Somebody texts back."""

from typing import Any

import pytest

from tests.control.documented import Documented
from tests.support.consumer import Consumer


async def test_an_inbound_text_reaches_the_account_s_url(sandbox: Documented, consumer: Consumer) -> None:
    account = {"api_key": "key", "postback_url": consumer.url}
    await sandbox.play({"accounts": {"skycore": [account]}})
    sent = await sandbox.post(
        "/inbound", {"provider": "skycore", "from": "+447700900123", "to": "12345", "text": "STOP"}
    )
    [received] = await consumer.wait(1)
    assert (received.json["origin"], received.json["from"], received.json["to"]) == ("SMS_MO", "447700900123", "12345")
    assert received.json["message-text"] == "STOP"
    assert (sent["account"], sent["url"]) == ("account-1", consumer.url)
    callback = (await sandbox.get(f"/callbacks?message={sent['id']}&state=acknowledged&wait=5s"))["items"][0]
    assert (callback["kind"], callback["id"]) == ("inbound", sent["callback"])
    assert callback["attempts"][0]["request"]["body"].encode() == received.body
    assert callback["inbound"] == {"from": "+447700900123", "to": "12345", "text": "STOP"}


async def test_without_an_account_it_goes_to_the_space_s_callback(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.put("/spaces/default", {"callbacks": {"bloomreach": consumer.url}})
    sent = await sandbox.post("/inbound", {"provider": "bloomreach", "from": "447700900123"})
    [received] = await consumer.wait(1)
    assert received.json[0]["from"] == "00447700900123"
    assert received.json[0]["text"] == sent["text"]
    assert received.headers["authorization"]
    [callback] = (await sandbox.get("/callbacks"))["items"]
    assert (sent["account"], callback["account"]) == (None, None)


async def test_what_is_left_out_is_made_up_and_follows_the_seed(sandbox: Documented, consumer: Consumer) -> None:
    def made_up(sent: dict[str, Any]) -> tuple[str, str, str]:
        return sent["from"], sent["to"], sent["text"]

    found = []
    for name in ("a", "b"):
        await sandbox.put(f"/spaces/{name}", {"seed": 7, "callbacks": {"skycore": consumer.url}})
        inside = sandbox.within(name)
        found.append([made_up(await inside.post("/inbound", {"provider": "skycore"})) for _ in range(3)])
    assert found[0] == found[1]
    assert len(set(found[0])) == 3
    assert all(sender.startswith("+447700900") for sender, _, _ in found[0])


async def test_an_account_that_is_not_among_the_declared_is_refused(sandbox: Documented, consumer: Consumer) -> None:
    account = {"name": "shop", "api_key": "key", "postback_url": consumer.url}
    await sandbox.play({"accounts": {"skycore": [account]}})
    wish = {"provider": "skycore", "account": "shopp"}
    problem = await sandbox.refused("POST", "/inbound", "invalid", json=wish)
    assert problem["errors"][0]["pointer"] == "/account"
    assert '"shop"' in problem["errors"][0]["detail"]


async def test_where_no_account_is_declared_any_name_will_do(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.put("/spaces/default", {"callbacks": {"skycore": consumer.url}})
    await sandbox.post("/inbound", {"provider": "skycore", "account": "account-1"})
    await consumer.wait(1)


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"provider": "namirial"}, "/provider"),
        ({"provider": "skicore"}, "/provider"),
        ({"provider": "skycore"}, "/provider"),
        ({"provider": "bloomreach", "from": ""}, "/from"),
        ({"provider": "bloomreach", "txt": "hi"}, "/txt"),
        ({}, "/provider"),
    ],
)
async def test_what_cannot_be_sent_is_refused(sandbox: Documented, wish: dict[str, Any], pointer: str) -> None:
    problem = await sandbox.refused("POST", "/inbound", "invalid", json=wish)
    assert problem["errors"][0]["pointer"] == pointer
    assert (await sandbox.get("/callbacks"))["total"] == 0
