"""Skycore's calls: who may call, what is read of a send, what is answered."""

import pytest

from sandbox.calls import Enlist, Membership, Send
from sandbox.schema import Schema
from tests.providers.skycore_calls import (
    SKYCORE,
    answer,
    call,
    checked,
    context,
    failure,
    refusal,
    request,
    sms,
    subscription,
)


def test_an_accepted_send_is_answered_as_the_document_prints_it():
    reply = answer(request(sms(to="+10000000001")))
    told = checked("SendSmsSuccess", reply.body)
    assert reply.status == 200
    assert told | {"tracking-id": "xxxxxxxxxxxx"} == {
        "status": "Success",
        "tracking-id": "xxxxxxxxxxxx",
        "to": "+10000000001",
        "from": "00000",
        "status-details": "SMS request accepted and queued for delivery",
    }
    assert len(told["tracking-id"]) == 12
    assert told["tracking-id"].isalnum()


def test_the_answer_says_the_number_even_with_a_mask():
    assert checked("SendSmsSuccess", answer(request(sms(from_mask="Dunder Mifflin"))).body)["from"] == "00000"


@pytest.mark.parametrize("to", ["+447700900001", "447700900001", "1234567", "+123456789012345"])
def test_a_recipient_is_echoed_as_sent_and_kept_as_plus_and_digits(to):
    asked = request(sms(to=to))
    (submission,) = call(asked).submissions
    assert submission.to == "+" + to.removeprefix("+")
    assert checked("SendSmsSuccess", answer(asked).body)["to"] == to


@pytest.mark.parametrize(
    ("sender", "kept"),
    [
        ("123", "123"),
        ("00000", "00000"),
        ("12345678", "12345678"),
        ("15550100001", "+15550100001"),
        ("+15550100001", "+15550100001"),
    ],
)
def test_a_sender_is_a_short_code_or_a_long_number(sender, kept):
    asked = request(sms(from_=sender))
    assert call(asked).submissions[0].sender == kept
    assert checked("SendSmsSuccess", answer(asked).body)["from"] == sender


@pytest.mark.parametrize("path", ["/", "", "/sendsms", "/any/path?", "/r/abcdefgh", "/r/", "/subscribe"])
def test_every_path_is_the_endpoint(path):
    assert isinstance(call(request(sms(), path=path)), Send)


@pytest.mark.parametrize("action", ["sendsms", "SENDSMS", "SendSms"])
def test_the_action_s_case_does_not_matter(action):
    assert call(request(sms(action=action))).operation.word == "send"


def test_unknown_and_null_fields_are_accepted():
    body = sms(from_mask=None, campaign_ref=None, click_tracking=None, colour="blue")
    send = call(request(body))
    assert send.submissions[0].data == {"to": "+447700900001", "from": "00000"}
    assert send.submissions[0].element == body
    assert send.dedupe is None


def test_blanks_and_nul_are_text():
    assert call(request(sms(message_text=" "))).submissions[0].text == " "
    assert call(request(sms(message_text="a\x00b"))).submissions[0].text == "a\x00b"


def test_a_submission_knows_its_segments_and_where_its_reports_go():
    around = context({"postback_url": "http://localhost:9000/sky"})
    (submission,) = call(request(sms(message_text="a" * 161)), around).submissions
    assert (submission.encoding, submission.segments) == ("gsm7", 2)
    assert submission.callback_url == "http://localhost:9000/sky"


@pytest.mark.parametrize("action", ["subscribe", "unsubscribe", "UnSubscribe"])
def test_a_number_is_put_on_a_campaign_and_taken_off(action):
    asked = request(subscription(action, mobile="447700900001"))
    wanted = call(asked)
    assert isinstance(wanted, Enlist)
    assert wanted.on is (action == "subscribe")
    assert wanted.number == "+447700900001"
    assert wanted.operation.word == "subscribe"
    assert checked("SubscriptionSuccess", answer(asked).body) == {
        "status": "Success",
        "mobile": "447700900001",
        "campaign-ref": "spring",
        "status-details": "Subscribed" if wanted.on else "Unsubscribed",
    }


def test_without_accounts_any_key_passes_but_what_the_scenario_refuses():
    assert isinstance(call(request(sms(), key="whatever")), Send)
    assert refusal(request(sms(), key="wrong"), context(refuse=["wrong"])).code == "E104"


