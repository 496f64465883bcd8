"""pytest, run as its users run it: in a process and a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("SMS_SANDBOX_", "PYTEST_"))}

LEFT_OUT = ("cacheprovider", "schemathesis", "hypothesispytest", "faker")
"""Plugins that cost a second to import."""


def pytest(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    without = [word for name in LEFT_OUT for word in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", *without, "--color=no", *words]
    return subprocess.run(command, cwd=cwd, env=PLAIN | environment, capture_output=True, text=True, check=False)


def outcomes(done: subprocess.CompletedProcess[str]) -> str:
    """``1 failed, 2 passed``; everything that was said, where pytest did not come to its end."""
    *_, last = done.stdout.strip().splitlines() or [done.stderr]
    return last.strip("= ").partition(" in ")[0] if done.returncode in {0, 1} else done.stdout + done.stderr
