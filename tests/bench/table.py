"""What was measured, as a Markdown table."""

import platform
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import aiohttp
import orjson

HEAD = ("what", "goal", "here", "beside it", "ratio")


class Row(NamedTuple):
    """One line. ``beside``: the same of what it is measured against, in the same run."""

    what: str
    goal: str
    here: str
    beside: str = ""
    ratio: float | None = None


def markdown(rows: Iterable[Row]) -> str:
    lines = [HEAD, ("---",) * len(HEAD)]
    lines += [(*row[:4], "" if row.ratio is None else f"{row.ratio:.2f} ×") for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """On what it was measured."""
    libraries = f"Python {platform.python_version()}, aiohttp {aiohttp.__version__}, orjson {orjson.__version__}"
    return f"{_processor()}, {platform.system()}; {libraries}."


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} cores of {models[0]}" if models else platform.machine()
