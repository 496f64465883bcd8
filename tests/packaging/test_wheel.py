"""The image's build steps by hand: what the Dockerfile copies is built, installed elsewhere, and found whole there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox import __version__
from tests.packaging import dockerfile

ROOT = Path(__file__).parent.parent.parent

REPORT = """
import json, sandbox
from sandbox import providers, resources
def held(folder):
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
print(json.dumps({
    "package": sandbox.__file__,
    "providers": sorted(providers.discover()),
    "specs": held(resources.folder("specs")),
    "scenarios": held(resources.folder("scenarios")),
}))
"""


def run(*words: str | Path, cwd: Path, path: Path | None = None) -> str:
    """Stdout of a Python that sees ``path`` before all else."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SMS_SANDBOX"))}
    if path:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def held(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile copies, and nothing else."""
    folder = tmp_path_factory.mktemp("source")
    for copy in dockerfile.read(ROOT / "Dockerfile")[0].all("COPY"):
        for name in copy.arguments.split()[:-1]:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def installed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, installed without the checkout; its dependencies are this environment's."""
    wheels, target = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed")
    pip = ("-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", wheels, ".", cwd=source)
    (wheel,) = wheels.iterdir()
    run(*pip, "install", "--no-deps", "--no-index", "--no-compile", "--target", target, wheel, cwd=wheels)
    return target


@pytest.fixture(scope="module")
def report(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the installed package says of itself, far from the checkout."""
    found: dict[str, Any] = json.loads(run("-c", REPORT, cwd=tmp_path_factory.mktemp("far"), path=installed))
    return found


def test_the_command_runs_where_there_is_no_checkout(installed: Path, tmp_path: Path) -> None:
    said = run(installed / "bin" / "sms-sandbox", "--version", cwd=tmp_path, path=installed)
    assert said == f"sms-sandbox, version {__version__}\n"


def test_the_wheel_carries_the_whole_package(installed: Path, source: Path, report: dict[str, Any]) -> None:
    assert Path(report["package"]).parent == installed / "sandbox"
    carried = [name for name in held(installed / "sandbox") if not name.startswith("_data/") and ".pyc" not in name]
    assert carried == held(source / "sandbox")


def test_the_wheel_carries_specs_and_scenarios(source: Path, report: dict[str, Any]) -> None:
    assert report["specs"] == held(source / "specs")
    assert report["scenarios"] == held(source / "scenarios")
    assert set(report["providers"]) >= {"blackkonnect", "bloomreach", "namirial", "skycore"}


def test_the_wheel_brings_its_licence_and_nothing_at_the_top_but_package_and_plugin(installed: Path) -> None:
    metadata = f"sms_sandbox-{__version__}.dist-info"
    assert "MIT License" in (installed / metadata / "licenses" / "LICENSE").read_text()
    assert {file.name for file in installed.iterdir()} == {"bin", "pytest_sms_sandbox.py", "sandbox", metadata}
