"""``sms-sandbox messages``: what would have been sent; or wait for it."""

from collections.abc import Mapping
from typing import Any

import click

from sandbox.cli._client import show, with_client, with_filters
from sandbox.client import Client
from sandbox.client.story import message


@click.command(short_help="Show messages, or wait for them.")
@with_client
@with_filters(
    provider="Sent to this provider: namirial, …",
    to="Sent to this number; ~0901 for a part of it.",
    sender="Sent from this number or name; ~ before a part of it.",
    text="With exactly this text; ~code for a part of it.",
    status="In this state now: queued, delivered, …",
    account="Sent by this account.",
    rule="Decided by this rule.",
    since="Accepted after this message's id, or this instant.",
)
@click.option(
    "--code",
    is_flag=True,
    help="Print nothing but the one-time code of the newest message; exit code 1 if it has none.",
)
def command(client: Client, as_json: bool, asked: Mapping[str, Any], code: bool) -> int:
    """Show the messages that match, one a line, oldest first.

    With --wait, --min or --max the exit code is 1 when that is not what came; stderr then says what nearly matched.
    """
    found = client.messages.all(**asked)
    if not code:
        show(found, message, as_json=as_json)
        return 0
    codes = found[0].codes if found else []
    click.echo(codes[0] if codes else "no code", err=not codes)
    return 0 if codes else 1
