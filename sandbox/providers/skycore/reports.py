"""What Skycore tells a consumer: delivery postbacks, MO messages and clicks; numbers stand without their plus."""

from typing import Any

from sandbox.calls import Inbound
from sandbox.clock import iso
from sandbox.ids import Ids
from sandbox.sms.message import Link, Message, Receipt
from sandbox.sms.state import State

CODES = {
    State.SENT: "N201",
    State.DELIVERED: "N202",
    State.UNDELIVERED: "E201",
    State.EXPIRED: "E202",
    State.REJECTED: "E202",
}
STATUSES = {"N201": "Sent", "N202": "Delivered", "E201": "Failed", "E202": "Rejected"}
STEP_CODES = frozenset({"E201", "E202"})
"""A step's ``code`` may be one of those that a postback says of a failure."""


def postback(message: Message, receipt: Receipt) -> dict[str, Any]:
    """What became of a message (``SMS_MT``)."""
    code = receipt.code if receipt.code in STEP_CODES else CODES[receipt.status]
    told = {
        "origin": "SMS_MT",
        "code": code,
        "sent-as": "SMS",
        "status": STATUSES[code],
        "from": message.data.get("mask") or digits(message.data["from"]),
        "to": digits(message.to),
        "tracking-id": message.id,
        "timestamp": instant(receipt.at),
    }
    campaign = message.data.get("campaign")
    return {**told, "campaign-ref": campaign} if campaign else told


def click(message: Message, link: Link, at: int) -> dict[str, Any]:
    told = {"tracking-id": message.id, "to": digits(message.to), "url": link.url, "clicks": link.clicks}
    return {"origin": "SMS_CLICK", "code": "N301", **told, "timestamp": instant(at)}


def inbound(mo: Inbound) -> dict[str, Any]:
    return {
        "origin": "SMS_MO",
        "code": "N211",
        "from": digits(mo.sender),
        "to": digits(mo.to),
        "message-text": mo.text,
        "tracking-id": "smsmo" + Ids.fixed("smsmo", mo.id).hex(10),
        "timestamp": f"{iso(mo.at)[:19]}+00:00",
    }


def digits(number: str) -> str:
    return number.removeprefix("+")


def instant(at: int) -> str:
    """``2021-01-26T18:00:07.990498+00:00``, always with six digits."""
    return f"{iso(at)[:19]}.{at % 1_000_000:06d}+00:00"
