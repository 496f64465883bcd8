"""What ``sms-sandbox check`` finds."""

import pytest

from sandbox.scenario.check import check
from tests.scenario.words import BOTH

SHADOWED = "rules: [{name: all}, {name: late}]"


@pytest.fixture
def files(tmp_path):
    def write(**texts):
        paths = []
        for name, text in texts.items():
            paths.append(tmp_path / f"{name}.yaml")
            paths[-1].write_text(text)
        return paths

    return write


def test_a_file_that_holds_says_how_much_is_in_it(files):
    (path,) = files(good="rules: [{}]\nexpect: [{messages: 1}, {retries: honoured}]")
    report = check([path], BOTH)
    assert (report.ok, report.lines) == (True, [f"{path}: ok (1 rule, 2 expectations)"])


def test_a_file_that_does_not_hold_says_why_in_editors_form(files):
    (path,) = files(bad="ruls: []")
    report = check([path], BOTH)
    assert not report.ok
    assert report.lines == [f'{path}:1:1: error: "ruls" is not known here; did you mean "rules"?']


def test_a_warning_is_an_error_only_when_strict(files):
    (path,) = files(shadowed=SHADOWED)
    assert check([path], BOTH).ok
    assert not check([path], BOTH, strict=True).ok
    assert check([path], BOTH).lines[0].startswith(f"{path}:1:22: warning: this rule can never match")


def test_every_file_is_told_of_and_one_bad_one_is_enough(files):
    report = check(files(good="{}", bad="[]"), BOTH)
    assert not report.ok
    assert len(report.lines) == 2


def test_a_folder_stands_for_its_scenario_files(files, tmp_path):
    files(a="{}", b="{}")
    (tmp_path / "notes.txt").write_text("no scenario")
    assert [checked.scenario.name for checked in check([tmp_path], BOTH).files if checked.scenario] == ["a", "b"]


def test_of_two_files_of_a_folder_with_one_name_the_second_is_a_problem_as_it_is_to_the_server(files, tmp_path):
    files(a="{}")
    (tmp_path / "a.yml").write_text("{}")
    report = check([tmp_path], BOTH)
    assert not report.ok
    assert report.lines[1] == f'{tmp_path}/a.yml:1:1: error: a second file called "a"'
    assert check([tmp_path / "a.yaml", tmp_path / "a.yml"], BOTH).ok


def test_a_folder_without_a_scenario_holds_nothing(tmp_path):
    report = check([tmp_path], BOTH)
    assert not report.ok
    assert report.lines == [f"{tmp_path}:1:1: error: there is no file in it that ends in .yaml, .yml, .json"]


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    report = check([tmp_path / "none.yaml"], BOTH)
    assert not report.ok
    assert "cannot be read: No such file" in report.lines[0]


def test_as_json_the_same_is_told_with_pointers(files):
    bad, good = files(bad="rules:\n  - respond: {error: nix}", good="{}")
    assert check([bad, good], BOTH).json == {
        "ok": False,
        "files": [
            {
                "file": str(bad),
                "ok": False,
                "name": None,
                "problems": [
                    {
                        "severity": "error",
                        "file": str(bad),
                        "line": 2,
                        "column": 22,
                        "pointer": "/rules/0/respond/error",
                        "detail": '"nix" is no error; known here: authentication, blocked, empty_text, internal, '
                        "invalid_recipient, invalid_request, invalid_sender, last_three_digits, throttled, unavailable",
                    }
                ],
            },
            {"file": str(good), "ok": True, "name": "good", "problems": []},
        ],
    }
