"""Skycore Messaging API V2 (PROVIDERS.md §D; S004): one RPC endpoint, whose ``action`` says what to do.

Any path under the root is the endpoint, but ``GET|HEAD /r/{code}``: a short link that somebody opens.
Success and failure are both HTTP 200; the outcome lives in the body.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sandbox.calls import (
    Admission,
    Call,
    Context,
    Enlist,
    Follow,
    Found,
    Inbound,
    Membership,
    Operation,
    Retries,
    Send,
    Trace,
)
from sandbox.clock import iso
from sandbox.durations import MINUTE
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.base import Provider
from sandbox.sms import links, msisdn
from sandbox.sms.encoding import encode
from sandbox.sms.message import Link, Message, Receipt, Submission
from sandbox.sms.state import State
from sandbox.vocabulary import Account
from sandbox.wire import NotJson, Post, Reply, Request

SEND = Operation("sendSms", "send", "POST", "/")
SUBSCRIBE = Operation("subscribe", "subscribe", "POST", "/subscribe")
UNSUBSCRIBE = Operation("unsubscribe", "subscribe", "POST", "/unsubscribe")
FOLLOW = Operation("followLink", "", "GET", "/r/{code}")
PEEK = Operation("peekLink", "", "HEAD", "/r/{code}")
UNTOLD = Operation("unknown", "", "POST", "/")
"""A call that names no action of ours; ``read`` says why, once the key is known to be good."""

ACTIONS = {"sendsms": SEND, "subscribe": SUBSCRIBE, "unsubscribe": UNSUBSCRIBE}
OPENED = {FOLLOW.method: FOLLOW, PEEK.method: PEEK}

CODES = {
    State.SENT: "N201",
    State.DELIVERED: "N202",
    State.UNDELIVERED: "E201",
    State.EXPIRED: "E202",
    State.REJECTED: "E202",
}
STATUSES = {"N201": "Sent", "N202": "Delivered", "E201": "Failed", "E202": "Rejected"}

Order = tuple[tuple[str, str, bool], ...]
"""Fields in the order in which they are looked at, the error each makes, and whether only its absence does."""

SEND_ORDER: Order = (
    ("to", "E621", True),
    ("message-text", "E712", False),
    ("from", "E111", False),
    ("to", "E110", False),
    ("click-tracking", "E100", False),
    ("from-mask", "E100", False),
    ("campaign-ref", "E100", False),
)
ENLIST_ORDER: Order = (
    ("mobile", "E901", True),
    ("campaign-ref", "E902", True),
    ("mobile", "E110", False),
    ("campaign-ref", "E903", False),
)

MASK_LENGTH = 11  # "limited to 11 characters beyond which it will be cut-off" (S004)
MOST_LINKS = 8_000  # 255 segments, the most that a message can have, hold no more; the rest of a text stays as it is
ANYBODY = Account("skycore", "account-1", {}, declared=False)


class Skycore(Provider):
    slug = "skycore"
    title = "Skycore Messaging API V2"
    operations = (SEND, SUBSCRIBE, UNSUBSCRIBE, FOLLOW, PEEK)
    retries = Retries(delays=(5 * MINUTE,) * 5, acknowledges=lambda status: status == 200)
    states = frozenset(CODES)
    step_codes = frozenset({"E201", "E202"})
    login = ("api_key",)

    # --- which operation, whose space ---------------------------------------------------------------

    def operation(self, request: Request) -> Operation:
        """Never raises: the key is looked at before method and body are (E104 comes before E100)."""
        opened = OPENED.get(request.method)
        if opened is not None and self.parameters(request, opened):
            return opened
        try:
            return ACTIONS.get(_action(request), UNTOLD)
        except Refusal:
            return UNTOLD

    def no_such_path(self, request: Request) -> Refusal:
        return Refusal("E100", explanation=f"no path {request.path}")

    def wrong_method(self, request: Request, allow: str) -> Refusal:
        return Refusal("E100", explanation=f"{request.method} instead of {allow}")

    def too_big(self, limit: int) -> Refusal:
        return Refusal("E100", explanation=f"the body is over {limit} bytes")

    def identities(self, request: Request, operation: Operation | None) -> tuple[str, ...]:
        key = request.headers.get("x-api-key")
        return (key,) if key else ()

    def identities_of(self, account: Account) -> tuple[str, ...]:
        return (account.settings["api_key"],)

    def traces(self, request: Request, operation: Operation) -> tuple[Trace, ...]:
        code = self.parameters(request, operation).get("code")
        return (Trace("link", code),) if code else ()

    # --- the call -------------------------------------------------------------------------------------

    def authenticate(self, request: Request, operation: Operation, context: Context) -> Account | None:
        if operation in (FOLLOW, PEEK):
            return None
        key = request.headers.get("x-api-key", "")
        if not key.strip():
            raise Refusal("E104", explanation="the x-api-key header is missing or empty")
        if key in context.refuse:
            raise Refusal("E104", explanation="the scenario refuses this key")
        account = _declared(key, context.accounts) if context.accounts else ANYBODY
        if account is None:
            raise Refusal("E104", explanation="no account has this key")
        if "blocked" in account.settings:
            raise Refusal(account.settings["blocked"], explanation=f"{account.name} is blocked")
        return account

    def read(self, request: Request, operation: Operation, account: Account | None, context: Context) -> Call:
        if operation in (FOLLOW, PEEK):
            return Follow(operation, self.parameters(request, operation)["code"], counted=operation is FOLLOW)
        if operation is UNTOLD or account is None:
            raise Refusal("E101", explanation=f"unknown action {_action(request)[:40]!r}")
        if operation is SEND:
            return self._send(request, account)
        return self._enlist(request.json, operation, account)

    def _send(self, request: Request, account: Account) -> Send:
        body = request.json
        faults = self._faults("SendSms", body)
        if "from" not in faults and not _may_send_from(body["from"], account):
            faults["from"] = "none of the account's senders"
        _refuse_first(SEND_ORDER, body, faults)
        return Send(SEND, account, body, (_submission(body, account),), _demands(body, account), base=request.base)

    def _enlist(self, body: Any, operation: Operation, account: Account) -> Enlist:
        faults = self._faults("Subscription", body)
        if "campaign-ref" not in faults and not _has_campaign(account, body["campaign-ref"]):
            faults["campaign-ref"] = "none of the account's campaigns"
        _refuse_first(ENLIST_ORDER, body, faults)
        campaign, number = _roll(account, body["campaign-ref"]), msisdn.e164(body["mobile"])
        return Enlist(operation, account, body, campaign, number, on=operation is SUBSCRIBE)

    def _faults(self, schema: str, body: Any) -> dict[str, str]:
        """What is wrong, by field."""
        known = self.spec.schema(schema)
        if known.valid(body):
            return {}
        return {str(fault.whole_path[0]): f"{fault.keyword} {fault.expected!r}" for fault in known.faults(body)}

    def admit(self, send: Send, ids: Sequence[Ids]) -> list[Admission]:
        source = ids[0]
        tracking_id = source.alnum(12)
        names = {"tracking-id": tracking_id}
        if not send.body.get("click-tracking"):
            return [Admission(tracking_id, names, {})]
        text, put_in = _shortened(send.submissions[0].text, f"{send.base}/r/", source)
        return [Admission(tracking_id, names, {}, text, put_in)]

    def answer(self, call: Call, found: Found, context: Context) -> Reply:
        if isinstance(call, Follow):
            return _opened(found.link)
        if isinstance(call, Enlist):
            details = "Subscribed" if call.on else "Unsubscribed"
            told = {"mobile": call.body["mobile"], "campaign-ref": call.body["campaign-ref"]}
            return Reply.json({"status": "Success", **told, "status-details": details})
        message = found.messages[0]
        return Reply.json(
            {
                "status": "Success",
                "tracking-id": message.id,
                "to": message.data["to"],
                "from": message.data["from"],
                "status-details": "SMS request accepted and queued for delivery",
            }
        )

    def refused(self, refusal: Refusal, request: Request) -> Reply:
        entry = self.spec.errors[refusal.code]
        failure = {"status": "Failure", "error-code": entry.code, "error-info": refusal.detail or entry.message}
        to = _recipient(request)
        if to is not None and entry.code != "E100":
            failure["to"] = to
        return Reply.json(failure, refusal.status or entry.status, refusal.headers)

    # --- notifications --------------------------------------------------------------------------------

    def post(self, message: Message, receipt: Receipt, url: str) -> Post | None:
        if receipt.status not in CODES:
            return None
        code = receipt.code if receipt.code in self.step_codes else CODES[receipt.status]
        told = {
            "origin": "SMS_MT",
            "code": code,
            "sent-as": "SMS",
            "status": STATUSES[code],
            "from": message.data.get("mask") or _digits(message.data["from"]),
            "to": _digits(message.to),
            "tracking-id": message.id,
            "timestamp": _instant(receipt.at),
        }
        campaign = message.data.get("campaign")
        return Post.json(url, {**told, "campaign-ref": campaign} if campaign else told)

    def clicked(self, message: Message, link: Link, at: int, url: str) -> Post:
        told = {"tracking-id": message.id, "to": _digits(message.to), "url": link.url, "clicks": link.clicks}
        return Post.json(url, {"origin": "SMS_CLICK", "code": "N301", **told, "timestamp": _instant(at)})

    def inbound(self, mo: Inbound, url: str) -> Post:
        told = {
            "origin": "SMS_MO",
            "code": "N211",
            "from": _digits(mo.sender),
            "to": _digits(mo.to),
            "message-text": mo.text,
            "tracking-id": "smsmo" + Ids.fixed("smsmo", mo.id).hex(10),
            "timestamp": f"{iso(mo.at)[:19]}+00:00",
        }
        return Post.json(url, told)

    def inbound_url(self, account: Account | None) -> str | None:
        return account.settings.get("postback_url") if account else None


def _action(request: Request) -> str:
    """The action in lower case, "Value is Case-Insensitive" (S004). Raises E100."""
    if request.method != "POST":
        raise Refusal("E100", explanation=f"{request.method} instead of POST")
    try:
        body = request.json
    except NotJson as fault:
        raise Refusal("E100", explanation=f"no JSON: {fault}") from None
    action = body.get("action") if isinstance(body, dict) else None
    if not isinstance(action, str):
        raise Refusal("E100", explanation="no JSON object with an action")
    return action.lower()


def _recipient(request: Request) -> str | None:
    """``to`` exactly as received, where there is one to read."""
    try:
        body = request.json
    except NotJson:
        return None
    to = body.get("to") if isinstance(body, dict) else None
    return to if isinstance(to, str) else None


def _declared(key: str, accounts: Sequence[Account]) -> Account | None:
    return next((account for account in accounts if account.settings["api_key"] == key), None)


def _refuse_first(order: Order, body: dict[str, Any], faults: dict[str, str]) -> None:
    for field, code, only_absence in order:
        if field in faults and (not only_absence or body.get(field) in (None, "")):
            raise Refusal(code, explanation=f"{field}: {faults[field]}")


def _may_send_from(number: str, account: Account) -> bool:
    senders = account.settings.get("senders")
    return senders is None or _digits(number) in map(_digits, senders)


def _has_campaign(account: Account, campaign: str) -> bool:
    """Campaigns are those the account lists, otherwise any."""
    campaigns = account.settings.get("campaigns")
    return campaigns is None or campaign in campaigns


def _roll(account: Account, campaign: str) -> str:
    """Campaign references are the account's own: two accounts' ``spring`` are two campaigns."""
    return f"{account.name}/{campaign}"


def _submission(body: dict[str, Any], account: Account) -> Submission:
    data = {"to": body["to"], "from": body["from"]}
    if body.get("from-mask"):
        data["mask"] = body["from-mask"][:MASK_LENGTH]
    if body.get("campaign-ref"):
        data["campaign"] = body["campaign-ref"]
    text = body["message-text"]
    encoded = encode(text)
    return Submission(
        to=msisdn.e164(body["to"]),
        sender=msisdn.sender(body["from"]),
        text=text,
        encoding=encoded.encoding,
        segments=encoded.segments,
        callback_url=account.settings.get("postback_url"),
        element=body,
        data=data,
    )


def _demands(body: dict[str, Any], account: Account) -> tuple[Membership, ...]:
    """With the campaign check enforced, the recipient must be subscribed to a campaign of the account."""
    if not account.settings.get("enforce_campaign"):
        return ()
    campaign = body.get("campaign-ref")
    if not campaign or not _has_campaign(account, campaign):
        raise Refusal("E714", explanation="campaign-ref: missing, or none of the account's campaigns")
    listed = account.settings.get("campaigns", {}).get(campaign, ())
    number = msisdn.e164(body["to"])
    refusal = Refusal("E715", explanation=f"{number} is not subscribed to {campaign[:40]!r}")
    return (Membership(_roll(account, campaign), number, number in map(msisdn.e164, listed), refusal),)


def _shortened(text: str, prefix: str, ids: Ids) -> tuple[str, tuple[Link, ...]]:
    """``text`` with a short link for every URL in it, each occurrence its own."""
    pieces: list[str] = []
    put_in: list[Link] = []
    end = 0
    for found in links.find(text, MOST_LINKS):
        link = Link(ids.alnum(8), links.target(found.url))
        pieces += (text[end : found.start], prefix, link.code)
        put_in.append(link)
        end = found.end
    return "".join((*pieces, text[end:])), tuple(put_in)


def _opened(link: Link | None) -> Reply:
    if link is None:
        return Reply(404, b"This short link leads nowhere.\n", (("Content-Type", "text/plain; charset=utf-8"),))
    return Reply(302, headers=(("Location", quote(link.url, safe=":/?#[]@!$&'()*+,;=%~")),))


def _digits(number: str) -> str:
    return number.removeprefix("+")


def _instant(at: int) -> str:
    """``2021-01-26T18:00:07.990498+00:00``, always with six digits."""
    return f"{iso(at)[:19]}.{at % 1_000_000:06d}+00:00"
