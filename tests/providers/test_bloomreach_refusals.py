"""Bloomreach's errors: what is refused, in which order, in which words, whatever is sent."""

from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.calls import Send
from sandbox.errors import Refusal
from sandbox.vocabulary import WORDS
from sandbox.wire import Request
from tests.providers.bloomreach_calls import BLOOMREACH, LOGIN, call, checked, refusal, refused, request, sms, verify

LADDER = [
    ("invalid_credentials", request(b"no JSON", {})),
    ("invalid_request", request(b"no JSON")),
    ("invalid_request", request([])),
    ("invalid_sender", request({})),
    ("invalid_sender", request(sms(from_=..., to="junk"))),
    ("invalid_sender", request(sms(from_=None, to="junk"))),
    ("invalid_sender", request(sms(from_="", to="junk"))),
    ("invalid_sender", request(sms(from_=7, to="junk"))),
    ("invalid_recipient", request(sms(to=..., text=""))),
    ("invalid_recipient", request(sms(to="junk", text=""))),
    ("invalid_recipient", request(sms(to=447700900001))),
    ("invalid_request", request(sms(text=...))),
    ("invalid_request", request(sms(text=["text"]))),
]


@pytest.mark.parametrize(("code", "asked"), LADDER)
def test_the_first_thing_wrong_is_what_is_told(code, asked):
    status, told = refused(asked)
    assert told["error"]["code"] == code
    assert status == BLOOMREACH.spec.errors[code].status
    assert refusal(asked).explanation


FIELDS = ["from", "to", "text", "custom_data", "callback_url", "metadata", "request_id"]


@pytest.mark.parametrize(("first", "then"), list(pairwise(FIELDS)))
def test_fields_are_looked_at_in_the_order_of_the_document(first, then):
    _, told = refused(request({**sms(), first: 7, then: 7}))
    assert told["error"]["message"].startswith(f"{first} must be ")


@pytest.mark.parametrize("field", FIELDS[:-1])
def test_a_missing_field_and_null_are_the_same(field):
    absent = {name: value for name, value in sms().items() if name != field}
    assert refused(request(absent)) == refused(request({**sms(), field: None}))
    assert refused(request(absent))[1]["error"]["message"].startswith(f"{field} is required: ")


@pytest.mark.parametrize(
    "to",
    ["123456", "+447700900001", "447700900001", "00123456", "001234567890123456", "00447700900001\n", "00٤٤٧٧٠٠٩٠٠٠٠١"],
)
def test_a_recipient_of_another_form_is_refused(to):
    assert refused(request(sms(to=to)))[1]["error"] == {
        "code": "invalid_recipient",
        "message": "to must be 00 and 7 to 15 digits.",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"custom_data": "x" * 4001},
        {"callback_url": ""},
        {"callback_url": "localhost:9000"},
        {"callback_url": "ftp://localhost/"},
        {"callback_url": "http://local host/"},
        {"callback_url": "http://localhost/\n"},
        {"callback_url": "http:///reports"},
        {"callback_url": "http://?reports"},
        {"metadata": []},
        {"metadata": "{}"},
        {"request_id": 7},
        {"request_id": []},
    ],
)
def test_what_the_document_does_not_allow_is_an_invalid_request(changes):
    asked = request(sms(**changes))
    status, told = refused(asked)
    assert (status, told["error"]["code"]) == (400, "invalid_request")
    assert BLOOMREACH.spec.schema("SendSms").faults(asked.json)


@pytest.mark.parametrize("place", [":80", "localhost:0", "localhost:99999", "localhost:x", "[::1"])
def test_reports_cannot_go_where_there_is_no_host_or_port(place):
    url = f"http://{place}/reports"
    assert refused(request(sms(callback_url=url)))[1]["error"] == {
        "code": "invalid_request",
        "message": "callback_url must be an http or https URL.",
    }
    assert "metadata" not in refused(request(sms(callback_url=url, metadata=1)))[1]["error"]["message"]


def test_a_refusal_names_the_request_as_received():
    assert refused(request(sms(to=...)))[1]["request_id"] == "r-1"
    assert refused(request(sms(to=..., request_id="")))[1]["request_id"] == ""
    assert refused(request(sms(to=..., request_id=...)))[1]["request_id"] is None
    assert refused(request(sms(), {}))[1]["request_id"] == "r-1"
    assert refused(verify({}))[1]["request_id"] is None


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/", 404, None),
        ("POST", "/sms/send/", 404, None),
        ("POST", "/SMS/SEND", 404, None),
        ("GET", "/sms/send", 405, "POST"),
        ("PUT", "/sms/send", 405, "POST"),
        ("HEAD", "/sms/verify", 405, "GET"),
        ("POST", "/sms/verify", 405, "GET"),
        ("GET", "/\udcff", 404, None),
    ],
)
def test_unknown_paths_and_wrong_methods_are_refused_in_the_provider_s_own_shape(method, path, status, allow):
    asked = request(sms(), method=method, path=path)
    reply = BLOOMREACH.refused(refusal(asked), asked)
    assert reply.status == status
    assert dict(reply.headers).get("Allow") == allow
    assert checked("Error", reply.body)["error"]["code"] == "invalid_request"


