"""The journal: every provider call, raw, with its answer and why it was refused."""

import asyncio
import base64

import aiohttp
import pytest

from tests.control.documented import Documented

SEND = "/namirial/api/Services/send"


async def test_an_accepted_call_is_journalled_raw_with_credentials_masked(sandbox: Documented) -> None:
    await sandbox.send("namirial", "+447700900123")
    [request] = (await sandbox.get("/requests"))["items"]
    [message] = (await sandbox.get("/messages"))["items"]
    assert request == request | {
        "provider": "namirial", "account": "app", "method": "POST", "path": "/api/Services/send",
        "outcome": "accepted", "error": None, "explanation": None, "messages": [message["id"]], "to": ["+447700900123"],
        "body_encoding": "text", "client_gave_up": False,
    }  # fmt: skip
    assert '"destination"' in request["body"]
    assert request["headers"]["authorization"] == "Basic ***"
    assert request["answer"]["status"] == 200
    assert message["id"] in request["answer"]["body"]
    assert (await sandbox.get(f"/requests/{request['id']}")) == request


async def test_a_refused_call_says_why(sandbox: Documented) -> None:
    await sandbox.send("namirial", "+447700900064")
    await sandbox.call("POST", SEND, json={})
    unauthorised, ruled = (await sandbox.get("/requests"))["items"]
    assert (ruled["error"], ruled["outcome"], ruled["rule"]) == ("64", "rejected", "last three digits")
    assert ruled["rule"] in ruled["explanation"]
    assert (unauthorised["error"], unauthorised["messages"]) == ("63", [])
    assert unauthorised["explanation"]


@pytest.mark.parametrize(
    ("slug", "to", "text", "why"),
    [
        ("namirial", "447700900123", "Hello", "destination must be + and 7 to 15 digits, the first of them not 0"),
        ("namirial", "+447700900123", "", "text is empty"),
        ("skycore", "12", "Hello", "to must have 7 to 15 digits, the first not 0, with or without a +"),
        ("skycore", "+447700900123", "", "message-text must not be empty"),
    ],
)
async def test_a_field_at_fault_is_explained_in_a_sentence(
    sandbox: Documented, slug: str, to: str, text: str, why: str
) -> None:
    await sandbox.send(slug, to, text)
    [request] = (await sandbox.get("/requests"))["items"]
    assert request["explanation"] == why


@pytest.mark.parametrize(("method", "path"), [("POST", "/nowhere"), ("PUT", "/api/sms/send-message/v1")])
async def test_a_call_that_goes_nowhere_is_journalled_where_its_token_comes_from(
    sandbox: Documented, method: str, path: str
) -> None:
    await sandbox.put("/spaces/t1", {})
    bearer = {"Authorization": f"Bearer {await sandbox.within('t1').token()}"}
    await sandbox.call(method, f"/blackkonnect{path}", headers=bearer)
    assert (await sandbox.get("/requests"))["total"] == 0
    assert (await sandbox.within("t1").get("/requests"))["items"][0]["path"] == path


async def test_a_call_whose_answer_was_lost_has_none(sandbox: Documented) -> None:
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await sandbox.send("namirial", "+447700900922")
    found = await sandbox.get("/requests?outcome=faulted&wait=5s")
    assert found["items"][0]["answer"] is None


async def test_a_body_that_is_no_text_is_shown_in_base64(sandbox: Documented) -> None:
    headers = {"Authorization": "Basic " + base64.b64encode(b"app:secret").decode()}
    await sandbox.call("POST", SEND, data=b"\xff\xfe", headers=headers)
    [request] = (await sandbox.get("/requests"))["items"]
    assert (request["body_encoding"], base64.b64decode(request["body"])) == ("base64", b"\xff\xfe")


async def test_the_journal_is_filtered_like_messages(sandbox: Documented) -> None:
    await sandbox.send("namirial", "+447700900123", "Good morning")
    await sandbox.send("skycore", "+447700900111", "Good evening")
    [message] = (await sandbox.get("/messages"))["items"]
    for query, provider in (
        ("provider=skycore", "skycore"), ("outcome=rejected", "skycore"), ("error=E111", "skycore"),
        ("to=447700900123", "namirial"), ("text=~morning", "namirial"), (f"message={message['id']}", "namirial"),
        ("operation=send&to=447700900111", "skycore"),
    ):  # fmt: skip
        found = await sandbox.get(f"/requests?{query}")
        assert [item["provider"] for item in found["items"]] == [provider], query


async def test_since_takes_a_request_s_id(sandbox: Documented) -> None:
    await sandbox.send("skycore", text="first")
    first = (await sandbox.get("/requests"))["items"][0]["id"]
    await sandbox.send("skycore", text="second")
    assert (await sandbox.get(f"/requests?since={first}"))["total"] == 1


async def test_an_unknown_request_is_404(sandbox: Documented) -> None:
    await sandbox.refused("GET", "/requests/nobody", "not-found")


async def test_headers_that_are_no_text_do_no_harm(sandbox: Documented) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    writer.write(b"GET /skycore/ HTTP/1.1\r\nHost: localhost\r\nX-Odd: \xff\xfe\r\nConnection: close\r\n\r\n")
    await reader.read()
    writer.close()
    await writer.wait_closed()
    [request] = (await sandbox.get("/requests"))["items"]
    assert "x-odd" in request["headers"]
