"""The Dockerfile, as far as it can be judged without an engine; test_wheel.py runs its steps by hand."""

from pathlib import Path

import click
import pytest

from sandbox import cli
from sandbox.settings import PREFIX, Settings
from tests.packaging import dockerfile
from tests.packaging.dockerfile import Stage

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def stages() -> list[Stage]:
    return dockerfile.read(ROOT / "Dockerfile")


@pytest.fixture
def image(stages: list[Stage]) -> Stage:
    """The last stage: what is shipped."""
    return stages[-1]


def test_it_has_two_stages_on_the_same_slim_python(stages: list[Stage]) -> None:
    build, image = stages
    assert build.base == image.base
    assert image.base.startswith("python:3.")
    assert image.base.endswith("-slim")
    assert (build.name, image.name) == ("build", "")


def test_it_runs_as_nobody_in_particular(image: Stage) -> None:
    user, group = image.one("USER").rest.split(":")
    assert int(user) > 0
    assert int(group) > 0
    last = max(index for index, each in enumerate(image.instructions) if each.word in {"COPY", "RUN", "ADD"})
    assert image.instructions.index(image.one("USER")) > last


def test_what_it_starts_is_in_exec_form_and_a_command_of_ours(image: Stage) -> None:
    context = click.Context(cli.commands)
    assert image.one("ENTRYPOINT").exec_form() == [cli.NAME]
    (served,) = image.one("CMD").exec_form()
    name, asked = image.one("HEALTHCHECK").exec_form()
    assert name == cli.NAME
    assert {served, asked} <= set(cli.commands.list_commands(context))


def test_a_signal_reaches_the_server_itself(image: Stage) -> None:
    assert image.one("STOPSIGNAL").rest == "SIGTERM"
    assert image.all("SHELL") == []


def test_it_listens_on_every_network_and_on_the_port_it_exposes(image: Stage) -> None:
    assert image.env[f"{PREFIX}HOST"] == "0.0.0.0"
    assert int(image.one("EXPOSE").rest) == Settings().port


def test_it_writes_nothing_into_its_root(image: Stage) -> None:
    assert image.env["PYTHONDONTWRITEBYTECODE"] == "1"
    assert image.all("RUN") == []


def test_only_locked_and_hashed_packages_are_installed(stages: list[Stage]) -> None:
    installs = [
        step for stage in stages for each in stage.all("RUN") for step in each.rest.split("&&") if "pip" in step
    ]
    assert len(installs) == 4
    assert [
        step for step in installs if "--require-hashes -r requirements" not in step and "--no-deps" not in step
    ] == []
    assert [step for step in installs if "pip wheel" in step and "--no-build-isolation" not in step] == []


def test_what_it_copies_is_there_and_is_not_ignored(stages: list[Stage]) -> None:
    for stage in stages:
        for copy in stage.all("COPY"):
            *sources, _ = copy.arguments.split()
            if "from" in copy.flags:
                assert copy.flags["from"] in [each.name for each in stages]
                continue
            assert [path for path in sources if not (ROOT / path).exists()] == []
            assert [path for path in sources if dockerfile.ignored(ROOT / ".dockerignore", path)] == []


def test_what_is_no_part_of_the_image_stays_out_of_its_context() -> None:
    kept_out = (".git", ".venv", "tests", "docs", "sandbox.db")
    assert [path for path in kept_out if not dockerfile.ignored(ROOT / ".dockerignore", path)] == []


@pytest.mark.parametrize("text", ["RUN true\n", "FROM a\nRUNN true\n"])
def test_the_reader_refuses_what_is_no_dockerfile(tmp_path: Path, text: str) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    with pytest.raises(ValueError, match="is no instruction"):
        dockerfile.read(tmp_path / "Dockerfile")


def test_the_shell_form_is_told_from_the_exec_form(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nCMD sms-sandbox serve\n")
    with pytest.raises(ValueError, match="Expecting value"):
        dockerfile.read(tmp_path / "Dockerfile")[0].one("CMD").exec_form()
