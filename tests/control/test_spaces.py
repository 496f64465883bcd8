"""Spaces: begun, changed and ended by name; nothing leaks."""

from typing import Any

import pytest

from tests.control.documented import Documented
from tests.support.consumer import Consumer


async def test_default_always_exists(sandbox: Documented) -> None:
    assert [space["name"] for space in (await sandbox.get("/spaces"))["items"]] == ["default"]
    assert (await sandbox.call("DELETE", "/_sandbox/spaces/default"))[0] == 204
    assert (await sandbox.get("/spaces/default"))["name"] == "default"


async def test_a_space_begins_as_it_is_asked_for(sandbox: Documented) -> None:
    wish = {
        "scenario": "throttled",
        "accounts": {"namirial": [{"username": "app", "password": "secret"}]},
        "callbacks": {"skycore": "http://localhost:9000/sky"},
        "clock": {"mode": "manual", "now": "2030-01-01T00:00:00Z"},
        "seed": 7,
        "ttl": "never",
    }
    status, space = await sandbox.call("PUT", "/_sandbox/spaces/t1", json=wish)
    assert status == 201
    assert space == space | {
        "name": "t1", "scenario": "throttled", "accounts": {"namirial": ["app"]}, "callbacks": wish["callbacks"],
        "seed": 7, "ttl": "never",
    }  # fmt: skip
    assert (space["clock"]["mode"], space["clock"]["now"]) == ("manual", "2030-01-01T00:00:00Z")


async def test_putting_it_again_keeps_the_messages_unless_fresh(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {"seed": 7})
    await sandbox.within("t1").send("skycore")
    status, same = await sandbox.call("PUT", "/_sandbox/spaces/t1", json={"seed": 7})
    assert (status, same["held"]["messages"], same["generation"]) == (200, 1, 1)
    changed = await sandbox.put("/spaces/t1", {"scenario": "throttled"})
    assert (changed["held"]["messages"], changed["scenario"], changed["seed"]) == (1, "throttled", 7)
    fresh = await sandbox.put("/spaces/t1", {"fresh": True})
    assert (fresh["held"]["messages"], fresh["scenario"], fresh["seed"]) == (0, "default", None)


async def test_a_scenario_may_be_inline_as_object_or_as_yaml(sandbox: Documented) -> None:
    rules = [{"name": "down", "respond": {"error": "unavailable"}}]
    for scenario in (
        {"name": "mine", "rules": rules},
        "name: mine\nrules: [{name: down, respond: {error: unavailable}}]\n",
    ):
        assert (await sandbox.put("/spaces/t1", {"scenario": scenario, "fresh": True}))["scenario"] == "mine"
        _, answer = await sandbox.within("t1").send("skycore")
        assert answer["error-code"] == "E503"


async def test_a_login_that_a_space_declares_leads_to_it(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {"accounts": {"skycore": [{"api_key": "key-app"}]}})
    await sandbox.send("skycore")
    assert (await sandbox.within("t1").get("/messages"))["total"] == 1
    assert (await sandbox.get("/messages"))["total"] == 0


