"""The command line as a whole: what there is, and how it says that it was asked wrongly."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields

import click
import pytest

from sandbox import __version__, cli
from sandbox.cli import _settings
from sandbox.errors import Problem, SandboxError, ScenarioError
from sandbox.settings import Settings, flag, variable


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """Exit code, stdout, stderr."""
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    return (end.value.code, *capsys.readouterr())


def every_command() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli.commands)
    for name in cli.commands.list_commands(context):
        command = cli.commands.get_command(context, name)
        assert command is not None
        yield name, command


def read(*arguments: str) -> Settings:
    """What ``serve`` would be told."""
    told: list[Settings] = []

    @click.command()
    @_settings.with_settings()
    def command(settings: Settings) -> int:
        told.append(settings)
        return 0

    command.main(arguments, standalone_mode=False)
    return told[0]


def test_without_a_word_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys)
    assert code == 0
    assert [name for name, _ in every_command() if f"  {name}" not in out] == []


def test_it_knows_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[:2] == (0, f"sms-sandbox, version {__version__}\n")


def test_every_command_and_every_option_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    for name, command in every_command():
        assert command.get_short_help_str(), name
        code, out, _ = run(capsys, name, "--help")
        assert code == 0
        for each in command.params:
            if isinstance(each, click.Option):
                assert each.help, f"{name} {each.name}"
                assert each.opts[0] in out


def test_every_setting_is_an_option_of_serve_with_its_variable() -> None:
    serve = dict(every_command())["serve"]
    offered = {each.opts[0]: each.envvar for each in serve.params if isinstance(each, click.Option)}
    assert {flag(each): variable(each) for each in fields(Settings)} == offered


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serv"], "'serv'"),
        (["serve", "--prot", "1"], "--port"),
        (["serve", "--port"], "--port"),
        (["serve", "--port", "high"], "--port (SMS_SANDBOX_PORT): 'high' is no whole number"),
        (["serve", "--port", "70000"], "--port (SMS_SANDBOX_PORT): 70000 is out of range"),
        (["serve", "--body-limit", "4MB"], "4MiB"),
        (["serve", "extra"], "extra"),
        (["healthcheck", "--wait", "3"], "'3' is no duration"),
    ],
)
def test_what_was_asked_wrongly_is_one_line_and_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("sms-sandbox: ")
    assert err.count("\n") == 1
    assert says in err


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (SandboxError("port 7670 is taken"), "sms-sandbox: port 7670 is taken"),
        (PermissionError(13, "Permission denied", "a.yaml"), "sms-sandbox: a.yaml: Permission denied"),
        (ScenarioError((Problem("unknown key", "a.yaml", 3, 5),)), "a.yaml:3:5: unknown key"),
    ],
)
def test_a_fault_is_told_in_one_line(fault: Exception, line: str) -> None:
    assert cli.complaint(fault) == line


def test_variables_set_what_the_command_line_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_SANDBOX_PORT", "8000")
    monkeypatch.setenv("SMS_SANDBOX_HOST", "0.0.0.0")
    monkeypatch.setenv("SMS_SANDBOX_ALLOW_HOST", "one.test two.test")
    monkeypatch.setenv("SMS_SANDBOX_DEBUG_HEADERS", "false")
    monkeypatch.setenv("SMS_SANDBOX_TOKEN", "")
    settings = read("--port", "9000")
    assert (settings.port, settings.host) == (9000, "0.0.0.0")
    assert settings.allow_host == ("one.test", "two.test")
    assert settings.debug_headers is False
    assert settings.token is None


def test_each_provider_has_a_variable_for_its_callback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_SANDBOX_CALLBACK", "bloomreach=http://localhost:1/in")
    monkeypatch.setenv("SMS_SANDBOX_CALLBACK_SKYCORE", "http://localhost:2/sky")
    monkeypatch.setenv("SMS_SANDBOX_CALLBACK_ALLOW", "any")
    settings = read()
    assert settings.callback == {"bloomreach": "http://localhost:1/in", "skycore": "http://localhost:2/sky"}
    assert settings.callback_allow == ("any",)
    assert read("--callback", "skycore=http://localhost:3/").callback == {"skycore": "http://localhost:3/"}


def test_the_port_that_kubernetes_announces_is_not_taken_for_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_SANDBOX_PORT", "tcp://10.0.0.1:7670")
    assert read().port == 7670


def test_help_needs_no_server() -> None:
    program = (
        "import sys\nfrom sandbox.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "sys.exit(','.join({'aiohttp', 'faker', 'jsonschema', 'ruamel'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
