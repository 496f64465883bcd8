"""Curl lines of documents, run by the real curl."""

import asyncio
from typing import Any

from sandbox.wire import decode

QUIETLY = 'curl() { command curl --silent --show-error --noproxy "*" --write-out "\\n%{http_code}" "$@"; }\n'


async def curl(script: str) -> tuple[int, Any]:
    """The status and the JSON that a script of one curl line is answered."""
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        QUIETLY + script,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complaints = await shell.communicate()
    assert (shell.returncode, complaints) == (0, b""), complaints
    body, _, status = printed.rpartition(b"\n")
    return int(status), decode(body)
