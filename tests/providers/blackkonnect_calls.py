"""BlackKonnect with values: good calls to change, what they want, and their refusals."""

from urllib.parse import urlencode

import orjson
import pytest

from sandbox.calls import Context, Found
from sandbox.durations import SECOND
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.blackkonnect import BlackKonnect
from sandbox.sms.message import Message
from sandbox.sms.state import State
from sandbox.specs import Spec
from sandbox.tokens import Tokens
from sandbox.vocabulary import Account
from sandbox.wire import Request

BLACKKONNECT = BlackKonnect(Spec.load("blackkonnect"))
TOKENS = Tokens(b"a key of thirty-two bytes, surely")
NOON = 1_770_897_600 * SECOND + 123_456  # 2026-02-12T12:00:00.123456Z, a Thursday
TO = "+447700900901"
HOOK = "http://127.0.0.1:9000/reports"

TOKEN = "/api/sms/authenticate/access-token/token/v1"
SIMPLE = "/api/sms/send-message/v1"
BULK = "/api/sms/send-bulk-messages/v1"
RECEIPT = "/api/sms/delivery-receipt/v1"


def status_path(known_as, bulk=False):
    return f"/api/sms/messages/status/{'bulk/' if bulk else ''}{known_as}/v1"


# --- bodies -------------------------------------------------------------------------------------------


def sms(**changes):
    """A good simple send; a field set to ... is left out."""
    return _without({"text": "Your code is 123456.", "destination": TO, **changes})


def part(*destinations, **changes):
    """A message of a bulk; destinations are numbers or objects."""
    listed = [{"destination": d} if isinstance(d, str) else d for d in destinations or (TO,)]
    return _without({"destinations": listed, "text": "Your code is 123456.", **changes})


def bulk(*messages, **changes):
    return _without({"messages": list(messages) or [part()], **changes})


def credentials(**changes):
    """The fields of a good token call."""
    good = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "secret", "scope": "sms"}
    return _without({**good, **changes})


def _without(fields):
    return {name: value for name, value in fields.items() if value is not ...}


# --- requests -----------------------------------------------------------------------------------------


def context(*accounts, refuse=(), now=NOON, space="default", seed=None):
    """Accounts as a scenario declares them: each ``app`` with ``secret`` unless it says otherwise."""
    settings = [{"client_id": "app", "client_secret": "secret", **account} for account in accounts]
    named = tuple(Account("blackkonnect", s.get("name", s["client_id"]), s) for s in settings)
    return Context(space, now, TOKENS, named, frozenset(refuse), seed)


def login(fields=None, kind="application/x-www-form-urlencoded", body=None):
    raw = urlencode(credentials() if fields is None else fields).encode() if body is None else body
    return Request("POST", TOKEN, {"content-type": kind}, raw)


def token(client_id="app", around=None):
    """A good token, issued at noon."""
    reply = answer(login(credentials(client_id=client_id)), around or context())
    return orjson.loads(reply.body)["token"]


def bearer(client_id="app", around=None):
    return {"authorization": f"Bearer {token(client_id, around)}"}


def post(path, body, headers=None):
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Request("POST", path, bearer() if headers is None else headers, raw)


def get(path, query="", headers=None):
    return Request("GET", path, bearer() if headers is None else headers, query_string=query)


# --- calls --------------------------------------------------------------------------------------------


def call(asked, around=None):
    """What ``asked`` wants, or its refusal."""
    around = around or context()
    operation = BLACKKONNECT.operation(asked)
    return BLACKKONNECT.read(asked, operation, BLACKKONNECT.authenticate(asked, operation, around), around)


def answer(asked, around=None, found=()):
    around = around or context()
    return BLACKKONNECT.answer(call(asked, around), Found(found), around)


def told(schema, asked, around=None):
    """The answer to a good send, checked against the document, and the messages that it stores."""
    around = around or context()
    wanted = call(asked, around)
    messages = stored(wanted)
    return checked(schema, BLACKKONNECT.answer(wanted, Found(messages), around).body), messages


def refusal(asked, around=None):
    with pytest.raises(Refusal) as raised:
        call(asked, around)
    return raised.value


def problem(refused, asked):
    """The body that a refusal comes to, checked against the document."""
    reply = BLACKKONNECT.refused(refused, asked)
    assert ("Content-Type", "application/problem+json") in reply.headers
    value = checked("ProblemDetail", reply.body)
    assert value["status"] == reply.status
    return value


def fields(asked, around=None):
    """The fields at fault and what is wrong with each."""
    refused = refusal(asked, around)
    value = problem(refused, asked)
    assert value["status"] == 400
    return {error["field"]: error["message"] for error in value["errors"]}


def checked(schema, body):
    value = orjson.loads(body)
    verify(schema, value)
    return value


def verify(schema, value):
    """Gate and explainer agree that ``value`` is as documented."""
    assert BLACKKONNECT.spec.schema(schema).faults(value) == []
    assert BLACKKONNECT.spec.schema(schema).valid(value)


def stored(send, state=State.QUEUED, seq=1):
    """The messages that an accepted send becomes."""
    admissions = BLACKKONNECT.admit(send, [Ids()] * len(send.submissions))
    return [
        Message(
            seq=seq + turn, id=admission.id, space="default", provider="blackkonnect", account=send.account.name,
            to=submission.to, sender=submission.sender, text=submission.text, encoding=submission.encoding,
            segments=submission.segments, state=state, accepted_at=NOON, state_at=NOON,
            reference=submission.reference, callback_url=submission.callback_url, rule=None,
            provider_ids=admission.provider_ids, data={**submission.data, **admission.data},
        )
        for turn, (submission, admission) in enumerate(zip(send.submissions, admissions, strict=True))
    ]  # fmt: skip
