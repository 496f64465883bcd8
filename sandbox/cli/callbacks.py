"""``sms-sandbox callbacks``: the ledger of what was posted to consumers; or wait for an entry."""

from collections.abc import Mapping
from typing import Any

import click

from sandbox.cli._client import show, with_client, with_filters
from sandbox.client import Client
from sandbox.client.story import callback


@click.command(short_help="Show callbacks, or wait for them.")
@with_client
@with_filters(
    message="About the message with this id.",
    state="In this state: pending, acknowledged, failed or blocked.",
    status="That report this status: delivered, …",
    provider="Of this provider: namirial, …",
    account="Of this account.",
    since="After this callback's id, or this instant.",
)
def command(client: Client, as_json: bool, asked: Mapping[str, Any]) -> int:
    """Show the callbacks that match, one a line with what consumers answered, oldest first.

    With --wait, --min or --max the exit code is 1 when that is not what came; stderr then says what nearly matched.
    """
    show(client.callbacks.all(**asked), callback, as_json=as_json)
    return 0
