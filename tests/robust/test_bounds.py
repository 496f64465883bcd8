"""Everything that grows has its bound, kept through the whole server; what is pushed out is counted."""

import re

import pytest

from sandbox.scenario import shelf
from tests.support.consumer import Consumer
from tests.support.server import Server, running


async def metric(server: Server, name: str) -> float:
    _, told = await server.call("GET", "/metrics")
    return float(re.findall(rf"^sms_sandbox_{name} (\S+)$", str(told), re.MULTILINE)[0])


async def test_messages_and_requests_are_bounded_and_what_goes_is_counted() -> None:
    async with running(max_messages=3, max_requests=2) as server:
        await server.freeze()
        for number in range(5):
            await server.send("skycore", text=f"text {number}")
        messages, requests = await server.get("/messages"), await server.get("/requests")
        assert [message["text"] for message in messages["items"]] == ["text 4", "text 3", "text 2"]
        assert (messages["total"], messages["evicted"]) == (3, 2)
        assert (requests["total"], requests["evicted"]) == (2, 3)
        assert await metric(server, "held_messages") == 3
        assert await metric(server, "held_evicted_messages") == 2
        assert await metric(server, "held_evicted_requests") == 3


async def test_the_journal_is_bounded_by_what_it_weighs() -> None:
    async with running(max_journal=10_000) as server:
        for _ in range(5):
            await server.call("POST", "/skycore", data=b"x" * 4_000)
        requests = await server.get("/requests")
        assert (requests["total"], requests["evicted"]) == (2, 3)


async def test_a_verdict_that_the_evicted_could_change_is_refused() -> None:
    async with running(max_messages=2) as server:
        for _ in range(3):
            await server.send("skycore")
        status, problem = await server.call("POST", "/_sandbox/verify", json={"expect": [{"messages": 2}]})
        assert (status, problem["type"].rpartition(":")[2]) == (409, "journal-truncated")
        verdict = await server.post("/verify", {"expect": [{"messages": {"min": 2}}]})
        assert verdict["passed"]


async def test_reports_of_an_evicted_message_still_leave(consumer: Consumer) -> None:
    async with running(max_messages=1) as server:
        await server.freeze()
        for _ in range(3):
            await server.send("namirial", callback=consumer.url)
        assert (await server.get("/messages"))["total"] == 1
        await server.settle()
        assert len(consumer.received) == 6


async def test_spaces_are_bounded() -> None:
    async with running(max_spaces=2) as server:
        assert (await server.within("one").send("skycore"))[0] == 200
        _, answer = await server.within("two").send("skycore")
        assert answer["error-code"] == "E104"
        [request] = (await server.get("/requests", params={"outcome": "rejected"}))["items"]
        assert "--max-spaces" in request["explanation"]
        status, problem = await server.call("PUT", "/_sandbox/spaces/three", json={})
        assert status == 422
        assert "--max-spaces" in problem["detail"]


async def test_an_idle_space_vanishes_with_all_that_is_in_it() -> None:
    async with running(space_ttl=1) as server:
        await server.within("one").send("skycore")
        await server.services.spaces.sweep()
        assert [space["name"] for space in (await server.get("/spaces"))["items"]] == ["default"]


async def test_a_space_that_somebody_listens_to_stays() -> None:
    async with running(space_ttl=1) as server:
        await server.put("/spaces/one", {})
        async with server.session.get(f"{server.url}/spaces/one/_sandbox/events"):
            await server.services.spaces.sweep()
            assert server.services.spaces.get("one")


async def test_the_shelf_is_bounded(sandbox: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST", 2)
    for name in ("one", "two", "one"):
        await sandbox.put(f"/scenarios/{name}", {"rules": []})
    status, problem = await sandbox.call("PUT", "/_sandbox/scenarios/three", json={"rules": []})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/name")
