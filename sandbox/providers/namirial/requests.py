"""What is asked of the Namirial gateway, checked field by field in PROVIDERS.md §C's order.

``text`` missing (66), ``destination`` missing or no number (56), anything else that does not fit (code 0), then what
the account forbids: 59, 74, 61; and 60 as a demand, for only the flow can count.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox import durations
from sandbox.calls import Quota
from sandbox.clock import parse_iso
from sandbox.errors import FieldFault, Refusal
from sandbox.schema import Fault, Schema
from sandbox.sms import links, msisdn
from sandbox.sms.encoding import encode
from sandbox.sms.message import Submission
from sandbox.vocabulary import Account
from sandbox.wire import NotJson, Request, reachable

Body = Mapping[str, Any]

OWN_CODES = {
    ("text", "required"): ("66", "text is missing"),
    ("text", "minLength"): ("66", "text is empty"),
    ("destination", "required"): ("56", "destination is missing"),
    ("destination", "pattern"): ("56", "destination must be + and 7 to 15 digits, the first of them not 0"),
}
"""Faults that have a code of their own, by field and schema keyword, the first to be told first; all others are 0.

With each what the journal says of it: the provider's answer says no more than the code.
"""

SENTENCES = {
    "required": "is required",
    "type": "must be of type {}",
    "maxLength": "is longer than {} characters",
    "const": "must be {}",
    "pattern": "must be an http or https URL",
}
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
COUNT = re.compile(r"[1-9][0-9]?|100")
PAGE = 50


def body(request: Request, schema: Schema) -> Body:
    """The request's JSON object, fit for ``schema``. Raises 66, 56 or 0."""
    try:
        value = request.json
    except NotJson as fault:
        raise Refusal("0", "Invalid JSON", explanation=f"no JSON: {fault}") from None
    if not isinstance(value, dict):
        raise Refusal("0", "Invalid JSON", explanation="the body is no JSON object")
    if not schema.valid(value):
        raise _unfit(schema.faults(value))
    return value


def _unfit(faults: Sequence[Fault]) -> Refusal:
    """The one refusal that the faults of a body come to."""
    told = {(fault.field, "required" if fault.value is None else fault.keyword): fault for fault in faults}
    for what, (code, explanation) in OWN_CODES.items():
        if what in told:
            return Refusal(code, explanation=explanation)
    sentences = tuple(FieldFault(field, _sentence(keyword, fault)) for (field, keyword), fault in told.items())
    return Refusal("0", faults=sentences, explanation=f"{sentences[0].field} {sentences[0].message}")


def _sentence(keyword: str, fault: Fault) -> str:
    expected = fault.expected if isinstance(fault.expected, list) else [fault.expected]
    return SENTENCES[keyword].format(" or ".join(map(str, expected)))


def _invalid(field: str, message: str) -> Refusal:
    return Refusal("0", faults=(FieldFault(field, message),), explanation=f"{field} {message}")


def check_webhook(body: Body, account: Account) -> None:
    """The real service demands https; here an account may. Raises 0."""
    url = _webhook(body)
    if url is None:
        return
    if not reachable(url):
        raise _invalid("webhook.url", SENTENCES["pattern"])
    if account.settings.get("https_webhooks") and not url.lower().startswith("https:"):
        raise _invalid("webhook.url", "must be an https URL")


def _webhook(body: Body) -> str | None:
    webhook = body.get("webhook")
    return webhook["url"] if webhook else None


def check_account(body: Body, account: Account) -> None:
    """Services that the account does not have (59), URLs (74), numbers on its watchlist (61)."""
    allowed = account.settings
    service = (body.get("reference") or {}).get("service")
    if service is not None and "services" in allowed and service not in allowed["services"]:
        raise Refusal("59", explanation="reference.service is none of the account's services")
    if allowed.get("urls") == "denied" and (found := links.find(body["text"])):
        raise Refusal("74", explanation=f"the text holds {found[0].url[:80]!r}")
    if body["destination"] in allowed.get("watchlist", ()):
        raise Refusal("61", explanation=f"{body['destination']} is on the account's watchlist")


def demands(body: Body, account: Account) -> tuple[Quota, ...]:
    """The account's ``rate`` to one destination (60)."""
    rate = account.settings.get("rate")
    if rate is None:
        return ()
    to = body["destination"]
    refusal = Refusal("60", explanation=f"over {rate['max']} in {rate['window']} to {to}")
    return (Quota(f"namirial {account.name} {to}", rate["max"], durations.parse(rate["window"]), refusal),)


def submission(body: Body, sender: str | None) -> Submission:
    text, sent = body["text"], body.get("reference") or {}
    encoded = encode(text)
    reference = {name: sent[name] for name in ("service", "action", "key") if sent.get(name) is not None}
    return Submission(
        to=body["destination"],
        sender=msisdn.sender(sender),
        text=text,
        encoding=encoded.encoding,
        segments=encoded.segments,
        reference=reference.get("key"),
        callback_url=_webhook(body),
        element=body,
        data={"reference": reference} if reference else {},
    )


def number(text: str | None) -> str | None:
    if text is not None and not NUMBER.fullmatch(text):
        raise _invalid("phonenumber", "must be a number in E.164 format")
    return text


def send_date(text: str | None) -> int | None:
    """An ISO 8601 instant; a ``+`` that was not escaped arrives as a space."""
    if text is None:
        return None
    try:
        return parse_iso(text[:11] + text[11:].replace(" ", "+"))
    except ValueError:
        raise _invalid("sendDate", "must be a date and time in ISO 8601") from None


def count(text: str | None) -> int:
    if text is not None and not COUNT.fullmatch(text):
        raise _invalid("count", "must be an integer from 1 to 100")
    return PAGE if text is None else int(text)
