"""``sms-sandbox send``: a message, as the provider's own clients would send it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from sandbox.cli._client import with_client
from sandbox.client import Client
from sandbox.wire import encode


@click.command(short_help="Send a message in a provider's own wire form.")
@with_client
@click.argument("provider")
@click.option(
    "--to", required=True, metavar="MSISDN", help="The recipient: + and digits, whatever the provider writes."
)
@click.option("--text", required=True, help="The text.")
@click.option("--from", "sender", metavar="SENDER", help="The sender, where the provider takes one.")
@click.option("--callback", metavar="URL", help="Where reports go, where requests of the provider name it.")
@click.option(
    "--login",
    type=(str, str),
    metavar="KEY VALUE",
    multiple=True,
    help="Part of the login, as an account has it: username app. Repeatable; left out: one that passes by default.",
)
def command(client: Client, as_json: bool, provider: str, login: Sequence[tuple[str, str]], **words: Any) -> int:
    """Send a message to PROVIDER, by its slug: exit code 0 if it is accepted, 1 if not."""
    sent = client.send(provider, login=dict(login) or None, **words)
    if as_json:
        click.echo(encode(asdict(sent)))
    else:
        said = sent.body if isinstance(sent.body, str) else encode(sent.body).decode()
        click.echo(f"{'accepted' if sent.accepted else 'refused'}: HTTP {sent.status} {said}")
    return 0 if sent.accepted else 1
