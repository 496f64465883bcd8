"""``sms-sandbox reset``: a space as if nothing had happened."""

import click

from sandbox.cli._client import with_client
from sandbox.client import Client
from sandbox.wire import encode


@click.command(short_help="Forget what happened in a space.")
@with_client
def command(client: Client, as_json: bool) -> int:
    """Remove a space's messages, journal, callbacks and all that is pending; its scenario and clock stay."""
    removed = client.reset()
    click.echo(encode(removed) if as_json else "removed: " + ", ".join(f"{n} {what}" for what, n in removed.items()))
    return 0
