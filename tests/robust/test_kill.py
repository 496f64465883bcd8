"""``kill -9`` at any moment costs nothing that was acknowledged; ``make torture`` does it hundreds of times."""

import subprocess
from pathlib import Path

from tests.robust.killing import besiege
from tests.support.process import PLAIN, SERVE, serving


async def test_what_was_acknowledged_survives_kill_after_kill_and_is_reported(tmp_path: Path) -> None:
    siege = await besiege(tmp_path, kills=6, most=150, seed=1)
    assert len(siege.acknowledged) >= 6


def test_a_second_server_on_the_same_file_is_refused_and_the_first_serves_on(tmp_path: Path) -> None:
    """On a file that is new, that was left in peace, and that was left by a kill."""
    data = ("--data", str(tmp_path / "data.db"))
    for end in ("terminate", "kill", "terminate"):
        with serving(tmp_path / "log", *data) as first:
            second = subprocess.run([*SERVE, *data], env=PLAIN, capture_output=True, text=True, timeout=30, check=False)
            assert (second.returncode, second.stdout) == (2, "")
            assert second.stderr == f"sms-sandbox: data file {data[1]}: another server is using it\n"
            assert first.popen.poll() is None
            getattr(first.popen, end)()
            first.popen.wait(10)
