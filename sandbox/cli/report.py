"""``sms-sandbox report``: did what the scenario expects happen, and what was rehearsed?"""

from pathlib import Path
from typing import Any

import click

from sandbox.cli._client import with_client
from sandbox.client import Client
from sandbox.wire import encode


@click.command(short_help="Judge the scenario's expectations.")
@with_client
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there as JUnit XML.")
def command(client: Client, as_json: bool, junit: Path | None) -> int:
    """Judge what the scenario expects, and count the errors and states rehearsed: exit code 1 if anything failed."""
    report = client.report()
    if junit:
        junit.write_bytes(client.junit())
    if as_json:
        click.echo(encode(report.json))
        return 0 if report.passed else 1
    for result in report.results:
        verdict = "passed" if result.passed else "FAILED"
        click.echo(f"{verdict}: {_said(result.expect)}, found {_said(result.actual)}")
    for slug, covered in (report.coverage or {}).items():
        errors, states = (f"{len(covered[kind]['seen'])} of {covered[kind]['total']}" for kind in ("errors", "states"))
        click.echo(f"{slug}: {errors} errors and {states} states rehearsed")
    return 0 if report.passed else 1


def _said(value: Any) -> str:
    return encode(value).decode()
