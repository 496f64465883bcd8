"""Every error of Namirial's catalogue, in the order in which they are told (PROVIDERS.md §C, Errors)."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.calls import Quota, Send
from sandbox.durations import SECOND
from sandbox.errors import FieldFault, Refusal
from sandbox.wire import Request
from tests.providers.namirial_calls import (
    HOOK,
    NAMIRIAL,
    SENDS,
    call,
    checked,
    code,
    context,
    message,
    refusal,
    refused,
    request,
    sms,
)

STRICT: dict[str, Any] = {
    "services": ["DIGITALSIGN"],
    "urls": "denied",
    "watchlist": ["+447700900061"],
    "rate": {"max": 3, "window": "60s"},
    "https_webhooks": True,
    "admin": True,
}
CATALOGUE = {
    "0": (400, "Invalid request"),
    "8": (500, "Wrong number"),
    "56": (500, "Invalid number"),
    "59": (500, "Invalid reference service"),
    "60": (500, "Message blocked by anti-flooding"),
    "61": (500, "Message in watchlist"),
    "63": (401, "Username or password not valid"),
    "64": (500, "SMS provider not available"),
    "66": (500, "Empty or missing message text"),
    "74": (500, "Message containing URL is denied"),
}
BAD_FIELDS = [
    ({"text": 5}, "text must be of type string"),
    ({"text": "x" * 1601}, "text is longer than 1600 characters"),
    ({"text": []}, "text must be of type string"),
    ({"text": False}, "text must be of type string"),
    ({"destination": 447700900901}, "destination must be of type string"),
    ({"destination": ["+447700900901"]}, "destination must be of type string"),
    ({"reference": "user-1"}, "reference must be of type object or null"),
    ({"reference": {"service": 5}}, "reference.service must be of type string or null"),
    ({"reference": {"action": True}}, "reference.action must be of type string or null"),
    ({"reference": {"key": 12345}}, "reference.key must be of type string or null"),
    ({"attemptCount": "1"}, "attemptCount must be of type integer or null"),
    ({"attemptCount": 1.5}, "attemptCount must be of type integer or null"),
    ({"detailed": "true"}, "detailed must be of type boolean or null"),
    ({"detailed": 1}, "detailed must be of type boolean or null"),
    ({"businessRelationId": 1}, "businessRelationId must be of type string or null"),
    ({"webhook": HOOK}, "webhook must be of type object or null"),
    ({"webhook": {}}, "webhook.url is required"),
    ({"webhook": {"url": None}}, "webhook.url is required"),
    ({"webhook": {"url": 5}}, "webhook.url must be of type string"),
    ({"webhook": {"url": HOOK, "authentication": "NONE"}}, "webhook.authentication must be of type object or null"),
    ({"webhook": {"url": HOOK, "authentication": {}}}, "webhook.authentication.type is required"),
    ({"webhook": {"url": HOOK, "authentication": {"type": "BASIC"}}}, "webhook.authentication.type must be NONE"),
]
BAD_URLS = [
    "", "example.com", "ftp://example.com", "https://", "https:///path", "https://exa mple.com", "https://example.com/\n",
    "//example.com", "javascript:alert(1)", "http://[::1", "http://host:99999/", "http://host:x/", "http://host:0/",
    "http://:80/", "http://user@/",
]  # fmt: skip
GARBAGE = [
    b"", b"x", b"{", b"[]", b'"text"', b"5", b"null", b"true", b'{"text": NaN}', b'{"text": Infinity}',
    b'{"text": "\xff"}', b'{"text": "\\ud800"}', b'{"text": "\xed\xa0\x80"}', b"[" * 10_000, b'{"a":' * 10_000,
    b"\xef\xbb\xbf{}", b"destination=%2B447700900901", b"\0",
]  # fmt: skip


# --- the catalogue ------------------------------------------------------------------------------------


def test_the_catalogue_is_the_documents():
    assert {c: (e.status, e.message) for c, e in NAMIRIAL.spec.errors.items()} == CATALOGUE


@pytest.mark.parametrize("own", CATALOGUE)
def test_every_error_can_be_scripted_and_says_what_the_catalogue_says(own):
    status, text = CATALOGUE[own]
    reply = NAMIRIAL.refused(Refusal(own, headers=(("Retry-After", "3"),)), request(b"\xff"))
    assert reply.status == status
    assert checked("Error", reply.body) == {"code": int(own), "message": text, "details": None}
    assert ("Retry-After", "3") in reply.headers
    assert ("WWW-Authenticate" in dict(reply.headers)) is (status == 401)


def test_the_shared_words_are_mapped_as_the_contract_has_it():
    assert NAMIRIAL.vocabulary.words == {
        "authentication": "63",
        "invalid_request": "0",
        "invalid_recipient": "56",
        "empty_text": "66",
        "blocked": "61",
        "throttled": "60",
        "unavailable": "64",
        "internal": "64",
    }
    assert NAMIRIAL.vocabulary.error("invalid_sender") is None


def test_magic_recipients_reach_every_error_but_the_sandboxs_own():
    reached = {number: NAMIRIAL.vocabulary.numbered(number) for number in range(1000)}
    assert {f"{n:03d}": e.code for n, e in reached.items() if e} == {c.zfill(3): c for c in CATALOGUE if c != "0"}


# --- one field at a time ------------------------------------------------------------------------------


@pytest.mark.parametrize("api", SENDS)
@pytest.mark.parametrize("text", [..., None, ""])
def test_no_text_is_66(api, text):
    assert code(request(sms(text=text), api)) == 66


@pytest.mark.parametrize("api", SENDS)
@pytest.mark.parametrize(
    "to",
    [
        ..., None, "", " ", "447700900901", "00447700900901", "+0447700900901", "+44770", "+4477009009011234",
        "+44 7700",
        "+447700900901\n", "+44770090090x", "+4477009009٠1", "++447700900901", "+",
    ],
)  # fmt: skip
def test_no_number_in_e164_is_56(api, to):
    assert code(request(sms(destination=to), api)) == 56


@pytest.mark.parametrize(("changes", "why"), [
    ({"text": None}, "text is missing"),
    ({"text": ""}, "text is empty"),
    ({"destination": None}, "destination is missing"),
    ({"destination": "447700900901"}, "destination must be + and 7 to 15 digits, the first of them not 0"),
])  # fmt: skip
def test_the_journal_says_in_words_what_66_and_56_are_for(changes, why):
    assert refusal(request(sms(**changes))).explanation == why


@pytest.mark.parametrize("to", ["+1234567", "+123456789012345"])
def test_seven_to_fifteen_digits_are_a_number(to):
    assert call(request(sms(destination=to))).submissions[0].to == to


@pytest.mark.parametrize("api", SENDS)
@pytest.mark.parametrize(("changes", "details"), BAD_FIELDS)
def test_what_does_not_fit_is_told_by_field(api, changes, details):
    asked = request(sms(**changes), api)
    assert refused(asked) == (400, {"code": 0, "message": "Invalid request", "details": details})
    assert refusal(asked).explanation == details


@pytest.mark.parametrize(("changes", "details"), [
    ({"account": 5}, "account must be of type string or null"),
    ({"lra": "1234"}, "lra must be of type integer or null"),
])  # fmt: skip
def test_the_admin_fields_are_checked_too(changes, details):
    assert refused(request(sms(**changes), "Admin"))[1]["details"] == details


def test_all_faults_are_told_at_once():
    _, body = refused(request(sms(detailed=1, reference={"key": 1}, webhook={})))
    assert set(body["details"].split("; ")) == {
        "detailed must be of type boolean or null",
        "reference.key must be of type string or null",
        "webhook.url is required",
    }


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_webhook_that_leads_nowhere_is_refused(url):
    status, body = refused(request(sms(webhook={"url": url})))
    assert (status, body["code"]) == (400, 0)
    assert body["details"] == "webhook.url must be an http or https URL"


@pytest.mark.parametrize(
    "url", ["http://localhost:9000/x", "HTTP://host", "http://[::1]:9000/", "https://bücher.example/ü"]
)
def test_plain_http_webhooks_are_taken_unless_the_account_demands_https(url):
    asked = request(sms(webhook={"url": url}))
    assert call(asked).submissions[0].callback_url == url
    demanding = context({"https_webhooks": True})
    if url.startswith("https"):
        assert call(asked, demanding).submissions[0].callback_url == url
    else:
        assert refused(asked, demanding)[1]["details"] == "webhook.url must be an https URL"


@pytest.mark.parametrize("api", SENDS)
@pytest.mark.parametrize("body", GARBAGE)
def test_garbage_is_a_bad_request(api, body):
    status, told = refused(request(body, api))
    assert (status, told) == (400, {"code": 0, "message": "Invalid JSON", "details": None})


def test_a_big_wrong_value_is_not_thrown_back():
    _, body = refused(request(sms(text="x" * 1_000_000)))
    assert len(orjson.dumps(body)) < 200
    assert len(refusal(request(sms(text="x" * 1_000_000))).explanation or "") < 200


# --- what the account says ----------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["AUTHENTICATION", "digitalsign", ""])
def test_a_service_that_the_account_does_not_have_is_59(service):
    asked = request(sms(reference={"service": service}))
    assert code(asked, context({"services": ["DIGITALSIGN"]})) == 59
    assert isinstance(call(asked), Send)


@pytest.mark.parametrize("reference", [None, {}, {"key": "k"}, {"service": None}, {"service": "DIGITALSIGN"}])
def test_an_own_service_or_none_passes(reference):
    assert isinstance(call(request(sms(reference=reference)), context({"services": ["DIGITALSIGN"]})), Send)


@pytest.mark.parametrize("text", ["See https://example.com/x.", "www.example.org", "example.com", "HTTP://EXAMPLE.COM"])
def test_a_url_is_74_where_urls_are_denied(text):
    asked = request(sms(text=text))
    assert code(asked, context({"urls": "denied"})) == 74
    assert isinstance(call(asked, context({})), Send)


def test_a_text_without_a_url_passes_where_urls_are_denied():
    assert isinstance(call(request(sms(text="Your code is 1.50")), context({"urls": "denied"})), Send)


def test_a_number_on_the_watchlist_is_61():
    around = context({"watchlist": ["+447700900061"]})
    assert code(request(sms(destination="+447700900061")), around) == 61
    assert isinstance(call(request(sms()), around), Send)


def test_a_rate_is_a_demand_for_account_and_destination():
    around = context({"rate": {"max": 3, "window": "60s"}}, {"username": "other", "rate": {"max": 3, "window": "60s"}})
    (quota,) = call(request(sms()), around).demands
    assert isinstance(quota, Quota)
    assert (quota.limit, quota.window, quota.refusal.code) == (3, 60 * SECOND, "60")
    (again,) = call(request(sms(text="another")), around).demands
    (elsewhere,) = call(request(sms(destination="+447700900902")), around).demands
    assert quota.key == again.key != elsewhere.key
    assert "app" in quota.key
    reply = NAMIRIAL.refused(quota.refusal, request(b""))
    assert (reply.status, checked("Error", reply.body)["code"]) == (500, 60)
    assert call(request(sms())).demands == ()


# --- in order -----------------------------------------------------------------------------------------

WORST: dict[str, Any] = {
    "destination": "+447700900061x",
    "text": "",
    "detailed": 1,
    "reference": {"service": "OTHER"},
    "webhook": {"url": HOOK},
}
CURES: list[tuple[int, dict[str, Any]]] = [
    (66, {"text": "See https://example.com"}),
    (56, {"destination": "+447700900061"}),
    (0, {"detailed": True}),
    (59, {"reference": {"service": "DIGITALSIGN"}}),
    (74, {"text": "See nothing"}),
    (61, {"destination": "+447700900001"}),
]


@pytest.mark.parametrize("api", SENDS)
def test_faults_are_told_in_the_stated_order(api):
    body, around = dict(WORST), context(STRICT)
    for expected, cure in CURES:
        assert code(request(body, api), around) == expected
        body |= cure
    (quota,) = call(request(body, api), around).demands
    assert quota.refusal.code == "60"


def test_a_text_that_is_no_string_comes_after_the_destination():
    assert code(request(sms(text=5, destination=""))) == 56
    assert code(request(sms(text=5))) == 0
    assert code(request(sms(text="", destination=5))) == 66


def test_the_webhook_comes_before_the_account():
    body = sms(webhook={"url": "http://localhost/"}, reference={"service": "OTHER"})
    assert code(request(body), context(STRICT)) == 0


# --- whatever comes -----------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
FIELDS = st.sampled_from([
    "destination", "text", "reference", "attemptCount", "detailed", "businessRelationId", "webhook", "account", "lra",
])  # fmt: skip
BODIES = st.dictionaries(FIELDS, JSON).map(lambda changes: sms(**changes))


@given(BODIES, st.sampled_from(sorted(SENDS)))
def test_any_object_is_read_or_refused_in_the_documents_shape(body, api):
    asked = request(encodable(body), api)
    try:
        assert len(call(asked, context(STRICT)).submissions) == 1
    except Refusal as why:
        checked("Error", NAMIRIAL.refused(why, asked).body)


@given(BODIES, st.sampled_from(sorted(SENDS)))
def test_gate_and_explainer_agree(body, api):
    schema = NAMIRIAL.spec.schema(SENDS[api])
    value = orjson.loads(encodable(body))
    assert schema.valid(value) == (not schema.faults(value))


@pytest.mark.parametrize("changes", [changes for changes, _ in BAD_FIELDS])
def test_gate_and_explainer_agree_on_every_bad_field(changes):
    for name in SENDS.values():
        schema = NAMIRIAL.spec.schema(name)
        assert not schema.valid(sms(**changes))
        assert schema.faults(sms(**changes))


@given(st.binary())
def test_any_bytes_are_refused_without_a_word_too_much(body):
    asked = request(body)
    reply = NAMIRIAL.refused(refusal(asked), asked)
    assert (reply.status, checked("Error", reply.body)["code"]) in {(400, 0), (500, 66)}


@given(st.text(), st.text(), st.dictionaries(st.sampled_from(["authorization", "x-api-key"]), st.text()), st.binary())
def test_any_request_can_be_refused(method, path, headers, body):
    asked = Request(method, path, headers, body, query_string=path)
    NAMIRIAL.identities(asked, None)
    for refusal_ in (Refusal("0", faults=(FieldFault("a", "b"),)), Refusal("63"), NAMIRIAL.too_big(1)):
        checked("Error", NAMIRIAL.refused(refusal_, asked).body)


@given(st.text(), st.text())
def test_any_query_is_read_or_refused(path, query_string):
    asked = Request("GET", f"/api/messagestatus/{path}", {"x-api-key": "k"}, query_string=query_string)
    try:
        call(asked)
    except Refusal as why:
        checked("Error", NAMIRIAL.refused(why, asked).body)


def test_a_nul_is_a_character_like_any_other():
    send = call(request(sms(text="a\0b", reference={"key": "\0"})))
    assert (send.submissions[0].text, send.submissions[0].reference) == ("a\0b", "\0")
    assert message(data=send.submissions[0].data).data == {"reference": {"key": "\0"}}


def encodable(value):
    """JSON as any client might send it; lone surrogates become another character."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
