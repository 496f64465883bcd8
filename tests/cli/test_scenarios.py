"""``sms-sandbox check`` and ``scenarios``: what QA people run before they push."""

import json
from pathlib import Path

import pytest

from sandbox import resources
from tests.cli.test_commands import run

BROKEN = "name: broken\nruels: []\n"
DOUBTFUL = "name: doubtful\nrules:\n  - name: all\n  - name: never reached\n"


@pytest.fixture
def broken(tmp_path: Path) -> str:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN)
    return str(file)


@pytest.fixture
def doubtful(tmp_path: Path) -> str:
    file = tmp_path / "doubtful.yaml"
    file.write_text(DOUBTFUL)
    return str(file)


def test_the_bundled_scenarios_are_taken_even_strictly(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "--strict", str(resources.folder("scenarios")))
    assert code == 0, out
    assert "default.yaml: ok" in out


def test_a_problem_is_a_line_with_its_place(capsys: pytest.CaptureFixture[str], broken: str) -> None:
    code, out, _ = run(capsys, "check", broken)
    assert (code, out.count("\n")) == (1, 1)
    assert out.startswith(f'{broken}:2:1: error: "ruels" ')
    assert '"rules"' in out


def test_what_is_doubtful_is_refused_when_strict(capsys: pytest.CaptureFixture[str], doubtful: str) -> None:
    code, out, _ = run(capsys, "check", doubtful)
    assert (code, out.startswith(f"{doubtful}:4:")) == (0, True)
    assert run(capsys, "check", "--strict", doubtful)[:2] == (1, out)


def test_every_file_is_checked_and_json_holds_all_problems(
    capsys: pytest.CaptureFixture[str], broken: str, doubtful: str
) -> None:
    code, out, _ = run(capsys, "check", "--json", broken, doubtful)
    report = json.loads(out)
    assert (code, report["ok"]) == (1, False)
    problems = [problem for file in report["files"] for problem in file["problems"]]
    assert [(each["file"], each["line"], each["severity"]) for each in problems] == [
        (broken, 2, "error"),
        (doubtful, 4, "warning"),
    ]


def test_a_file_that_is_not_there_is_a_problem_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "check", str(tmp_path / "none.yaml"))
    assert (code, "No such file" in out) == (1, True)


def test_a_folder_without_a_scenario_is_a_problem_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "check", str(tmp_path))
    assert (code, out) == (1, f"{tmp_path}:1:1: error: there is no file in it that ends in .yaml, .yml, .json\n")


def test_the_shelf_is_listed_with_what_each_is_about(capsys: pytest.CaptureFixture[str], doubtful: str) -> None:
    Path(doubtful).write_text(f"description: What this\n  is about.\n{DOUBTFUL}")
    folder = str(Path(doubtful).parent)
    code, out, _ = run(capsys, "scenarios", "--scenarios", folder)
    lines = {name: about.strip() for name, _, about in (line.partition(" ") for line in out.splitlines())}
    assert code == 0
    assert lines["doubtful"] == "What this is about."
    assert lines["default"]
    listed = json.loads(run(capsys, "scenarios", "--scenarios", folder, "--json")[1])
    assert {each["name"]: each["origin"] for each in listed}.items() >= {
        "doubtful": "folder",
        "default": "bundled",
    }.items()


def test_a_folder_that_does_not_hold_is_told_and_code_2(capsys: pytest.CaptureFixture[str], broken: str) -> None:
    code, _, err = run(capsys, "scenarios", "--scenarios", str(Path(broken).parent))
    assert (code, err.startswith(f"{broken}:2:1: ")) == (2, True)
