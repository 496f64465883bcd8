"""The Makefile and the CI script: what they would run."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LEFT_OUT = '-m "not browser"'


def would_run(*words: str, **environment: str) -> str:
    """The commands of a target, none of them run."""
    outer = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "REQUIRE_BROWSER"}
    }
    done = subprocess.run(
        ["make", "--dry-run", *words], cwd=ROOT, env=outer | environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_browser_tests_run_where_there_is_a_browser() -> None:
    assert LEFT_OUT not in would_run("test", "CHROMIUM=chromium")


def test_browser_tests_are_left_out_where_there_is_none_unless_they_must_run() -> None:
    assert LEFT_OUT in would_run("test", "CHROMIUM=")
    assert LEFT_OUT not in would_run("test", "CHROMIUM=", REQUIRE_BROWSER="1")


@pytest.mark.parametrize(
    "target", ["setup", "run", "test", "lint", "format", "bench", "torture", "screenshots", "lock"]
)
def test_every_target_sets_up_what_it_needs(target: str) -> None:
    setup = "pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock"
    assert setup in would_run("--always-make", target)


@pytest.mark.parametrize("changed", [None, "pyproject.toml", "requirements-dev.lock"])
def test_installing_is_done_again_only_when_lock_or_project_have_changed(tmp_path: Path, changed: str | None) -> None:
    (tmp_path / ".venv").mkdir()
    ages = {"pyproject.toml": 1, "requirements-dev.lock": 1, ".venv/.ready": 2} | ({changed: 3} if changed else {})
    for name, age in ages.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (age, age))
    commands = would_run("--file", str(ROOT / "Makefile"), "--directory", str(tmp_path), "test")
    assert ("pip install" in commands) == bool(changed)


def test_help_names_every_target() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    said = subprocess.run(["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in said.splitlines()] == targets


def test_ci_skips_no_browser_test_and_stops_at_the_first_failure() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "set -euo pipefail" in script
    assert re.search(r"export REQUIRE_BROWSER=1\nmake lint\nmake test\n", script)
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
