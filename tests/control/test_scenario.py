"""The active scenario of a space, and the shelf."""

from typing import Any

import pytest

from tests.control.documented import Documented
from tests.support.consumer import Consumer

OUTAGE = """\
# as people write them
name: outage
rules:
  - name: down
    when: {to: "+4477009001*"}
    respond: {error: unavailable}
"""


def hits(scenario: Any) -> dict[str, int]:
    return {rule["name"]: rule["hits"] for rule in scenario["rules"]}


async def test_the_active_scenario_shows_its_rules_with_their_hits(sandbox: Documented) -> None:
    before = await sandbox.get("/scenario")
    assert before["name"] == "default"
    await sandbox.send("skycore", "+447700900902")
    after = await sandbox.get("/scenario")
    assert hits(before)["undelivered"] == 0
    assert hits(after)["undelivered"] == 1


async def test_yaml_is_put_as_people_write_it(sandbox: Documented) -> None:
    status, put = await sandbox.call("PUT", "/_sandbox/scenario", data=OUTAGE)
    assert (status, put["name"], put["source"], put["changed"]) == (200, "outage", OUTAGE, True)
    _, answer = await sandbox.send("skycore", "+447700900199")
    assert answer["error-code"] == "E503"
    assert hits(await sandbox.get("/scenario")) == {"down": 1}


async def test_an_object_with_a_name_alone_picks_from_the_shelf(sandbox: Documented) -> None:
    assert (await sandbox.put("/scenario", {"name": "carrier-outage"}))["name"] == "carrier-outage"
    status, put = await sandbox.call("PUT", "/_sandbox/scenario", data="name: throttled\n")
    assert (status, put["name"]) == (200, "throttled")


async def test_an_unknown_name_is_refused_with_the_nearest(sandbox: Documented) -> None:
    problem = await sandbox.refused("PUT", "/scenario", "invalid", json={"name": "carrier-outrage"})
    assert problem["errors"][0]["pointer"] == "/name"
    assert '"carrier-outage"' in problem["detail"] + problem["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("headers", "good"), [({"Chan User": "x"}, "Chan-Example-Token"), ({"Chan-User": ""}, '"123"')]
)
async def test_a_header_that_no_client_can_send_is_refused_with_one_that_it_can(
    sandbox: Documented, headers: dict[str, str], good: str
) -> None:
    scenario = {"accounts": {"bloomreach": [{"headers": headers}]}}
    problem = await sandbox.refused("PUT", "/scenario", "invalid", json=scenario)
    assert problem["errors"][0]["detail"].endswith(f"; write it like {good}")


async def test_a_broken_scenario_is_refused_whole_with_line_and_column(sandbox: Documented) -> None:
    broken = OUTAGE.replace("respond", "repsond").replace("name: outage", "nam: outage")
    problem = await sandbox.refused("PUT", "/scenario", "invalid", data=broken)
    assert [(error["line"], error["column"]) for error in problem["errors"]] == [(2, 1), (6, 5)]
    assert '"respond"' in problem["errors"][1]["detail"]
    assert (await sandbox.get("/scenario"))["generation"] == 1


async def test_a_body_that_was_read_from_a_file_is_called_as_the_file_is(sandbox: Documented) -> None:
    _, active = await sandbox.call("PUT", "/_sandbox/scenario?file=night%20shift.yml", data="name: carrier-outage")
    assert (active["name"], active["rules"]) == ("night shift", [])
    problem = await sandbox.refused("PUT", "/scenario?file=night.json", "invalid", data="{}}")
    assert problem["errors"][0]["file"] == "night.json"
    for file in ("", "night", "a/b.yaml", "x" * 256 + ".yaml"):
        await sandbox.refused("PUT", f"/scenario?file={file}", "invalid", data="{}")


@pytest.mark.parametrize("body", ["", "[]", "a: &x [1]\nb: *x", "\x00", "!!python/object:os.system {}", "{" * 1000])
async def test_what_is_no_scenario_is_refused(sandbox: Documented, body: str) -> None:
    await sandbox.refused("PUT", "/scenario", "invalid", data=body.encode())


async def test_equal_content_changes_nothing_and_other_content_zeroes_counters(sandbox: Documented) -> None:
    await sandbox.call("PUT", "/_sandbox/scenario", data=OUTAGE)
    await sandbox.send("skycore", "+447700900199")
    _, same = await sandbox.call("PUT", "/_sandbox/scenario", data=OUTAGE.replace("# as people write them\n", ""))
    assert (same["changed"], hits(same)) == (False, {"down": 1})
    _, other = await sandbox.call("PUT", "/_sandbox/scenario", data=OUTAGE.replace("unavailable", "throttled"))
    assert (other["changed"], hits(other)) == (True, {"down": 0})
    assert other["generation"] == same["generation"] + 1


async def test_replacing_keeps_messages_and_planned_reports(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.call("PUT", "/_sandbox/scenario", data=OUTAGE)
    await sandbox.settle()
    assert [body["message"]["status"] for body in consumer.bodies] == ["SENT", "DELIVERED"]


async def test_what_waited_for_a_rule_of_the_old_one_waits_no_longer(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    await sandbox.play({"rules": [{"name": "backlog", "hold": True, "until": {"calls": 5}}]})
    await sandbox.send("namirial", callback=consumer.url)
    detail = await sandbox.get("/messages/latest")
    assert [step["held"] for step in detail["planned"]] == ["backlog"]
    await sandbox.put("/scenario", {"name": "default"})
    await sandbox.settle()
    assert len(consumer.received) == 2


async def test_the_shelf_lists_what_is_bundled(sandbox: Documented) -> None:
    shelf = {item["name"]: item for item in (await sandbox.get("/scenarios"))["items"]}
    assert shelf["default"]["origin"] == "bundled"
    assert all(item["description"] for item in shelf.values())


async def test_what_is_put_on_the_shelf_serves_every_space(sandbox: Documented) -> None:
    assert (await sandbox.call("PUT", "/_sandbox/scenarios/mine", data=OUTAGE))[0] == 201
    assert (await sandbox.call("PUT", "/_sandbox/scenarios/mine", data=OUTAGE))[0] == 200
    assert (await sandbox.get("/scenarios/mine"))["source"] == OUTAGE
    assert (await sandbox.within("t1").put("/scenario", {"name": "mine"}))["name"] == "mine"


async def test_only_what_was_put_can_be_deleted(sandbox: Documented) -> None:
    await sandbox.call("PUT", "/_sandbox/scenarios/default", data=OUTAGE)
    assert (await sandbox.get("/scenarios/default"))["source"] == OUTAGE
    assert await sandbox.call("DELETE", "/_sandbox/scenarios/default") == (204, "")
    assert (await sandbox.get("/scenarios/default"))["source"] != OUTAGE
    await sandbox.refused("DELETE", "/scenarios/default", "invalid")
    await sandbox.refused("DELETE", "/scenarios/nobody", "not-found")
    await sandbox.refused("GET", "/scenarios/defualt", "not-found")


async def test_a_shelved_scenario_is_checked_like_any_other(sandbox: Documented) -> None:
    problem = await sandbox.refused("PUT", "/scenarios/mine", "invalid", data="rulez: []")
    assert problem["errors"][0]["file"] == "mine.yaml"
    await sandbox.refused("PUT", "/scenarios/..%2Fetc", "invalid", data=OUTAGE)
    await sandbox.refused("GET", "/scenarios/mine", "not-found")
