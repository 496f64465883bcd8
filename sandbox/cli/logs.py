"""``sms-sandbox logs``: every call of a provider, every report and every post, as it happens."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import click

from sandbox.cli._client import with_client
from sandbox.client import Client, Event, Thing, Unreachable
from sandbox.client.story import callback, request
from sandbox.wire import encode


@click.command(short_help="Show what happened, and follow it.")
@with_client
@click.option("-f", "--follow", is_flag=True, help="Go on, until interrupted or the server stops.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Begin with the newest so many.")
def command(client: Client, as_json: bool, follow: bool, limit: int) -> int:
    """Show the calls that applications made, one a line, oldest first; with -f also what happens from now on."""
    with ExitStack() as stack:
        events = stack.enter_context(client.events()) if follow else ()
        _past(client, limit, as_json=as_json)
        for event in events:
            with suppress(Unreachable):  # the server has stopped, and the stream ends with what it had told by then
                _tell(client, event, as_json=as_json)
    return 0


def _past(client: Client, limit: int, *, as_json: bool) -> None:
    for entry in reversed(client.requests.all(limit=limit)):
        _print("request", entry, request, as_json=as_json)


def _tell(client: Client, event: Event, *, as_json: bool) -> None:
    """Calls and posts in full, for what the event tells of them is their id."""
    match event.kind:
        case "request":
            _print(event.kind, client.requests.get(event.json["id"]), request, as_json=as_json)
        case "callback":
            _print(event.kind, client.callbacks.get(event.json["id"]), callback, as_json=as_json)
        case "message":  # its request says it all
            return
        case _:
            _print(event.kind, event, _plain, as_json=as_json)


def _print(kind: str, thing: Thing, told: Callable[[Any], str], *, as_json: bool) -> None:
    click.echo(encode({"event": kind, **thing.json}) if as_json else told(thing))


def _plain(event: Event) -> str:
    said = {name: value for name, value in event.json.items() if name != "space"}
    return f"{event.kind}: " + ", ".join(f"{name} {value}" for name, value in said.items())
