"""Namirial with values: good calls to change, what they want, and their refusals."""

from base64 import b64encode

import orjson
import pytest

from sandbox.calls import Context, Found, Send
from sandbox.durations import SECOND
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.namirial import Namirial
from sandbox.sms.message import Message
from sandbox.sms.state import State
from sandbox.specs import Spec
from sandbox.tokens import Tokens
from sandbox.vocabulary import Account
from sandbox.wire import Request

NAMIRIAL = Namirial(Spec.load("namirial"))
TOKENS = Tokens(b"a key of thirty-two bytes, surely")
NOON = 1_770_897_600 * SECOND + 123_456  # 2026-02-12T12:00:00.123456Z
HOOK = "https://example.com/callback"
SENDS = {"Services": "SendRequest", "Admin": "AdminSendRequest"}


def sms(**changes):
    """A good body; a field set to ... is left out."""
    body = {"destination": "+447700900901", "text": "Your code is 123456.", **changes}
    return {name: value for name, value in body.items() if value is not ...}


def basic(username="app", password="secret"):
    return {"authorization": "Basic " + b64encode(f"{username}:{password}".encode()).decode()}


def request(body=None, api="Services", headers=None):
    """A send call."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Request("POST", f"/api/{api}/send", basic() if headers is None else headers, raw)


def query(path, query_string="", key="k-1"):
    """A call of the status API."""
    return Request(
        "GET", f"/api/messagestatus/{path}", {} if key is None else {"x-api-key": key}, query_string=query_string
    )


def context(*accounts, refuse=()):
    """Accounts as a scenario declares them: each ``app`` with ``secret`` unless it says otherwise."""
    settings = [{"username": "app", "password": "secret", **account} for account in accounts]
    named = tuple(Account("namirial", s.get("name", s["username"]), s) for s in settings)
    return Context("default", NOON, TOKENS, named, frozenset(refuse))


def call(asked, around=None):
    """What ``asked`` wants, or its refusal."""
    around = around or context()
    operation = NAMIRIAL.operation(asked)
    return NAMIRIAL.read(asked, operation, NAMIRIAL.authenticate(asked, operation, around), around)


def refusal(asked, around=None):
    with pytest.raises(Refusal) as raised:
        call(asked, around)
    return raised.value


def refused(asked, around=None):
    """HTTP status and body of the error that ``asked`` is answered with, checked against the document."""
    reply = NAMIRIAL.refused(refusal(asked, around), asked)
    return reply.status, checked("Error", reply.body)


def code(asked, around=None):
    return refused(asked, around)[1]["code"]


def checked(schema, body):
    value = orjson.loads(body)
    assert NAMIRIAL.spec.schema(schema).faults(value) == []
    assert NAMIRIAL.spec.schema(schema).valid(value)
    return value


def message(state=State.QUEUED, **changes):
    """A stored message."""
    name = Ids.fixed("a message").uuid()
    fields = {
        "seq": 1, "id": name, "space": "default", "provider": "namirial", "account": "app", "to": "+447700900901",
        "sender": None, "text": "Your code is 123456.", "encoding": "gsm7", "segments": 1, "state": state,
        "accepted_at": NOON, "state_at": NOON, "reference": None, "callback_url": HOOK, "rule": None,
        "provider_ids": {"id": name}, "data": {}, **changes,
    }  # fmt: skip
    return Message(**fields)


def stored(send, ids=None):
    """The message that an accepted send becomes."""
    (submission,), (admission,) = send.submissions, NAMIRIAL.admit(send, [ids or Ids()])
    return message(
        id=admission.id, provider_ids=admission.provider_ids, data={**submission.data, **admission.data},
        account=send.account.name, to=submission.to, sender=submission.sender, text=submission.text,
        encoding=submission.encoding, segments=submission.segments, reference=submission.reference,
        callback_url=submission.callback_url,
    )  # fmt: skip


def answer(asked, around=None, found=()):
    """The reply to a good call; ``found`` are the messages that a query finds."""
    around = around or context()
    wanted = call(asked, around)
    return NAMIRIAL.answer(wanted, Found((stored(wanted),) if isinstance(wanted, Send) else found), around)