@pytest.mark.parametrize("key", [None, "", " ", "K-1", "k-1 ", "k-2", "ключ"])
def test_a_key_that_is_missing_or_no_account_s_is_e104(key):
    assert failure(request(sms(), key=key), context({})) == {
        "status": "Failure",
        "error-code": "E104",
        "error-info": "Authentication failed. Invalid API key.",
        "to": "+447700900001",
    }


def test_a_refused_key_fails_even_if_an_account_has_it():
    assert refusal(request(sms()), context({}, refuse=["k-1"])).code == "E104"


def test_each_key_leads_to_its_own_account():
    around = context({}, {"api_key": "k-2"})
    assert call(request(sms(), key="k-2"), around).account.name == "account-2"
    assert SKYCORE.identities(request(sms(), key="k-2"), None) == SKYCORE.identities_of(around.accounts[1])


@pytest.mark.parametrize("code", ["E103", "E105", "E109"])
def test_a_blocked_account_is_refused_whatever_it_asks(code):
    around = context({"blocked": code})
    assert failure(request(sms()), around)["error-code"] == code
    assert failure(request(b"no JSON"), around)["error-code"] == code
    assert failure(request(subscription()), around)["error-code"] == code


def test_a_key_in_the_journal_is_blotted_out():
    assert SKYCORE.masked_headers({"x-api-key": "secret", "host": "h"}, ()) == (("x-api-key", "***"), ("host", "h"))


def membership(body, settings):
    (demand,) = call(request(body), context({"enforce_campaign": True, **settings})).demands
    assert isinstance(demand, Membership)
    assert demand.refusal.code == "E715"
    return demand


def test_the_campaign_check_asks_whether_the_recipient_is_subscribed():
    listed = {"campaigns": {"spring": ["447700900001"]}}
    assert membership(sms(campaign_ref="spring"), listed).default is True
    assert membership(sms(campaign_ref="spring", to="+447700900002"), listed).default is False
    assert membership(sms(campaign_ref="anything"), {}).default is False


def test_the_campaign_check_asks_about_what_subscribe_writes():
    around = context({"enforce_campaign": True})
    enlisted = call(request(subscription(mobile="447700900001")), around)
    demand = membership(sms(campaign_ref="spring"), {})
    assert (demand.campaign, demand.number) == (enlisted.campaign, enlisted.number)


def test_campaigns_of_two_accounts_are_two_campaigns_even_under_one_name():
    around = context({}, {"api_key": "k-2"})
    first, second = (call(request(subscription(), key=key), around) for key in ("k-1", "k-2"))
    assert first.campaign != second.campaign


@pytest.mark.parametrize("campaign", [..., None, "", "autumn"])
def test_with_the_campaign_check_a_campaign_of_the_account_is_mandatory(campaign):
    around = context({"enforce_campaign": True, "campaigns": {"spring": []}})
    assert failure(request(sms(campaign_ref=campaign)), around)["error-code"] == "E714"


@pytest.mark.parametrize("campaign", [..., "", "spring", "anything"])
def test_without_the_campaign_check_any_campaign_will_do(campaign):
    assert call(request(sms(campaign_ref=campaign)), context({"campaigns": {"spring": []}})).demands == ()


@pytest.mark.parametrize(
    ("settings", "fine"),
    [
        ({"api_key": "k"}, True),
        ({}, False),
        ({"api_key": ""}, False),
        ({"api_key": "k", "pace": "1s", "blocked": "E105", "name": "main"}, True),
        ({"api_key": "k", "blocked": "E104"}, False),
        ({"api_key": "k", "pace": 1}, False),
        ({"api_key": "k", "senders": ["00000", "+15550100001"]}, True),
        ({"api_key": "k", "senders": ["Acme"]}, False),
        ({"api_key": "k", "campaigns": {"spring": ["+447700900001"]}, "enforce_campaign": True}, True),
        ({"api_key": "k", "campaigns": ["spring"]}, False),
        ({"api_key": "k", "postback_url": "ftp://x"}, False),
        ({"api_key": "k", "colour": "blue"}, False),
    ],
)
def test_an_account_says_what_scenarios_may_say(settings, fine):
    schema = Schema(SKYCORE.spec.account)
    assert schema.valid(settings) == (not schema.faults(settings)) == fine
