"""The README's console lines, run as they stand against a live server, with the answers that they show."""

import asyncio
import re
from pathlib import Path

from tests.support.server import Server

README = Path(__file__).parent.parent / "README.md"
INVENTED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|(?<=\"tracking-id\":\")\w{12}")
"""What no two runs have in common."""


def _blocks() -> list[str]:
    return re.findall(r"```console\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


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
    blocks = _blocks()
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
