"""A message on its way: submitted by a client, stored by us, reported on by a made-up network."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from sandbox.sms.state import State


@dataclass(frozen=True, slots=True)
class Window:
    """When a message may be delivered (BlackKonnect ``deliveryTimeWindow``), in UTC.

    ``days`` are 0 = Monday … 6 = Sunday; ``start`` and ``end`` minutes of the day, ``end`` may lie
    on the next day.
    """

    days: frozenset[int]
    start: int
    end: int


class Submission(NamedTuple):
    """One message as a client hands it in, read and checked by the provider.

    ``to`` is stored as ``+`` and digits; ``sender`` likewise where it is a long number, else as sent.
    ``send_at`` is an instant, ``validity`` a length of time, both in microseconds.
    ``element`` is the message's own part of the request body, for a scenario's ``body`` matchers.
    ``data`` is what the provider wants to find again when it answers, reports and is queried
    (JSON only).
    """

    to: str
    sender: str | None
    text: str
    encoding: str
    segments: int
    reference: str | None = None
    callback_url: str | None = None
    send_at: int | None = None
    window: Window | None = None
    validity: int | None = None
    element: Any = None
    data: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True)
class Message:
    """A stored message. ``id`` is what the provider's answer calls it first; ``provider_ids`` all its names.

    ``seq`` orders messages within the store. Instants are microseconds on the space's clock.
    """

    seq: int
    id: str
    space: str
    provider: str
    account: str
    to: str
    sender: str | None
    text: str
    encoding: str
    segments: int
    state: State
    accepted_at: int
    state_at: int
    reference: str | None
    callback_url: str | None
    rule: str | None
    provider_ids: dict[str, str]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the network says of a message at an instant. ``id`` names the notification, over all its posts."""

    id: str
    status: State
    at: int
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A short link in a stored text (Skycore click tracking)."""

    code: str
    url: str
    clicks: int = 0
