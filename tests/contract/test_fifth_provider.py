"""A fifth provider is two new paths and no edited file: the shared tests pick it up and hold it to its documents."""

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns

import pytest

ROOT = Path(__file__).parents[2]
FIFTH = Path(__file__).parent / "fifth"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """This house, and in it one more provider."""
    for room in ("sandbox", "specs", "scenarios", "tests/support", "tests/contract"):
        copytree(ROOT / room, tmp_path / room, ignore=ignore_patterns("_data", "static"))
    for file in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py"):
        copyfile(ROOT / file, tmp_path / file)
    copyfile(FIFTH / "acme.py", tmp_path / "sandbox/providers/acme.py")
    copytree(FIFTH / "specs", tmp_path / "specs/acme")
    return tmp_path


@pytest.mark.timeout(180)  # a hundred tests in one
def test_it_passes_the_tests_of_all_providers_and_is_spoken_of_everywhere(house: Path) -> None:
    plugins = ("pytest_asyncio.plugin", "pytest_timeout", "_hypothesis_pytestplugin")
    command = [sys.executable, "-m", "pytest", "tests/contract", "-k", "acme", "-q", "-p", "no:cacheprovider"]
    command += [word for plugin in plugins for word in ("-p", plugin)]
    environment = {**os.environ, "PYTHONPATH": str(house), "PYTEST_ADDOPTS": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
    passed = re.search(r"^(\d+) passed", run.stdout, re.MULTILINE)
    assert passed is not None, run.stdout
    assert int(passed[1]) > 100
