"""``sms-sandbox push``: scenario files onto the shelf of a server that cannot see them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sandbox.cli._client import places, with_client
from sandbox.client import Client, Refused
from sandbox.client.calls import SUFFIXES
from sandbox.errors import SandboxError
from sandbox.wire import encode


@click.command(short_help="Put a folder of scenarios on the server's shelf.")
@with_client
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def command(client: Client, as_json: bool, folder: Path) -> int:
    """Put every scenario in DIR on the shelf, each under its file's name: exit code 1 if any is refused.

    For a service container, which starts before there is a checkout.
    """
    files = sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES)
    if not files:
        raise SandboxError(f"{folder}: there is no file that ends in {', '.join(SUFFIXES)}")
    pushed = list(_pushed(client, files))
    if as_json:
        click.echo(encode(pushed))
    for each in () if as_json else pushed:
        click.echo(f"{each['file']}: ok" if each["ok"] else each["detail"])
    return 0 if all(each["ok"] for each in pushed) else 1


def _pushed(client: Client, files: list[Path]) -> Iterator[dict[str, Any]]:
    for file in files:
        told = {"file": str(file), "name": file.stem}
        try:
            client.scenarios.put(file.stem, file)
        except Refused as refused:
            if refused.kind != "invalid":
                raise
            yield {**told, "ok": False, "detail": places(refused, file), "problem": refused.problem}
        else:
            yield {**told, "ok": True}
