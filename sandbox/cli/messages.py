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
    provider="Of this provider, by its slug.",
    to="To this number; a part after ~.",
    sender="From this number or name; a part after ~.",
    text="Of this text; a part after ~.",
    status="In this state.",
    account="Of this account.",
    rule="Decided by this rule.",
    since="After this id, cursor or instant.",
)
@click.option("--code", is_flag=True, help="Print the one-time code of the newest alone; exit code 1 if it has none.")
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
