"""What happened, one line each, for people: in a failed test's report, and on the command line."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sandbox.client.faults import Refused, Unreachable
from sandbox.client.things import Callback, Message, Request

if TYPE_CHECKING:
    from sandbox.client import Client

SHOWN = 50
"""Lines of each kind in a story: the newest."""
FEW = 3
"""Recipients that a line names."""


def story(client: "Client") -> str:
    """The messages of a space, its refused requests and its callback ledger, oldest first."""
    try:
        clock, messages = client.clock.get(), client.messages.all(limit=SHOWN)
        lines = (
            *_chapter("messages", messages, message),
            *_chapter("refused requests", client.requests.all(limit=SHOWN, outcome="rejected"), request),
            *_chapter("faults", client.requests.all(limit=SHOWN, outcome="faulted"), request),
            *_chapter("callbacks", client.callbacks.all(limit=SHOWN), callback, _uncalled(messages)),
            f"the clock is {clock.mode} and shows {_at(clock.now)}; pending: {clock.pending}",
        )
    except (Refused, Unreachable) as fault:
        return str(fault)
    return "\n".join(lines)


def _chapter(title: str, things: Iterable[Any], told: Callable[[Any], str], none: str = "none") -> list[str]:
    lines = [f"  {told(thing)}" for thing in things]
    return [f"{title}:", *reversed(lines)] if lines else [f"{title}: {none}"]


def _uncalled(messages: list[Message]) -> str:
    """What may be why there are no callbacks."""
    lacking = sum(thing.callback_url is None for thing in messages)
    return f"none; messages without a callback URL: {lacking}" if lacking else "none"


def message(thing: Message) -> str:
    sender = f" from {thing.sender}" if thing.sender else ""
    rule = f" (rule: {thing.rule})" if thing.rule else ""
    return f"{_at(thing.accepted_at)} {thing.provider} {thing.to}{sender} {thing.status} {thing.text!r}{rule}"


def request(thing: Request) -> str:
    error = f" {thing.error}" if thing.error else ""
    why = f": {thing.explanation}" if thing.explanation else ""
    rule = f" (rule: {thing.rule})" if thing.rule else ""
    what = thing.operation or f"{thing.method} {thing.path}"
    to = f" to {_few(thing.to)}" if thing.to else ""
    return f"{_at(thing.received_at)} {thing.provider} {what}{to} {thing.outcome}{error}{why}{rule}"


def _few(numbers: list[str]) -> str:
    further = f" and {len(numbers) - FEW} more" if len(numbers) > FEW else ""
    return ", ".join(numbers[:FEW]) + further


def callback(thing: Callback) -> str:
    answers = groupby(str(attempt.status or attempt.error) for attempt in thing.attempts)
    heard = ", ".join(f"{len(times)} x {said}" for said, same in answers if (times := list(same)))
    again = f", next at {_at(thing.next_attempt_at)}" if thing.next_attempt_at else ""
    what = f"{thing.provider} {thing.status} of {thing.message}"
    return f"{_at(thing.happened_at)} {what} to {thing.url} {thing.state}{f' ({heard})' if heard else ''}{again}"


def _at(instant: datetime) -> str:
    return instant.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")
