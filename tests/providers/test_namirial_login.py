"""Who may call Namirial: Basic logins, admin accounts, API keys (PROVIDERS.md §C; S003)."""

from base64 import b64encode

import orjson
import pytest

from sandbox.errors import Refusal
from sandbox.wire import Request
from tests.providers.namirial_calls import (
    NAMIRIAL,
    basic,
    call,
    context,
    query,
    refusal,
    refused,
    request,
    sms,
)

BASIC = 'Basic realm="SMS Gateway"'
WRONG = "Username or password not valid"
MISSING = "Missing basic authentication header"


def encoded(text):
    return {"authorization": "Basic " + b64encode(text if isinstance(text, bytes) else text.encode()).decode()}


def told(asked, around=None):
    """Status, message and challenge of a refused login."""
    reply = NAMIRIAL.refused(refusal(asked, around), asked)
    body = orjson.loads(reply.body)
    assert (body["code"], body["details"]) == (63, None)
    return reply.status, body["message"], dict(reply.headers)["WWW-Authenticate"]


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "Bearer abc"}, {"x-api-key": "k-1"}])
@pytest.mark.parametrize("api", ["Services", "Admin"])
def test_without_basic_credentials_the_header_is_missed(headers, api):
    assert told(request(sms(), api, headers)) == (401, MISSING, BASIC)


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Basic"},
        {"authorization": "Basic !!!"},
        {"authorization": "Basic YXBw"},
        {"authorization": "Basic ключ"},
        {"authorization": "Basic YXBwOnNlY3JldA"},
        encoded(""),
        encoded("app"),
        encoded(":"),
        encoded("app:"),
        encoded(":secret"),
    ],
)
def test_credentials_that_cannot_be_read_are_not_valid(headers):
    assert told(request(sms(), headers=headers)) == (401, WRONG, BASIC)


def test_with_no_accounts_declared_any_login_passes_and_is_an_admin():
    for api in ("Services", "Admin"):
        send = call(request(sms(), api, basic("anybody", "anything")))
        assert (send.account.name, send.account.declared) == ("anybody", False)


def test_what_the_scenario_refuses_never_passes():
    for around in (context(refuse=["wrong"]), context({"password": "wrong"}, refuse=["wrong"])):
        assert told(request(sms(), headers=basic(password="wrong")), around) == (401, WRONG, BASIC)
    assert told(query("m-1", key="wrong"), context(refuse=["wrong"]))[:2] == (401, "API key not valid")


def test_only_declared_accounts_pass_where_there_are_some():
    around = context({"username": "app"}, {"username": "app", "password": "other", "name": "second"})
    assert call(request(sms()), around).account.name == "app"
    assert call(request(sms(), headers=basic(password="other")), around).account.name == "second"
    assert told(request(sms(), headers=basic(password="SECRET")), around)[1] == WRONG
    assert told(request(sms(), headers=basic("App")), around)[1] == WRONG


def test_the_scheme_is_read_in_any_case_and_passwords_may_hold_colons():
    header = encoded("app:se:cret")["authorization"].replace("Basic", "basic")
    assert call(request(sms(), headers={"authorization": header}), context({"password": "se:cret"})).account.declared


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_credentials_may_come_in_either_charset(charset):
    around = context({"username": "jürgen", "password": "geheim"})
    assert call(request(sms(), headers=encoded("jürgen:geheim".encode(charset))), around).account.name == "jürgen"


@pytest.mark.parametrize("admin", [{}, {"admin": False}])
def test_the_admin_calls_are_for_admin_accounts(admin):
    assert told(request(sms(), "Admin"), context(admin)) == (401, WRONG, BASIC)
    assert "admin" in (refusal(request(sms(), "Admin"), context(admin)).explanation or "")
    assert call(request(sms(), "Admin"), context({"admin": True})).account.name == "app"


@pytest.mark.parametrize("key", [None, "", "   "])
@pytest.mark.parametrize("path", ["m-1", "phonenumber/+447700900901", "reference/k"])
def test_the_status_api_wants_a_key(key, path):
    assert told(query(path, key=key)) == (401, "API key not valid", 'ApiKey realm="SMS Gateway"')


@pytest.mark.parametrize("path", ["m-1", "phonenumber/+447700900901", "reference/k"])
def test_the_status_api_wants_a_key_whoever_refuses_the_login(path):
    reply = NAMIRIAL.refused(Refusal("63"), query(path))
    assert dict(reply.headers)["WWW-Authenticate"] == 'ApiKey realm="SMS Gateway"'


def test_a_key_is_an_accounts_own():
    around = context({}, {"api_key": "k-1", "name": "keyed"})
    asked = query("m-1")
    account = NAMIRIAL.authenticate(asked, NAMIRIAL.operation(asked), around)
    assert account is not None
    assert account.name == "keyed"
    assert told(query("m-1", key="K-1"), around)[1] == "API key not valid"
    assert told(query("m-1", key="secret"), around)[1] == "API key not valid"


def test_a_basic_login_opens_no_status_and_a_key_sends_nothing():
    assert refused(Request("GET", "/api/messagestatus/m-1", basic()))[0] == 401
    assert refused(request(sms(), headers={"x-api-key": "k-1"}))[0] == 401


def test_a_bad_login_learns_nothing_of_its_body():
    assert refused(request(b"no json", headers={}))[1]["code"] == 63
    assert refused(query("phonenumber/x", "count=x", key=None))[1]["code"] == 63


def test_a_login_leads_to_its_account_by_name_or_key_never_by_password():
    (declared,) = context({"api_key": "k-1"}).accounts
    theirs = set(NAMIRIAL.identities_of(declared))
    send, ask = request(sms()), query("m-1")
    assert theirs == {*NAMIRIAL.identities(send, None), *NAMIRIAL.identities(ask, None)}
    assert not any("secret" in identity for identity in theirs)
    assert NAMIRIAL.identities(request(sms(), headers={}), None) == ()
    assert NAMIRIAL.identities(request(sms(), headers={"authorization": "Basic ?"}), None) == ()
    (keyless,) = context({}).accounts
    assert NAMIRIAL.identities_of(keyless) == ("username:app",)


def test_a_name_that_reads_like_a_key_is_no_key():
    (declared,) = context({"username": "k-1"}).accounts
    assert not {*NAMIRIAL.identities_of(declared)} & {*NAMIRIAL.identities(query("m-1"), None)}


def test_the_journal_shows_no_credential():
    headers = {**basic(), "x-api-key": "k-1", "accept": "application/json"}
    assert dict(NAMIRIAL.masked_headers(headers, ())) == {
        "authorization": "Basic ***",
        "x-api-key": "***",
        "accept": "application/json",
    }
