"""The commands that ask a running server: what they print, and the exit codes that scripts go by."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sandbox.client import Client, SmsSandbox
from tests.cli.test_commands import run
from tests.cli.test_serve import PLAIN, serving

TO = "+447700900901"
Say = Callable[..., tuple[object, str, str]]


@pytest.fixture
def say(
    sms_sandbox: SmsSandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[object, str, str]]:
    """A command in the test's space, whose clock stands: exit code, stdout, stderr."""
    monkeypatch.setenv("SMS_SANDBOX_URL", sms_sandbox.root.url)
    monkeypatch.setenv("SMS_SANDBOX_SPACE", sms_sandbox.name)
    sms_sandbox.configure(fresh=True, clock={"mode": "manual"})
    return lambda *arguments: run(capsys, *arguments)


def test_a_message_is_sent_in_the_providers_own_form(say: Say, sms_sandbox: SmsSandbox, slug: str) -> None:
    code, out, _ = say("send", slug, "--to", TO, "--text", "Hello", "--from", "12345")
    assert (code, out[:19]) == (0, "accepted: HTTP 200 ")
    assert sms_sandbox.messages.wait_for(provider=slug).text == "Hello"


def test_a_message_that_is_refused_is_code_1(say: Say) -> None:
    code, out, _ = say("send", "skycore", "--to", "+447700900111", "--text", "Hello")
    assert (code, out[:34]) == (1, 'refused: HTTP 200 {"status":"Failu')
    code, out, _ = say(
        "send", "namirial", "--to", TO, "--text", "x", "--login", "username", "a", "--login", "password", "wrong",
        "--json",
    )  # fmt: skip
    assert (code, json.loads(out)["accepted"], json.loads(out)["status"]) == (1, False, 401)


def test_messages_are_listed_and_their_code_is_found(say: Say) -> None:
    assert say("messages", "--code") == (1, "", "no code\n")
    say("send", "namirial", "--to", TO, "--text", "Your code is 123 456")
    say("send", "skycore", "--to", TO, "--text", "Hello")
    code, out, _ = say("messages", "--to", TO, "--wait", "5s", "--min", "2")
    assert (code, [line.split()[2] for line in out.splitlines()]) == (0, ["namirial", "skycore"])
    assert say("messages", "--text", "~code", "--code") == (0, "123456\n", "")
    found = json.loads(say("messages", "--provider", "skycore", "--json")[1])
    assert [message["text"] for message in found] == ["Hello"]


def test_what_does_not_come_in_time_is_code_1_and_says_what_came(say: Say) -> None:
    say("send", "namirial", "--to", TO, "--text", "Hello")
    code, out, err = say("messages", "--to", "+447700900902", "--wait", "1ms")
    assert (code, out) == (1, "")
    assert "to is '+447700900901', not '+447700900902'" in err
    code, out, _ = say("messages", "--to", "+447700900902", "--wait", "1ms", "--json")
    assert (code, json.loads(out)["type"]) == (1, "urn:sms-sandbox:problem:nothing-arrived")
    assert say("messages", "--max", "0")[0] == 1
    assert say("callbacks", "--max", "0", "--wait", "1ms")[0] == 0


def test_time_passes_and_callbacks_are_listed(say: Say) -> None:
    say("send", "namirial", "--to", TO, "--text", "Hello", "--callback", "http://127.0.0.1:9/")
    code, out, _ = say("advance", "1h")
    assert code == 0
    assert re.search(r"Z receipt delivered of [0-9a-f-]{36}: moved\n", out)
    assert re.search(r"it is \S+Z; pending: 0\n$", out)
    code, out, _ = say("callbacks", "--state", "failed", "--wait", "5s", "--min", "2")
    assert (code, out.count("\n")) == (0, 2)
    assert "to http://127.0.0.1:9/ failed (5 x connection refused: nothing listens at 127.0.0.1:9" in out
    walk = json.loads(say("advance", "--until", "idle", "--json")[1])
    assert (walk["fired"], walk["settled"]) == ([], True)


@pytest.mark.parametrize("words", [(), ("1h", "--until", "idle")])
def test_how_far_is_said_in_one_way(say: Say, words: tuple[str, ...]) -> None:
    code, _, err = say("advance", *words)
    assert (code, err.count("\n")) == (2, 1)
    assert "a DURATION, --to or --until" in err


def test_a_scenario_is_played_by_name_or_file(say: Say, tmp_path: Path) -> None:
    assert say("use", "carrier-outage") == (0, "playing carrier-outage\n", "")
    (tmp_path / "mine.yaml").write_text("name: mine\nrules: []\n")
    assert say("use", str(tmp_path / "mine.yaml")) == (0, "playing mine\n", "")
    (tmp_path / "nameless.yaml").write_text("rules: []\n")
    assert say("use", str(tmp_path / "nameless.yaml")) == (0, "playing nameless\n", "")
    (tmp_path / "pick.yaml").write_text("name: carrier-outage\n")  # in a file a name names, and picks nothing
    assert say("use", str(tmp_path / "pick.yaml")) == (0, "playing pick\n", "")
    assert json.loads(say("use", "default", "--json")[1])["name"] == "default"
    code, _, err = say("use", "carier-outage")
    assert (code, err.count("\n")) == (2, 1)
    assert say("use", str(tmp_path / "none.yaml"))[0] == 2


