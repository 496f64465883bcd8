"""The calls, carried both ways, against a real server."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import Client, Followed, NothingArrived, Refused, TooMany, Unreachable, lists
from sandbox.errors import SandboxError
from tests.client.conftest import FOREIGN, Ask

TO = "+447700900901"


def send(client: Client, to: str = TO, text: str = "Your code is 123456", provider: str = "namirial") -> str:
    """A message's id."""
    sent = client.send(provider, to=to, text=text, callback="http://127.0.0.1:9/")
    assert sent.accepted, sent
    assert sent.message
    return sent.message


def test_a_client_needs_neither_aiohttp_nor_the_server() -> None:
    program = (
        "import sys, sandbox.client; found = {'aiohttp', 'faker', 'jsonschema', 'sandbox.app'} & set(sys.modules)\n"
        "sys.exit(','.join(found) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_message_is_told_with_all_that_became_of_it(client: Client, ask: Ask) -> None:
    sent = send(client)
    ask(lambda client: client.clock.advance("1s"))
    message = ask(lambda client: client.messages.wait_for(to=TO))
    assert isinstance(message, Followed)
    assert (message.id, message.codes, message.status, message.sender) == (sent, ["123456"], "sent", None)
    assert [receipt.status for receipt in message.receipts] == ["sent"]
    assert [callback.state for callback in message.callbacks] == ["pending"]
    assert message.callbacks[0].attempts[0].status is None
    assert message.json["provider_ids"] == message.provider_ids
    assert ask(lambda client: client.messages.get(sent)) == message


def test_what_has_not_come_is_waited_for(client: Client, ask: Ask) -> None:
    with pytest.raises(NothingArrived) as nothing:
        ask(lambda client: client.messages.wait_for("1ms", to=TO, text="~code"))
    assert str(nothing.value) == "messages that matched in time: 0; there must be 1 at least"
    send(client, "+447700900902")
    with pytest.raises(NothingArrived) as nothing:
        ask(lambda client: client.messages.wait_for("1ms", to=TO))
    told = str(nothing.value)
    assert "to is '+447700900902', not '+447700900901'" in told
    assert "stands still until it is advanced" in told
    assert not client.send("namirial", to="+447700900064", text="no").accepted
    with pytest.raises(NothingArrived) as nothing:
        ask(lambda client: client.messages.wait_for("1ms", to="+447700900064"))
    assert "rejected: namirial send to +447700900064: the rule 'last three digits' says so" in str(nothing.value)


def test_that_nothing_comes_can_be_waited_for_too(client: Client, ask: Ask) -> None:
    assert ask(lambda client: client.messages.none("1ms")) is None
    assert ask(lambda client: client.requests.none("1ms")) is None
    assert ask(lambda client: client.callbacks.none("1ms")) is None
    sent = send(client)
    with pytest.raises(TooMany) as many:
        ask(lambda client: client.messages.none("5s"))
    assert str(many.value) == f"messages that match: 1; there may be 0 at most\n  the newest: {sent}"
    with pytest.raises(TooMany):
        ask(lambda client: client.requests.none("5s", outcome="accepted"))


def test_lists_are_read_page_after_page(client: Client, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST", 2)
    ids = [send(client, text=f"{number}") for number in range(5)]
    found = ask(lambda client: client.messages.all(wait="5s", min=5))
    assert [message.id for message in reversed(found)] == ids
    assert [message.text for message in ask(lambda client: client.messages.all(limit=3))] == ["4", "3", "2"]
    assert ask(lambda client: client.messages.all(text="3"))[0].id == ids[3]


def test_requests_tell_why_they_were_refused(client: Client, ask: Ask) -> None:
    client.send("namirial", to="nobody", text="x")
    request = ask(lambda client: client.requests.wait_for(outcome="rejected"))
    assert (request.provider, request.error, request.answer["status"]) == ("namirial", "56", 500)
    assert request.explanation
    assert ask(lambda client: client.requests.get(request.id)) == request
    assert ask(lambda client: client.requests.all(outcome="rejected")) == [request]


def test_callbacks_are_waited_for_and_sent_again(client: Client, ask: Ask) -> None:
    sent = send(client)
    ask(lambda client: client.clock.advance("1s"))
    callback = ask(lambda client: client.callbacks.wait_for(message=sent, status="sent"))
    assert (callback.provider, callback.state, len(callback.attempts)) == ("namirial", "pending", 1)
    again = ask(lambda client: client.callbacks.redeliver(callback.id))
    assert len(again.attempts) == 2
    assert ask(lambda client: client.callbacks.get(callback.id)) == again
    assert ask(lambda client: client.callbacks.all(status="delivered")) == []


def test_receipts_can_be_given_by_hand(client: Client, ask: Ask) -> None:
    sent = send(client)
    message = ask(lambda client: client.messages.report(sent, "undelivered", code="7", detail="gone", cancel=True))
    assert (message.status, message.receipts[0].code, message.planned) == ("undelivered", "7", [])
    assert ask(lambda client: client.messages.delete())["messages"] == 1


def test_a_clock_is_frozen_advanced_set_and_run(ask: Ask) -> None:
    clock = ask(lambda client: client.clock.freeze())
    assert (clock.mode, clock.pending, clock.next_due) == ("manual", 0, None)
    walk = ask(lambda client: client.clock.advance("72h"))
    assert (walk.now - clock.now, walk.settled) == (timedelta(hours=72), True)
    later = datetime(2100, 1, 1, tzinfo=UTC)
    assert ask(lambda client: client.clock.advance(to=later)).now == later
    assert ask(lambda client: client.clock.set("2100-01-01T01:00:00Z")).now == later + timedelta(hours=1)
    assert ask(lambda client: client.clock.advance(until="idle", settle="0s")).pending == 0
    assert ask(lambda client: client.clock.run(60)).speed == 60
    assert ask(lambda client: client.clock.run()).mode == "real"
    assert ask(lambda client: client.clock.get()).mode == "real"


def test_an_instant_without_a_time_zone_never_leaves(ask: Ask) -> None:
    local = datetime(2100, 1, 1)  # noqa: DTZ001 - as somebody writes it who thinks of no zones
    with pytest.raises(ValueError, match="2100-01-01 00:00:00 has no time zone"):
        ask(lambda client: client.clock.set(local))
    with pytest.raises(ValueError, match="has no time zone"):
        ask(lambda client: client.clock.advance(to=local))


@pytest.mark.parametrize("form", ["name", "mapping", "yaml", "path", "file"])
def test_a_scenario_is_given_in_any_form(ask: Ask, form: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("{name: mine, rules: []}")
    forms = {
        "name": "carrier-outage",
        "mapping": {"name": "mine", "rules": []},
        "yaml": "name: mine\nrules: []\n",
        "path": file,
        "file": str(file),
    }
    scenario = forms[form]
    expected = "carrier-outage" if form == "name" else "mine"
    assert ask(lambda client: client.use(scenario))["name"] == expected
    assert ask(lambda client: client.scenario())["name"] == expected
    assert ask(lambda client: client.configure(scenario=scenario, fresh=True))["scenario"] == expected


def test_a_file_is_played_under_its_stem_and_complained_of_under_its_name(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "my outage.yaml"
    file.write_text("rules: []")
    assert ask(lambda client: client.use(file))["name"] == "my outage"
    file.write_text("rulse: []")
    with pytest.raises(Refused) as refused:
        ask(lambda client: client.use(file))
    assert str(refused.value).startswith('my outage.yaml:1:1: "rulse"')


def test_a_file_in_another_encoding_is_refused_with_its_place(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "café.yaml"
    file.write_bytes("rules: []\nname: café\n".encode("latin-1"))
    for play in (lambda client: client.use(file), lambda client: client.scenarios.put("mine", file)):
        with pytest.raises(Refused, match=r"yaml:2:10: this is no UTF-8; save the file as such"):
            ask(play)
    with pytest.raises(SandboxError, match=r"café\.yaml: this is no UTF-8; save the file as such"):
        ask(lambda client: client.configure(scenario=file))


def test_yaml_may_end_like_a_file_s_name(ask: Ask) -> None:
    assert ask(lambda client: client.use("name: mine\ndescription: see shop.yaml"))["name"] == "mine"


def test_a_scenario_that_is_wrong_is_refused_with_its_place(ask: Ask) -> None:
    with pytest.raises(Refused) as refused:
        ask(lambda client: client.use("name: mine\nruels: []\n"))
    assert (refused.value.kind, refused.value.status) == ("invalid", 422)
    assert 'inline:2:1: "ruels"' in str(refused.value)


def test_what_is_wrong_in_a_value_is_pointed_at(ask: Ask) -> None:
    with pytest.raises(Refused, match=r'^/rules/0/respnd: "respnd" is not known here'):
        ask(lambda client: client.use({"rules": [{"respnd": "accept"}]}))
    with pytest.raises(Refused, match=r"^/accounts/namirial: .* is not a list"):
        ask(lambda client: client.configure(accounts={"namirial": {"username": "app"}}))
    with pytest.raises(Refused, match=r'^/expect/1/mesages: "mesages" is not known here'):
        ask(lambda client: client.verify({"messages": 1}, {"mesages": 1}))


def test_the_shelf_is_filled_and_listed(ask: Ask, client: Client) -> None:
    name = client.root.space
    assert ask(lambda client: client.scenarios.put(name, "description: Mine.\n"))["description"] == "Mine."
    assert name in [each["name"] for each in ask(lambda client: client.scenarios.all())]
    assert ask(lambda client: client.scenarios.delete(name)) is None
    assert name not in [each["name"] for each in client.scenarios.all()]


def test_expectations_are_judged_and_reported(client: Client, ask: Ask) -> None:
    send(client)
    verdict = ask(lambda client: client.verify({"messages": 1, "to": TO}, {"messages": 2}))
    assert (verdict.passed, [result.passed for result in verdict.results]) == (False, [True, False])
    assert verdict.results[0].messages == [client.messages.wait_for().id]
    assert repr(verdict) == 'Verdict(1 of 2 do not hold: {"messages":2} but 1)'
    assert repr(ask(lambda client: client.verify({"messages": 1}))) == "Verdict(all 1 hold)"
    report = ask(lambda client: client.report())
    assert report.coverage["namirial"]["errors"]["seen"] == []
    assert ask(lambda client: client.junit()).startswith(b"<?xml")


def test_what_would_happen_is_explained(ask: Ask) -> None:
    found = ask(lambda client: client.explain("namirial", to="+447700900064", text="hello"))
    assert (found["rule"], found["answer"]["code"]) == ("last three digits", "64")


def test_somebody_texts_back(client: Client, ask: Ask) -> None:
    ask(lambda client: client.configure(callbacks={"skycore": "http://127.0.0.1:9/"}))
    sent = ask(lambda client: client.inbound("skycore", sender=TO, text="STOP"))
    assert (sent["from"], sent["text"]) == (TO, "STOP")
    assert client.callbacks.wait_for(message=sent["id"]).kind == "inbound"


def test_a_reset_says_what_it_removed_and_a_dropped_space_is_gone(client: Client, ask: Ask) -> None:
    send(client)
    assert ask(lambda client: client.reset())["messages"] == 1
    assert client.root.space in [space["name"] for space in ask(lambda client: client.spaces())]
    assert ask(lambda client: client.drop()) is None
    with pytest.raises(Refused, match="there is no space") as refused:
        ask(lambda client: client.messages.all())
    assert refused.value.kind == "unknown-space"


def test_a_server_that_is_not_there_is_told_in_one_line(ask: Ask) -> None:
    with pytest.raises(Unreachable) as unreachable:
        ask(lambda client: type(client)("http://127.0.0.1:9").clock.get())
    assert str(unreachable.value).startswith("no answer from http://127.0.0.1:9: nothing listens there; ")
    assert "\n" not in str(unreachable.value)


def test_what_is_no_answer_of_ours_is_told_too(ask: Ask, client: Client) -> None:
    with pytest.raises(Refused) as refused:
        ask(lambda _: type(_)(f"{client.root.url}/namirial").clock.get())
    assert (refused.value.status, str(refused.value)[:9]) == (404, "HTTP 404:")


@pytest.mark.parametrize("path", FOREIGN)
def test_a_server_that_is_no_sandbox_is_told_as_such(ask: Ask, stranger: str, path: str) -> None:
    with pytest.raises(Refused, match=r"^HTTP \d\d\d: no sandbox answers like this: .*$"):
        ask(lambda client: type(client)(f"{stranger}/{path}").messages.all())
    with pytest.raises(Refused, match="no sandbox answers like this"):
        ask(lambda client: type(client)(f"{stranger}/{path}").clock.advance("1s"))


@pytest.mark.parametrize("wait", ["soon", 5, 0.5])
def test_a_wait_that_is_no_duration_never_leaves(ask: Ask, wait: Any) -> None:
    with pytest.raises(ValueError, match=f"'{wait}' is no duration; write it like"):
        ask(lambda client: client.messages.wait_for(wait))


@pytest.mark.parametrize("id", [None, ""])
def test_what_has_no_id_is_not_asked_for(ask: Ask, id: Any) -> None:  # noqa: A002
    with pytest.raises(ValueError, match="a message that was refused has none"):
        ask(lambda client: client.messages.get(id))
