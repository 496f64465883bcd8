"""Skycore Messaging API V2 (PROVIDERS.md §D; S004): one RPC endpoint, whose ``action`` says what to do.

Any path under the root is the endpoint, but ``GET|HEAD /r/{code}``: a short link that somebody opens.
Success and failure are both HTTP 200; the outcome lives in the body.
"""

from collections.abc import Sequence
from typing import Any

from sandbox.calls import Admission, Call, Context, Enlist, Follow, Found, Inbound, Operation, Retries, Send, Trace
from sandbox.durations import MINUTE
from sandbox.errors import Refusal
from sandbox.ids import Ids
from sandbox.providers.base import Provider
from sandbox.providers.skycore import reports, requests, shortlinks
from sandbox.sms import msisdn
from sandbox.sms.message import Link, Message, Receipt
from sandbox.vocabulary import Account
from sandbox.wire import Post, Reply, Request

SEND = Operation("sendSms", "send", "POST", "/")
SUBSCRIBE = Operation("subscribe", "subscribe", "POST", "/subscribe")
UNSUBSCRIBE = Operation("unsubscribe", "subscribe", "POST", "/unsubscribe")
FOLLOW = Operation("followLink", "", "GET", "/r/{code}")
PEEK = Operation("peekLink", "", "HEAD", "/r/{code}")
UNTOLD = Operation("unknown", "", "POST", "/")
"""A call that names no action of ours; ``read`` says why, once the key is known to be good."""

ACTIONS = {"sendsms": SEND, "subscribe": SUBSCRIBE, "unsubscribe": UNSUBSCRIBE}
OPENED = {FOLLOW.method: FOLLOW, PEEK.method: PEEK}
ANYBODY = Account("skycore", "account-1", {}, declared=False)


class Skycore(Provider):
    slug = "skycore"
    title = "Skycore Messaging API V2"
    operations = (SEND, SUBSCRIBE, UNSUBSCRIBE, FOLLOW, PEEK)
    retries = Retries(delays=(5 * MINUTE,) * 5, acknowledges=lambda status: status == 200)
    states = frozenset(reports.CODES)
    step_codes = reports.STEP_CODES
    login = ("api_key",)

    # --- which operation, whose space ---------------------------------------------------------------

    def operation(self, request: Request) -> Operation:
        """Never raises: the key is looked at before method and body are (E104 comes before E100)."""
        opened = OPENED.get(request.method)
        if opened is not None and self.parameters(request, opened):
            return opened
        try:
            return ACTIONS.get(requests.action(request), UNTOLD)
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

    def traces(self, request: Request, operation: Operation | None) -> tuple[Trace, ...]:
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
            raise Refusal("E101", explanation=f"unknown action {requests.action(request)[:40]!r}")
        if operation is SEND:
            return self._send(request, account)
        return self._enlist(request.json, operation, account)

    def _send(self, request: Request, account: Account) -> Send:
        body = request.json
        faults = self._faults("SendSms", body)
        if "from" not in faults and not requests.may_send_from(body["from"], account):
            faults["from"] = "is none of the account's senders"
        requests.refuse_first(requests.SEND_ORDER, body, faults)
        return Send(
            SEND,
            account,
            body,
            (requests.submission(body, account),),
            requests.demands(body, account),
            base=request.base,
        )

    def _enlist(self, body: Any, operation: Operation, account: Account) -> Enlist:
        faults = self._faults("Subscription", body)
        if "campaign-ref" not in faults and not requests.has_campaign(account, body["campaign-ref"]):
            faults["campaign-ref"] = "is none of the account's campaigns"
        requests.refuse_first(requests.ENLIST_ORDER, body, faults)
        campaign, number = requests.roll(account, body["campaign-ref"]), msisdn.e164(body["mobile"])
        return Enlist(operation, account, body, campaign, number, on=operation is SUBSCRIBE)

    def _faults(self, schema: str, body: Any) -> dict[str, str]:
        """What is wrong, by field."""
        known = self.spec.schema(schema)
        if known.valid(body):
            return {}
        return {str(fault.whole_path[0]): requests.complaint(fault) for fault in known.faults(body)}

    def admit(self, send: Send, ids: Sequence[Ids]) -> list[Admission]:
        source = ids[0]
        tracking_id = source.alnum(12)
        names = {"tracking-id": tracking_id}
        if not send.body.get("click-tracking"):
            return [Admission(tracking_id, names, {})]
        prefix = f"{send.base}/r/"
        text, put_in = shortlinks.shortened(send.submissions[0].text, prefix, source)
        return [Admission(tracking_id, names, {"links": [prefix + link.code for link in put_in]}, text, put_in)]

    def answer(self, call: Call, found: Found, context: Context) -> Reply:
        if isinstance(call, Follow):
            return shortlinks.opened(found.link)
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
        to = requests.recipient(request)
        if to is not None and entry.code != "E100":
            failure["to"] = to
        return Reply.json(failure, refusal.status or entry.status, refusal.headers)

    # --- notifications --------------------------------------------------------------------------------

    def post(self, message: Message, receipt: Receipt, url: str) -> Post | None:
        return Post.json(url, reports.postback(message, receipt)) if receipt.status in self.states else None

    def clicked(self, message: Message, link: Link, at: int, url: str) -> Post:
        return Post.json(url, reports.click(message, link, at))

    def inbound(self, mo: Inbound, url: str) -> Post:
        return Post.json(url, reports.inbound(mo))

    def inbound_url(self, account: Account | None) -> str | None:
        return account.settings.get("postback_url") if account else None


def _declared(key: str, accounts: Sequence[Account]) -> Account | None:
    return next((account for account in accounts if account.settings["api_key"] == key), None)