def test_a_scenario_that_is_wrong_is_code_1_with_its_place(say: Say, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("name: broken\nruels: []\n")
    code, out, err = say("use", str(file))
    assert (code, out) == (1, "")
    assert f'{file}:2:1: "ruels" ' in err
    code, out, _ = say("use", str(file), "--json")
    assert (code, json.loads(out)["errors"][0]["line"]) == (1, 2)


def test_a_folder_of_scenarios_is_pushed(say: Say, sms_sandbox: SmsSandbox, tmp_path: Path) -> None:
    name = sms_sandbox.name
    (tmp_path / f"{name}.yaml").write_text("rules: []\n")
    assert say("push", str(tmp_path)) == (0, f"{tmp_path / name}.yaml: ok\n", "")
    assert say("use", name)[0] == 0
    (tmp_path / "broken.yaml").write_text("ruels: []\n")
    code, out, _ = say("push", str(tmp_path))
    assert (code, f'{tmp_path}/broken.yaml:1:1: "ruels" ' in out, f"{name}.yaml: ok" in out) == (1, True, True)
    assert [each["ok"] for each in json.loads(say("push", str(tmp_path), "--json")[1])] == [False, True]
    sms_sandbox.scenarios.delete(name)


def test_an_empty_folder_is_not_what_was_meant(say: Say, tmp_path: Path) -> None:
    code, _, err = say("push", str(tmp_path))
    assert (code, err.count("\n")) == (2, 1)


def test_expectations_are_reported_and_written_for_ci(say: Say, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f'name: mine\nexpect:\n  - {{messages: 1, to: "{TO}"}}\n')
    say("use", str(tmp_path / "mine.yaml"))
    file = tmp_path / "report.xml"
    code, out, _ = say("report", "--junit", str(file))
    assert code == 1
    assert out.startswith(f'FAILED: {{"messages":1,"to":"{TO}"}}, found ')
    assert ET.parse(file).getroot().get("failures") == "1"
    say("send", "namirial", "--to", TO, "--text", "Hello")
    code, out, _ = say("report")
    assert (code, out.splitlines()[0]) == (0, f'passed: {{"messages":1,"to":"{TO}"}}, found 1')
    assert "\nnamirial: 0 of 10 errors and 0 of 6 states rehearsed\n" in out
    assert json.loads(say("report", "--json")[1])["passed"] is True


def test_a_reset_says_what_it_removed(say: Say) -> None:
    say("send", "namirial", "--to", TO, "--text", "Hello")
    assert say("reset")[1].startswith("removed: 1 messages, 1 requests, 0 callbacks, ")
    assert json.loads(say("reset", "--json")[1])["messages"] == 0


def test_what_happened_is_logged(say: Say) -> None:
    say("send", "namirial", "--to", TO, "--text", "Hello")
    say("send", "namirial", "--to", "+447700900064", "--text", "Hello")
    code, out, _ = say("logs")
    assert code == 0
    told = [" ".join(line.split()[3:7]) for line in out.splitlines()]
    assert told == [f"send to {TO} accepted", "send to +447700900064 rejected"]
    assert json.loads(say("logs", "--json", "--limit", "1")[1])["error"] == "64"


def test_what_happens_is_followed_until_the_server_stops() -> None:
    with serving() as (server, port):
        url = f"http://127.0.0.1:{port}"
        client = Client(url)
        client.clock.freeze()
        client.send("namirial", to="+447700900905", text="before")
        command = (sys.executable, "-m", "sandbox", "logs", "-f", "--json", "--url", url)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=PLAIN) as logs:
            assert logs.stdout
            assert json.loads(logs.stdout.readline())["event"] == "request"  # and so the stream is open
            client.send("namirial", to=TO, text="after", callback="http://127.0.0.1:9/")
            client.clock.advance("1s")
            lines = [json.loads(logs.stdout.readline()) for _ in range(4)]
            server.terminate()
            assert logs.stdout.read() == ""
        assert logs.returncode == 0
    assert [line["event"] for line in lines] == ["request", "receipt", "callback", "clock"]
    assert lines[0]["messages"] == [lines[1]["message"]] == [lines[2]["message"]]


def test_a_server_that_is_not_there_is_one_line_and_code_2(say: Say) -> None:
    code, out, err = say("messages", "--url", "http://127.0.0.1:9")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("sms-sandbox: no answer from http://127.0.0.1:9: nothing listens there; sms-sandbox serve ")


def test_a_space_that_is_not_there_is_one_line_and_code_2(say: Say) -> None:
    code, _, err = say("messages", "--space", "none")
    assert (code, err[:33]) == (2, "sms-sandbox: there is no space 'n")
