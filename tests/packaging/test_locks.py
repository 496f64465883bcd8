"""The locks: every package pinned and hashed, and what runs is what is tested."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")


def pins(name: str) -> dict[str, str]:
    """Version by package."""
    return dict(re.findall(r"^([a-z][^=\s]*)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_by_its_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[^\s#])", (ROOT / name).read_text("utf-8").strip())
    assert [
        entry for entry in entries if not re.match(r"\S+==\S+( ;[^\n]*)? \\\n {4}--hash=sha256:[0-9a-f]{64}", entry)
    ] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_a_host(name: str) -> None:
    assert re.findall(r"(?m)^.*(?:://|^--?[a-z-]*index|find-links).*$", (ROOT / name).read_text("utf-8")) == []


def test_what_runs_is_what_is_tested() -> None:
    assert (pins("requirements.lock") | pins("requirements-build.lock")).items() <= pins(
        "requirements-dev.lock"
    ).items()
