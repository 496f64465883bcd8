"""BlackKonnect's noes: who may not call, what is at fault, and in what order it is looked at."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.calls import Trace
from sandbox.durations import HOUR, SECOND
from sandbox.errors import Refusal
from sandbox.providers.blackkonnect.reading import DAYS
from sandbox.schema import Schema
from sandbox.tokens import Tokens
from sandbox.wire import Request
from tests.providers.blackkonnect_calls import (
    BLACKKONNECT,
    BULK,
    NOON,
    RECEIPT,
    SIMPLE,
    TO,
    TOKEN,
    TOKENS,
    answer,
    bearer,
    bulk,
    call,
    checked,
    context,
    credentials,
    fields,
    get,
    login,
    part,
    post,
    problem,
    refusal,
    sms,
    status_path,
    token,
)

UNHURRIED = settings(deadline=None)
"""For the first explanation imports the explainer, which takes its time."""
BAD_NUMBER = "must have 7 to 15 digits, with or without a + before them"
BAD_INSTANT = "must be a date-time such as 2019-08-24T14:15:22Z"


def status(asked, around=None):
    return problem(refusal(asked, around), asked)["status"]


# --- the token call -----------------------------------------------------------------------------------


def test_any_login_gets_a_token_where_no_account_is_declared():
    claims = TOKENS.claims(checked("AccessTokenResponse", answer(login()).body)["token"])
    assert claims is not None
    at = NOON // SECOND
    assert {name: claims[name] for name in claims if name != "jti"} == {
        "iss": "sms-sandbox",
        "sub": "app",
        "scope": "sms",
        "space": "default",
        "iat": at,
        "exp": at + 3600,
    }


def test_the_scope_may_be_left_out_and_a_field_given_twice_counts_last():
    body = b"grant_type=x&grant_type=client_credentials&client_id=app&client_secret=s%C3%A9cret"
    claims = TOKENS.claims(orjson.loads(answer(login(body=body)).body)["token"])
    assert claims is not None
    assert claims["scope"] == ""


def test_the_token_follows_the_seed_and_is_fresh_without_one():
    assert token(around=context(seed=7)) == token(around=context(seed=7))
    assert token() != token()


@pytest.mark.parametrize(
    "changes", [{"client_id": ...}, {"client_secret": ...}, {"client_id": ""}, {"client_secret": ""}]
)
def test_a_login_without_id_or_secret_is_refused(changes):
    assert status(login(credentials(**changes))) == 401


@pytest.mark.parametrize("changes", [{"client_id": "other"}, {"client_secret": "other"}])
def test_a_wrong_login_is_refused_where_accounts_are_declared(changes):
    answer(login(), context({}))
    assert status(login(credentials(**changes)), context({})) == 401


def test_a_refused_secret_never_passes():
    assert status(login(credentials(client_secret="wrong")), context(refuse=["wrong"])) == 401
    assert status(login(), context({}, refuse=["secret"])) == 401


@pytest.mark.parametrize("grant", [..., "", "password", "CLIENT_CREDENTIALS"])
def test_another_grant_type_is_a_bad_request(grant):
    assert fields(login(credentials(grant_type=grant))) == {"grant_type": "must be client_credentials"}


def test_the_login_is_looked_at_before_the_grant_type():
    assert status(login(credentials(grant_type="password", client_secret=...))) == 401


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", None),
        ("", None),
        ("multipart/form-data; boundary=x", None),
        ("application/x-www-form-urlencoded", b"client_id=\xff&client_secret=s"),
        ("application/x-www-form-urlencoded", b"client_id=%ff&client_secret=s"),
        ("application/x-www-form-urlencoded", b"a&" * 101),
    ],
)
def test_a_body_that_is_no_form_is_a_bad_request(kind, body):
    assert status(login(kind=kind, body=body)) == 400


def test_a_login_in_a_body_that_is_too_big_to_be_read_is_not_called_wrong():
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert status(Request("POST", TOKEN, form, oversize=4_194_304)) == 413
    assert status(Request("POST", TOKEN, {}, oversize=4_194_304)) == 413


def test_the_forms_type_may_have_parameters_and_any_case():
    answer(login(kind="Application/X-WWW-Form-urlencoded; charset=UTF-8"))


# --- the bearer token ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer x.y.z"},
        {"authorization": "Bearer \udcff"},
        {"authorization": "Basic YXBwOnNlY3JldA=="},
        {"authorization": "Bearer " + Tokens(b"another key of thirty-two bytes!").issue({"sub": "app"})},
    ],
)
def test_without_a_token_of_ours_nothing_is_answered(headers):
    asked = post(SIMPLE, sms(), headers)
    reply = BLACKKONNECT.refused(refusal(asked), asked)
    assert reply.status == 401
    assert ("WWW-Authenticate", "Bearer") in reply.headers
    assert checked("ProblemDetail", reply.body)["title"] == "Unauthorized"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_schemes_case_does_not_matter(scheme):
    call(post(SIMPLE, sms(), {"authorization": f"{scheme} {token()}"}))


def test_a_token_lives_an_hour_by_the_spaces_clock():
    asked = post(SIMPLE, sms())
    whole = NOON - NOON % SECOND
    call(asked, context(now=whole + HOUR - 1))
    assert refusal(asked, context(now=whole + HOUR)).code == "401"


def test_a_token_is_good_in_its_own_space_alone():
    assert refusal(post(SIMPLE, sms()), context(space="other")).code == "401"


def test_a_token_whose_account_is_declared_no_more_is_refused():
    asked = post(SIMPLE, sms())
    call(asked, context({}))
    assert refusal(asked, context({"client_id": "other"})).code == "401"


@pytest.mark.parametrize(
    ("setting", "header"), [("service_account", "x-serviceaccount-id"), ("organisation", "x-organisation-id")]
)
def test_an_account_may_demand_a_headers_value(setting, header):
    around = context({setting: "s-1"})
    call(post(SIMPLE, sms(), {**bearer(), header: "s-1"}), around)
    for headers in ({}, {header: ""}, {header: "s-2"}):
        assert status(post(SIMPLE, sms(), {**bearer(), **headers}), around) == 401
        call(post(SIMPLE, sms(), {**bearer(), **headers}))


@pytest.mark.parametrize(
    "asked",
    [
        post(SIMPLE, b"no json", {}),
        post(BULK, b"no json", {}),
        get(status_path("x"), "", {}),
        get(status_path("x", bulk=True), "page=x", {}),
        get(RECEIPT, "", {}),
    ],
)
def test_the_token_is_looked_at_before_anything_else(asked):
    assert status(asked) == 401


def test_a_token_leads_to_its_space_and_a_client_id_to_its_account():
    issued = token()
    sending = post(SIMPLE, sms(), {"authorization": f"Bearer {issued}"})
    assert BLACKKONNECT.traces(sending, BLACKKONNECT.operation(sending)) == (Trace("token", issued),)
    assert BLACKKONNECT.identities(sending, BLACKKONNECT.operation(sending)) == ()
    assert BLACKKONNECT.identities(login(), BLACKKONNECT.operation(login())) == ("app",)
    assert BLACKKONNECT.identities(login(kind="text/plain"), BLACKKONNECT.operation(login())) == ()
    (account,) = context({}).accounts
    assert BLACKKONNECT.identities_of(account) == ("app",)


# --- bodies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"text": ...}, {"text": "is required"}),
        ({"text": None}, {"text": "must be of type string"}),
        ({"text": ""}, {"text": "must not be empty"}),
        ({"text": 1}, {"text": "must be of type string"}),
        ({"destination": ...}, {"destination": "is required"}),
        ({"destination": "string"}, {"destination": BAD_NUMBER}),
        ({"destination": ""}, {"destination": BAD_NUMBER}),
        ({"destination": "123456"}, {"destination": BAD_NUMBER}),
        ({"destination": "+1234567890123456"}, {"destination": BAD_NUMBER}),
        ({"destination": "+44770090090١"}, {"destination": BAD_NUMBER}),
        ({"destination": TO + "\n"}, {"destination": BAD_NUMBER}),
        ({"destination": 447700900901}, {"destination": "must be of type string"}),
        ({"messageId": 1}, {"messageId": "must be of type string"}),
        ({"priority": "1"}, {"priority": "must be of type integer"}),
        ({"priority": 1.5}, {"priority": "must be of type integer"}),
        ({"text": "", "": ["a list without a name"]}, {"text": "must not be empty"}),
        ({"text": "", "sourceAddress": []}, {"text": "must not be empty", "sourceAddress": "must be of type string"}),
    ],
)
def test_every_field_at_fault_in_a_simple_send_is_named(changes, found):
    assert fields(post(SIMPLE, sms(**changes))) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, {"messages": "is required"}),
        ({"messages": []}, {"messages": "must not be empty"}),
        ({"messages": {}}, {"messages": "must be of type array"}),
        ({"messages": [None]}, {"messages[0]": "must be of type object"}),
        (bulk(part(destinations=...)), {"messages[0].destinations": "is required"}),
        (bulk(part(destinations=[])), {"messages[0].destinations": "must not be empty"}),
        (bulk(part(), part(text="")), {"messages[1].text": "must not be empty"}),
        (bulk(part(TO, "nobody")), {"messages[0].destinations[1].destination": BAD_NUMBER}),
        (bulk(part(TO, {})), {"messages[0].destinations[1].destination": "is required"}),
        (bulk(part(TO, {"": [{}]})), {"messages[0].destinations[1].destination": "is required"}),
        (bulk(part(), part({"destination": TO, "messageId": 1})), {
            "messages[1].destinations[0].messageId": "must be of type string"
        }),
        (bulk(part(callbackData="a" * 4001)), {"messages[0].callbackData": "must have at most 4000 characters"}),
        (bulk(part(validityPeriodMinutes=-1)), {"messages[0].validityPeriodMinutes": "must be at least 0"}),
        (bulk(part(sendAt="tomorrow")), {"messages[0].sendAt": BAD_INSTANT}),
        (bulk(part(sendAt="2026-02-12T13:00:00")), {"messages[0].sendAt": BAD_INSTANT}),
        (bulk(part(sendAt="2026-02-30T13:00:00Z")), {"messages[0].sendAt": BAD_INSTANT}),
        (bulk(part(sendAt="0000-01-01T00:00:00Z")), {"messages[0].sendAt": BAD_INSTANT}),
        (bulk(part(sendAt="2026-06-30T23:59:60Z")), {"messages[0].sendAt": BAD_INSTANT}),
        (bulk(part(sendAt="0001-01-01T00:00:00+00:01")), {"messages[0].sendAt": BAD_INSTANT}),
        (bulk(part(sendAt="9999-12-31T23:59:59-00:01")), {"messages[0].sendAt": BAD_INSTANT}),
        (bulk(part(sendAt="2026-08-11T12:00:01Z")), {"messages[0].sendAt": "must be at most 180 days ahead"}),
        (bulk(bulkId=1, sourceAddress=2), {
            "bulkId": "must be of type string", "sourceAddress": "must be of type string"
        }),
    ],
)  # fmt: skip
def test_every_field_at_fault_in_a_bulk_is_named_by_its_place(body, found):
    assert fields(post(BULK, body)) == found


def at(hour, minute=0):
    return {"hour": hour, "minute": minute}


@pytest.mark.parametrize(
    ("window", "field", "message"),
    [
        ({"from": at(8), "to": at(8, 59)}, "", "must be at least one hour wide"),
        ({"from": at(23, 30), "to": at(0, 29)}, "", "must be at least one hour wide"),
        ({"from": at(8)}, ".to", "is required"),
        ({"from": None, "to": at(8)}, ".from", "is required"),
        ({"from": at(24), "to": at(0)}, ".from.hour", "must be at most 23"),
        ({"from": at(0), "to": at(1, 60)}, ".to.minute", "must be at most 59"),
        ({"from": at(0), "to": {"hour": 2}}, ".to.minute", "is required"),
        ({"days": ["Monday"]}, ".days[0]", f"must be one of {', '.join(DAYS)}"),
        ({"days": "MONDAY"}, ".days", "must be of type array"),
        ("always", "", "must be of type object"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_kept_is_refused(window, field, message):
    found = fields(post(BULK, bulk(part(deliveryTimeWindow=window))))
    assert found == {f"messages[0].deliveryTimeWindow{field}": message}


def test_faults_are_told_in_one_sentence_and_one_by_one_up_to_a_hundred():
    body = bulk(part(*["nobody"] * 300))
    told = problem(refusal(post(BULK, body)), post(BULK, body))
    assert told["detail"] == f"messages[0].destinations[0].destination {BAD_NUMBER}, and 99 more."
    assert len(told["errors"]) == 100


def test_one_bad_destination_among_many_is_found_without_explaining_the_rest(monkeypatch):
    explained = []
    faults = Schema.faults

    def noted(self, value):
        explained.append(value)
        return faults(self, value)

    monkeypatch.setattr(Schema, "faults", noted)
    assert list(fields(post(BULK, bulk(part(*[TO] * 5000, "nobody"))))) == [
        "messages[0].destinations[5000].destination"
    ]
    assert max(len(orjson.dumps(value)) for value in explained) < 1000


NESTED = b"[" * 10_000 + b"]" * 10_000


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b'{"text": "\xff"}', b'{"text": NaN}', b'{"a": Infinity}', b'{"text": "\\ud800"}', NESTED,
     b"[]", b"null", b'"text"', b"1", b"text=a"],
)  # fmt: skip
@pytest.mark.parametrize("path", [SIMPLE, BULK])
def test_what_is_no_json_object_is_a_bad_request(path, body):
    assert status(post(path, body)) == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
FIELDS = st.sampled_from(
    [
        "messages",
        "destinations",
        "destination",
        "text",
        "sendAt",
        "deliveryTimeWindow",
        "days",
        "from",
        "to",
        "priority",
    ]
)
SHAPED = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=5),
    max_leaves=15,
)


def outcome(asked):
    """What a call comes to: the kind of call, or the status that it is refused with."""
    try:
        return type(call(asked)).__name__
    except Refusal as refused:
        return str(problem(refused, asked)["status"])


@UNHURRIED
@given(body=SHAPED | st.builds(lambda message: {"messages": [message]}, SHAPED))
@pytest.mark.parametrize("path", [SIMPLE, BULK])
def test_whatever_json_comes_is_read_or_refused_in_shape(path, body):
    asked = post(path, body)
    assert outcome(asked) in {"Send", "400"}


@UNHURRIED
@given(body=SHAPED)
@pytest.mark.parametrize("name", ["SimpleSmsMessageRequest", "BulkSmsMessageRequest", "SmsMessage", "DeliveryWindow"])
def test_gate_and_explainer_agree(name, body):
    schema = BLACKKONNECT.spec.schema(name)
    assert schema.valid(body) == (not schema.faults(body))


INSTANTS = st.from_regex(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-5][0-9]:[0-6][0-9](\.[0-9]{1,10})?"
    r"([Zz]|[+-][0-2][0-9]:[0-6][0-9])?\n?",
    fullmatch=True,
)


@UNHURRIED
@given(text=INSTANTS)
def test_whatever_instant_comes_is_read_or_refused_in_shape(text):
    schema = BLACKKONNECT.spec.schema("SmsMessage")
    assert schema.valid(part(sendAt=text)) == (not schema.faults(part(sendAt=text)))
    assert outcome(post(BULK, bulk(part(sendAt=text)))) in {"Send", "400"}


@UNHURRIED
@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/x-www-form-urlencoded", "application/json"]))
def test_garbage_gets_no_token(body, kind):
    assert status(login(body=body, kind=kind)) in {400, 401}


# --- queries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=1.0", "page"),
        ("page=%D9%A1", "page"),
        ("page=" + "9" * 5000, "page"),
        ("size=0", "size"),
        ("size=1001", "size"),
        ("sort=nothing", "sort"),
        ("sort=uuid,up", "sort"),
        ("sort=,desc", "sort"),
        ("sort=uuid,asc,desc", "sort"),
        ("sort=smsCount", "sort"),
    ],
)
def test_a_bad_parameter_is_a_bad_request(query, field):
    assert list(fields(get(status_path("b-1", bulk=True), query))) == [field]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "messageReference"),
        ("messageReference=&status=DELIVRD", "messageReference"),
        ("messageReference=m-1", "status"),
        ("messageReference=m-1&status=", "status"),
        ("messageReference=m-1&status=DELIVERED", "status"),
        ("messageReference=m-1&status=delivrd", "status"),
    ],
)
def test_the_operator_must_say_of_which_message_and_what(query, field):
    assert list(fields(get(RECEIPT, query))) == [field]


@pytest.mark.parametrize(
    "asked",
    [
        get(status_path("nobody")),
        get(status_path("nobody", bulk=True)),
        get(RECEIPT, "messageReference=nobody&status=DELIVRD"),
    ],
)
def test_an_unknown_id_is_a_bad_request(asked):
    with pytest.raises(Refusal) as raised:
        answer(asked)
    assert problem(raised.value, asked)["status"] == 400


# --- paths, sizes, scripted errors ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "", "/api/sms", SIMPLE + "/", "/api/sms/messages/status//v1", "/%", "/\udcff\x00"]
)
def test_an_unknown_path_is_not_found(path):
    asked = Request("POST", path, {})
    with pytest.raises(Refusal) as raised:
        BLACKKONNECT.operation(asked)
    assert problem(raised.value, asked)["title"] == "Not Found"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", TOKEN, "POST"),
        ("GET", SIMPLE, "POST"),
        ("PUT", BULK, "POST"),
        ("POST", status_path("x"), "GET"),
        ("DELETE", status_path("x", bulk=True), "GET"),
        ("HEAD", RECEIPT, "GET"),
    ],
)
def test_another_method_is_told_which_one_is_allowed(method, path, allow):
    asked = Request(method, path, {})
    with pytest.raises(Refusal) as raised:
        BLACKKONNECT.operation(asked)
    assert problem(raised.value, asked)["status"] == 405
    assert ("Allow", allow) in BLACKKONNECT.refused(raised.value, asked).headers


def test_too_much_is_too_big():
    asked = post(SIMPLE, sms())
    told = problem(BLACKKONNECT.too_big(4_194_304), asked)
    assert (told["status"], told["title"]) == (413, "Content Too Large")
    assert "4194304" in told["detail"]


@pytest.mark.parametrize("code", sorted(BLACKKONNECT.spec.errors))
@pytest.mark.parametrize("asked", [post(SIMPLE, sms()), post(BULK, NESTED), login(), Request("", "", {})])
def test_every_error_can_be_scripted_whatever_was_asked(code, asked):
    reply = BLACKKONNECT.refused(Refusal(code, headers=(("Retry-After", "3"),)), asked)
    told = checked("ProblemDetail", reply.body)
    entry = BLACKKONNECT.spec.errors[code]
    assert (reply.status, told["detail"], "errors" in told) == (entry.status, entry.message, False)
    assert ("Retry-After", "3") in reply.headers
    assert (("WWW-Authenticate", "Bearer") in reply.headers) == (code == "401")


def test_the_shared_words_have_their_errors():
    words = {
        word: entry.code for word in BLACKKONNECT.vocabulary.words if (entry := BLACKKONNECT.vocabulary.error(word))
    }
    refused = ("invalid_request", "invalid_recipient", "invalid_sender", "empty_text", "blocked")
    failed = ("throttled", "unavailable", "internal")
    assert words == {"authentication": "401", **dict.fromkeys(refused, "400"), **dict.fromkeys(failed, "500")}
    assert {n for n in range(1000) if BLACKKONNECT.vocabulary.numbered(n)} == {400, 401, 500}


def test_the_instance_is_the_path():
    asked = post(SIMPLE, sms(text=""))
    assert problem(refusal(asked), asked)["instance"] == SIMPLE


# --- what the journal may show --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"client_id=app&client_secret=s%C3%A9cret&scope=x",
        b"client%5Fsecret=s%C3%A9cret&client_id=app",
        b"%63lient_secret=s%C3%A9cret",
        b'{"client_id": "app", "client_secret": "s%C3%A9cret"}',
        b'--x\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\ns%C3%A9cret\r\n--x--',
        b"client_secret=a&client_secret=s%C3%A9cret",
    ],
)
@pytest.mark.parametrize("operation", [BLACKKONNECT.operation(login()), None])
def test_the_secret_is_blotted_out_of_the_journal(operation, body):
    assert b"s%C3%A9cret" not in BLACKKONNECT.masked_body(operation, body)


def test_the_rest_of_the_form_stays():
    masked = BLACKKONNECT.masked_body(BLACKKONNECT.operation(login()), b"client_id=app&client_secret=a&scope=sms+x")
    assert masked == b"client_id=app&client_secret=***&scope=sms+x"


def test_other_bodies_stay_as_they_came():
    body = orjson.dumps(sms(text="client_secret=a&token"))
    asked = post(SIMPLE, body)
    assert BLACKKONNECT.masked_body(BLACKKONNECT.operation(asked), body) == body
    assert BLACKKONNECT.masked_answer(BLACKKONNECT.operation(asked), b'{"token":"a"}') == b'{"token":"a"}'


def test_the_token_is_blotted_out_of_answers_and_headers():
    issued = answer(login()).body
    operation = BLACKKONNECT.operation(login())
    assert orjson.loads(BLACKKONNECT.masked_answer(operation, issued)) == {"token": "***"}
    assert BLACKKONNECT.masked_answer(operation, b'{ "token" : "a.b.c" }') == b'{ "token" : "***" }'
    assert BLACKKONNECT.masked_headers(bearer(), ()) == (("authorization", "Bearer ***"),)
