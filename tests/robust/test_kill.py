"""``kill -9`` at any moment costs nothing that was acknowledged; ``make torture`` does it hundreds of times."""

from pathlib import Path

from tests.robust.killing import besiege


async def test_what_was_acknowledged_survives_kill_after_kill_and_is_reported(tmp_path: Path) -> None:
    siege = await besiege(tmp_path, kills=6, most=150, seed=1)
    assert len(siege.acknowledged) >= 6
