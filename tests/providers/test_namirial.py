"""Namirial: what is sent, asked and answered (PROVIDERS.md §C)."""

import orjson
import pytest

from sandbox.calls import Ask, Found, Lookup, Trace
from sandbox.durations import SECOND
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.namirial import ADMIN_STATUS, BY_ID, BY_NUMBER, BY_REFERENCE, SERVICE_STATUS
from sandbox.sms.state import State
from sandbox.wire import Request
from tests.providers.namirial_calls import (
    HOOK,
    NAMIRIAL,
    NOON,
    answer,
    basic,
    call,
    checked,
    code,
    context,
    message,
    query,
    refusal,
    refused,
    request,
    sms,
    stored,
)

DOCUMENTED = {
    "destination": "+1234567890",
    "text": "Your verification code is: 123456",
    "reference": {"service": "AUTHENTICATION", "action": "2FA", "key": "user-12345"},
    "detailed": True,
}


def submission(**changes):
    (found,) = call(request(sms(**changes))).submissions
    return found


# --- send ---------------------------------------------------------------------------------------------


def test_the_documents_own_example_gets_the_documents_own_answer():
    wanted = call(request(DOCUMENTED))
    kept = stored(wanted)
    reply = NAMIRIAL.answer(wanted, Found((kept,)), context())
    assert reply.status == 200
    assert checked("SendAnswer", reply.body) == {
        "message": "0: Accepted for delivery",
        "provider": "PROVIDER1",
        "id": kept.id,
    }


@pytest.mark.parametrize("detailed", [..., None, False])
def test_the_provider_is_named_only_on_request(detailed):
    told = checked("SendAnswer", answer(request(sms(detailed=detailed))).body)
    assert set(told) == {"message", "id"}


def test_a_message_is_stored_as_it_was_sent():
    found = submission(text="Привет", reference={"key": "order/17"}, webhook={"url": HOOK})
    assert (found.to, found.sender, found.text) == ("+447700900901", None, "Привет")
    assert (found.encoding, found.segments) == ("ucs2", 1)
    assert (found.reference, found.callback_url) == ("order/17", HOOK)
    assert found.data == {"reference": {"key": "order/17"}}
    assert found.element["text"] == "Привет"


def test_a_bare_send_has_no_reference_and_no_webhook():
    found = submission()
    assert (found.reference, found.callback_url, found.data) == (None, None, {})


def test_null_is_as_good_as_absent_in_optional_fields():
    names = ("reference", "attemptCount", "detailed", "businessRelationId", "webhook")
    found = submission(**dict.fromkeys(names))
    assert (found.reference, found.callback_url, found.data) == (None, None, {})
    nested = submission(reference={"service": None, "key": None}, webhook={"url": HOOK, "authentication": None})
    assert (nested.reference, nested.callback_url, nested.data) == (None, HOOK, {})


def test_unknown_fields_are_accepted():
    assert submission(colour="blue", reference={"key": "k", "shade": 1}).data == {"reference": {"key": "k"}}


@pytest.mark.parametrize("text", [" ", "\n", "\0", "x" * 1600, "😀" * 1600])
def test_blanks_and_1600_characters_are_a_text(text):
    assert submission(text=text).text == text


@pytest.mark.parametrize(("account", "sender"), [("branch", "branch"), (..., None), (None, None), ("", None)])
def test_an_admin_sends_in_another_accounts_name(account, sender):
    (found,) = call(request(sms(account=account, lra=1234), "Admin")).submissions
    assert found.sender == sender


def test_account_and_lra_mean_nothing_to_the_plain_send():
    assert submission(account=5, lra="x").sender is None


def test_the_last_of_duplicate_keys_counts():
    body = b'{"destination": "x", "text": "a", "text": "b", "destination": "+447700900901"}'
    (found,) = call(request(body)).submissions
    assert (found.to, found.text) == ("+447700900901", "b")


def test_the_same_ids_name_the_same_message():
    wanted = call(request(sms()))
    first, again = (stored(wanted, Ids.fixed(7, "x")) for _ in range(2))
    assert first.id == again.id
    assert first.provider_ids == {"id": first.id}
    assert stored(wanted).id != stored(wanted).id


# --- service status -----------------------------------------------------------------------------------


def test_the_service_is_well_and_says_so_to_anybody():
    wanted = call(Request("POST", "/api/Services/checkServiceStatus", {}, b"whatever"))
    assert wanted == Ask(SERVICE_STATUS)
    assert checked("ServiceStatus", NAMIRIAL.answer(wanted, Found(), context()).body) == {
        "globalStatus": True,
        "dbStatus": True,
        "servicesStatus": True,
        "errorMessage": "",
        "versionNumber": "27.1.0.2",
    }


def test_the_admin_status_is_for_admins():
    asked = Request("POST", "/api/Admin/checkServiceStatus", basic())
    wanted = call(asked, context({"admin": True}))
    assert isinstance(wanted, Ask)
    assert wanted.operation is ADMIN_STATUS
    assert checked("ServiceStatus", NAMIRIAL.answer(wanted, Found(), context()).body)["globalStatus"] is True
    assert refused(asked, context({}))[0] == 401
    assert code(Request("POST", "/api/Admin/checkServiceStatus", {})) == 63


# --- message status -----------------------------------------------------------------------------------


def test_a_message_is_looked_up_by_its_id():
    kept = message(State.DELIVERED, state_at=NOON + 3 * SECOND, data={"reference": {"key": "user-1"}})
    told = checked("MessageStatus", answer(query(kept.id), found=(kept,)).body)["message"]
    assert told.pop("provider")["status"] == "DELIVERED"
    assert told == {
        "id": kept.id,
        "providerAcceptanceAt": "2026-02-12T12:00:00Z",
        "statusChangedAt": "2026-02-12T12:00:03Z",
        "reference": {"key": "user-1"},
        "channel": "SMS",
        "status": "DELIVERED",
        "sms": {"segments": 1},
    }


