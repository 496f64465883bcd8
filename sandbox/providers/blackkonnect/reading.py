"""What a client of BlackKonnect wants: from checked bodies and queries to submissions, schedules and views."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from sandbox.clock import parse_iso
from sandbox.durations import DAY, MINUTE
from sandbox.errors import FieldFault, Refusal
from sandbox.providers.blackkonnect.words import ITEM
from sandbox.schema import Fault
from sandbox.sms import msisdn
from sandbox.sms.encoding import encode
from sandbox.sms.message import Submission, Window
from sandbox.vocabulary import Account
from sandbox.wire import Request

FURTHEST = 180 * DAY
NARROWEST = 60  # minutes
LONGEST_VALIDITY = 2880  # minutes
DAYS = {"MONDAY": 0, "TUESDAY": 1, "WEDNESDAY": 2, "THURSDAY": 3, "FRIDAY": 4, "SATURDAY": 5, "SUNDAY": 6}
EVERY_DAY = frozenset(DAYS.values())

ANY_DESTINATION = {"destination": "+447700900901"}
PARTS: Mapping[str, tuple[str, str, Any]] = {
    "BulkSmsMessageRequest": ("messages", "SmsMessage", {"destinations": [ANY_DESTINATION], "text": "."}),
    "SmsMessage": ("destinations", "MessageDestination", ANY_DESTINATION),
}
"""Schemas that hold a list: its name, the schema of its items, and an item without a fault."""

WRONG = {
    "required": "is required",
    "type": "must be of type {}",
    "minLength": "must not be empty",
    "minItems": "must not be empty",
    "maxLength": "must have at most {} characters",
    "enum": "must be one of {}",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
}
FORMS = {
    "destination": "must have 7 to 15 digits, with or without a + before them",
    "sendAt": "must be a date-time such as 2019-08-24T14:15:22Z",
}
"""What a field must look like whose ``pattern`` or ``format`` is at fault."""


class Schedule(NamedTuple):
    """When a message may leave (µs, UTC minutes) and how long it lives (µs; None = as long as it takes)."""

    send_at: int | None = None
    window: Window | None = None
    validity: int | None = None


WHENEVER = Schedule()


# --- faults -------------------------------------------------------------------------------------------


def wrong(fault: Fault) -> str:
    """What is wrong with a field: ``must be of type string``."""
    field = str(fault.whole_path[-1]) if fault.whole_path else ""
    if fault.keyword in WRONG:
        return WRONG[fault.keyword].format(_expected(fault.expected))
    return FORMS.get(field, "is not valid")


def at_fault(*faults: FieldFault) -> Refusal:
    """The 400 for fields; ``detail`` names the first."""
    first, *rest = faults or [FieldFault("body", "is not valid")]
    more = f", and {len(rest)} more" if rest else ""
    return Refusal("400", f"{first.field} {first.message}{more}.", faults=(first, *rest))


def _expected(expected: Any) -> str:
    """The types, words or bound that a schema asks for; that optional fields may be null goes without saying."""
    words = expected if isinstance(expected, list) else [expected]
    return ", ".join(str(word) for word in words if word not in ("null", None))


# --- messages -----------------------------------------------------------------------------------------


def simple(body: Mapping[str, Any], account: Account) -> Submission:
    """The one submission of a simple send, which knows no schedule."""
    return _submission(body, body, body.get("sourceAddress"), _kept(body), _common(body, body, account, WHENEVER))


def bulk(body: Mapping[str, Any], account: Account, now: int) -> tuple[Submission, ...]:
    """A submission for each destination, in request order. Raises 400 where a schedule cannot be kept."""
    return tuple(
        submission
        for turn, message in enumerate(body["messages"])
        for submission in _submissions(body, message, account, schedule(message, now, f"messages[{turn}]"))
    )


def _submissions(
    body: Mapping[str, Any], message: Mapping[str, Any], account: Account, when: Schedule
) -> Iterator[Submission]:
    kept, common = _kept(body), _common(body, message, account, when)
    if message.get("callbackData") is not None:
        kept["callbackData"] = message["callbackData"]
    for destination in message["destinations"]:
        source = destination.get("sourceAddress") or body.get("sourceAddress")
        yield _submission(destination, {**message, **destination}, source, kept, common)


def _submission(
    destination: Mapping[str, Any], element: Any, source: str | None, kept: Mapping[str, str], common: Mapping[str, Any]
) -> Submission:
    number = destination["destination"]
    data = {"destination": number, **kept}
    if source:
        data["sourceAddress"] = source
    return Submission(to=msisdn.e164(number), sender=msisdn.sender(source), element=element, data=data, **common)


def _kept(body: Mapping[str, Any]) -> dict[str, str]:
    """What receipts tell of a request, as far as it says so."""
    return {name: body[name] for name in ("referenceId1", "referenceId2") if body.get(name) is not None}


def _common(body: Mapping[str, Any], message: Mapping[str, Any], account: Account, when: Schedule) -> dict[str, Any]:
    """What the destinations of one message share."""
    text = message["text"]
    alphabet, _, segments = encode(text)
    return {
        "text": text,
        "encoding": alphabet,
        "segments": segments,
        "reference": body.get("referenceId1"),
        "callback_url": account.settings.get("callback_url"),
        "send_at": when.send_at,
        "window": when.window,
        "validity": when.validity,
    }


def schedule(message: Mapping[str, Any], now: int, place: str) -> Schedule:
    """When a bulk's message may leave. The documents' placeholders are harmless: a past instant is now, 0 no limit."""
    send_at, window = message.get("sendAt"), message.get("deliveryTimeWindow")
    minutes = min(int(message.get("validityPeriodMinutes") or LONGEST_VALIDITY), LONGEST_VALIDITY)
    return Schedule(
        None if send_at is None else _instant(send_at, now, f"{place}.sendAt"),
        None if window is None else _window(window, f"{place}.deliveryTimeWindow"),
        minutes * MINUTE,
    )


def _instant(text: str, now: int, place: str) -> int | None:
    try:
        at = parse_iso(text)
    except ValueError:  # the schema's format passes it, yet its offset puts it outside the years 1 to 9999
        raise at_fault(FieldFault(place, FORMS["sendAt"])) from None
    if at > now + FURTHEST:
        raise at_fault(FieldFault(place, "must be at most 180 days ahead"))
    return at if at > now else None


def _window(said: Mapping[str, Any], place: str) -> Window | None:
    """None for the whole of every day."""
    opens, closes = said.get("from"), said.get("to")
    if (opens is None) != (closes is None):
        raise at_fault(FieldFault(f"{place}.{'from' if opens is None else 'to'}", WRONG["required"]))
    start, end = _minute(opens), _minute(closes)
    if start == end:
        start = end = 0
    elif (end - start) % (24 * 60) < NARROWEST:
        raise at_fault(FieldFault(place, "must be at least one hour wide"))
    days = frozenset(DAYS[day] for day in said.get("days") or DAYS)
    return None if start == end and days == EVERY_DAY else Window(days, start, end)


def _minute(time: Mapping[str, Any] | None) -> int:
    return 0 if time is None else int(time["hour"]) * 60 + int(time["minute"])


def dedupe(request: Request, body: Mapping[str, Any], account: Account) -> str | None:
    """Equal bodies that bear a ``requestId`` are one, if the account wants it so; by default all are sent."""
    if account.settings.get("dedupe") != "request_id" or not body.get("requestId"):
        return None
    return blake2b(request.body, digest_size=16).hexdigest()


# --- queries ------------------------------------------------------------------------------------------


def view(query: Mapping[str, str]) -> dict[str, Any]:
    """``?page=0&size=20&sort=destination,desc``; what is empty counts as left out. Raises 400."""
    sort = query.get("sort", "")
    by, _, direction = sort.partition(",")
    if sort and (by not in ITEM or direction not in ("", "asc", "desc")):
        raise at_fault(FieldFault("sort", f"must be field,asc or field,desc, the field one of {', '.join(ITEM)}"))
    page, size = _whole(query, "page", 0, range(10**9)), _whole(query, "size", 20, range(1, 1001))
    return {"page": page, "size": size, "by": by, "descending": direction == "desc"}


def _whole(query: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    text = query.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) in allowed):
        raise at_fault(FieldFault(name, f"must be a whole number from {allowed[0]} to {allowed[-1]}"))
    return int(text)
