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
    files = [str(file) for file in resources.folder("scenarios").glob("*.yaml")]
    code, out, _ = run(capsys, "check", "--strict", *files)
    assert (code, out.splitlines()[-1].endswith("0 problems: taken")) == (0, True), out


def test_a_problem_is_a_line_with_its_place(capsys: pytest.CaptureFixture[str], broken: str) -> None:
    code, out, _ = run(capsys, "check", broken)
    assert code == 1
    assert out.startswith(f'{broken}:2:1: "ruels" ')
    assert '"rules"' in out
    assert out.splitlines()[-1] == "1 file, 1 problem: refused"


def test_what_is_doubtful_is_refused_when_strict(capsys: pytest.CaptureFixture[str], doubtful: str) -> None:
    code, out, _ = run(capsys, "check", doubtful)
    assert (code, ": warning: " in out, out.splitlines()[-1]) == (0, True, "1 file, 1 problem: taken")
    assert run(capsys, "check", "--strict", doubtful)[0] == 1


def test_every_file_is_checked_and_json_holds_all_problems(
    capsys: pytest.CaptureFixture[str], broken: str, doubtful: str
) -> None:
    code, out, _ = run(capsys, "check", "--json", broken, doubtful)
    problems = json.loads(out)
    assert code == 1
    assert [(each["file"], each["line"], each["warning"]) for each in problems] == [
        (broken, 2, False),
        (doubtful, 4, True),
    ]


def test_a_file_that_cannot_be_read_is_one_line_and_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = run(capsys, "check", str(tmp_path / "none.yaml"))
    assert (code, out, err) == (2, "", f"sms-sandbox: {tmp_path / 'none.yaml'}: No such file or directory\n")


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