@pytest.mark.parametrize("state", State)
def test_a_message_can_be_asked_about_in_every_state(state):
    checked("MessageStatus", answer(query("any"), found=(message(state),)).body)


def test_an_unknown_id_is_not_found():
    asked = query("no-such-id")
    with pytest.raises(Refusal) as raised:
        NAMIRIAL.answer(call(asked), Found(), context())
    reply = NAMIRIAL.refused(raised.value, asked)
    assert reply.status == 404
    assert checked("Error", reply.body) == {"code": 0, "message": "Message not found", "details": None}


@pytest.mark.parametrize("path", ["phonenumber/+447700900901", "reference/user-1"])
def test_lists_hold_what_was_found_in_its_order(path):
    kept = [message(id=Ids().uuid()) for _ in range(3)]
    told = checked("MessageList", answer(query(path), found=kept).body)
    assert [one["message"]["id"] for one in told["messages"]] == [one.id for one in kept]
    assert orjson.loads(answer(query(path)).body) == {"messages": []}


def test_a_key_sees_its_accounts_messages_and_without_accounts_all():
    asked = query("phonenumber/+447700900901")
    assert call(asked) == Lookup(BY_NUMBER, None, to="+447700900901", limit=50, receipts=True)
    declared = context({"api_key": "k-0", "name": "other"}, {"api_key": "k-1", "name": "mine"})
    assert call(asked, declared) == Lookup(BY_NUMBER, "mine", to="+447700900901", limit=50, receipts=True)
    assert call(query("m-1"), declared) == Lookup(BY_ID, "mine", id="m-1", receipts=True)


@pytest.mark.parametrize("key", ["user-12345", "order/17", "a b", "/", "ключ", "phonenumber"])
def test_a_reference_is_the_clients_own_and_matches_exactly(key):
    assert call(query(f"reference/{key}")) == Lookup(BY_REFERENCE, None, reference=key, limit=50, receipts=True)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-02-12T12:00:00Z", NOON - 123_456),
        ("2026-02-12T12:00:00.123456Z", NOON),
        ("2026-02-12T13:00:00%2B01:00", NOON - 123_456),
        ("2026-02-12T13:00:00+01:00", NOON - 123_456),
        ("2026-02-12T12:00:00", NOON - 123_456),
    ],
)
def test_send_date_bounds_the_list(text, instant):
    assert call(query("reference/k", f"sendDate={text}")).before == instant


@pytest.mark.parametrize(("text", "limit"), [("count=1", 1), ("count=99", 99), ("count=100", 100), ("", 50)])
def test_count_bounds_the_list(text, limit):
    assert call(query("reference/k", text)).limit == limit


@pytest.mark.parametrize("count", ["0", "101", "-1", "1.5", "ten", "", "+5", "01", "٣", "1e1", "9" * 5000])
def test_a_bad_count_is_refused(count):
    status, body = refused(query("reference/k", f"count={count}"))
    assert (status, body["code"]) == (400, 0)
    assert body["details"] == "count must be an integer from 1 to 100"


@pytest.mark.parametrize("date", ["", "yesterday", "2026-02-30T00:00:00Z", "1770897600", "2026-02-12T25:00:00Z"])
def test_a_bad_send_date_is_refused(date):
    status, body = refused(query("phonenumber/+447700900901", f"sendDate={date}"))
    assert (status, body["code"]) == (400, 0)
    assert body["details"].startswith("sendDate ")


@pytest.mark.parametrize("number", ["447700900901", "00447700900901", "+0447700900901", "+44770", "x", "+4477009009٠1"])
def test_a_bad_number_is_refused(number):
    status, body = refused(query(f"phonenumber/{number}"))
    assert (status, body["code"]) == (400, 0)


# --- where it leads -----------------------------------------------------------------------------------


def test_an_id_leads_to_the_space_that_gave_it():
    asked = query("m-1")
    assert NAMIRIAL.traces(asked, NAMIRIAL.operation(asked)) == (Trace("message", "m-1"),)
    other = query("reference/m-1")
    assert NAMIRIAL.traces(other, NAMIRIAL.operation(other)) == ()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/api",
        "/api/Services",
        "/api/services/send",
        "/api/Services/send/",
        "/api/messagestatus/",
        "/api/messagestatus/a/b",
        "/api/messagestatus/reference/",
        "/api/messagestatus/phonenumber/+44/7",
    ],
)
def test_an_unknown_path_is_not_found(path):
    status, body = refused(Request("GET", path, {}))
    assert (status, body) == (404, {"code": 0, "message": "Not found", "details": None})


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/api/Services/send", "POST"),
        ("PUT", "/api/Admin/checkServiceStatus", "POST"),
        ("POST", "/api/messagestatus/m-1", "GET"),
        ("DELETE", "/api/messagestatus/phonenumber/+447700900901", "GET"),
        ("POST", "/api/messagestatus/reference/key", "GET"),
    ],
)
def test_another_method_is_told_which_one_would_do(method, path, allow):
    asked = Request(method, path, {})
    refusal_ = refusal(asked)
    reply = NAMIRIAL.refused(refusal_, asked)
    assert (reply.status, dict(reply.headers)["Allow"]) == (405, allow)
    assert checked("Error", reply.body)["code"] == 0


def test_a_body_too_big_is_told_in_the_gateways_own_shape():
    reply = NAMIRIAL.refused(NAMIRIAL.too_big(4_194_304), request(b""))
    assert (reply.status, checked("Error", reply.body)["code"]) == (413, 0)
