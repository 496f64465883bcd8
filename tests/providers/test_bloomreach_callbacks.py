"""What Bloomreach gets back: delivery reports and inbound messages, and how they are signed."""

import hmac
import time
from base64 import urlsafe_b64decode

import jwt
import pytest

from sandbox.calls import Inbound
from sandbox.clock import parse_iso, wall
from sandbox.durations import MINUTE, SECOND
from sandbox.ids import Ids
from sandbox.posts import stranger
from sandbox.sms.message import Receipt
from sandbox.sms.state import State
from sandbox.wire import Post
from tests.providers.bloomreach_calls import BLOOMREACH, account, call, checked, request, sms, stored

URL = "http://localhost:9000/reports"
AT = parse_iso("2026-02-12T14:51:00.999999Z")
DEFAULT = "sandbox-secret-sandbox-secret-32b"


def message(**fields):
    return stored(call(request(sms(**fields))), Ids.fixed(7))


def report(status=State.DELIVERED, code=None, detail=None, of=None, **fields):
    post = BLOOMREACH.post(of or message(**fields), Receipt("n-1", status, AT, code, detail), URL)
    assert post is not None
    assert post.url == URL
    (event,) = checked("Report", post.body)
    return event


def test_a_delivery_report_is_an_array_of_one_event():
    assert list(report(from_="00447700900100").items()) == [
        ("status", "delivered"),
        ("timestamp", 1770907860),
        ("from", "00447700900100"),
        ("to", "00447700900001"),
        ("request_id", "r-1"),
        ("message_id", message().id),
        ("custom_data", "Y3VzdG9t"),
        ("error_code", None),
        ("error_message", None),
    ]


@pytest.mark.parametrize(
    ("state", "status", "error"),
    [
        (State.SENT, "sent", (None, None)),
        (State.DELIVERED, "delivered", (None, None)),
        (State.UNDELIVERED, "failed", ("failed", "Message failed")),
        (State.EXPIRED, "expired", ("expired", "Message expired")),
        (State.REJECTED, "rejected", ("rejected", "Message rejected")),
    ],
)
def test_every_state_has_its_word_and_its_error(state, status, error):
    event = report(state)
    assert (event["status"], (event["error_code"], event["error_message"])) == (status, error)
    assert state in BLOOMREACH.vocabulary.states


@pytest.mark.parametrize("state", [State.QUEUED, State.READ])
def test_states_without_a_word_are_never_posted(state):
    assert BLOOMREACH.post(message(), Receipt("n-1", state, AT), URL) is None
    assert state not in BLOOMREACH.vocabulary.states


def test_a_step_may_say_why_in_its_own_words():
    event = report(State.UNDELIVERED, "30005", "Unknown handset")
    assert (event["error_code"], event["error_message"]) == ("30005", "Unknown handset")
    assert report(State.REJECTED, "30005")["error_message"] == "Message rejected"
    assert report(State.EXPIRED, None, "Off for days")["error_code"] == "expired"


def test_success_has_no_error_whatever_the_step_says():
    event = report(State.DELIVERED, "30005", "Unknown handset")
    assert (event["error_code"], event["error_message"]) == (None, None)


@pytest.mark.parametrize(("request_id", "told"), [(..., None), (None, None), ("", ""), ("r-9", "r-9")])
def test_a_report_names_the_request_as_received(request_id, told):
    assert report(request_id=request_id)["request_id"] == told


@pytest.mark.parametrize("custom_data", ["", "x" * 4000, "<é>\x00"])
def test_custom_data_comes_back_unchanged(custom_data):
    assert report(custom_data=custom_data)["custom_data"] == custom_data


def test_a_report_under_unknown_ids_names_neither_message_nor_request():
    event = report(of=stranger(message()))
    assert event["message_id"] != message().id
    assert event["request_id"] != "r-1"
    assert event["custom_data"] == "Y3VzdG9t"


def test_a_report_is_rendered_the_same_every_time():
    receipt = Receipt("n-1", State.EXPIRED, AT)
    assert BLOOMREACH.post(message(), receipt, URL) == BLOOMREACH.post(message(), receipt, URL)