async def test_a_clock_jump_fires_what_it_passes(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.put("/spaces/t1", {"clock": {"mode": "manual", "now": "2030-01-01T00:00:00Z"}})
    await sandbox.within("t1").send("namirial", callback=consumer.url)
    await sandbox.put("/spaces/t1", {"clock": {"now": "2030-01-02T00:00:00Z"}})
    assert len(consumer.received) == 2
    problem = await sandbox.refused("PUT", "/spaces/t1", "invalid", json={"clock": {"now": "2030-01-01T00:00:00Z"}})
    assert problem["errors"][0]["pointer"] == "/clock/now"


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"scenario": "nobody"}, "/scenario"),
        ({"scenario": {"name": "nobody"}}, "/scenario"),
        ({"scenario": {"rules": [{"respond": "yes"}]}}, "/scenario/rules/0/respond"),
        ({"scenario": 5}, "/scenario"),
        ({"accounts": {"namirial": [{"username": "app"}]}}, "/accounts/namirial/0/password"),
        ({"accounts": {"namrial": []}}, "/accounts/namrial"),
        ({"callbacks": {"skicore": "http://localhost/"}}, "/callbacks/skicore"),
        ({"callbacks": {"skycore": "localhost"}}, "/callbacks/skycore"),
        ({"callbacks": {"skycore": "http:///reports"}}, "/callbacks/skycore"),
        (
            {"accounts": {"skycore": [{"api_key": "k", "postback_url": "http:///"}]}},
            "/accounts/skycore/0/postback_url",
        ),
        (
            {"accounts": {"blackkonnect": [{"client_id": "a", "client_secret": "s", "callback_url": "http://?x"}]}},
            "/accounts/blackkonnect/0/callback_url",
        ),
        (
            {"accounts": {"bloomreach": [{"headers": {"Chan-Key": "k"}, "inbound_url": "http://#x"}]}},
            "/accounts/bloomreach/0/inbound_url",
        ),
        ({"callbacks": {"namirial": "http://localhost/"}}, "/callbacks/namirial"),
        ({"clock": {"mode": "scaled"}}, "/clock/speed"),
        ({"clock": {"now": "x"}}, "/clock/now"),
        ({"seed": "7"}, "/seed"),
        ({"ttl": "long"}, "/ttl"),
        ({"ttl": "0s"}, "/ttl"),
        ({"frehs": True}, "/frehs"),
    ],
)
async def test_what_cannot_be_is_refused_and_begins_nothing(
    sandbox: Documented, wish: dict[str, Any], pointer: str
) -> None:
    problem = await sandbox.refused("PUT", "/spaces/t1", "invalid", json={"seed": 3, **wish})
    assert pointer in [error["pointer"] for error in problem["errors"]]
    await sandbox.refused("GET", "/spaces/t1", "unknown-space")


async def test_what_cannot_be_changes_nothing_of_a_space(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {"seed": 7})
    await sandbox.within("t1").send("skycore")
    wish = {"seed": 8, "fresh": True, "ttl": "never", "scenario": "nobody"}
    await sandbox.refused("PUT", "/spaces/t1", "invalid", json=wish)
    space = await sandbox.get("/spaces/t1")
    assert (space["seed"], space["ttl"], space["held"]["messages"]) == (7, None, 1)


async def test_a_space_that_is_deleted_takes_everything_along(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.put("/spaces/t1", {"clock": {"mode": "manual"}})
    inside = sandbox.within("t1")
    await inside.send("namirial", callback=consumer.url)
    assert await sandbox.call("DELETE", "/_sandbox/spaces/t1") == (204, "")
    await inside.refused("GET", "/messages", "unknown-space")
    await inside.put("/clock", {"mode": "manual"})
    assert (await inside.settle())["fired"] == []
    assert consumer.received == []


async def test_an_unknown_space_is_404_with_the_nearest(sandbox: Documented) -> None:
    await sandbox.put("/spaces/checkout", {})
    for method in ("GET", "DELETE"):
        problem = await sandbox.refused(method, "/spaces/chekout", "unknown-space")
        assert '"checkout"' in problem["detail"]


async def test_two_spaces_share_nothing(sandbox: Documented) -> None:
    await sandbox.put("/spaces/a", {"clock": {"mode": "manual", "now": "2030-01-01T00:00:00Z"}})
    await sandbox.put("/spaces/b", {"clock": {"mode": "manual", "now": "2040-01-01T00:00:00Z"}})
    a, b = sandbox.within("a"), sandbox.within("b")
    await a.send("skycore", text="for a")
    await b.send("skycore", text="for b")
    await a.settle()
    assert [item["text"] for item in (await a.get("/messages"))["items"]] == ["for a"]
    assert (await b.get("/clock"))["now"] == "2040-01-01T00:00:00Z"
    assert (await b.get("/messages/latest"))["status"] == "queued"
    [message] = (await a.get("/messages"))["items"]
    await b.refused("GET", f"/messages/{message['id']}", "not-found")
