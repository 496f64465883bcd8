"""What commands share that ask a running server: where it is, how they answer, and when the answer is no."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from sandbox import durations
from sandbox.cli._settings import reader
from sandbox.client import Client, NothingArrived, Refused, TooMany, Truncated
from sandbox.client.resource import DEFAULT, URL
from sandbox.wire import encode

Command = Callable[..., int]


def with_client(function: Command) -> Command:
    """Give a command a ``Client`` first, ``as_json``, and their options; a no is said on stderr and is code 1."""

    @wraps(function)
    def told(url: str, space: str, token: str | None, as_json: bool, **given: Any) -> int:
        try:
            return function(Client(url, space, token or None), as_json, **given)
        except (NothingArrived, TooMany, Truncated) as verdict:
            click.echo(encode(verdict.problem) if as_json else str(verdict), err=not as_json)
            return 1

    command: Command = told
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: tuple[Callable[[Command], Command], ...] = (
    click.option(
        "--url",
        envvar="SMS_SANDBOX_URL",
        show_envvar=True,
        default=URL,
        show_default=True,
        help="Base URL of the server.",
    ),
    click.option(
        "--space",
        envvar="SMS_SANDBOX_SPACE",
        show_envvar=True,
        default=DEFAULT,
        show_default=True,
        help="Space to look into.",
    ),
    click.option(
        "--token",
        envvar="SMS_SANDBOX_TOKEN",
        show_envvar=True,
        help="Bearer token, if the server was started with one.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON, in the control API's form."),
)


def with_filters(**helps: str) -> Callable[[Command], Command]:
    """An option a filter, how long to wait and for how many: what was said of it comes as ``asked``."""

    def decorate(function: Command) -> Command:
        @wraps(function)
        def told(*args: Any, **given: Any) -> int:
            asked = {name: value for name in (*helps, *_WAITING) if (value := given.pop(name)) is not None}
            return function(*args, asked=asked, **given)

        command: Command = told
        for name, option in reversed([*_WAITING.items()]):
            command = click.option(f"--{name}", name, **option)(command)
        for name, help in reversed([*helps.items()]):  # noqa: A001 - as click has it
            command = click.option(f"--{'from' if name == 'sender' else name}", name, metavar="TEXT", help=help)(
                command
            )
        return command

    return decorate


def span(text: str) -> str:
    """A duration, as the control API takes it. Raises ``ValueError`` for what is none."""
    durations.parse(text)
    return text


DURATION: Mapping[str, Any] = {"type": reader(span), "metavar": "DURATION"}

_WAITING: Mapping[str, Mapping[str, Any]] = {
    "wait": {**DURATION, "help": "Wait up to this long, in real time, until --min match; exit code 1 if they do not."},
    "min": {"type": click.IntRange(0), "help": "Fewest that must match; 1 if --wait is given alone."},
    "max": {"type": click.IntRange(0), "help": "Most that may match; --wait then waits to its end."},
    "limit": {"type": click.IntRange(1), "default": 100, "show_default": True, "help": "Show this many, the newest."},
}


def show(things: Iterable[Any], told: Callable[[Any], str], *, as_json: bool) -> None:
    """A line each, oldest first, for people; for programs an array, newest first, as the API has it."""
    found = list(things)
    if as_json:
        click.echo(encode([thing.json for thing in found]))
        return
    for thing in reversed(found):
        click.echo(told(thing))


def places(refused: Refused, file: Path) -> str:
    """What the server says of an upload: a line each, with the place in the file as it is called here."""
    errors = refused.problem["errors"]
    return "\n".join(f"{file}:{each['line']}:{each['column']}: {each['detail']}" for each in errors)
