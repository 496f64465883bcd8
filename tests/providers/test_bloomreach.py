"""Bloomreach's calls: what they want, how they are answered, and whose they are."""

import pytest

from sandbox.calls import Ask, Send
from sandbox.durations import HOUR
from sandbox.ids import Ids
from sandbox.schema import Schema
from sandbox.sms.state import State
from tests.providers.bloomreach_calls import (
    BLOOMREACH,
    LOGIN,
    account,
    answer,
    call,
    checked,
    context,
    refusal,
    request,
    sms,
    stored,
    verify,
)

# --- sends ---------------------------------------------------------------------------------------------


def test_a_send_becomes_one_message():
    send = call(request(sms(from_="00447700900100", text="10 €", metadata={"campaign": [1, None]})))
    assert isinstance(send, Send)
    (submission,) = send.submissions
    assert (submission.to, submission.sender, submission.text) == ("+447700900001", "+447700900100", "10 €")
    assert (submission.encoding, submission.segments) == ("gsm7", 1)
    assert submission.callback_url == "http://localhost:9000/reports"
    assert submission.reference == "r-1"
    assert submission.element == send.body


def test_a_send_is_answered_with_exactly_200():
    reply = answer(request(sms()))
    told = checked("Accepted", reply.body)
    assert reply.status == 200
    assert (told["request_id"], told["status"]) == ("r-1", "accepted")


def test_every_message_has_a_name_of_its_own_and_answers_to_its_request_id_too():
    message = stored(call(request(sms())), Ids.fixed(7))
    assert message.provider_ids == {"message_id": message.id, "request_id": "r-1"}
    assert stored(call(request(sms())), Ids.fixed(8)).id != message.id
    assert stored(call(request(sms())), Ids.fixed(7)) == message


@pytest.mark.parametrize(("request_id", "told"), [(..., None), (None, None), ("", "")])
def test_a_test_send_has_no_request_id_and_is_never_deduplicated(request_id, told):
    asked = request(sms(request_id=request_id))
    assert call(asked).dedupe is None
    assert call(asked).submissions[0].reference is None
    assert stored(call(asked)).provider_ids.keys() == {"message_id"}
    assert checked("Accepted", answer(asked).body)["request_id"] == told


def test_a_request_id_is_remembered_for_48_hours():
    send = call(request(sms()))
    assert (send.dedupe, send.dedupe_for) == ("r-1", 48 * HOUR)


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "001234567"},
        {"to": "00123456789012345"},
        {"to": "000000000"},
        {"from_": "+447700900100"},
        {"from_": "7"},
        {"from_": " "},
        {"text": " "},
        {"text": "\x00"},
        {"text": "😀" * 2000},
        {"custom_data": ""},
        {"custom_data": "x" * 4000},
        {"custom_data": "😀" * 4000},
        {"callback_url": "HTTPS://example.com/a?b=c#d"},
        {"metadata": {"deep": [[[{}]]], "\x00": None}},
        {"unknown": "field"},
    ],
)
def test_what_the_document_allows_is_taken(changes):
    asked = request(sms(**changes))
    assert checked("Accepted", answer(asked).body)
    assert not BLOOMREACH.spec.schema("SendSms").faults(asked.json)


def test_metadata_may_be_nested_as_deep_as_json_can_be_read():
    nested = b'{"a":' * 900 + b"1" + b"}" * 900
    asked = request(b'{"metadata":' + nested + b',"from":"E","to":"00447700900001","text":"t","custom_data":"",'
                    b'"callback_url":"http://localhost"}')  # fmt: skip
    assert isinstance(call(asked), Send)


def test_of_a_field_given_twice_the_last_counts():
    body = b'{"from":7,"from":"E","to":"00447700900001","text":"t","custom_data":"","callback_url":"http://h","metadata":{}}'
    assert call(request(body)).submissions[0].sender == "E"


def test_credentials_are_verified():
    wanted = call(verify())
    reply = answer(verify())
    assert isinstance(wanted, Ask)
    assert (reply.status, checked("Verified", reply.body)) == (200, {"status": "ok"})


def test_a_scenario_knows_both_operations():
    assert BLOOMREACH.vocabulary.operations == {"send", "verify"}
    assert BLOOMREACH.vocabulary.inbound
    assert BLOOMREACH.vocabulary.states == {
        State.SENT, State.DELIVERED, State.UNDELIVERED, State.EXPIRED, State.REJECTED,
    }  # fmt: skip


# --- who calls -----------------------------------------------------------------------------------------

TWO = account("two", headers={"Chan-User": "app", "CHAN-Password": "secret"})
GOOD = {"chan-user": "app", "chan-password": "secret"}


@pytest.mark.parametrize("ask", [verify, lambda headers: request(sms(), headers)])
@pytest.mark.parametrize(
    "headers", [{}, {"chan-user": ""}, {"chan-user": " "}, {"x-api-key": "k"}, {"authorization": "Bearer k"}]
)
def test_without_accounts_some_chan_header_must_have_a_value(ask, headers):
    assert refusal(ask(headers)).code == "invalid_credentials"


