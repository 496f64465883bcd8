"""``sms-sandbox``: every file beside this one is a command of the same name. Found, not listed.

Such a file defines ``command``, which returns its exit code (None is 0), and imports little before it is called:
``--help`` imports them all. Files that begin with an underscore are no commands.

Exit codes: 0 done, 1 the answer is no, 2 asked wrongly (one line on stderr says what), 130 interrupted.
"""

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from sandbox import __version__
from sandbox.errors import SandboxError, ScenarioError

NAME = "sms-sandbox"
ASKED_WRONGLY = 2
INTERRUPTED = 130


class Commands(click.Group):
    """A command's file is imported when the command is called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        files = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(file.replace("_", "-") for file in files if not file.startswith("_"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{name.replace('-', '_')}").command
        return command


_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(NAME, cls=Commands, invoke_without_command=True, context_settings=_CONTEXT)
@click.version_option(__version__, "-V", "--version", prog_name=NAME)
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Four SMS provider APIs that send nothing and forget nothing."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The console script. Leaves by ``SystemExit``, never with a traceback for what its caller got wrong."""
    try:
        code = commands.main(arguments, prog_name=NAME, standalone_mode=False) or 0
    except click.Abort:
        code = INTERRUPTED
    except (click.ClickException, SandboxError, OSError) as fault:
        click.echo(complaint(fault), err=True)
        code = ASKED_WRONGLY
    sys.exit(code)


def complaint(fault: Exception) -> str:
    """What was wrong, one line each; a scenario's lines begin with their place, as editors want them."""
    match fault:
        case ScenarioError():
            return str(fault)
        case click.BadParameter(param=click.Option(opts=[option, *_], envvar=str(variable)), message=message):
            return f"{NAME}: {option} ({variable}): {message}"
        case click.UsageError(ctx=click.Context(command_path=path)):
            return f"{NAME}: {fault.format_message().rstrip('.')}; see {path} --help"
        case OSError(filename=str(file), strerror=str(reason)):
            return f"{NAME}: {file}: {reason}"
        case _:
            return "\n".join(f"{NAME}: {line}" for line in str(fault).splitlines())
