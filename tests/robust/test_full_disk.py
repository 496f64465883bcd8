"""A store that can take nothing more: said in clear words, nothing half done, and all goes on when there is room."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web

from sandbox import delivery, housekeeping, scheduler
from sandbox.clock import Mode
from sandbox.durations import HOUR
from sandbox.store.base import StoreError
from tests.support.consumer import Consumer
from tests.support.server import Server, running


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """On a data file, impatient, its clock standing still."""
    for room in (delivery, scheduler):
        monkeypatch.setattr(room, "PAUSE", 0.001)
    async with running(data=tmp_path / "data.db") as server:
        await server.freeze()
        yield server


@contextmanager
def unwritable(server: Server) -> Iterator[None]:
    """Nothing can be written meanwhile."""
    database = server.services.store._database  # type: ignore[attr-defined]
    database.run("PRAGMA query_only = ON")
    try:
        yield
    finally:
        database.run("PRAGMA query_only = OFF")


async def test_provider_calls_are_refused_in_plain_words_and_taken_again_later(server: Server, slug: str) -> None:
    with unwritable(server):
        status, said = await server.send(slug)
        assert (status, said.count("\n")) == (503, 1)
        assert said.startswith("sms-sandbox: data file ")
        assert said.endswith(": it cannot be written to\n")
    assert (await server.get("/messages"))["total"] == 0
    assert (await server.send(slug))[0] == 200
    assert (await server.get("/messages"))["total"] == 1


async def test_a_disk_without_room_for_a_message_has_room_for_a_smaller_one(server: Server) -> None:
    await server.send("skycore")
    database = server.services.store._database  # type: ignore[attr-defined]
    [(pages,)] = database.all("PRAGMA page_count")
    database.run(f"PRAGMA max_page_count = {pages + 8}")
    status, said = await server.send("skycore", text="x" * 1_000_000)
    assert status == 503
    assert said.endswith(": the disk is full\n")
    assert (await server.send("skycore", text="y"))[0] == 200
    assert [message["text"] for message in (await server.get("/messages", params={"limit": "1"}))["items"]] == ["y"]


CHANGES: dict[str, tuple[str, str, object]] = {
    "a scenario": ("PUT", "/scenario", {"name": "carrier-outage"}),
    "a clock": ("PUT", "/clock", {"mode": "real"}),
    "a space": ("PUT", "/spaces/new", {}),
    "the end of default": ("DELETE", "/spaces/default", None),
    "a reset": ("POST", "/reset", {}),
    "messages": ("DELETE", "/messages", None),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_control_calls_that_change_something_get_a_problem(server: Server, what: str) -> None:
    method, path, body = CHANGES[what]
    await server.send("namirial")
    with unwritable(server):
        status, problem = await server.call(method, f"/_sandbox{path}", json=body)
        assert (status, problem["type"]) == (507, "urn:sms-sandbox:problem:storage")
        assert problem["detail"].endswith(": it cannot be written to")
        assert (await server.get("/messages"))["total"] == 1
        assert [space["name"] for space in (await server.get("/spaces"))["items"]] == ["default"]
    status, _ = await server.call(method, f"/_sandbox{path}", json=body)
    assert status in {200, 201, 204}


async def test_reports_wait_for_room_and_then_leave_by_themselves(server: Server, consumer: Consumer) -> None:
    await server.send("namirial", callback=consumer.url)
    [space] = server.services.spaces
    with unwritable(server):
        space.clock.jump(space.clock.now() + HOUR)
        with pytest.raises(StoreError):
            await server.services.scheduler._catch_up(space)
        assert (await server.get("/callbacks"))["total"] == 0
    await consumer.wait(2)
    assert [body["message"]["status"] for body in consumer.bodies] == ["SENT", "DELIVERED"]


async def test_an_attempt_that_cannot_be_written_down_is_written_down_later(server: Server, consumer: Consumer) -> None:
    async def meanwhile(request: web.Request) -> web.Response:
        full.__enter__()
        return web.Response(status=200)

    full = unwritable(server)
    consumer.answers = [meanwhile]
    await server.play({"rules": [{"report": [{"after": "1s", "status": "sent"}]}]})
    await server.send("namirial", callback=consumer.url)
    space = server.services.spaces.get("default")
    assert space
    space.clock.set_mode(Mode.REAL)
    await server.services.scheduler._rearm(space)
    await consumer.wait(1)
    [pending] = (await server.get("/callbacks"))["items"]
    assert (pending["state"], pending["attempts"]) == ("pending", [])
    full.__exit__(None, None, None)
    [callback] = (await server.get("/callbacks", params={"state": "acknowledged", "wait": "10s"}))["items"]
    assert [attempt["state"] for attempt in callback["attempts"]] == ["acknowledged"]
    assert len(consumer.received) == 1


async def test_an_idle_space_that_cannot_be_dropped_is_told_once_and_dropped_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(housekeeping, "PERIOD", 0.001)
    async with running(data=tmp_path / "data.db") as server:
        await server.put("/spaces/idle", {})
        space = server.services.spaces.get("idle")
        assert space
        with unwritable(server):
            space.ttl = 1
            while not caplog.records:
                await server.call("GET", "/livez")
            for _ in range(20):
                await server.call("GET", "/livez")
        while server.services.spaces.get("idle"):
            await server.call("GET", "/livez")
    [record] = caplog.records
    assert record.getMessage().endswith(": it cannot be written to")
    assert not record.exc_info


@pytest.mark.parametrize("end", ["the rule", "the scenario"])
async def test_what_waits_for_a_rule_that_ended_meanwhile_is_let_go_when_there_is_room(
    server: Server, consumer: Consumer, end: str
) -> None:
    await server.play({"rules": [{"hold": True, "until": {"calls": 99}}]})
    await server.send("namirial", callback=consumer.url)
    [space] = server.services.spaces
    with unwritable(server):
        await server.services.scheduler.release(space, "#1" if end == "the rule" else None)
        assert (await server.get("/clock"))["mode"] == "manual"
    while not (await server.settle())["fired"]:
        pass
    [message] = (await server.get("/messages"))["items"]
    assert message["status"] == "delivered"
    assert len(consumer.received) == 2


async def test_what_was_cleared_meanwhile_is_not_let_go(server: Server) -> None:
    await server.play({"rules": [{"hold": True, "until": {"calls": 99}}]})
    await server.send("namirial")
    [space] = server.services.spaces
    with unwritable(server):
        await server.services.scheduler.release(space, None)
    await server.post("/reset")
    while server.services.scheduler._tasks:
        await server.call("GET", "/livez")
    assert (await server.settle())["fired"] == []
