"""Bloomreach Engagement Channel API, SMS (PROVIDERS.md §B; S002): we are the connector that Bloomreach calls.

"429 and above 500 are retried; any other non-200" makes Bloomreach record ``enqueue_failed`` (S002): success is
exactly 200. Settings of the account arrive as headers, each its own; reports and MO are signed with a raw JWT.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sandbox import tokens
from sandbox.calls import Admission, Ask, Call, Context, Found, Inbound, Operation, Send
from sandbox.durations import HOUR, MINUTE, SECOND
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.base import Provider
from sandbox.sms import msisdn
from sandbox.sms.encoding import encode
from sandbox.sms.message import Message, Receipt, Submission
from sandbox.sms.state import State
from sandbox.vocabulary import Account
from sandbox.wire import NotJson, Post, Reply, Request, reachable

SEND = Operation("sendSms", "send", "POST", "/sms/send")
VERIFY = Operation("verifyCredentials", "verify", "GET", "/sms/verify")

FIELDS = (
    ("from", "From", "invalid_sender", "a sender number or name"),
    ("to", "To", "invalid_recipient", "00 and 7 to 15 digits"),
    ("text", "Text", "invalid_request", "a text that is not empty"),
    ("custom_data", "CustomData", "invalid_request", "a string of at most 4000 characters"),
    ("callback_url", "CallbackUrl", "invalid_request", "an http or https URL"),
    ("metadata", "Metadata", "invalid_request", "an object"),
    ("request_id", "RequestId", "invalid_request", "a string, if it is given"),
)
"""Fields in the order in which they are looked at: name, schema, the error they make, what they must be."""

STATUSES = {
    State.SENT: "sent",
    State.DELIVERED: "delivered",
    State.UNDELIVERED: "failed",
    State.EXPIRED: "expired",
    State.REJECTED: "rejected",
}
FAILED = frozenset({State.UNDELIVERED, State.EXPIRED, State.REJECTED})
"""States whose reports carry ``error_code`` and ``error_message``."""

SETTING = "chan-"
"""What the headers of an account begin with, "by default" (S002)."""
ANYBODY = Account("bloomreach", "account-1", {}, declared=False)
DEDUPE_FOR = 48 * HOUR
SECRET = "sandbox-secret-sandbox-secret-32b"  # noqa: S105 - published, for accounts that name none
STALE = 16 * MINUTE
"""A minute older than a signature may be."""


class Bloomreach(Provider):
    slug = "bloomreach"
    title = "Bloomreach Engagement Channel API (SMS)"
    operations = (SEND, VERIFY)
    states = frozenset(STATUSES)
    step_codes = frozenset()
    step_detail = True
    signs = True
    login = ("headers",)
    callback_in_request = True

    # --- which operation, whose space ---------------------------------------------------------------

    def no_such_path(self, request: Request) -> Refusal:
        explanation = f"no path {request.path}"
        return Refusal("invalid_request", "There is no such path.", status=404, explanation=explanation)

    def wrong_method(self, request: Request, allow: str) -> Refusal:
        explanation = f"{request.method} instead of {allow}"
        detail, headers = "The method is not allowed here.", (("Allow", allow),)
        return Refusal("invalid_request", detail, status=405, headers=headers, explanation=explanation)

    def too_big(self, limit: int) -> Refusal:
        return Refusal("message_too_long", f"The body is over {limit} bytes.")

    def identities(self, request: Request, operation: Operation | None) -> tuple[str, ...]:
        """One key a header: an account's may have any name."""
        return tuple(_identity(name, value) for name, value in request.headers.items())

    def identities_of(self, account: Account) -> tuple[str, ...]:
        """The key of one header; ``leads_to`` looks at the others."""
        return (_identity(*min(_declared(account).items())),)

    def leads_to(self, request: Request, account: Account) -> bool:
        return _declared(account).items() <= request.headers.items()

    # --- the call -------------------------------------------------------------------------------------

    def authenticate(self, request: Request, operation: Operation, context: Context) -> Account:
        account = self._caller(request, context.accounts) if context.accounts else ANYBODY
        credentials = _credentials(request, account)
        if not any(map(str.strip, credentials)):
            raise Refusal("invalid_credentials", explanation="no Chan-… header has a value")
        if not context.refuse.isdisjoint(credentials):
            raise Refusal("invalid_credentials", explanation="the scenario refuses one of these headers")
        return account

    def _caller(self, request: Request, accounts: Sequence[Account]) -> Account:
        """The account all of whose headers match; of several the one that asks for the most."""
        named = [account for account in accounts if self.leads_to(request, account)]
        if not named:
            raise Refusal("invalid_credentials", explanation=_mismatch(request, accounts))
        return max(named, key=lambda account: len(account.settings["headers"]))

    def read(self, request: Request, operation: Operation, account: Account | None, context: Context) -> Call:
        assert account is not None  # noqa: S101 - authenticate names one or raises
        if operation is VERIFY:
            return Ask(operation, account)
        body = self._body(request)
        request_id = body.get("request_id")
        # "Not populated when sending a test message" (S002): then nothing may be deduplicated.
        return Send(SEND, account, body, (_submission(body),), dedupe=request_id or None, dedupe_for=DEDUPE_FOR)

    def _body(self, request: Request) -> dict[str, Any]:
        """The request's body, every field of it good."""
        try:
            body = request.json
        except NotJson as fault:
            raise Refusal("invalid_request", "The body is not JSON.", explanation=f"no JSON: {fault}") from None
        if not isinstance(body, dict):
            raise Refusal("invalid_request", "The body must be a JSON object.")
        if not self.spec.schema("SendSms").valid(body) or not reachable(body["callback_url"]):
            raise self._first_fault(body)
        return body

    def _first_fault(self, body: Mapping[str, Any]) -> Refusal:
        """Field by field, for the order counts and an explainer would quote what it was sent, megabytes of it."""
        faulty = (row for row in FIELDS if not self._fits(row[1], body.get(row[0])))
        field, _, code, must_be = next(faulty)
        must = f"must be {must_be}" if body.get(field) is not None else f"is required: {must_be}"
        return Refusal(code, f"{field} {must}.")

    def _fits(self, schema: str, value: Any) -> bool:
        return self.spec.schema(schema).valid(value) and (schema != "CallbackUrl" or reachable(value))

    def admit(self, send: Send, ids: Sequence[Ids]) -> list[Admission]:
        names = {"message_id": ids[0].uuid()}
        if send.dedupe:
            names["request_id"] = send.dedupe
        return [Admission(names["message_id"], names, {})]

    def answer(self, call: Call, found: Found, context: Context) -> Reply:
        if isinstance(call, Ask):
            return Reply.json({"status": "ok"})
        message = found.messages[0]
        return Reply.json({"request_id": message.data["request_id"], "message_id": message.id, "status": "accepted"})

    def refused(self, refusal: Refusal, request: Request) -> Reply:
        entry = self.spec.errors[refusal.code]
        status, headers = refusal.status or entry.status, refusal.headers
        if status == 429 and not any(name.lower() == "retry-after" for name, _ in headers):
            headers = (*headers, ("Retry-After", "1"))
        error = {"code": entry.code, "message": refusal.detail or entry.message}
        return Reply.json({"request_id": _request_id(request), "error": error}, status, headers)

    def login_headers(self, account: Account) -> Collection[str]:
        return _declared(account)

    # --- callbacks ------------------------------------------------------------------------------------

    def post(self, message: Message, receipt: Receipt, url: str) -> Post | None:
        if receipt.status not in STATUSES:
            return None
        status, failed = STATUSES[receipt.status], receipt.status in FAILED
        event = {
            "status": status,
            "timestamp": receipt.at // SECOND,
            "from": message.data["from"],
            "to": _national(message.to),
            "request_id": message.provider_ids.get("request_id", message.data["request_id"]),
            "message_id": message.id,
            "custom_data": message.data["custom_data"],
            "error_code": (receipt.code or status) if failed else None,
            "error_message": (receipt.detail or f"Message {status}") if failed else None,
        }
        return Post.json(url, [event])

    def sign(self, post: Post, secret: str | None, at: int, fault: str | None) -> Post:
        """With ``Authorization: <JWT>``, raw, whose ``iat`` consumers hold against their own clock.

        The token does not cover the body, so ``altered`` is a payload under another payload's signature.
        """
        if fault == "missing":
            return post
        token = _token(secret or SECRET, at, fault)
        return Post(post.url, post.body, (*post.headers, ("Authorization", token)))

    def inbound(self, mo: Inbound, url: str) -> Post:
        message = {
            "from": _national(mo.sender),
            "to": _national(mo.to),
            "text": mo.text,
            "timestamp": mo.at // SECOND,
            "message_id": mo.id,
        }
        return Post.json(url, [message])

    def inbound_url(self, account: Account | None) -> str | None:
        return account.settings.get("inbound_url") if account else None


