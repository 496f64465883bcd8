"""What a client of Skycore asks: its action, the order in which fields are looked at, and the message it makes."""

from typing import Any

from sandbox.calls import Membership
from sandbox.errors import Refusal
from sandbox.schema import Fault
from sandbox.sms import msisdn
from sandbox.sms.encoding import encode
from sandbox.sms.message import Submission
from sandbox.vocabulary import Account
from sandbox.wire import NotJson, Request

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

WRONG = {"required": "is required", "type": "must be of type {}", "minLength": "must not be empty"}
FORMS = {
    "to": "must have 7 to 15 digits, the first not 0, with or without a +",
    "mobile": "must have 7 to 15 digits, the first not 0, with or without a +",
    "from": "must be a short code of 3 to 8 digits, or a number of 10 to 15",
}
"""What a field must look like whose ``pattern`` is at fault. The journal says so; the provider says its code alone."""

MASK_LENGTH = 11  # "limited to 11 characters beyond which it will be cut-off" (S004)


def action(request: Request) -> str:
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


def recipient(request: Request) -> str | None:
    """``to`` exactly as received, where there is one to read."""
    try:
        body = request.json
    except NotJson:
        return None
    to = body.get("to") if isinstance(body, dict) else None
    return to if isinstance(to, str) else None


def complaint(fault: Fault) -> str:
    """What is wrong with a field, its name left to be said."""
    if fault.keyword == "pattern":
        return FORMS[fault.field]
    kinds = fault.expected if isinstance(fault.expected, list) else [fault.expected]
    return WRONG[fault.keyword].format(" or ".join(map(str, kinds)))


def refuse_first(order: Order, body: dict[str, Any], faults: dict[str, str]) -> None:
    for field, code, only_absence in order:
        if field in faults and (not only_absence or body.get(field) in (None, "")):
            raise Refusal(code, explanation=f"{field} {faults[field]}")


def may_send_from(number: str, account: Account) -> bool:
    senders = account.settings.get("senders")
    return senders is None or _bare(number) in map(_bare, senders)


def has_campaign(account: Account, campaign: str) -> bool:
    """Campaigns are those the account lists, otherwise any."""
    campaigns = account.settings.get("campaigns")
    return campaigns is None or campaign in campaigns


def roll(account: Account, campaign: str) -> str:
    """Campaign references are the account's own: two accounts' ``spring`` are two campaigns."""
    return f"{account.name}/{campaign}"


def submission(body: dict[str, Any], account: Account) -> Submission:
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


def demands(body: dict[str, Any], account: Account) -> tuple[Membership, ...]:
    """With the campaign check enforced, the recipient must be subscribed to a campaign of the account."""
    if not account.settings.get("enforce_campaign"):
        return ()
    campaign = body.get("campaign-ref")
    if not campaign or not has_campaign(account, campaign):
        raise Refusal("E714", explanation="campaign-ref is missing, or none of the account's campaigns")
    listed = account.settings.get("campaigns", {}).get(campaign, ())
    number = msisdn.e164(body["to"])
    refusal = Refusal("E715", explanation=f"{number} is not subscribed to {campaign[:40]!r}")
    return (Membership(roll(account, campaign), number, number in map(msisdn.e164, listed), refusal),)


def _bare(number: str) -> str:
    return number.removeprefix("+")
