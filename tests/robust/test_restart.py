"""With a data file the next server goes on where the last one stopped."""

from pathlib import Path
from typing import Any

from sandbox.errors import SandboxError
from tests.support.consumer import Consumer
from tests.support.server import Server, running

NEW_YEAR = "2031-01-01T00:00:00Z"
SPACES: dict[str, dict[str, Any]] = {
    "picked": {
        "scenario": "carrier-outage",
        "clock": {"mode": "manual", "now": NEW_YEAR},
        "ttl": "never",
    },
    "inline": {"scenario": {"name": "team/own", "rules": [{"respond": {"error": "blocked"}}]}, "ttl": "90m", "seed": 7},
    "fast": {
        "clock": {"mode": "scaled", "speed": 3600},
        "callbacks": {"skycore": "http://localhost:9/"},
        "accounts": {"skycore": [{"api_key": "fast-key", "name": "fast"}]},
    },
}


async def told(server: Server) -> dict[str, Any]:
    """Every space, but for what passes with time."""
    return {
        space["name"]: {**space, "idle_seconds": None, "clock": {**space["clock"], "now": None}}
        for space in (await server.get("/spaces"))["items"]
    }


async def test_spaces_go_on_with_scenario_accounts_callbacks_seed_and_ttl(tmp_path: Path) -> None:
    async with running(data=tmp_path / "data.db") as server:
        for name, wishes in SPACES.items():
            await server.put(f"/spaces/{name}", wishes)
        before = await told(server)
        scenario = await server.within("inline").get("/scenario")
    async with running(data=tmp_path / "data.db") as server:
        assert await told(server) == before
        assert await server.within("inline").get("/scenario") == scenario
        headers = {"x-api-key": "fast-key"}
        body = {"action": "sendsms", "to": "+447700900999", "from": "00000", "message-text": "x"}
        await server.call("POST", "/skycore/", json=body, headers=headers)
        assert (await server.within("fast").get("/messages"))["total"] == 1


async def test_a_manual_clock_stands_still_meanwhile_and_others_run_on(tmp_path: Path) -> None:
    clocks = {}
    async with running(data=tmp_path / "data.db") as server:
        for name, wishes in SPACES.items():
            await server.put(f"/spaces/{name}", wishes)
            clocks[name] = (await server.within(name).get("/clock"))["now"]
    async with running(data=tmp_path / "data.db") as server:
        after = {name: (await server.within(name).get("/clock"))["now"] for name in SPACES}
    assert after["picked"] == clocks["picked"] == NEW_YEAR
    assert all(after[name] > clocks[name] for name in ("inline", "fast"))


async def test_a_token_outlives_the_server_that_issued_it(tmp_path: Path) -> None:
    async with running(data=tmp_path / "data.db") as first:
        token = await first.token()
    async with running(data=tmp_path / "data.db") as second:
        headers = {"Authorization": f"Bearer {token}"}
        body = {"destination": "+447700900999", "text": "Your code is 123456"}
        status, _ = await second.call("POST", "/blackkonnect/api/sms/send-message/v1", json=body, headers=headers)
        assert status == 200


async def test_a_seeded_space_gives_no_id_twice(tmp_path: Path, slug: str) -> None:
    for _ in range(3):
        async with running(data=tmp_path / "data.db") as server:
            await server.put("/spaces/default", {"seed": 7})
            for _ in range(2):
                assert (await server.send(slug))[0] == 200
            ids = [message["id"] for message in (await server.get("/messages"))["items"]]
    assert len(set(ids)) == 6


async def test_a_rule_s_hours_count_from_when_its_scenario_was_put(tmp_path: Path) -> None:
    async with running(data=tmp_path / "data.db") as server:
        await server.freeze()
        await server.play({"rules": [{"active": {"end": "2h"}, "respond": {"error": "unavailable"}}]})
        await server.advance("1h")
    async with running(data=tmp_path / "data.db") as server:
        assert (await server.send("namirial"))[0] == 500
        await server.advance("1h")
        assert (await server.send("namirial"))[0] == 200


async def test_a_message_still_names_the_rule_that_decided_and_no_later_one(tmp_path: Path) -> None:
    async with running(data=tmp_path / "data.db") as server:
        for report in ("none", "rejected"):
            await server.play({"rules": [{"name": "busy", "report": report}]})
            await server.send("namirial")
    async with running(data=tmp_path / "data.db") as server:
        messages = (await server.get("/messages"))["items"]
        found = [await server.get(f"/messages/{message['id']}") for message in messages]
    assert [message["decided_by"] for message in found] == [{"name": "busy", "report": "rejected"}, None]


async def test_what_was_pending_still_happens(tmp_path: Path, consumer: Consumer) -> None:
    async with running(data=tmp_path / "data.db") as server:
        await server.freeze()
        await server.send("namirial", callback=consumer.url)
    async with running(data=tmp_path / "data.db") as server:
        assert (await server.settle())["settled"]
        [message] = (await server.get("/messages"))["items"]
    assert message["status"] == "delivered"
    assert [body["message"]["status"] for body in consumer.bodies] == ["SENT", "DELIVERED"]


async def test_more_spaces_than_allowed_are_one_clear_line(tmp_path: Path) -> None:
    async with running(data=tmp_path / "data.db") as server:
        await server.put("/spaces/second", {})
    try:
        async with running(data=tmp_path / "data.db", max_spaces=1):
            said = ""
    except SandboxError as fault:
        said = str(fault)
    assert "--max-spaces" in said
    assert "\n" not in said
    async with running(data=tmp_path / "data.db") as server:
        assert {space.name for space in server.services.spaces} == {"default", "second"}