def test_an_inbound_message_is_posted_as_an_array_of_one():
    post = BLOOMREACH.inbound(Inbound("+447700900901", "+447700900100", "STOP\x00 é", AT, "mo-1"), URL)
    (told,) = checked("Inbound", post.body)
    assert list(told.items()) == [
        ("from", "00447700900901"),
        ("to", "00447700900100"),
        ("text", "STOP\x00 é"),
        ("timestamp", 1770907860),
        ("message_id", "mo-1"),
    ]


def test_an_inbound_message_to_a_short_code_names_it_as_it_is():
    post = BLOOMREACH.inbound(Inbound("+447700900901", "12345", "", AT, "mo-1"), URL)
    assert checked("Inbound", post.body)[0]["to"] == "12345"


def test_inbound_messages_go_where_the_account_says_verbatim():
    url = "http://localhost:9000/in?integration=7&x=%20"
    assert BLOOMREACH.inbound_url(account(inbound_url=url)) == url
    assert BLOOMREACH.inbound_url(account()) is None
    assert BLOOMREACH.inbound_url(None) is None
    assert BLOOMREACH.inbound(Inbound("+447700900901", "12345", "", AT, "mo-1"), url).url == url


# --- signatures ----------------------------------------------------------------------------------------

POST = Post.json(URL, [{}])


def signature(secret=None, at=None, fault=None):
    signed = BLOOMREACH.sign(POST, secret, at or wall(), fault)
    assert (signed.url, signed.body) == (POST.url, POST.body)
    return dict(signed.headers)["Authorization"]


def verified(token, secret=DEFAULT):
    """As a consumer does it: HS256, and ``iat`` at most 15 minutes old."""
    claims = jwt.decode(token, secret, ["HS256"], options={"require": ["iat"]})
    assert abs(time.time() - claims["iat"]) < 15 * 60
    return claims


def test_a_callback_is_signed_with_a_raw_token_and_nothing_but_its_moment():
    at = wall()
    assert verified(signature(at=at)) == {"iat": at // SECOND}
    assert jwt.get_unverified_header(signature())["alg"] == "HS256"


def test_the_account_s_own_secret_signs():
    own = "another secret of thirty-two bytes"
    assert verified(signature(own), own)
    with pytest.raises(jwt.InvalidSignatureError):
        verified(signature(own))


def test_a_short_secret_signs_too():
    signed, _, tag = signature("short").rpartition(".")
    assert urlsafe_b64decode(tag + "=") == hmac.digest(b"short", signed.encode(), "sha256")


def test_every_attempt_is_signed_anew():
    at = wall()
    assert signature(at=at) != signature(at=at + 10 * SECOND)


def test_a_missing_signature_leaves_no_header():
    assert BLOOMREACH.sign(POST, None, wall(), "missing") == POST


@pytest.mark.parametrize("fault", ["wrong_secret", "altered"])
@pytest.mark.parametrize("secret", [None, "another secret of thirty-two bytes"])
def test_a_wrong_secret_and_an_altered_token_fail_the_signature_alone(fault, secret):
    token = signature(secret, fault=fault)
    with pytest.raises(jwt.InvalidSignatureError):
        verified(token, secret or DEFAULT)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert abs(claims["iat"] - time.time()) < 60


def test_a_stale_token_is_well_signed_and_sixteen_minutes_old():
    at = wall()
    claims = jwt.decode(signature(at=at, fault="stale"), DEFAULT, ["HS256"])
    assert claims["iat"] == (at - 16 * MINUTE) // SECOND


def test_consumers_have_five_attempts_to_answer_with_any_2xx():
    assert BLOOMREACH.retries.delays == (10 * SECOND, 20 * SECOND, 40 * SECOND, 80 * SECOND)
    assert BLOOMREACH.retries.timeout == 10
    assert [status for status in (200, 202, 299, 300, 404, 500) if BLOOMREACH.retries.acknowledges(status)] == [
        200,
        202,
        299,
    ]
    assert BLOOMREACH.vocabulary.signs
