"""The README: its console lines against a live server, with the answers that they show, and what else it names."""

import asyncio
import re
from pathlib import Path

import click
import pytest

from sandbox import cli
from sandbox.cli._vocabularies import vocabularies
from sandbox.scenario.check import check
from tests.plugin.running import outcomes
from tests.plugin.running import pytest as run_pytest
from tests.support.server import Server

README = Path(__file__).parent.parent / "README.md"
INVENTED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|(?<=\"tracking-id\":\")\w{12}")
"""What no two runs have in common."""


TEXT = README.read_text("utf-8")
SHOP = """
import base64, json, urllib.request
import pytest

class Shop:
    def configure(self, sms_url, login):
        self.url, self.login = sms_url, base64.b64encode(":".join(login).encode()).decode()

    def sign_up(self, number):
        body = json.dumps({"destination": number, "text": "Your code is 123456"}).encode()
        headers = {"Authorization": f"Basic {self.login}", "Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/api/Services/send", body, headers)).close()

@pytest.fixture
def shop():
    return Shop()
"""
"""An application, for the test that the README shows."""


def _blocks(language: str = "console") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def _split(block: str) -> tuple[str, str]:
    """A block's commands, and what they print."""
    commands, answers, continued = [], [], False
    for line in block.splitlines():
        if line.startswith("$ ") or continued:
            commands.append(line.removeprefix("$ "))
            continued = line.endswith("\\") or "\n".join(commands).count("'") % 2 == 1
        else:
            answers.append(line)
    return "\n".join(commands), "\n".join(answers)


async def test_the_console_lines_print_what_the_readme_shows(sandbox: Server) -> None:
    blocks = _blocks("console")
    assert len(blocks) >= 8
    script, shown = zip(*map(_split, blocks), strict=True)
    text = "\necho\n".join(script).replace("http://localhost:7670", sandbox.url)
    shell = await asyncio.create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", text, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    printed, complaints = await shell.communicate()
    assert (shell.returncode, complaints) == (0, b"")
    assert _lines(printed.decode()) == _lines("\n".join(shown))


def _lines(text: str) -> list[str]:
    """Without what is invented anew each time; answers of two curls may stand on one line."""
    return [line for line in INVENTED.sub("…", text).replace("}{", "}\n{").splitlines() if line.strip()]


def test_the_test_that_it_shows_passes(tmp_path: Path) -> None:
    (shown,) = _blocks("python")
    (tmp_path / "conftest.py").write_text(SHOP)
    (tmp_path / "test_shown.py").write_text(shown)
    assert outcomes(run_pytest(cwd=tmp_path)) == "1 passed"


def test_the_scenario_that_it_shows_is_one(tmp_path: Path) -> None:
    (shown,) = _blocks("yaml")
    file = tmp_path / "flaky-carrier.yaml"
    file.write_text(shown)
    assert check([file], vocabularies(), strict=True).ok


@pytest.mark.parametrize("line", sorted(set(re.findall(r"`sms-sandbox ([a-z][^`]*)`", TEXT))))
def test_every_command_that_it_names_takes_these_options(line: str) -> None:
    name, *words = line.split()
    command = cli.commands.get_command(click.Context(cli.commands), name)
    assert command is not None
    command.make_context(name, [word for word in words if word != "--help"])


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)]+)\)", TEXT))))
def test_what_it_links_to_is_there(target: str) -> None:
    path, _, anchor = target.partition("#")
    there = (README.parent / path) if path else README
    assert there.is_file()
    headings = re.findall(r"^#+ (.*)$", there.read_text("utf-8"), re.MULTILINE) if anchor else []
    assert not anchor or anchor in {heading.lower().replace(" ", "-") for heading in headings}
