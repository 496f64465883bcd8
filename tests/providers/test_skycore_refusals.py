"""Skycore's errors: what is refused, in which order, in which words, whatever is sent."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.calls import Enlist, Follow, Send
from sandbox.errors import Refusal
from sandbox.vocabulary import WORDS
from tests.providers.skycore_calls import SKYCORE, call, checked, context, failure, refusal, request, sms, subscription

JUNK = {"to": "junk", "from": "junk"}
LADDER = [
    ("E104", request(b"no JSON", key=None, method="GET")),
    ("E100", request(b"no JSON")),
    ("E100", request(sms(), method="GET")),
    ("E100", request(sms(), method="DELETE", path="/r/abcdefgh")),
    ("E100", request([])),
    ("E100", request({})),
    ("E100", request({"action": None, "to": ""})),
    ("E101", request({"action": ""})),
    ("E101", request({"action": "sendsms ", "to": ""})),
    ("E621", request({"action": "sendsms"})),
    ("E621", request(sms(to=None, message_text=""))),
    ("E621", request(sms(to="", message_text=""))),
    ("E712", request(sms(**JUNK, message_text=...))),
    ("E712", request(sms(**JUNK, message_text=""))),
    ("E712", request(sms(**JUNK, message_text=None))),
    ("E712", request(sms(to=0, message_text=["text"]))),
    ("E111", request(sms(to="junk", from_=...))),
    ("E111", request(sms(to="junk", from_=None))),
    ("E111", request(sms(to="junk", from_=12345))),
    ("E111", request(sms(**JUNK))),
    ("E110", request(sms(to="junk", click_tracking="yes"))),
    ("E110", request(sms(to=False))),
    ("E110", request(sms(to=[]))),
    ("E100", request(sms(click_tracking="true"))),
    ("E100", request(sms(click_tracking=1))),
    ("E100", request(sms(from_mask=1))),
    ("E100", request(sms(campaign_ref=1))),
    ("E714", request(sms())),
    ("E901", request(subscription(mobile=..., campaign_ref=...))),
    ("E901", request(subscription(mobile=None))),
    ("E901", request(subscription(mobile=""))),
    ("E902", request(subscription(mobile="junk", campaign_ref=...))),
    ("E902", request(subscription(mobile="junk", campaign_ref=""))),
    ("E110", request(subscription(mobile="junk", campaign_ref=7))),
    ("E110", request(subscription(mobile=7))),
    ("E903", request(subscription(campaign_ref=7))),
    ("E903", request(subscription(campaign_ref="autumn"))),
]


@pytest.mark.parametrize(("code", "asked"), LADDER)
def test_the_first_thing_wrong_is_what_is_told(code, asked):
    strict = context({"enforce_campaign": True, "campaigns": {"spring": []}})
    told = failure(asked, strict)
    assert told["error-code"] == code
    assert told["error-info"] == SKYCORE.spec.errors[code].message
    assert refusal(asked, strict).explanation


@pytest.mark.parametrize(("asked", "why"), [
    (sms(to=...), "to is required"),
    (sms(to=7), "to must be of type string"),
    (sms(to="00447700900001"), "to must have 7 to 15 digits, the first not 0, with or without a +"),
    (sms(message_text=""), "message-text must not be empty"),
    (sms(from_="Acme"), "from must be a short code of 3 to 8 digits, or a number of 10 to 15"),
    (sms(from_="11111"), "from is none of the account's senders"),
    (sms(click_tracking="yes"), "click-tracking must be of type boolean or null"),
    (subscription(campaign_ref=""), "campaign-ref must not be empty"),
    (subscription(campaign_ref="autumn"), "campaign-ref is none of the account's campaigns"),
])  # fmt: skip
def test_the_journal_says_in_words_what_is_wrong_with_a_field(asked, why):
    around = context({"senders": ["00000"], "campaigns": {"spring": []}})
    assert refusal(request(asked), around).explanation == why


@pytest.mark.parametrize(
    "sender", ["12", "123456789", "+12345678", "1234567890123456", "00000\n", "٠٠٠٠٠", "Acme", " 00000"]
)
def test_a_sender_of_another_form_is_e111(sender):
    assert failure(request(sms(from_=sender)))["error-code"] == "E111"


@pytest.mark.parametrize(
    "to",
    ["123456", "1234567890123456", "0447700900001", "+0447700900", "+447700900001\n", "٤٤٧٧٠٠٩٠٠٠٠١", "++447700900001"],
)
def test_a_recipient_of_another_form_is_e110_and_echoed_as_received(to):
    told = failure(request(sms(to=to)))
    assert (told["error-code"], told["to"]) == ("E110", to)


def test_an_account_sends_from_its_own_senders_alone_and_digits_are_compared():
    around = context({"senders": ["00000", "+15550100001"]})
    for sender in ("00000", "15550100001", "+15550100001"):
        assert isinstance(call(request(sms(from_=sender)), around), Send)
    assert failure(request(sms(from_="11111", to="junk")), around)["error-code"] == "E111"
    assert failure(request(sms()), context({"senders": []}))["error-code"] == "E111"


@pytest.mark.parametrize(("to", "echo"), [("+1", {"to": "+1"}), ("", {"to": ""}), (None, {}), (7, {}), (..., {})])
def test_a_failure_echoes_to_exactly_as_received_or_not_at_all(to, echo):
    told = failure(request(sms(to=to), key=None))
    assert {name: value for name, value in told.items() if name == "to"} == echo


def test_e100_echoes_no_recipient():
    assert failure(request(sms(click_tracking="yes"))) == {
        "status": "Failure",
        "error-code": "E100",
        "error-info": "Invalid request. Please make a valid JSON POST request with all the required variables.",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*sms(), "mobile"]), inner),
    max_leaves=8,
)  # fmt: skip
FIELDS = st.fixed_dictionaries(
    {"action": st.sampled_from(["sendsms", "subscribe", "unsubscribe"])},
    optional={
        name: JSON | st.sampled_from(["+447700900001", "00000", "spring", True])
        for name in ("message-text", "to", "from", "from-mask", "campaign-ref", "click-tracking", "mobile")
    },
)


@given(FIELDS | JSON, st.booleans())
def test_any_json_is_answered_in_the_provider_s_form(body, enforced):
    assert_answered(request(body), context({"enforce_campaign": enforced}))


@given(st.binary(), st.sampled_from(["POST", "GET", "HEAD", "PUT", "BREW"]), st.sampled_from(["/", "", "/r/x", "//"]))
def test_any_bytes_are_answered_in_the_provider_s_form(body, method, path):
    assert_answered(request(body, method=method, path=path), context({}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b'{"action": "sendsms", "to": NaN}',
        b'{"action": "sendsms", "to": Infinity}',
        b'{"action": "sendsms", "to": "\\ud800"}',
        b'{"action": "sendsms", "to": "\xff"}',
        b"[" * 10_000,
        b'{"to":' * 10_000 + b"1" + b"}" * 10_000,
        '{"action": "sendsms"}'.encode("utf-16"),
        b"action=sendsms",
    ],
)
def test_what_is_no_json_object_is_e100(body):
    assert failure(request(body))["error-code"] == "E100"


def assert_answered(asked, around):
    try:
        wanted = call(asked, around)
    except Refusal as refused:
        reply = SKYCORE.refused(refused, asked)
        assert reply.status == 200
        assert SKYCORE.spec.schema("Failure").valid(orjson.loads(reply.body))
    else:
        assert isinstance(wanted, Send | Enlist | Follow)


@given(FIELDS)
def test_the_fast_gate_and_the_explainer_agree(body):
    for name in ("SendSms", "Subscription"):
        schema = SKYCORE.spec.schema(name)
        assert schema.valid(body) == (schema.faults(body) == [])


@pytest.mark.parametrize("code", list(SKYCORE.spec.errors))
def test_every_error_of_the_catalogue_can_be_told(code):
    asked = request(sms())
    reply = SKYCORE.refused(Refusal(code, headers=(("Retry-After", "3"),)), asked)
    told = checked("Failure", reply.body)
    assert (reply.status, dict(reply.headers)["Retry-After"]) == (200, "3")
    assert (told["error-code"], told["error-info"]) == (code, SKYCORE.spec.errors[code].message)
    assert ("to" in told) is (code != "E100")


def test_every_shared_word_has_an_error():
    assert [SKYCORE.vocabulary.words[word] for word in WORDS] == [
        "E104", "E100", "E110", "E111", "E712", "E114", "E113", "E503", "E503",
    ]  # fmt: skip


@pytest.mark.parametrize("entry", SKYCORE.spec.errors.values(), ids=lambda entry: entry.code)
def test_the_last_three_digits_name_the_error_of_a_send(entry):
    assert entry.send is (entry.number is not None)
    if entry.send:
        assert SKYCORE.vocabulary.numbered(int(entry.code[-3:])) == entry


@pytest.mark.parametrize(
    "problem", [SKYCORE.too_big(4), SKYCORE.no_such_path(request()), SKYCORE.wrong_method(request(), "POST")]
)
def test_what_never_reaches_the_endpoint_is_an_invalid_request_too(problem):
    reply = SKYCORE.refused(problem, request(b"x" * 9))
    assert (reply.status, checked("Failure", reply.body)["error-code"]) == (200, "E100")