def _identity(name: str, value: str) -> str:
    return f"{name}: {value}"


def _declared(account: Account) -> dict[str, str]:
    """The headers that an account logs in with, their names in lower case."""
    return {name.lower(): value for name, value in account.settings["headers"].items()}


def _credentials(request: Request, account: Account) -> list[str]:
    """The values of the headers that make the login: the account's own, else everything that begins with ``Chan-``."""
    if account.declared:
        return list(account.settings["headers"].values())
    return [value for name, value in request.headers.items() if name.startswith(SETTING)]


def _mismatch(request: Request, accounts: Sequence[Account]) -> str:
    """Why no account is named, for the journal: which headers are missing or other, none of their values."""
    wanted = ((account.name, _declared(account).items() - request.headers.items()) for account in accounts[:5])
    return "; ".join(f"{name}: no or another {', '.join(sorted(dict(missed)))}" for name, missed in wanted)


def _submission(body: Mapping[str, Any]) -> Submission:
    encoded = encode(body["text"])
    return Submission(
        to=msisdn.e164(body["to"]),
        sender=msisdn.sender(body["from"]),
        text=body["text"],
        encoding=encoded.encoding,
        segments=encoded.segments,
        reference=body.get("request_id") or None,
        callback_url=body["callback_url"],
        element=body,
        data={"from": body["from"], "custom_data": body["custom_data"], "request_id": body.get("request_id")},
    )


def _request_id(request: Request) -> str | None:
    """``request_id`` as received, where there is one to read."""
    try:
        body = request.json
    except NotJson:
        return None
    request_id = body.get("request_id") if isinstance(body, dict) else None
    return request_id if isinstance(request_id, str) else None


def _token(secret: str, at: int, fault: str | None) -> str:
    issued = (at - STALE if fault == "stale" else at) // SECOND
    token = tokens.sign({"iat": issued}, f"not {secret}" if fault == "wrong_secret" else secret)
    if fault != "altered":
        return token
    payload, _, _ = tokens.sign({"iat": issued + 1}, secret).rpartition(".")
    return f"{payload}.{token.rpartition('.')[2]}"


def _national(number: str) -> str:
    """``+447700900901`` → ``00447700900901``, the notation of S002; names and short codes as they are."""
    return f"00{number[1:]}" if number.startswith("+") else number
