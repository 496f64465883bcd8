"""``sms-sandbox healthcheck``: is the server ready? For containers without curl, and for scripts."""

import http.client
import os
import time
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from sandbox import durations
from sandbox.cli._settings import reader, with_settings
from sandbox.durations import SECOND
from sandbox.errors import SandboxError
from sandbox.settings import Settings

PATIENCE = 2.0
"""Seconds that one try may take."""
PAUSE = 0.1
"""Seconds between two tries."""
SHOWN = 500
"""Bytes of an answer that is quoted."""
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server listens that listens everywhere


@click.command(short_help="Ask whether the server is ready.")
@with_settings("host", "port")
@click.option(
    "--wait",
    type=reader(durations.parse),
    metavar="DURATION",
    default="0s",
    show_default=True,
    help="Keep asking for so long, in real time.",
)
@click.option("--url", metavar="URL", help="Ask the server there; host and port then do not matter.")
@click.pass_context
def command(ctx: click.Context, settings: Settings, wait: int, url: str | None) -> int:
    """Ask a server whether it is ready: exit code 0 if it is, 1 if not.

    It is asked where serve would listen, given the same options and variables; or at --url. Where nothing says
    any of this, it is asked where the other commands ask: at SMS_SANDBOX_URL.
    """
    url = url or _elsewhere(ctx)
    host, port = _named(url) if url else (_ANY.get(settings.host, settings.host), settings.port)
    if port == 0:
        raise SandboxError("--port (SMS_SANDBOX_PORT): 0 is picked when the server starts; name the port it has now")
    end = time.monotonic() + wait / SECOND
    while trouble := unready(host, port):
        if time.monotonic() >= end:
            click.echo(f"not ready: {trouble}", err=True)
            return 1
        time.sleep(PAUSE)
    return 0


def _elsewhere(ctx: click.Context) -> str | None:
    """Of less weight than host and port: in a container these are the server's own, and the variable is the job's."""
    own = {ctx.get_parameter_source(name) for name in ("host", "port")} != {ParameterSource.DEFAULT}
    return None if own else os.environ.get("SMS_SANDBOX_URL")


def _named(url: str) -> tuple[str, int]:
    """Raises ``SandboxError`` for what names no server."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, http.client.HTTP_PORT if parts.port is None else parts.port
    except ValueError:
        host, port = None, 0
    if not (url.startswith("http://") and host):
        raise SandboxError(
            f"--url (SMS_SANDBOX_URL): {url!r} is no URL of a server; write it like http://localhost:7670"
        )
    return host, port


def unready(host: str, port: int) -> str:
    """Why the server is not ready; empty if it is. Goes to it straight, past any proxy of the environment."""
    connection = http.client.HTTPConnection(host.strip("[]"), port, timeout=PATIENCE)
    try:
        connection.request("GET", "/readyz", headers={"Connection": "close"})
        answer = connection.getresponse()
        body = " ".join(answer.read(SHOWN).decode(errors="replace").split())
    except (OSError, http.client.HTTPException) as fault:
        return f"{host}:{port}: {fault or type(fault).__name__}"
    finally:
        connection.close()
    return "" if answer.status == http.client.OK else f"{answer.status} {body}"
