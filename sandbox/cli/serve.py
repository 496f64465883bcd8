"""``sms-sandbox serve``: the server itself."""

import gc

import click

from sandbox.cli._settings import with_settings
from sandbox.settings import Settings


@click.command(short_help="Run the sandbox.")
@with_settings()
def command(settings: Settings) -> int:
    """Run the sandbox until it is told to stop, by Ctrl-C or SIGTERM.

    Every option can be given by its variable too; a repeatable one then takes several values separated by blanks,
    and SMS_SANDBOX_CALLBACK_SKYCORE=URL is --callback skycore=URL.
    """
    gc.disable()  # until the server stands: what a start makes stays, and looking through it took a tenth of the time
    from sandbox import app, log

    log.configure(settings.log_format, settings.log_level)
    return app.run(settings)
