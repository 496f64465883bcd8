"""``sms-sandbox check``: are these files scenarios? In the words that the server has for them."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from sandbox.errors import Problem, ScenarioError


@click.command(short_help="Say what is wrong with scenario files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Refuse what is doubtful too, such as a rule that can never match.")
@click.option("--json", "as_json", is_flag=True, help="Answer with a JSON array of problems.")
def command(files: Sequence[Path], strict: bool, as_json: bool) -> int:
    """Check scenario files; exit code 0 if the server would take them all, 1 if not.

    Each problem is a line: file, line, column, what is wrong, and the nearest word there is.
    """
    found = [problem for file in files for problem in problems(file)]
    click.echo(_json(found) if as_json else "\n".join([*map(_line, found), _verdict(len(files), found, strict)]))
    return int(_refused(found, strict))


def problems(file: Path) -> tuple[Problem, ...]:
    """Everything wrong with a file, or doubtful in it. ``OSError`` if it cannot be read."""
    from sandbox.cli._vocabularies import vocabularies
    from sandbox.scenario.load import load

    try:
        return load(file.read_bytes(), file=str(file), vocabularies=vocabularies()).warnings
    except ScenarioError as fault:
        return fault.problems


def _refused(found: Sequence[Problem], strict: bool) -> bool:
    return any(strict or not problem.warning for problem in found)


def _line(problem: Problem) -> str:
    kind = "warning: " if problem.warning else ""
    return f"{problem.file}:{problem.line}:{problem.column}: {kind}{problem.message}"


def _json(found: Sequence[Problem]) -> str:
    from sandbox.wire import encode

    return encode([asdict(problem) for problem in found]).decode()


def _verdict(files: int, found: Sequence[Problem], strict: bool) -> str:
    counted = f"{files} file{'s'[: files != 1]}, {len(found)} problem{'s'[: len(found) != 1]}"
    return f"{counted}: {'refused' if _refused(found, strict) else 'taken'}"
