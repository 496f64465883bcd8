"""A message as the Namirial gateway tells of it, in webhooks and in its status API (PROVIDERS.md §C, Webhook).

All a notification's ids follow from the message's and the receipt's: rendered again it is the same, byte for byte.
"""

from functools import lru_cache
from typing import Any

from sandbox.clock import iso
from sandbox.ids import Ids
from sandbox.sms.message import Message, Receipt
from sandbox.sms.state import State

NETWORK = "PROVIDER1"  # what is behind the gateway, as S003 prints it

STATUSES = {
    State.QUEUED: "PROVIDER_ACCEPTANCE",
    State.SENT: "SENT",
    State.DELIVERED: "DELIVERED",
    State.UNDELIVERED: "UNDELIVERED",
    State.EXPIRED: "UNDELIVERED",
    State.REJECTED: "REJECTED",
    State.READ: "READ",
}
NETWORK_STATUSES = {**STATUSES, State.EXPIRED: "EXPIRED"}
"""The network tells expired from undelivered; the gateway has one word for both."""

NOTIFIED = frozenset(STATUSES) - {State.QUEUED}
"""No notification is sent for the first status, ``PROVIDER_ACCEPTANCE``."""
FAILURES = frozenset({State.UNDELIVERED, State.EXPIRED, State.REJECTED})


def notification(message: Message, receipt: Receipt) -> dict[str, Any]:
    """The webhook's body."""
    return {
        "id": receipt.id,
        "webhookConfigurationId": _id_of("webhook", message.id),
        "type": "STATUS_UPDATE",
        "createdAt": _instant(receipt.at),
        "message": _told(message, receipt),
    }


def standing(message: Message, last: Receipt | None) -> dict[str, Any]:
    """A stored message as it stands; ``last`` is the receipt that brought it there, None if none has."""
    return _told(message, last or Receipt("", message.state, message.state_at))


def _told(message: Message, receipt: Receipt) -> dict[str, Any]:
    return {
        "id": message.id,
        "providerAcceptanceAt": _instant(message.accepted_at),
        "statusChangedAt": _instant(receipt.at),
        "reference": message.data.get("reference", {}),
        "channel": "RCS" if receipt.status is State.READ else message.data.get("channel", "SMS"),
        "status": STATUSES[receipt.status],
        "provider": _network(message, receipt),
        "sms": {"segments": message.segments},
    }


def _network(message: Message, receipt: Receipt) -> dict[str, Any]:
    told = {
        "name": NETWORK,
        "id": _id_of("network", message.id),
        "status": NETWORK_STATUSES[receipt.status],
        "code": "0",
    }
    if receipt.status not in FAILURES:
        return told
    return {**told, "code": receipt.code or "1", "message": receipt.detail or "Number Blocked by Carrier"}


@lru_cache(4096)
def _id_of(what: str, message: str) -> str:
    """A UUID for something that is there once a message."""
    return Ids.fixed("namirial", what, message).uuid()


def _instant(at: int) -> str:
    """``2026-02-12T14:51:00Z``, no fraction."""
    return f"{iso(at)[:19]}Z"
