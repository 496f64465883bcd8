"""``sms-sandbox check``: are these files scenarios? In the words that the server has for them."""

from collections.abc import Sequence
from pathlib import Path

import click


@click.command(short_help="Say what is wrong with scenario files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Refuse what is doubtful too, such as a rule that can never match.")
@click.option("--json", "as_json", is_flag=True, help="Answer with a JSON object: each file with its problems.")
def command(files: Sequence[Path], strict: bool, as_json: bool) -> int:
    """Check scenario files, and folders of them; exit code 0 if the server would take them all, 1 if not.

    Each problem is a line: file, line, column, what is wrong, and the nearest word there is.
    """
    from sandbox.cli._vocabularies import vocabularies
    from sandbox.scenario.check import check
    from sandbox.wire import encode

    report = check(files, vocabularies(), strict=strict)
    click.echo(encode(report.json) if as_json else "\n".join(report.lines))
    return 0 if report.ok else 1
