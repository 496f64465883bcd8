"""The README's console lines and its test, run as they stand; the lines with the answers that they show."""

import asyncio
import re
from pathlib import Path

from tests.plugin.running import outcomes, pytest
from tests.support.server import Server

README = Path(__file__).parent.parent / "README.md"
INVENTED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|(?<=\"tracking-id\":\")\w{12}")
"""What no two runs have in common."""


SHOP = """
import pytest

class Shop:
    def __init__(self, sandbox):
        self.sandbox = sandbox

    async def sign_up(self, number, base_url):
        assert base_url == self.sandbox.namirial.base_url
        await self.sandbox.send("namirial", to=number, text="Your code is 123456")

@pytest.fixture
def shop(sms_sandbox):
    return Shop(sms_sandbox)
"""


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


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


def test_the_test_of_the_readme_passes(tmp_path: Path) -> None:
    (test,) = _blocks("python")
    (tmp_path / "conftest.py").write_text(SHOP)
    (tmp_path / "test_shop.py").write_text(test)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode=auto\nasyncio_default_fixture_loop_scope=function\n")
    assert outcomes(pytest(cwd=tmp_path)) == "1 passed"
