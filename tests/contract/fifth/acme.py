"""Acme, a provider that there is not: one send, one key, one callback. All that a fifth provider needs."""

from collections.abc import Sequence
from typing import Any

from sandbox.calls import Admission, Call, Context, Found, Operation, Send
from sandbox.clock import iso
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.base import Provider
from sandbox.sms import msisdn
from sandbox.sms.encoding import encode
from sandbox.sms.message import Message, Receipt, Submission
from sandbox.sms.state import State
from sandbox.vocabulary import Account
from sandbox.wire import NotJson, Post, Reply, Request

SEND = Operation("sendMessage", "send", "POST", "/v1/messages")
KEY = "x-acme-key"


class Acme(Provider):
    slug = "acme"
    title = "Acme SMS"
    operations = (SEND,)
    states = frozenset({State.DELIVERED, State.UNDELIVERED})
    login = ("key",)
    secret_headers = frozenset({KEY})

    def no_such_path(self, request: Request) -> Refusal:
        return Refusal("bad", status=404)

    def wrong_method(self, request: Request, allow: str) -> Refusal:
        return Refusal("bad", status=405, headers=(("Allow", allow),))

    def too_big(self, limit: int) -> Refusal:
        return Refusal("bad", status=413, explanation=f"the body is over {limit} bytes")

    def identities(self, request: Request, operation: Operation | None) -> tuple[str, ...]:
        key = request.headers.get(KEY)
        return (key,) if key else ()

    def identities_of(self, account: Account) -> tuple[str, ...]:
        return (account.settings["key"],)

    def authenticate(self, request: Request, operation: Operation, context: Context) -> Account:
        key = request.headers.get(KEY, "").strip()
        anybody = Account(self.slug, "account-1", {"key": key}, declared=False)
        known = [account for account in context.accounts or (anybody,) if account.settings["key"] == key]
        if not key or key in context.refuse or not known:
            raise Refusal("who", explanation="no such key")
        return known[0]

    def read(self, request: Request, operation: Operation, account: Account | None, context: Context) -> Call:
        assert account is not None
        try:
            body = request.json
        except NotJson as fault:
            raise Refusal("bad", explanation=f"no JSON: {fault}") from None
        if not self.spec.schema("Message").valid(body):
            raise Refusal("bad", explanation="not as documented")
        return Send(SEND, account, body, (_submission(body),))

    def admit(self, send: Send, ids: Sequence[Ids]) -> list[Admission]:
        name = ids[0].uuid()
        return [Admission(name, {"id": name}, {})]

    def answer(self, call: Call, found: Found, context: Context) -> Reply:
        return Reply.json({"id": found.messages[0].id})

    def refused(self, refusal: Refusal, request: Request) -> Reply:
        entry = self.spec.errors[refusal.code]
        said = {"error": entry.code, "why": refusal.detail or entry.message}
        return Reply.json(said, refusal.status or entry.status, refusal.headers)

    def post(self, message: Message, receipt: Receipt, url: str) -> Post | None:
        if receipt.status not in self.states:
            return None
        return Post.json(url, {"acme": message.id, "state": receipt.status, "at": iso(receipt.at)})


def _submission(body: dict[str, Any]) -> Submission:
    encoded = encode(body["text"])
    return Submission(msisdn.e164(body["to"]), None, body["text"], encoded.encoding, encoded.segments, element=body)
