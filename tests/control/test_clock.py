"""The clock of a space: read, set, walked."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from sandbox.clock import parse_iso, wall
from sandbox.durations import MINUTE, SECOND
from tests.control.documented import Documented
from tests.support.consumer import Consumer

NOON = "2030-01-01T12:00:00Z"


async def test_a_new_space_starts_at_machine_time_in_real_mode(sandbox: Documented) -> None:
    clock = await sandbox.get("/clock")
    assert (clock["mode"], clock["speed"]) == ("real", 1.0)
    assert abs(parse_iso(clock["now"]) - wall()) < MINUTE


async def test_a_manual_clock_stands_where_it_is(sandbox: Documented) -> None:
    first = await sandbox.put("/clock", {"mode": "manual"})
    assert (await sandbox.get("/clock"))["now"] == first["now"]


async def test_a_mode_alone_keeps_the_instant(sandbox: Documented) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": NOON})
    assert (await sandbox.put("/clock", {"mode": "scaled", "speed": 0.000001}))["now"] == NOON
    assert (await sandbox.put("/clock", {"mode": "manual"}))["now"] == NOON


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"mode": "scaled"}, "/speed"),
        ({"speed": 60}, "/speed"),
        ({"mode": "manual", "speed": 60}, "/speed"),
        ({"mode": "scaled", "speed": 0}, "/speed"),
        ({"mode": "scaled", "speed": -1}, "/speed"),
        ({"now": "yesterday"}, "/now"),
        ({"now": 5}, "/now"),
        ({"now": "9999-99-99T00:00:00Z"}, "/now"),
    ],
)
async def test_a_clock_that_cannot_be_is_refused_whole(sandbox: Documented, wish: dict[str, Any], pointer: str) -> None:
    problem = await sandbox.refused("PUT", "/clock", "invalid", json=wish)
    assert problem["errors"][0]["pointer"] == pointer
    assert (await sandbox.get("/clock"))["mode"] == "real"


async def test_a_running_scale_takes_another_speed(sandbox: Documented) -> None:
    await sandbox.put("/clock", {"mode": "scaled", "speed": 60})
    assert (await sandbox.put("/clock", {"speed": 3600}))["speed"] == 3600
    assert (await sandbox.put("/clock", {"mode": "scaled"}))["speed"] == 3600


async def test_a_clock_goes_back_only_in_a_space_that_holds_nothing(sandbox: Documented) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": "2001-01-01T00:00:00Z"})
    await sandbox.send("skycore")
    problem = await sandbox.refused("PUT", "/clock", "invalid", json={"now": "2000-01-01T00:00:00Z"})
    assert problem["errors"][0]["pointer"] == "/now"
    await sandbox.post("/reset")
    assert (await sandbox.put("/clock", {"now": "2000-01-01T00:00:00Z"}))["now"] == "2000-01-01T00:00:00Z"


async def test_a_jump_forward_fires_what_it_passes(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": NOON})
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.put("/clock", {"now": "2030-01-01T12:00:02Z"})
    assert [body["message"]["status"] for body in consumer.bodies] == ["SENT"]
    assert (await sandbox.get("/clock"))["next_due"] == "2030-01-01T12:00:03Z"


async def test_advance_says_what_fired_and_when(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": NOON})
    await sandbox.send("namirial", callback=consumer.url)
    walk = await sandbox.advance("72h")
    assert (walk["now"], walk["pending"], walk["settled"]) == ("2030-01-04T12:00:00Z", 0, True)
    assert [(fired["at"][17:], fired["kind"], fired["status"], fired["outcome"]) for fired in walk["fired"]] == [
        ("01Z", "receipt", "sent", "moved"),
        ("01Z", "callback", "sent", "acknowledged"),
        ("03Z", "receipt", "delivered", "moved"),
        ("03Z", "callback", "delivered", "acknowledged"),
    ]


async def test_advance_to_an_instant_and_until_idle(sandbox: Documented) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": NOON})
    await sandbox.send("skycore")
    assert (await sandbox.post("/clock/advance", {"to": "2030-01-01T12:00:01Z"}))["pending"] == 1
    assert (await sandbox.settle())["now"] == "2030-01-01T12:00:03Z"


async def test_advances_one_after_another_go_as_far_as_both(sandbox: Documented) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": NOON})
    await asyncio.gather(sandbox.advance("1h"), sandbox.advance("1h"))
    assert (await sandbox.get("/clock"))["now"] == "2030-01-01T14:00:00Z"


async def test_advance_works_in_every_mode(sandbox: Documented) -> None:
    before = parse_iso((await sandbox.get("/clock"))["now"])
    walk = await sandbox.advance("1h")
    assert parse_iso(walk["now"]) - before >= 3600 * SECOND


async def test_an_advance_that_waits_too_long_says_that_it_has_not_settled(
    sandbox: Documented, consumer: Consumer
) -> None:
    await sandbox.freeze()
    release = asyncio.Event()

    async def slow(request: Any) -> Any:
        await release.wait()

    consumer.answers = [slow]
    await sandbox.send("namirial", callback=consumer.url)
    walk = await sandbox.post("/clock/advance", {"by": "2s", "timeout": "1ms"})
    assert (walk["settled"], walk["pending"]) == (False, 2)
    release.set()


async def test_whoever_gives_up_an_advance_leaves_a_clock_that_works(sandbox: Documented, consumer: Consumer) -> None:
    release = asyncio.Event()

    async def slow(request: Any) -> Any:
        await release.wait()
        return web.Response()

    consumer.answers = [slow]
    await sandbox.freeze()
    await sandbox.send("namirial", callback=consumer.url)
    advance = asyncio.create_task(sandbox.settle())
    await consumer.wait(1)
    advance.cancel()
    release.set()
    assert (await sandbox.settle())["settled"]
    assert [body["message"]["status"] for body in consumer.bodies] == ["SENT", "DELIVERED"]


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({}, ""),
        ({"by": "1h", "until": "idle"}, ""),
        ({"by": "1 hour"}, "/by"),
        ({"by": 5}, "/by"),
        ({"to": "soon"}, "/to"),
        ({"to": "2001-01-01T00:00:00Z"}, "/to"),
        ({"until": "tomorrow"}, "/until"),
        ({"by": "1h", "settle": "x"}, "/settle"),
        ({"by": "1h", "timeout": "-1s"}, "/timeout"),
    ],
)
async def test_an_advance_that_cannot_be_is_refused(sandbox: Documented, wish: dict[str, Any], pointer: str) -> None:
    problem = await sandbox.refused("POST", "/clock/advance", "invalid", json=wish)
    assert pointer in [error["pointer"] for error in problem["errors"]]