@pytest.mark.parametrize("headers", [LOGIN, {"chan-": "x"}, {"chan-a": "", "chan-b": "x"}])
def test_without_accounts_any_chan_header_will_do(headers):
    assert call(request(sms(), headers)).account.name == "account-1"
    assert call(verify(headers)).account.name == "account-1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"chan-user": "app"},
        {"chan-password": "secret"},
        {**GOOD, "chan-password": ""},
        {**GOOD, "chan-password": "Secret"},
        {**GOOD, "chan-password": "secret "},
        {**GOOD, "chan-user": "secret"},
    ],
)
def test_all_headers_of_an_account_must_match_exactly(headers):
    assert refusal(request(sms(), headers), context(TWO)).code == "invalid_credentials"
    assert refusal(verify(headers), context(TWO)).code == "invalid_credentials"


def test_names_of_headers_have_no_case_and_further_headers_are_ignored():
    headers = {**GOOD, "chan-more": "", "x-other": "x"}
    assert call(request(sms(), headers), context(TWO)).account is TWO


def test_an_account_may_log_in_with_any_header():
    custom = account("custom", headers={"Authorization": "Token k-1"})
    assert call(request(sms(), {"authorization": "Token k-1"}), context(TWO, custom)).account is custom


def test_of_several_accounts_the_one_that_asks_for_the_most_is_meant():
    one = account("one", headers={"Chan-User": "app"})
    assert call(request(sms(), GOOD), context(one, TWO)).account is TWO
    assert call(request(sms(), {"chan-user": "app"}), context(TWO, one)).account is one


def test_a_refused_value_never_passes_whatever_the_accounts_say():
    assert refusal(request(sms()), context(refuse=["123"])).code == "invalid_credentials"
    assert refusal(request(sms(), GOOD), context(TWO, refuse=["secret"])).code == "invalid_credentials"
    assert call(request(sms(), {**GOOD, "chan-more": "wrong"}), context(TWO, refuse=["wrong"])).account is TWO


def test_the_journal_learns_which_header_is_wrong_and_not_its_value():
    why = refusal(request(sms(), {**GOOD, "chan-password": "other"}), context(TWO)).explanation
    assert why == "two: no or another chan-password"


def test_a_request_shares_an_identity_with_the_account_that_it_names():
    shared = set(BLOOMREACH.identities_of(TWO)) & set(BLOOMREACH.identities(verify({"x": "y", **GOOD}), None))
    assert BLOOMREACH.identities_of(TWO) == ("chan-password: secret",)
    assert shared == set(BLOOMREACH.identities_of(TWO))
    assert BLOOMREACH.leads_to(verify(GOOD), TWO)


def test_one_header_alone_does_not_lead_to_an_account_of_two():
    asked = verify({"chan-password": "secret", "chan-user": "somebody else"})
    assert set(BLOOMREACH.identities_of(TWO)) <= set(BLOOMREACH.identities(asked, None))
    assert not BLOOMREACH.leads_to(asked, TWO)


def test_the_journal_shows_no_header_that_may_be_a_credential():
    headers = {"chan-new": "k one", "x-token": "k-2", "authorization": "Bearer k-3", "cookie": "k-4", "accept": "*/*"}
    shown = BLOOMREACH.masked_headers(headers, BLOOMREACH.login_headers(account(headers={"X-Token": "another"})))
    assert dict(shown) == {
        "chan-new": "***", "x-token": "***", "authorization": "Bearer ***", "cookie": "***", "accept": "*/*",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "good"),
    [
        ({"headers": {"Chan-Example-Token": "123"}}, True),
        ({"name": "n", "headers": {"X": "two words"}, "secret": "s", "inbound_url": "https://h/a?b=c"}, True),
        ({}, False),
        ({"headers": {}}, False),
        ({"headers": {"Chan User": "x"}}, False),
        ({"headers": {"Chan-User": ""}}, False),
        ({"headers": {"Chan-User": " x"}}, False),
        ({"headers": {"Chan-User": "x\n"}}, False),
        ({"headers": {"Chan-User": 1}}, False),
        ({"headers": {"Chan-User": "x"}, "secret": ""}, False),
        ({"headers": {"Chan-User": "x"}, "secret": "ssh-rsa AAAA"}, False),
        ({"headers": {"Chan-User": "x"}, "secret": "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"}, False),
        ({"headers": {"Chan-User": "x"}, "inbound_url": "localhost"}, False),
        ({"headers": {"Chan-User": "x"}, "callback_url": "http://localhost"}, False),
    ],
)
def test_an_account_is_what_its_schema_says(settings, good):
    schema = Schema(BLOOMREACH.spec.account)
    assert schema.valid(settings) is good
    assert (not schema.faults(settings)) is good
