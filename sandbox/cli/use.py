"""``sms-sandbox use``: play a scenario."""

from pathlib import Path

import click

from sandbox.cli._client import places, with_client
from sandbox.client import Client, Refused
from sandbox.client.calls import SUFFIXES
from sandbox.wire import encode


@click.command(short_help="Play a scenario.")
@with_client
@click.argument("scenario", metavar="NAME|FILE")
def command(client: Client, as_json: bool, scenario: str) -> int:
    """Play a scenario from the shelf, by its NAME, or a FILE of yours: exit code 1 if the file is refused."""
    file = Path(scenario) if scenario.endswith(SUFFIXES) else None
    try:
        active = client.use(file or scenario)
    except Refused as refused:
        if file is None or refused.kind != "invalid":
            raise
        click.echo(encode(refused.problem) if as_json else places(refused, file), err=not as_json)
        return 1
    click.echo(encode(active) if as_json else f"playing {active['name']}")
    return 0
