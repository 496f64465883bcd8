"""What Skycore posts: delivery reports, inbound messages and clicks, and when it tries again."""

import pytest

from sandbox.calls import Inbound
from sandbox.clock import parse_iso
from sandbox.durations import MINUTE
from sandbox.ids import Ids
from sandbox.sms.message import Link, Receipt
from sandbox.sms.state import State
from sandbox.vocabulary import Account
from tests.providers.skycore_calls import SKYCORE, call, checked, request, sms, stored

URL = "http://localhost:9000/sky"
AT = parse_iso("2021-01-26T18:00:07.990498Z")


def report(status=State.DELIVERED, at=AT, code=None, **fields):
    message = stored(call(request(sms(**fields))), Ids.fixed(7))
    post = SKYCORE.post(message, Receipt("r-1", status, at, code), URL)
    assert post is not None
    assert post.url == URL
    return checked("Report", post.body)


def test_a_delivery_report_is_what_the_document_prints():
    told = report(to="+10000000001", campaign_ref="campaign2345")
    assert list(told.items()) == [
        ("origin", "SMS_MT"),
        ("code", "N202"),
        ("sent-as", "SMS"),
        ("status", "Delivered"),
        ("from", "00000"),
        ("to", "10000000001"),
        ("tracking-id", stored(call(request(sms())), Ids.fixed(7)).id),
        ("timestamp", "2021-01-26T18:00:07.990498+00:00"),
        ("campaign-ref", "campaign2345"),
    ]


@pytest.mark.parametrize(
    ("state", "code", "status"),
    [
        (State.SENT, "N201", "Sent"),
        (State.DELIVERED, "N202", "Delivered"),
        (State.UNDELIVERED, "E201", "Failed"),
        (State.EXPIRED, "E202", "Rejected"),
        (State.REJECTED, "E202", "Rejected"),
    ],
)
def test_every_state_has_its_code_and_word(state, code, status):
    told = report(state)
    assert (told["code"], told["status"]) == (code, status)
    assert state in SKYCORE.vocabulary.states


@pytest.mark.parametrize("state", [State.QUEUED, State.READ])
def test_states_without_a_word_are_never_posted(state):
    assert SKYCORE.post(stored(call(request(sms()))), Receipt("r-1", state, AT), URL) is None
    assert state not in SKYCORE.vocabulary.states


@pytest.mark.parametrize(("code", "status"), [("E201", "Failed"), ("E202", "Rejected")])
def test_a_step_s_code_overrides_the_table(code, status):
    for state in (State.UNDELIVERED, State.EXPIRED, State.REJECTED):
        told = report(state, code=code)
        assert (told["code"], told["status"]) == (code, status)


def test_a_code_that_the_provider_does_not_have_changes_nothing():
    assert report(code="E999")["code"] == "N202"
    assert SKYCORE.vocabulary.step_codes == frozenset({"E201", "E202"})


def test_the_timestamp_always_has_six_digits():
    assert report(at=parse_iso("2021-01-26T18:00:07Z"))["timestamp"] == "2021-01-26T18:00:07.000000+00:00"
    assert report(at=parse_iso("2021-01-26T18:00:07.5Z"))["timestamp"] == "2021-01-26T18:00:07.500000+00:00"


@pytest.mark.parametrize(
    ("fields", "sender"),
    [
        ({"from_mask": "Dunder Mifflin"}, "Dunder Miff"),
        ({"from_mask": "Acme", "to": "+10000000001"}, "Acme"),
        ({"from_mask": "", "from_": "+15550100001"}, "15550100001"),
        ({"from_mask": None}, "00000"),
        ({"from_mask": "+Acme"}, "+Acme"),
    ],
)
def test_a_report_comes_from_the_mask_cut_to_eleven_or_from_the_number_without_its_plus(fields, sender):
    assert report(**fields)["from"] == sender


@pytest.mark.parametrize("campaign", [..., None, ""])
def test_a_report_names_a_campaign_only_if_one_was_given(campaign):
    assert "campaign-ref" not in report(campaign_ref=campaign)


def test_the_same_report_is_the_same_body_every_time():
    message = stored(call(request(sms())))
    first, second = (SKYCORE.post(message, Receipt("r-1", State.SENT, AT), URL) for _ in range(2))
    assert first == second


def test_only_200_acknowledges_and_five_retries_follow_five_minutes_apart():
    assert [status for status in range(100, 600) if SKYCORE.retries.acknowledges(status)] == [200]
    assert SKYCORE.retries.delays == (5 * MINUTE,) * 5
    assert SKYCORE.retries.timeout == 10


def test_an_inbound_message_is_handed_on():
    at = parse_iso("2021-02-01T23:35:54.25Z")
    mo = Inbound("+447700900001", "00000", "STOP", at, "an-id")
    told = checked("Inbound", SKYCORE.inbound(mo, URL).body)
    assert told | {"tracking-id": "smsmo"} == {
        "origin": "SMS_MO",
        "code": "N211",
        "from": "447700900001",
        "to": "00000",
        "message-text": "STOP",
        "tracking-id": "smsmo",
        "timestamp": "2021-02-01T23:35:54+00:00",
    }
    assert SKYCORE.inbound(mo, URL) == SKYCORE.inbound(mo, URL)
    assert SKYCORE.vocabulary.inbound


def test_two_inbound_messages_have_two_names():
    first, second = (checked("Inbound", SKYCORE.inbound(Inbound("1", "2", "", AT, name), URL).body) for name in "ab")
    assert first["tracking-id"] != second["tracking-id"]


def test_inbound_messages_go_where_the_account_s_postbacks_go():
    assert SKYCORE.inbound_url(Account("skycore", "main", {"api_key": "k", "postback_url": URL})) == URL
    assert SKYCORE.inbound_url(Account("skycore", "main", {"api_key": "k"})) is None
    assert SKYCORE.inbound_url(None) is None


def test_a_click_is_told_with_its_link_and_its_count():
    message = stored(call(request(sms(message_text="See example.com", click_tracking=True))))
    post = SKYCORE.clicked(message, Link("a1B2c3D4", "http://example.com", 3), AT, URL)
    assert post is not None
    assert checked("Click", post.body) == {
        "origin": "SMS_CLICK",
        "code": "N301",
        "tracking-id": message.id,
        "to": "447700900001",
        "url": "http://example.com",
        "clicks": 3,
        "timestamp": "2021-01-26T18:00:07.990498+00:00",
    }
