"""``sms-sandbox serve`` as its own process: it starts, says where it is, is ready, and ends when told to."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_commands import run

SERVE = (sys.executable, "-m", "sandbox", "serve")
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("SMS_SANDBOX_")}


@contextmanager
def serving(*options: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The process and the port that its banner names."""
    command, environment = [*SERVE, "--port", "0", *options], PLAIN | variables
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as server:
        try:
            assert server.stdout
            named = filter(None, (re.search(r"http://localhost:(\d+)/", line) for line in server.stdout))
            yield server, int(next(named)[1])
        finally:
            server.kill()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_is_ready_once_its_banner_stands_and_ends_when_told_to(
    capsys: pytest.CaptureFixture[str], told: signal.Signals
) -> None:
    with serving() as (server, port):
        assert run(capsys, "healthcheck", "--port", str(port)) == (0, "", "")
        server.send_signal(told)
        _, complaints = server.communicate(timeout=10)
    assert (server.returncode, complaints) == (0, "")


def test_a_variable_that_is_misspelt_is_told_and_others_names_are_left_alone() -> None:
    kubernetes = {"SERVICE_HOST": "10.0.0.1", "SERVICE_PORT_HTTP": "7670", "PORT_7670_TCP": "tcp://10.0.0.1:7670"}
    misspelt = {"PROT": "8000", "CALBACK_SKYCORE": "http://localhost:9000/", "IMAGE": "mine", "URL": "http://localhost"}
    variables = {f"SMS_SANDBOX_{name}": value for name, value in {**kubernetes, **misspelt}.items()}
    with serving(**variables) as (server, _):
        server.send_signal(signal.SIGTERM)
        _, complaints = server.communicate(timeout=10)
    calback, prot = complaints.splitlines()
    assert calback.endswith(
        "CALBACK_SKYCORE is no variable of ours and was not read; did you mean SMS_SANDBOX_CALLBACK_SKYCORE?"
    )
    assert prot.endswith("PROT is no variable of ours and was not read; did you mean SMS_SANDBOX_PORT?")


def refused(*options: str) -> str:
    """What a server that does not start says on stderr."""
    done = subprocess.run([*SERVE, *options], env=PLAIN, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    return done.stderr


def test_a_port_that_is_taken_is_one_line_and_code_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused("--port", str(port))
    assert said.startswith("sms-sandbox: ")
    assert str(port) in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("name", ["no-such-scenario", "no/such/file.yaml"])
def test_a_scenario_that_is_not_there_is_one_line_and_code_2(name: str) -> None:
    said = refused("--port", "0", "--scenario", name)
    assert name in said
    assert said.count("\n") == 1


def test_a_scenario_that_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("name: broken\nruels: []\n")
    assert refused("--port", "0", "--scenario", str(file)).startswith(f"{file}:2:1: ")


def test_data_that_is_no_database_is_one_line_and_code_2(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    file.write_text("this is no database, however long it may be" * 100)
    said = refused("--port", "0", "--data", str(file))
    assert str(file) in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("callback", "says"),
    [("skycor=http://localhost:1/", '"skycore"'), ("namirial=http://localhost:1/", "requests to namirial")],
)
def test_a_callback_of_no_provider_is_one_line_and_code_2(callback: str, says: str) -> None:
    said = refused("--port", "0", "--callback", callback)
    assert says in said
    assert said.count("\n") == 1


def ends_well(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], env=PLAIN, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_start_imports_nothing_that_few_servers_need() -> None:
    ends_well(
        "import sys, sandbox.cli.serve, sandbox.app, sandbox.providers; sandbox.providers.discover()\n"
        "late = {'difflib', 'faker', 'jsonschema', 'jwt', 'prometheus_client', 'sandbox.sms.codes', 'statistics'}\n"
        "sys.exit(', '.join(late & set(sys.modules)) or None)"
    )


def test_garbage_is_collected_again_once_the_server_stands() -> None:
    ends_well(
        "import gc, os, signal, sys\nfrom sandbox import banner, cli\n"
        "banner.text = lambda services, port: os.kill(os.getpid(), signal.SIGTERM) or f'port {port}'\n"
        "try: cli.main(['serve', '--port', '0'])\nexcept SystemExit as end: code = end.code\n"
        "sys.exit(code or not (gc.isenabled() and gc.get_freeze_count()))"
    )
