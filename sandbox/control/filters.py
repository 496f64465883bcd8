"""What a list is asked for: filters, ``since``, pages, and how long to wait for how many."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox import durations
from sandbox.clock import parse_iso
from sandbox.control.errand import Errand
from sandbox.control.problems import bad_parameter
from sandbox.durations import HOUR
from sandbox.sms import msisdn
from sandbox.spelling import nearest
from sandbox.store.listing import seq_of
from sandbox.store.rows import Filter, Text

LONGEST_WAIT = HOUR
PAGE = 100
_DIGITS = re.compile(r"[0-9]+")
Find = Callable[[str], Awaitable[int | None]]
"""From an id that somebody knows to its row's seq."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Hold the call (real µs) until at least ``least`` match; with ``most``, to the end, unless more arrive."""

    length: int
    least: int
    most: int | None


def wait(query: Mapping[str, Any]) -> Wait | None:
    """None: the call asks for what there is. Raises ``Problem``."""
    if not {"wait", "min", "max"} & query.keys():
        return None
    most = query.get("max")
    least = query.get("min", 1 if most is None else 0)
    if most is not None and most < least:
        raise bad_parameter("max", f"no number is at least {least} and at most {most}")
    length = duration("wait", query.get("wait", "0s"))
    if length > LONGEST_WAIT:
        raise bad_parameter("wait", f"no call is held longer than {durations.format(LONGEST_WAIT)}")
    return Wait(length, least, most)


def duration(name: str, text: str) -> int:
    try:
        return durations.parse(text)
    except ValueError as fault:
        raise bad_parameter(name, str(fault)) from None


async def rows(errand: Errand, fields: Mapping[str, str], words: Mapping[str, Collection[str]], find: Find) -> Filter:
    """The store's filter. ``fields``: query parameter → the store's name for it. Raises ``Problem``.

    ``words``: all that a parameter can say; another word would match nothing, and look like an answer.
    """
    query, words = errand.query, {**words, "provider": errand.services.providers}
    match = {column: text(name, query[name], words.get(name, ())) for name, column in fields.items() if name in query}
    which = Filter(match=match, limit=query.get("limit", PAGE), cursor=query.get("cursor"))
    if which.cursor is not None:
        try:
            seq_of(which.cursor)
        except ValueError as fault:
            raise bad_parameter("cursor", str(fault)) from None
    return await _since(which, query["since"], find) if "since" in query else which


def text(name: str, written: str, words: Collection[str]) -> Text:
    """Exact; after ``~`` a part. In numbers a ``+`` that was lost on the way is put back."""
    part = written.startswith("~")
    value = written[1:] if part else written
    if words and not part and value not in words:
        raise bad_parameter(name, f"{value[:64]!r} is no {name}{nearest(value[:64], words)}")
    if name in {"to", "from"}:
        value = number(name, value, part=part)
    return Text(value, part)


def number(name: str, value: str, *, part: bool = False) -> str:
    """``+`` reads as a blank in a query; digits alone are a number, but for a sender's short code."""
    if value.startswith(" "):
        return "+" + value[1:]
    if part or not _DIGITS.fullmatch(value):
        return value
    return msisdn.e164(value) if name == "to" else msisdn.sender(value) or value


async def _since(which: Filter, since: str, find: Find) -> Filter:
    """An id that is known, a cursor, or an instant on the space's clock; what lies after it."""
    seq = await find(since)
    if seq is None:
        try:
            seq = seq_of(since)
        except ValueError:
            return _after(which, since)
    return Filter(which.match, seq, None, which.limit, which.cursor)


def _after(which: Filter, since: str) -> Filter:
    """An offset's ``+`` may have been lost on the way."""
    for written in (since, "+".join(since.rsplit(" ", 1))):
        try:
            return Filter(which.match, 0, parse_iso(written), which.limit, which.cursor)
        except ValueError:
            continue
    told = "is no known id, no cursor and no instant; write an instant like 2026-02-12T14:51:00Z"
    raise bad_parameter("since", f"{since[:64]!r} {told}")
