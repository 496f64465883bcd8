"""``sms-sandbox plan``: what a QA person reads before anything is sent."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import run

SCENARIO = """
name: mine
rules:
  - name: gate
    limit: {max: 1, window: 60s, respond: {error: throttled}}
  - name: codes
    when: {provider: namirial, text: {contains: code}}
    respond: {accept: {delay: 2s}}
    report: [{after: 1s, status: sent, silent: true}, {after: 2s, status: undelivered, lag: 4s, times: 2, code: "7"}]
  - name: outage
    when: {provider: skycore}
    hold: true
    until: {calls: 3}
  - name: broken
    when: {provider: bloomreach}
    respond: {fault: reset, stored: true}
    report: none
  - name: crumbs
    when: {provider: blackkonnect, to: "+447700900901"}
    respond: {fault: trickle, over: 3s}
  - name: odd
    respond: {raw: {status: 302, body: elsewhere}}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    file = tmp_path / "mine.yaml"
    file.write_text(SCENARIO)
    return str(file)


def plan(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    code, out, err = run(capsys, "plan", *words, "--to", "+447700900901")
    assert (code, err) == (0, "")
    return out.splitlines()


def test_the_rules_tried_the_answer_and_the_reports_are_told(capsys: pytest.CaptureFixture[str], file: str) -> None:
    assert plan(capsys, file, "--provider", "namirial", "--text", "Your code") == [
        "rules tried:",
        "  gate: matches, and leaves the word to those below",
        "  codes: decides",
        "answer: accepted, after 2s",
        "reports:",
        "  sent after 1s, told nobody",
        "  undelivered after 3s, told after 7s, 2 times, 7",
    ]


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        ("namirial", "answer: HTTP 302: elsewhere, not stored"),
        ("bloomreach", "answer: fault: reset, stored all the same"),
        ("blackkonnect", "answer: fault: trickle over 3s, stored all the same"),
        ("skycore", "  held until the rule 'outage' retires"),
    ],
)
def test_every_kind_of_answer_is_told(capsys: pytest.CaptureFixture[str], file: str, provider: str, told: str) -> None:
    lines = plan(capsys, file, "--provider", provider)
    assert told in lines
    assert '  codes: text is "", not {"contains":"code"}' in lines or provider != "namirial"


def test_a_scenario_on_the_shelf_is_planned_by_its_name(capsys: pytest.CaptureFixture[str], file: str) -> None:
    assert "answer: accepted" in plan(capsys, "default", "--provider", "namirial")
    folder = str(Path(file).parent)
    assert plan(capsys, "mine", "--scenarios", folder, "--provider", "bloomreach")[-1] == "reports: none"


def test_an_error_is_told_with_what_the_provider_says(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "plan", "default", "--provider", "namirial", "--to", "+447700900064", "--from", "x")
    assert (code, out.splitlines()[-2]) == (0, "answer: error 64, HTTP 500: SMS provider not available, not stored")
    asked = ("--provider", "namirial", "--to", "+447700900064", "--account", "app", "--json")
    assert json.loads(run(capsys, "plan", "default", *asked)[1])["rule"] == "last three digits"


def test_a_limit_tells_how_long_it_asks_to_wait(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "full.yaml"
    file.write_text("rules: [{limit: {max: 0, window: 60s}}]")
    told = "answer: error 60, HTTP 500: Message blocked by anti-flooding, Retry-After 60, not stored"
    assert f"{told}, for the limit is reached" in plan(capsys, str(file), "--provider", "namirial")


@pytest.mark.parametrize("to", ["", "abc", "+44 7700"])
def test_what_is_no_number_asks_no_rule(capsys: pytest.CaptureFixture[str], to: str) -> None:
    code, out, err = run(capsys, "plan", "default", "--provider", "namirial", "--to", to)
    assert (code, out) == (2, "")
    assert f"{to!r} is no number" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("default", "--provider", "namiral"), "'namiral' is no provider"),
        (("nope", "--provider", "namirial"), "nope"),
        (("no/such/file.yaml", "--provider", "namirial"), "no/such/file.yaml"),
    ],
)
def test_what_was_asked_wrongly_is_one_line_and_code_2(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    code, out, err = run(capsys, "plan", *words, "--to", "+447700900901")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err
