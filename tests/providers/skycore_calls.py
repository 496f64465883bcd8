"""Skycore with values: good calls to change, what they want, and their refusals."""

import orjson
import pytest

from sandbox.calls import Context, Found, Send
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.skycore import Skycore
from sandbox.sms.encoding import encode
from sandbox.sms.message import Message
from sandbox.sms.state import State
from sandbox.specs import Spec
from sandbox.tokens import Tokens
from sandbox.vocabulary import Account
from sandbox.wire import Request

SKYCORE = Skycore(Spec.load("skycore"))
TOKENS = Tokens(b"a key of thirty-two bytes, surely")
ROOT = "http://127.0.0.1:7670"
BASE = f"{ROOT}/skycore"


def sms(**changes):
    """A good send; a field set to ... is left out, ``message_text`` stands for ``message-text``."""
    named = {name.replace("_", "-").removesuffix("-"): value for name, value in changes.items()}
    body = {"action": "sendsms", "message-text": "Your code is 1", "to": "+447700900001", "from": "00000", **named}
    return {name: value for name, value in body.items() if value is not ...}


def subscription(action="subscribe", **changes):
    return sms(
        action=action,
        message_text=...,
        to=...,
        from_=...,
        **{"campaign_ref": "spring", "mobile": "+447700900001", **changes},
    )


def request(body=None, key="k-1", method="POST", path="/"):
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Request(method, path, {"x-api-key": key} if key is not None else {}, raw, root=ROOT, mount="/skycore")


def context(*accounts, refuse=()):
    named = tuple(Account("skycore", f"account-{n}", {"api_key": "k-1", **a}) for n, a in enumerate(accounts, 1))
    return Context("default", 0, TOKENS, named, frozenset(refuse))


def call(asked, around=None):
    """What ``asked`` wants, or its refusal."""
    around = around or context()
    operation = SKYCORE.operation(asked)
    return SKYCORE.read(asked, operation, SKYCORE.authenticate(asked, operation, around), around)


def refusal(asked, around=None):
    with pytest.raises(Refusal) as raised:
        call(asked, around)
    return raised.value


def failure(asked, around=None):
    """The body of the failure that ``asked`` is answered with, checked against the document."""
    reply = SKYCORE.refused(refusal(asked, around), asked)
    assert reply.status == 200
    return checked("Failure", reply.body)


def checked(schema, body):
    value = orjson.loads(body)
    assert SKYCORE.spec.schema(schema).faults(value) == []
    assert SKYCORE.spec.schema(schema).valid(value)
    return value


def stored(send, ids=None, state=State.QUEUED):
    """The message that an accepted send becomes."""
    (submission,), (admission,) = send.submissions, SKYCORE.admit(send, [ids or Ids()])
    text = submission.text if admission.text is None else admission.text
    encoded = encode(text)
    return Message(
        seq=1, id=admission.id, space="default", provider="skycore", account=send.account.name, to=submission.to,
        sender=submission.sender, text=text, encoding=encoded.encoding, segments=encoded.segments, state=state,
        accepted_at=0, state_at=0, reference=None, callback_url=submission.callback_url, rule=None,
        provider_ids=admission.provider_ids, data={**submission.data, **admission.data},
    )  # fmt: skip


def answer(asked, around=None):
    around = around or context()
    wanted = call(asked, around)
    return SKYCORE.answer(wanted, Found((stored(wanted),) if isinstance(wanted, Send) else ()), around)
