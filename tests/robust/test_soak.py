"""Memory stays flat once the bounds are reached; ``make torture`` pours two million."""

from pathlib import Path

from tests.robust.soaking import pour, sends
from tests.support.process import serving

SLACK = 12 * 2**20
"""What an allocator may keep for itself, in bytes."""


async def test_memory_stays_flat_once_the_bounds_are_reached(tmp_path: Path) -> None:
    with serving(tmp_path / "log", "--max-messages", "1000", "--max-requests", "1000") as process:
        requests = sends()
        await pour(process.port, requests, 6_000)
        settled = process.memory()
        await pour(process.port, requests, 12_000)
        assert process.memory() < settled + SLACK
    assert (tmp_path / "log").read_text() == ""
