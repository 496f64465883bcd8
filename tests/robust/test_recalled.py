"""What a data file remembers of scenarios and accounts: taken up again, or told and kept where it is refused now."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sandbox.scenario import shelf
from tests.robust.ending import talking
from tests.robust.test_full_disk import unwritable
from tests.support.process import serving
from tests.support.server import Server, running

OWN = {"name": "own", "rules": [{"name": "all", "respond": {"error": "blocked"}}]}
HELD = {"name": "own", "rules": [{"name": "all", "hold": True, "until": {"calls": 9}}]}
ACCOUNTS = {"skycore": [{"api_key": "k-1", "name": "mine"}]}
PUT = "description: put\nrules:\n  - {name: all, respond: {error: unavailable}}\n"
LATER = "description: put\nrules:\n  - {name: all, answer: {error: unavailable}}\n"
"""As if the language had changed meanwhile."""
WHERE = '3:17: "answer" is not known here'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data.db"


def rewrite(file: Path, space: str, **changes: Any) -> None:
    """Let the store remember something else of a space."""
    connection = sqlite3.connect(file)
    [(config,)] = connection.execute("SELECT config FROM space WHERE name = ?", (space,))
    told = json.dumps({**json.loads(config), **changes})
    connection.execute("UPDATE space SET config = ? WHERE name = ?", (told, space))
    connection.commit()
    connection.close()


async def heard(server: Server, space: str) -> str:
    _, answer = await server.within(space).send("skycore")
    return str(answer.get("error-code", "accept"))


def log_of(path: Path) -> list[str]:
    return [line.partition(": ")[2] for line in path.read_text().splitlines()]


async def test_a_scenario_that_is_refused_now_costs_its_space_nothing_else(file: Path) -> None:
    log = file.with_name("log")
    with serving(log, "--data", str(file)) as process:
        async with talking(process) as server:
            for space, scenario in (("old", HELD), ("well", OWN)):
                await server.put(f"/spaces/{space}", {"scenario": scenario, "clock": {"mode": "manual"}})
            await server.within("old").send("skycore")
        process.end(10)
    rewrite(file, "old", scenario=["own", LATER])
    told = f"space old goes on without its scenario, refused now: own:{WHERE}"
    for starts in (1, 2):  # nobody has put another meanwhile
        with serving(log, "--data", str(file)) as process:
            async with talking(process) as server:
                assert (await server.within("old").get("/scenario"))["name"] == "default"
                assert [await heard(server, space) for space in ("old", "well")] == ["accept", "E114"]
                await server.within("old").settle()
                assert {m["status"] for m in (await server.within("old").get("/messages"))["items"]} == {"delivered"}
            process.end(10)
        lines = log_of(log)
        assert len(lines) == starts
        assert all(line.startswith(told) for line in lines)
    rewrite(file, "old", scenario=["own", PUT])
    with serving(log, "--data", str(file)) as process:
        async with talking(process) as server:
            assert await heard(server, "old") == "E503"


async def test_accounts_that_are_refused_now_cost_their_space_nothing_else(file: Path) -> None:
    log = file.with_name("log")
    with serving(log, "--data", str(file)) as process:
        async with talking(process) as server:
            await server.put("/spaces/old", {"accounts": ACCOUNTS, "seed": 7})
        process.end(10)
    rewrite(file, "old", accounts={"skycore": [{"api_key": "k-1", "colour": "red"}]})
    with serving(log, "--data", str(file)) as process:
        async with talking(process) as server:
            space = await server.get("/spaces/old")
            assert (space["accounts"], space["seed"]) == ({}, 7)
            assert await heard(server, "old") == "accept"
            await server.put("/spaces/old", {"accounts": ACCOUNTS})
        process.end(10)
    with serving(log, "--data", str(file)) as process:
        async with talking(process) as server:
            assert (await server.get("/spaces/old"))["accounts"] == {"skycore": ["mine"]}
    [line] = log_of(log)
    assert line.startswith("space old goes on without its accounts, refused now: accounts:1:")
    assert '"colour"' in line


async def test_what_was_put_on_the_shelf_is_there_again_and_what_was_deleted_is_not(file: Path) -> None:
    log = file.with_name("log")
    with serving(log, "--data", str(file)) as process:
        async with talking(process) as server:
            for name in ("kept", "gone", "default"):
                status, _ = await server.call("PUT", f"/_sandbox/scenarios/{name}", data=PUT)
                assert status in {200, 201}
            assert (await server.call("DELETE", "/_sandbox/scenarios/gone"))[0] == 204
            before = await server.get("/scenarios")
            await server.put("/spaces/own", {"scenario": "kept"})
            process.popen.kill()
    for options in ((), ("--scenario", "kept")):
        with serving(log, "--data", str(file), *options) as process:
            async with talking(process) as server:
                assert await server.get("/scenarios") == before
                assert (await server.get("/scenarios/kept"))["source"] == PUT
                assert (await server.call("GET", "/_sandbox/scenarios/gone"))[0] == 404
                assert await heard(server, "own") == "E503"
            process.end(10)
    assert log.read_text() == ""


async def test_what_is_refused_now_is_left_out_and_kept(file: Path) -> None:
    log = file.with_name("log")
    async with running(data=file) as server:
        for name in ("one", "two"):
            await server.call("PUT", f"/_sandbox/scenarios/{name}", data=PUT)
    for text in (LATER, PUT):
        connection = sqlite3.connect(file)
        connection.execute("UPDATE fact SET value = ? WHERE key LIKE '%/one'", (text,))
        connection.commit()
        connection.close()
        with serving(log, "--data", str(file)) as process:
            async with talking(process) as server:
                put = [each["name"] for each in (await server.get("/scenarios"))["items"] if each["origin"] == "put"]
                assert put == ["two"] if text == LATER else ["one", "two"]
            process.end(10)
    [line] = log_of(log)
    assert line.startswith(f"the shelf goes on without the scenario one, refused now: one.yaml:{WHERE}")


async def test_what_cannot_be_stored_is_not_put_and_what_cannot_be_forgotten_is_not_deleted(file: Path) -> None:
    async with running(data=file) as server:
        await server.put("/scenarios/one", {"rules": []})
        with unwritable(server):
            for method, name in (("PUT", "two"), ("PUT", "one"), ("DELETE", "one")):
                status, _ = await server.call(method, f"/_sandbox/scenarios/{name}", data=PUT)
                assert status == 507
        assert (await server.get("/scenarios/one"))["source"] != PUT
        assert (await server.call("GET", "/_sandbox/scenarios/two"))[0] == 404


async def test_the_shelf_s_bound_holds_after_a_restart(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST", 1)
    async with running(data=file) as server:
        await server.put("/scenarios/one", {"rules": []})
    async with running(data=file) as server:
        status, problem = await server.call("PUT", "/_sandbox/scenarios/two", data=PUT)
        assert (status, problem["errors"][0]["pointer"]) == (422, "/name")
        await server.put("/scenarios/one", {"rules": []})
