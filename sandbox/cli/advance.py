"""``sms-sandbox advance``: let time pass in a space."""

import click

from sandbox.cli._client import DURATION, with_client
from sandbox.client import Client
from sandbox.wire import encode


@click.command(short_help="Let time pass.")
@with_client
@click.argument("by", required=False, metavar="[DURATION]")
@click.option("--to", metavar="INSTANT", help="To this instant.")
@click.option("--until", type=click.Choice(["idle"]), help="Until nothing is pending.")
@click.option("--settle", **DURATION, help="Real time that consumers' own sends get after every instant.")
@click.option("--timeout", **DURATION, default="60s", show_default=True, help="Real time after which it stops.")
def command(
    client: Client,
    as_json: bool,
    by: str | None,
    to: str | None,
    until: str | None,
    settle: str | None,
    timeout: str,
) -> int:
    """Advance the clock, by a DURATION such as 72h, --to an instant or --until idle, and say what happened.

    Everything on the way happens in order, and consumers are waited for; exit code 1 if it ran out of time.
    """
    if len([way for way in (by, to, until) if way]) != 1:
        raise click.UsageError("say how far, in one way: a DURATION, --to or --until", click.get_current_context())
    walk = client.clock.advance(by, to=to, until=until, settle=settle, timeout=timeout)
    if as_json:
        click.echo(encode(walk.json))
    else:
        for step in walk.fired:
            click.echo(f"{step['at']} {step['kind']} {step['status']} of {step['message']}: {step['outcome']}")
        click.echo(f"it is {walk.json['now']}; pending: {walk.pending}")
    return 0 if walk.settled else 1
