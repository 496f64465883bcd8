"""``sms-sandbox scenarios``: what a server with these settings would have on its shelf."""

from dataclasses import asdict

import click

from sandbox.cli._settings import with_settings
from sandbox.settings import Settings


@click.command(short_help="List the scenarios there are.")
@with_settings("scenarios")
@click.option("--json", "as_json", is_flag=True, help="Answer with a JSON array of name, description and origin.")
def command(settings: Settings, as_json: bool) -> int:
    """List the bundled scenarios and those in the folder, with what each is about."""
    from sandbox import resources
    from sandbox.cli._vocabularies import vocabularies
    from sandbox.scenario.shelf import Shelf
    from sandbox.wire import encode

    listed = Shelf(resources.folder("scenarios"), settings.scenarios, vocabularies()).list()
    if as_json:
        click.echo(encode([asdict(each) for each in listed]))
        return 0
    width = max((len(each.name) for each in listed), default=0)
    for each in listed:
        click.echo(f"{each.name:<{width}}  {' '.join(each.description.split())}")
    return 0
