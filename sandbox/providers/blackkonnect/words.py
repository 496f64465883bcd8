"""What BlackKonnect says of messages: its words for their states, and the shapes that carry them (S000, S001)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.calls import Send
from sandbox.clock import iso
from sandbox.invented import Operator
from sandbox.sms.message import Message
from sandbox.sms.state import State


class Said(NamedTuple):
    """A state as ``deliveryStatus``, ``statusGroupName`` and ``statusDescription``."""

    status: str
    group: str
    description: str


STATES: Mapping[State, Said] = {
    State.QUEUED: Said("QUEUED", "PENDING", "Message accepted and queued for delivery"),
    State.SENT: Said("SENT", "PENDING", "Message handed to the network"),
    State.DELIVERED: Said("DELIVERED", "DELIVERED", "Message delivered to the handset"),
    State.UNDELIVERED: Said("UNDELIVERABLE", "UNDELIVERABLE", "Message could not be delivered"),
    State.EXPIRED: Said("EXPIRED", "EXPIRED", "Message expired before it was delivered"),
    State.REJECTED: Said("REJECTED", "REJECTED", "Message refused after acceptance"),
}

SMPP: Mapping[str, State] = {
    "DELIVRD": State.DELIVERED,
    "UNDELIV": State.UNDELIVERED,
    "EXPIRED": State.EXPIRED,
    "REJECTD": State.REJECTED,
    "ENROUTE": State.SENT,
}
"""The words in which the network operator reports."""

ITEM = (
    "uuid", "messageId", "bulkReferenceId", "partReferenceId", "destination", "sourceAddress", "deliveryStatus",
    "deliveryTimestamp",
)  # fmt: skip
"""The fields of a status item."""

_TIME = dict.fromkeys(("hour", "minute"))
_MESSAGE: Mapping[str, Any] = {
    "destinations": dict.fromkeys(("destination", "messageId", "sourceAddress")),
    "callbackData": None,
    "deliveryTimeWindow": {"days": None, "from": _TIME, "to": _TIME},
    **dict.fromkeys(("text", "entityId", "sendAt", "validityPeriodMinutes", "priority")),
}
"""The fields of a bulk's message that the documents know, level by level."""


def item(message: Message, state: State, at: int) -> dict[str, str | None]:
    """The status item: a message as it was at ``at``."""
    data, names = message.data, message.provider_ids
    return {
        "uuid": message.id,
        "messageId": names["messageId"],
        "bulkReferenceId": names.get("bulkId"),
        "partReferenceId": None,
        "destination": data["destination"],
        "sourceAddress": data.get("sourceAddress"),
        "deliveryStatus": STATES[state].status,
        "deliveryTimestamp": f"{iso(at)[:19]}.{at // 1000 % 1000:03d}Z",
    }


def envelope(send: Send, first: Message, items: Sequence[Any]) -> dict[str, Any]:
    """What both send answers begin with. A simple send's ``items`` are one null and count for nothing, as printed."""
    data = items[0]
    total = 0 if data is None else len(items)
    pages = 0 if data is None else 1
    return {
        "code": 0,
        "message": None,
        "data": data,
        "correlationId": first.provider_ids["correlationId"],
        "conversationId": first.data["conversationId"],
        "requestId": send.body.get("requestId"),
        "items": items,
        "itemPagination": {
            "totalElements": total,
            "pageSize": total,
            "totalPages": pages,
            "pageNumber": 0,
            "offSet": 0,
        },
    }


def as_sent(messages: Sequence[Any]) -> list[Any]:
    """A bulk's messages as the client sent them, without the fields that no document knows."""
    return [_known(message, _MESSAGE) for message in messages]


def taken(message: Message) -> dict[str, Any]:
    """What became of one destination of a bulk."""
    said = STATES[message.state]
    return {
        "messageId": message.provider_ids["messageId"],
        "messageGroupStatus": {
            "statusGroupName": said.group,
            "deliveryStatus": said.status,
            "statusDescription": said.description,
            "action": None,
        },
        "destination": message.data["destination"],
        "smsCount": message.segments,
    }


def operator_delivery(message: Message, reference: str, operator: Operator) -> dict[str, Any]:
    """``NetworkOperatorMessageDeliveryDTO``, as far as S000's list of its fields goes: unknown ones are null."""
    known = item(message, message.state, message.state_at)
    return {
        "id": None,
        **{name: known[name] for name in ITEM[:4]},
        "networkOperatorId": operator.mcc + operator.mnc,
        "messageReference": reference,
        "referenceId1": message.data.get("referenceId1"),
        "referenceId2": message.data.get("referenceId2"),
        **dict.fromkeys(("serviceName", "serviceCode", "serviceReference", "submitId", "receiptId")),
        "destination": known["destination"],
        "sourceAddress": known["sourceAddress"],
        "mobileCountryCode": operator.mcc,
        "mobileCountry": operator.country,
        "carrierName": operator.carrier,
        "mobileNetworkCode": operator.mnc,
        "operatorName": operator.name,
        **dict.fromkeys(("clientId", "clientReference", "senderName")),
        "cost": 0,
        "organisationId": None,
        "deliveryStatus": known["deliveryStatus"],
        "messageContent": message.text,
    }


def _known(value: Any, fields: Mapping[str, Any] | None) -> Any:
    if isinstance(value, list):
        return [_known(item, fields) for item in value]
    if fields is None or value is None:
        return value
    return {name: _known(value[name], inner) for name, inner in fields.items() if name in value}
