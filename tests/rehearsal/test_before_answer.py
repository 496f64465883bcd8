"""``before_answer`` over real sockets; and without it no report leaves before its answer is written."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from sandbox import flow
from tests.rehearsal.stage import Stage, together

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def noting(heard: list[float], status: int = 200) -> Answer:
    """A consumer's answer that notes when it was asked for."""

    async def answer(request: web.Request) -> web.StreamResponse:
        heard.append(time.perf_counter())
        return web.Response(status=status)

    return answer


async def test_the_first_report_may_come_before_the_answer(stage: Stage, slug: str) -> None:
    await stage.play({"callback": {"before_answer": True}})
    assert await stage.send(slug) == "accept"
    assert await stage.told() == [("sent", 0)]
    assert await stage.statuses() == ["sent"]
    await stage.settle()
    assert await stage.told() == [("sent", 0), ("delivered", 2)]


async def test_every_copy_of_the_first_report_comes_before_the_answer(stage: Stage, slug: str) -> None:
    steps = [{"after": "1m", "status": "sent", "times": 2, "lag": "1m"}, {"after": "5s", "status": "delivered"}]
    await stage.play({"report": steps, "callback": {"before_answer": True, "lag": "10s"}})
    await stage.send(slug)
    assert await stage.told() == [("sent", 0)] * 2
    await stage.settle()
    assert (await stage.told())[2:] == [("delivered", 15)]


async def test_a_silent_first_step_is_told_to_nobody_before_the_answer_either(stage: Stage, slug: str) -> None:
    steps = [{"after": "1s", "status": "sent", "silent": True}, {"after": "1s", "status": "delivered"}]
    await stage.play({"report": steps, "callback": {"before_answer": True}})
    await stage.send(slug)
    assert (await stage.statuses(), stage.consumer.received) == (["sent"], [])
    await stage.settle()
    assert await stage.told() == [("delivered", 1)]


async def test_the_answer_does_not_wait_for_a_consumer_for_ever(
    stage: Stage, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "BEFORE_ANSWER", 0.02)
    answered: list[float] = []

    async def late(request: web.Request) -> web.StreamResponse:
        while not answered:
            await stage.sandbox.get("/clock")
        return web.Response()

    stage.consumer.answers.append(late)
    await stage.play({"callback": {"before_answer": True}})
    assert await stage.send(slug) == "accept"
    answered.append(time.perf_counter())
    await stage.settle()
    assert [row["state"] for row in await stage.rows()] == ["acknowledged"] * 2


# --- and never otherwise ----------------------------------------------------------------------------


async def test_no_report_leaves_before_a_late_answer_even_if_somebody_advances_the_clock(
    stage: Stage, slug: str
) -> None:
    heard: list[float] = []
    stage.consumer.answers += [noting(heard), noting(heard)]
    await stage.play({"respond": {"accept": {"delay": "150ms"}}})
    wire = await stage.wire(slug)
    begun = time.perf_counter()
    _, message, walk = await together(
        stage.sandbox.tell(wire), stage.sandbox.get("/messages?wait=5s"), _advanced_once_stored(stage)
    )
    assert (len(message["items"]), walk["settled"]) == (1, True)
    assert [at - begun >= 0.15 for at in heard] == [True, True]
    assert await stage.told() == [("sent", 1), ("delivered", 3)]


async def _advanced_once_stored(stage: Stage) -> Any:
    await stage.sandbox.get("/messages?wait=5s")
    return await stage.advance("1m")


async def test_no_report_leaves_while_the_answer_still_trickles(stage: Stage, slug: str) -> None:
    heard: list[float] = []
    stage.consumer.answers.append(noting(heard))
    await stage.play({"respond": {"fault": "trickle", "over": "100ms"}})
    wire = await stage.wire(slug)
    begun = time.perf_counter()
    await together(stage.tell(wire), _advanced_once_stored(stage))
    assert heard[0] - begun >= 0.09
    assert await stage.told() == [("sent", 1), ("delivered", 3)]


async def test_reports_wait_for_no_answer_that_hangs(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"fault": "hang", "stored": True}})
    wire = await stage.wire(slug)
    hanging = asyncio.ensure_future(stage.tell(wire))
    walk = await _advanced_once_stored(stage)
    assert (walk["settled"], hanging.done()) == (True, False)
    assert await stage.told() == [("sent", 1), ("delivered", 3)]
    hanging.cancel()


async def test_reports_follow_though_the_client_has_hung_up(stage: Stage, slug: str) -> None:
    await stage.play({"respond": {"accept": {"delay": "1h"}}})
    calling = asyncio.ensure_future(stage.tell(await stage.wire(slug)))
    await stage.sandbox.get("/messages?wait=5s")
    calling.cancel()
    await stage.advance("1m")
    assert await stage.told() == [("sent", 1), ("delivered", 3)]
    (request,) = (await stage.sandbox.get("/requests?limit=1"))["items"]
    assert request["client_gave_up"] is True
