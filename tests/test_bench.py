"""The bench runs, and tells what it found. What it finds is nobody's test: that depends on the machine."""

import pytest

from tests.bench.__main__ import MEASURES, bench
from tests.bench.effort import TINY
from tests.bench.table import HEAD, Row, markdown

pytestmark = pytest.mark.timeout(300)  # some measurements take three servers, and the machine may be busy


@pytest.mark.parametrize("name", MEASURES)
async def test_every_measurement_runs_and_fills_its_line(name: str) -> None:
    rows = await bench([name], TINY)
    assert rows
    assert all(row.what and row.here for row in rows)
    assert all(row.ratio is None or row.ratio > 0 for row in rows)


def test_the_table_is_markdown() -> None:
    head, rule, line = markdown([Row("sends", "≤ 2 ×", "3 µs", "bare 2 µs", 1.5)]).splitlines()
    assert head == f"| {' | '.join(HEAD)} |"
    assert set(rule) == set("| -")
    assert line == "| sends | ≤ 2 × | 3 µs | bare 2 µs | 1.50 × |"
