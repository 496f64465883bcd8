"""Verify, report and explain."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.control.documented import Documented
from tests.support.consumer import Consumer
from tests.support.server import running


async def verdicts(sandbox: Documented, *expect: dict[str, Any]) -> list[bool]:
    found = await sandbox.post("/verify", {"expect": list(expect)})
    assert found["passed"] is all(result["passed"] for result in found["results"])
    assert [result["expect"] for result in found["results"]] == list(expect)
    return [result["passed"] for result in found["results"]]


async def test_expectations_are_judged_by_what_is_there(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", "+447700900901", "Your code is 1234", consumer.url)
    await sandbox.send("namirial", "+447700900060", "Your code is 1234", consumer.url)
    await sandbox.settle()
    assert (
        await verdicts(
            sandbox,
            {"messages": 1, "to": "+4477009009*", "status": "delivered", "text": {"contains": "code"}},
            {"messages": 0, "provider": "skycore"},
            {"no_duplicates": ["to", "text"]},
            {"callbacks": "acknowledged", "within": "10s", "provider": "namirial", "to": "+447700900901"},
            {"errors_seen": ["namirial/throttled"]},
            {"requests": {"min": 1, "max": 1}, "outcome": "rejected", "error": "throttled", "operation": "send"},
            {"retries": "honoured"},
        )
        == [True] * 7
    )


async def test_a_failed_expectation_says_what_was_found_and_in_which_messages(sandbox: Documented) -> None:
    for _ in range(2):
        await sandbox.send("skycore", "+447700900123", "twice")
    ids = {item["id"] for item in (await sandbox.get("/messages"))["items"]}
    found = await sandbox.post("/verify", {"expect": [{"messages": 1}, {"no_duplicates": ["to", "text"]}]})
    assert [(result["passed"], result["actual"]) for result in found["results"]] == [(False, 2), (False, 1)]
    assert [set(result["messages"]) for result in found["results"]] == [ids, ids]


async def test_an_expectation_that_cannot_be_is_refused_with_its_place(sandbox: Documented) -> None:
    wish = {"expect": [{"messages": 1}, {"mesages": 1}, {"errors_seen": ["namirial/65"]}]}
    problem = await sandbox.refused("POST", "/verify", "invalid", json=wish)
    assert "/expect/1/mesages" in [error["pointer"] for error in problem["errors"]]


async def test_evicted_evidence_is_409_and_a_minimum_that_is_met_is_met() -> None:
    async with running(max_messages=1) as server:
        sandbox = Documented(server.url, server.session, server.services)
        await sandbox.freeze()
        for number in range(2):
            await sandbox.send("skycore", f"+44770090099{number}")
            await sandbox.settle()
        assert await verdicts(sandbox, {"messages": {"min": 1}}, {"messages": {"max": 0}}) == [True, False]
        for wish in ({"messages": 1}, {"messages": {"min": 2}}, {"no_duplicates": ["to"]}):
            problem = await sandbox.refused("POST", "/verify", "journal-truncated", json={"expect": [wish]})
            assert problem["errors"][0]["pointer"] == "/expect/0"


async def test_the_report_judges_the_scenario_and_tells_what_was_rehearsed(
    sandbox: Documented, consumer: Consumer
) -> None:
    await sandbox.freeze()
    await sandbox.play({"rules": [{"respond": {"error": "64"}, "when": {"provider": "namirial", "to": "*064"}}],
                        "expect": [{"messages": 1}, {"messages": 7}]})  # fmt: skip
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.send("namirial", "+447700900064")
    await sandbox.settle()
    report = await sandbox.get("/report")
    assert (report["passed"], report["scenario"], report["space"]) == (False, "test", "default")
    assert [result["passed"] for result in report["results"]] == [True, False]
    covered = report["coverage"]["namirial"]
    assert covered["errors"]["seen"] == ["64"]
    assert "63" in covered["errors"]["unseen"]
    assert set(covered["states"]["seen"]) == {"sent", "delivered"}
    assert "undelivered" in covered["states"]["unseen"]
    assert report["coverage"]["skycore"]["errors"]["seen"] == []


async def test_the_report_as_junit_is_what_a_ci_reads(sandbox: Documented) -> None:
    await sandbox.play({"expect": [{"messages": 0}, {"messages": 1, "text": 'a < b & "c"'}]})
    status, text = await sandbox.call("GET", "/_sandbox/report?format=junit")
    assert status == 200
    suite = ET.fromstring(text.split("\n", 1)[1]).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failures = [case.find("failure") is not None for case in suite.iter("testcase")]
    assert failures == [False, True]
    assert [case.findtext("system-out") for case in suite.iter("testcase")] == ["found 0", None]
    await sandbox.refused("GET", "/report?format=html", "invalid")


async def test_explain_tells_the_rules_tried_the_answer_and_the_timeline(sandbox: Documented) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": "2030-01-01T00:00:00Z"})
    await sandbox.play({"rules": [
        {"name": "late", "when": {"to": "*123", "text": {"contains": "code"}}, "report": "undelivered"},
    ]})  # fmt: skip
    asked = {"provider": "namirial", "to": "447700900123", "text": "no such word"}
    missed = await sandbox.post("/explain", asked)
    assert missed["rules"] == [
        {
            "rule": "late", "matched": False, "passed_on": False,
            "failed": {"field": "text", "expected": {"contains": "code"}, "actual": "no such word"},
        }
    ]  # fmt: skip
    assert (missed["rule"], missed["answer"]["kind"]) == (None, "accept")
    matched = await sandbox.post("/explain", {**asked, "text": "your code"})
    assert matched["rule"] == "late"
    assert [(step["after"], step["status"]) for step in matched["timeline"]] == [("1s", "sent"), ("3s", "undelivered")]
    assert matched["timeline"][1]["at"] == "2030-01-01T00:00:03Z"


@pytest.mark.parametrize(
    ("respond", "answer"),
    [
        ({"error": "unavailable"}, {"kind": "error", "code": "64", "status": 500}),
        ({"raw": {"status": 418, "body": "tea"}}, {"kind": "raw", "status": 418}),
        ({"fault": "trickle", "over": "3s"}, {"kind": "fault", "fault": "trickle", "over": "3s", "stored": True}),
        ({"accept": {"delay": "2s"}}, {"kind": "accept", "delay": "2s"}),
    ],
)
async def test_explain_tells_every_kind_of_answer(
    sandbox: Documented, respond: dict[str, Any], answer: dict[str, Any]
) -> None:
    await sandbox.play({"rules": [{"when": {"provider": "namirial"}, "respond": respond}]})
    found = await sandbox.post("/explain", {"provider": "namirial", "to": "+447700900123"})
    assert found["answer"] == found["answer"] | answer


async def test_explain_tells_how_long_a_trickle_takes_and_of_no_other_fault(sandbox: Documented) -> None:
    await sandbox.play({"rules": [{"respond": {"fault": "hang"}}]})
    found = await sandbox.post("/explain", {"provider": "namirial", "to": "+447700900123"})
    assert found["answer"] == {"kind": "fault", "fault": "hang", "delay": "0s", "stored": False, "limited": False}


async def test_explain_knows_no_instants_of_a_timeline_that_is_held(sandbox: Documented) -> None:
    await sandbox.put("/scenario", {"name": "x", "rules": [{"name": "away", "hold": True, "active": {"end": "5m"}}]})
    found = await sandbox.post("/explain", {"provider": "namirial", "to": "+447700900123"})
    assert found["held_by"] == "away"
    assert [(step["after"], step["at"]) for step in found["timeline"]] == [("1s", None), ("3s", None)]


async def test_explain_counts_nothing(sandbox: Documented) -> None:
    await sandbox.play({"rules": [{"name": "first fails", "respond": [{"error": "unavailable"}, "accept"]}]})
    for _ in range(3):
        found = await sandbox.post("/explain", {"provider": "skycore", "to": "+447700900123"})
        assert found["answer"]["code"] == "E503"
    assert (await sandbox.get("/scenario"))["rules"][0]["hits"] == 0
    assert (await sandbox.get("/requests"))["total"] == 0


async def test_explain_takes_operations_that_send_nothing(sandbox: Documented) -> None:
    rule = {
        "name": "no tokens",
        "when": {"provider": "blackkonnect", "operation": "token"},
        "respond": {"error": "500"},
    }
    await sandbox.play({"rules": [rule]})
    found = await sandbox.post("/explain", {"provider": "blackkonnect", "operation": "token"})
    assert found["answer"]["code"] == "500"
    found = await sandbox.post("/explain", {"provider": "blackkonnect", "operation": "status"})
    assert found["answer"] is None


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"provider": "namrial", "to": "+44"}, "/provider"),
        ({"provider": "namirial"}, "/to"),
        ({"provider": "namirial", "to": "Bob"}, "/to"),
        ({"provider": "namirial", "operation": "token", "to": "+44"}, "/operation"),
    ],
)
async def test_what_cannot_be_explained_is_refused(sandbox: Documented, wish: dict[str, Any], pointer: str) -> None:
    problem = await sandbox.refused("POST", "/explain", "invalid", json=wish)
    assert problem["errors"][0]["pointer"] == pointer
