"""The curl lines of the source documents S000, S001, S003 and S004, byte for byte, against a live server.

Put in their place: the host, a bearer token, a fictional destination and, where a document offers ``true/false``, one
of the two. Nothing else.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.support.checked import Checked
from tests.support.curl import curl
from tests.support.examples import differences

SEEDS = Path(__file__).parent / "seeds"
HOSTS = {
    "blackkonnect": "https://test.your-api-server.com",
    "namirial": "https://sms.namirialtsp.com",
    "skycore": "API_ENDPOINT_URL",
}
DESTINATION = ('"destination": "string"', '"destination": "+447700900901"')
SIMPLE, BULK = "s000-send-simple", "s001-send-bulk"
PAGES = {"totalElements": 0, "pageSize": 0, "totalPages": 0, "pageNumber": 0, "offSet": 0}


def script(sandbox: Checked, slug: str, stem: str, *changes: tuple[str, str]) -> str:
    """The document's line, its host ours; each change must be one."""
    text = (SEEDS / f"{stem}.sh").read_text("utf-8")
    for old, new in ((HOSTS[slug], f"{sandbox.root}/{slug}"), *changes):
        assert old in text
        text = text.replace(old, new)
    return text


async def bearer(sandbox: Checked) -> tuple[str, str]:
    header = "--header 'Content-Type: application/json' \\"
    return header, f"--header 'Authorization: Bearer {await sandbox.token()}' \\\n{header}"


@pytest.mark.parametrize("stem", [SIMPLE, BULK])
async def test_unaltered_they_lack_a_token(sandbox: Checked, stem: str) -> None:
    status, body = await curl(script(sandbox, "blackkonnect", stem))
    assert (status, body["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize(
    ("stem", "field"), [(SIMPLE, "destination"), (BULK, "messages[0].destinations[0].destination")]
)
async def test_with_a_token_alone_their_destination_is_none(sandbox: Checked, stem: str, field: str) -> None:
    status, body = await curl(script(sandbox, "blackkonnect", stem, await bearer(sandbox)))
    assert (status, [fault["field"] for fault in body["errors"]]) == (400, [field])


async def test_s000_is_answered_as_it_prints(sandbox: Checked) -> None:
    answer = {
        "code": 0, "message": None, "data": None, "correlationId": "{{uuid}}", "conversationId": "{{uuid}}",
        "requestId": "string", "items": [None], "itemPagination": PAGES, "deliveryStatus": "QUEUED",
        "isSuccessful": True,
    }  # fmt: skip
    status, body = await curl(script(sandbox, "blackkonnect", SIMPLE, await bearer(sandbox), DESTINATION))
    assert (status, list(differences(answer, body))) == (200, [])
    assert [message["to"] for message in (await sandbox.get("/messages"))["items"]] == ["+447700900901"]


async def test_s001_is_answered_as_it_prints_in_the_newer_form(sandbox: Checked) -> None:
    status, body = await curl(script(sandbox, "blackkonnect", BULK, await bearer(sandbox), DESTINATION))
    sent = body["data"]
    assert sent["destinations"] == [{"destination": "+447700900901", "messageId": "string"}]
    assert (sent["text"], sent["sendAt"]) == ("string", "2019-08-24T14:15:22Z")
    answer = {
        "code": 0, "message": None, "data": sent, "correlationId": "{{uuid}}", "conversationId": "{{uuid}}",
        "requestId": "string", "items": [sent], "bulkId": "string", "isSuccessful": True,
        "itemPagination": {**PAGES, "totalElements": 1, "pageSize": 1, "totalPages": 1},
        "smsMessageDeliveryStatuses": [
            {
                "messageId": "string", "destination": "+447700900901", "smsCount": 1,
                "messageGroupStatus": {
                    "statusGroupName": "PENDING", "deliveryStatus": "QUEUED", "action": None,
                    "statusDescription": "Message accepted and queued for delivery",
                },
            }
        ],
    }  # fmt: skip
    assert (status, list(differences(answer, body))) == (200, [])


async def test_s003_is_accepted_as_it_stands(sandbox: Checked) -> None:
    status, body = await curl(script(sandbox, "namirial", "s003-send"))
    answer = {"message": "0: Accepted for delivery", "id": "{{uuid}}"}
    assert (status, list(differences(answer, body))) == (200, [])
    (message,) = (await sandbox.get("/messages"))["items"]
    assert (message["to"], message["account"], message["text"]) == ("+1234567890", "username", "Hello from SMS Gateway")


@pytest.mark.parametrize("stem", ["s004-example-1", "s004-example-2"])
async def test_s004_s_examples_are_answered_as_it_prints(sandbox: Checked, stem: str) -> None:
    status, body = await curl(script(sandbox, "skycore", stem))
    answer = {
        "status": "Success", "tracking-id": "{{alnum:12}}", "to": "+10000000001", "from": "00000",
        "status-details": "SMS request accepted and queued for delivery",
    }  # fmt: skip
    assert (status, list(differences(answer, body))) == (200, [])


async def test_s004_s_synopsis_is_no_json_as_it_stands(sandbox: Checked) -> None:
    status, body = await curl(script(sandbox, "skycore", "s004-synopsis"))
    assert (status, body["status"], body["error-code"], "to" in body) == (200, "Failure", "E100", False)


@pytest.mark.parametrize("choice", ["true", "false"])
async def test_s004_s_synopsis_names_no_number_until_one_is_put_in(sandbox: Checked, choice: str) -> None:
    chosen = ("true/false", choice)
    numbers = [
        ('"to": "RECEIVER_PHONE_NUMBER_WITH_COUNTRY_CODE"', '"to": "+447700900901"'),
        ('"from": "SENDER_NUMBER"', '"from": "00000"'),
    ]
    said: list[dict[str, Any]] = [
        (await curl(script(sandbox, "skycore", "s004-synopsis", chosen, *numbers[:turn])))[1] for turn in range(3)
    ]
    assert [body.get("error-code") for body in said] == ["E111", "E111", None]
    assert said[0]["to"] == "RECEIVER_PHONE_NUMBER_WITH_COUNTRY_CODE"
    assert said[2]["status"] == "Success"
