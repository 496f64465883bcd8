"""``sms-sandbox serve``: the server itself."""

import gc
import logging
import signal
from typing import Any, NoReturn

import click

from sandbox.cli._settings import misspelt, with_settings
from sandbox.settings import Settings


@click.command(short_help="Run the sandbox.")
@with_settings()
def command(settings: Settings) -> int:
    """Run the sandbox until it is told to stop, by Ctrl-C or SIGTERM.

    Every option can be given by its variable too; a repeatable one then takes several values separated by blanks,
    and SMS_SANDBOX_CALLBACK_SKYCORE=URL is --callback skycore=URL.
    """
    gc.disable()  # until the server stands: what a start makes stays, and looking through it took a tenth of the time
    signal.signal(signal.SIGTERM, _leave)  # the first process of a container would not hear of it until it serves
    from sandbox import app, log

    log.configure(settings.log_format, settings.log_level)
    for sentence in misspelt():
        logging.getLogger(__name__).warning(sentence)
    return app.run(settings)


def _leave(*_: Any) -> NoReturn:
    """There is nothing to bring to an end yet."""
    raise SystemExit(0)
