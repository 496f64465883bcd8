"""docs/recipes.md, as far as this machine allows: commands run, tests tested, files read and their names looked up."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from sandbox import cli, resources
from sandbox.background import running
from sandbox.client import Client
from sandbox.client.wires import slugs
from sandbox.settings import PREFIX, Settings
from tests.plugin.running import PLAIN, outcomes
from tests.plugin.running import pytest as run_pytest
from tests.recipes.engine import engine
from tests.test_house import ROOT

TEXT = (ROOT / "docs" / "recipes.md").read_text("utf-8")
PORT = str(Settings().port)


def blocks(language: str) -> list[tuple[str, str]]:
    """Heading and text of every block in ``language``."""
    found = []
    for section in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0]
        found += [
            (heading, block) for block in re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        ]
    return found


def block(heading: str, language: str = "yaml") -> Any:
    """The one of that section; YAML is read."""
    (text,) = [text for title, text in blocks(language) if title == heading]
    return YAML(typ="safe").load(text) if language == "yaml" else text


@pytest.fixture
def url() -> Iterator[str]:
    """A server of the recipe's own."""
    with running() as url:
        yield url


def shell(script: str, cwd: Path, **environment: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(
        command, cwd=cwd, env=PLAIN | {"PATH": path} | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"


def test_every_section_is_listed() -> None:
    listed = re.findall(r"^- \[(.*)\]\(#(.*)\)$", TEXT, re.MULTILINE)
    assert [title for title, _ in listed] == re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    assert [title.lower().replace(" ", "-") for title, _ in listed] == [anchor for _, anchor in listed]


SHELL = [text for heading, text in blocks("sh") if heading != "pytest"]


@pytest.mark.parametrize("script", SHELL, ids=[f"script-{number}" for number in range(len(SHELL))])
def test_the_commands_do_as_they_say(script: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if "serve" in script:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        shell(script, tmp_path, SMS_SANDBOX_PORT=port, SMS_SANDBOX_URL=f"http://localhost:{port}")
    else:
        shell(script, tmp_path, SMS_SANDBOX_URL=request.getfixturevalue("url").replace("127.0.0.1", "localhost"))


def test_the_tests_pass(tmp_path: Path, url: str) -> None:
    tests, conftest = (text for heading, text in blocks("python") if heading == "pytest")
    (tmp_path / "test_recipe.py").write_text(tests)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode=auto\nasyncio_default_fixture_loop_scope=function\n")
    assert outcomes(run_pytest(cwd=tmp_path)) == "2 passed"
    (tmp_path / "conftest.py").write_text(conftest)
    (script,) = (text for heading, text in blocks("sh") if heading == "pytest")
    shell(script, tmp_path, SMS_SANDBOX_URL=url)


def test_the_container_is_used_as_written(tmp_path: Path, url: str) -> None:
    (tmp_path / "test_recipe.py").write_text(block("Testcontainers", "python"))
    with engine(int(url.rpartition(":")[2])) as docker:
        done = run_pytest(
            cwd=tmp_path,
            DOCKER_HOST=docker.url,
            TESTCONTAINERS_RYUK_DISABLED="true",
            TESTCONTAINERS_CONNECTION_MODE="docker_host",
        )
    assert outcomes(done) == "1 passed"
    assert docker.created[0]["Image"] == "registry.example/sms-sandbox:0.1"


def settings_in(environment: dict[str, str]) -> dict[str, str]:
    """Those that the server reads; each is a setting that there is."""
    told = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    known = {f"{PREFIX}{name.upper()}" for name in Settings.__dataclass_fields__}
    known |= {f"{PREFIX}CALLBACK_{slug.upper()}" for slug in slugs()} | {"SMS_SANDBOX_URL"}
    assert told.keys() <= known
    return told


def scripts_run(scripts: list[str], cwd: Path, url: str) -> None:
    """Every command of ours, in a checkout that holds scenarios."""
    shutil.copytree(resources.folder("scenarios"), cwd / "scenarios")
    ours = [script for script in scripts if script.startswith("sms-sandbox")]
    assert len(ours) == 2
    for script in ours:
        shell(script, cwd, SMS_SANDBOX_URL=url)
    assert (cwd / "sms.xml").read_bytes().startswith(b"<?xml")
    assert "put" in {each["origin"] for each in Client(url).scenarios.all()}


def test_the_github_workflow_holds(tmp_path: Path, url: str) -> None:
    job = block("GitHub Actions")["jobs"]["test"]
    service = job["services"]["sms-sandbox"]
    assert service["ports"] == [f"{PORT}:{PORT}"]
    assert job["env"] == {"SMS_SANDBOX_URL": f"http://localhost:{PORT}"}
    rewrite = settings_in(service["env"])["SMS_SANDBOX_CALLBACK_REWRITE"]
    assert all(target in service["options"] for target in re.findall(r"=(\S+)", rewrite))
    scripts_run([step["run"] for step in job["steps"] if "run" in step], tmp_path, url)


def test_the_gitlab_job_holds(tmp_path: Path, url: str) -> None:
    job = block("GitLab CI")["test"]
    (service,) = job["services"]
    assert settings_in(job["variables"])["SMS_SANDBOX_URL"] == f"http://{service['alias']}:{PORT}"
    assert "sms.xml" in job["artifacts"]["reports"]["junit"]
    scripts_run(job["script"], tmp_path, url)


def test_the_compose_file_holds(url: str, tmp_path: Path) -> None:
    services = block("Docker Compose")["services"]
    ours, app = services["sms-sandbox"], services["app"]
    assert ours["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    aliases = ours["networks"]["default"]["aliases"]
    assert aliases == list(slugs())
    settings = settings_in(ours["environment"])
    assert settings["SMS_SANDBOX_SCENARIOS"] in ours["volumes"][0]
    assert "app" in settings["SMS_SANDBOX_CALLBACK_SKYCORE"]
    bases = [value.removeprefix(f"http://sms-sandbox:{PORT}/") for value in app["environment"].values()]
    assert set(bases) <= set(slugs())
    for alias in aliases:
        shell(f"curl -sS -o answer -H 'Host: {alias}' {url}/", tmp_path)
        assert [request.path for request in Client(url).requests.all(provider=alias)] == ["/"]


@pytest.mark.parametrize("command", sorted(set(re.findall(r"sms-sandbox ([a-z]+)\b", TEXT))))
def test_every_command_named_is_one_of_ours(command: str) -> None:
    assert command in cli.commands.list_commands(click.Context(cli.commands))
