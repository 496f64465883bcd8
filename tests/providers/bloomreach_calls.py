"""Bloomreach with values: good calls to change, what they want, and what they are answered."""

import orjson
import pytest

from sandbox.calls import Context, Found, Send
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.bloomreach import Bloomreach
from sandbox.sms.message import Message
from sandbox.sms.state import State
from sandbox.specs import Spec
from sandbox.tokens import Tokens
from sandbox.vocabulary import Account
from sandbox.wire import Request

BLOOMREACH = Bloomreach(Spec.load("bloomreach"))
TOKENS = Tokens(b"a key of thirty-two bytes, surely")
LOGIN = {"chan-example-token": "123"}


def sms(**changes):
    """A good send; a field set to ... is left out, ``from_`` stands for ``from``."""
    named = {name.removesuffix("_"): value for name, value in changes.items()}
    body = {
        "from": "Example",
        "to": "00447700900001",
        "text": "Your code is 1",
        "request_id": "r-1",
        "custom_data": "Y3VzdG9t",
        "callback_url": "http://localhost:9000/reports",
        "metadata": {},
        **named,
    }
    return {name: value for name, value in body.items() if value is not ...}


def request(body=None, headers=None, method="POST", path="/sms/send"):
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Request(method, path, LOGIN if headers is None else headers, raw)


def verify(headers=None):
    return request(b"", headers, "GET", "/sms/verify")


def account(name="account-1", **settings):
    return Account("bloomreach", name, {"headers": {"Chan-Example-Token": "123"}, **settings})


def context(*accounts, refuse=()):
    return Context("default", 0, TOKENS, accounts, frozenset(refuse))


def call(asked, around=None):
    """What ``asked`` wants, or its refusal."""
    around = around or context()
    operation = BLOOMREACH.operation(asked)
    return BLOOMREACH.read(asked, operation, BLOOMREACH.authenticate(asked, operation, around), around)


def refusal(asked, around=None):
    with pytest.raises(Refusal) as raised:
        call(asked, around)
    return raised.value


def refused(asked, around=None):
    """Status and body of the error that ``asked`` is answered with, checked against the document."""
    reply = BLOOMREACH.refused(refusal(asked, around), asked)
    return reply.status, checked("Error", reply.body)


def checked(schema, body):
    value = orjson.loads(body)
    assert BLOOMREACH.spec.schema(schema).faults(value) == []
    assert BLOOMREACH.spec.schema(schema).valid(value)
    return value


def stored(send, ids=None, state=State.QUEUED):
    """The message that an accepted send becomes."""
    (submission,), (admission,) = send.submissions, BLOOMREACH.admit(send, [ids or Ids()])
    return Message(
        seq=1, id=admission.id, space="default", provider="bloomreach", account=send.account.name, to=submission.to,
        sender=submission.sender, text=submission.text, encoding=submission.encoding, segments=submission.segments,
        state=state, accepted_at=0, state_at=0, reference=submission.reference, callback_url=submission.callback_url,
        rule=None, provider_ids=admission.provider_ids, data={**submission.data, **admission.data},
    )  # fmt: skip


def answer(asked, around=None):
    around = around or context()
    wanted = call(asked, around)
    return BLOOMREACH.answer(wanted, Found((stored(wanted),) if isinstance(wanted, Send) else ()), around)