def test_a_body_that_is_too_big_is_a_message_that_is_too_long():
    reply = BLOOMREACH.refused(BLOOMREACH.too_big(4 << 20), request(b""))
    assert reply.status == 413
    assert checked("Error", reply.body)["error"]["code"] == "message_too_long"


@pytest.mark.parametrize("code", BLOOMREACH.spec.errors)
def test_a_scripted_error_is_told_in_the_catalogue_s_words(code):
    entry = BLOOMREACH.spec.errors[code]
    reply = BLOOMREACH.refused(Refusal(code), request(sms()))
    assert reply.status == entry.status
    assert checked("Error", reply.body) == {"request_id": "r-1", "error": {"code": code, "message": entry.message}}


def test_whoever_is_throttled_is_told_when_to_try_again():
    def told(*headers):
        reply = BLOOMREACH.refused(Refusal("rate_limited", headers=headers), request(sms()))
        return [value for name, value in reply.headers if name.lower() == "retry-after"]

    assert told() == ["1"]
    assert told(("Retry-After", "30")) == ["30"]
    assert told(("retry-after", "30")) == ["30"]
    unavailable = BLOOMREACH.refused(Refusal("unavailable"), request(sms()))
    assert "Retry-After" not in dict(unavailable.headers)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        *[(word, word) for word in ("invalid_request", "invalid_recipient", "invalid_sender", "unavailable")],
        ("authentication", "invalid_credentials"),
        ("empty_text", "invalid_request"),
        ("blocked", "recipient_blocked"),
        ("throttled", "rate_limited"),
        ("internal", "internal_error"),
        (400, "invalid_request"),
        (401, "invalid_credentials"),
        (403, "recipient_blocked"),
        (413, "message_too_long"),
        (429, "rate_limited"),
        (500, "internal_error"),
        ("502", "upstream_error"),
        ("503", "unavailable"),
        ("rate_limited", "rate_limited"),
    ],
)
def test_an_error_is_named_by_shared_word_own_word_or_status(named, code):
    error = BLOOMREACH.vocabulary.error(named)
    assert error is not None
    assert error.code == code


def test_every_shared_word_can_be_said():
    assert set(WORDS) == set(BLOOMREACH.vocabulary.words)


@pytest.mark.parametrize("number", [400, 401, 403, 413, 429, 500, 502, 503])
def test_a_magic_recipient_rehearses_the_first_error_of_its_status(number):
    error = BLOOMREACH.vocabulary.numbered(number)
    assert error is BLOOMREACH.vocabulary.error(number)
    assert error is not None
    assert error.status == number


def test_other_numbers_rehearse_nothing():
    assert [n for n in range(1000) if BLOOMREACH.vocabulary.numbered(n)] == [400, 401, 403, 413, 429, 500, 502, 503]


# --- whatever is sent ------------------------------------------------------------------------------------

GARBAGE = [
    b"",
    b"{",
    b"\xff\xfe",
    b'"\xed\xa0\x80"',
    b'{"text": NaN}',
    b'{"text": Infinity}',
    b'{"text": "\\ud800"}',
    b'{"text": "a\x00b"}',
    b"\xef\xbb\xbf{}",
    b"[" * 10_000,
    b"[" * 10_000 + b"]" * 10_000,
    b'{"metadata":' * 10_000 + b"{}" + b"}" * 10_000,
    b"null",
    b"0",
    b'"text"',
    b"[[]]",
    *[b'{"from":' + b"[" * depth + b"]" * depth + b"}" for depth in (900, 990, 1000, 1010, 1022)],
    orjson.dumps(sms(from_={"text": "x" * 100_000})),
    orjson.dumps(sms(to="\x00" * 10)),
]


@pytest.mark.parametrize("body", GARBAGE)
def test_garbage_is_refused_in_the_provider_s_own_shape(body):
    status, told = refused(request(body))
    assert status == 400
    assert len(told["error"]["message"]) < 100


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=20)
    | st.sampled_from(list(sms().values())),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=5,
)


def was_taken(asked):
    try:
        return isinstance(call(asked), Send)
    except Refusal as refusal:
        return not checked("Error", BLOOMREACH.refused(refusal, asked).body)


@given(st.dictionaries(st.sampled_from([*FIELDS, "more"]), values))
def test_any_object_is_either_taken_or_refused_and_gate_explainer_and_fields_agree(changes):
    asked = request(sms() | changes)
    taken = was_taken(asked)
    assert BLOOMREACH.spec.schema("SendSms").valid(asked.json) is taken
    assert (not BLOOMREACH.spec.schema("SendSms").faults(asked.json)) is taken


@given(st.binary(), st.sampled_from(["GET", "POST"]), st.sampled_from(["/sms/send", "/sms/verify", "/"]))
def test_any_bytes_can_be_refused(body, method, path):
    asked = Request(method, path, LOGIN, body)
    for code in BLOOMREACH.spec.errors:
        assert checked("Error", BLOOMREACH.refused(Refusal(code), asked).body)
