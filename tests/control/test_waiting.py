"""Wait, never sleep: calls that are held until something has arrived, or did not."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from sandbox.control import lists
from sandbox.sms.message import Message
from sandbox.store.rows import Batch, Filter, Page
from tests.control.documented import Documented
from tests.store.made import message
from tests.support.consumer import Consumer
from tests.support.server import running


async def held(sandbox: Documented, space: str = "default") -> None:
    """Until a call is held in ``space``."""
    known = sandbox.services.spaces.get(space)
    assert known is not None
    while not known.users:
        await sandbox.call("GET", "/livez")


async def test_what_is_there_already_answers_at_once(sandbox: Documented) -> None:
    await sandbox.send("skycore")
    assert (await sandbox.get("/messages?wait=30s"))["total"] == 1


async def test_a_call_is_held_until_enough_has_arrived(sandbox: Documented) -> None:
    waiting = asyncio.create_task(sandbox.get("/messages?wait=30s&min=2&to=447700900123"))
    await held(sandbox)
    await sandbox.send("skycore", "+447700900123")
    await sandbox.send("skycore", "+447700900124")
    assert not waiting.done()
    await sandbox.send("skycore", "+447700900123")
    assert (await waiting)["total"] == 2


async def test_the_latest_may_be_waited_for(sandbox: Documented) -> None:
    waiting = asyncio.create_task(sandbox.get("/messages/latest?wait=30s"))
    await held(sandbox)
    await sandbox.send("skycore", text="Code: 8842")
    assert (await waiting)["codes"] == ["8842"]


async def test_a_status_may_be_waited_for(sandbox: Documented) -> None:
    await sandbox.freeze()
    await sandbox.send("skycore", "+447700900902")
    waiting = asyncio.create_task(sandbox.get("/messages?wait=30s&status=undelivered"))
    await held(sandbox)
    await sandbox.settle()
    assert (await waiting)["total"] == 1


async def test_waiting_goes_on_from_where_one_has_looked(sandbox: Documented) -> None:
    await sandbox.send("skycore", text="old")
    since = (await sandbox.get("/messages"))["since"]
    waiting = asyncio.create_task(sandbox.get(f"/messages?wait=30s&since={since}"))
    await held(sandbox)
    await sandbox.send("skycore", text="new")
    assert [item["text"] for item in (await waiting)["items"]] == ["new"]


async def test_not_in_time_tells_which_calls_came_to_nothing_meanwhile(sandbox: Documented) -> None:
    await sandbox.send("namirial", "+447700900063")
    since = (await sandbox.get("/messages"))["since"]
    await sandbox.send("namirial", "+447700900064")
    await sandbox.send("skycore", "+447700900123")
    await sandbox.send("namirial", "+447700900060")
    for kind in ("messages", "callbacks"):
        problem = await sandbox.refused("GET", f"/{kind}?wait=1ms&status=read&since={since}", "nothing-arrived")
        assert [(call["to"], call["error"]) for call in problem["refused"]] == [
            (["+447700900064"], "64"),
            (["+447700900060"], "60"),
        ]
        assert problem["refused"][0]["explanation"] == "the rule 'last three digits' says so"


async def test_not_in_time_tells_the_nearest_misses_the_clock_and_what_is_due(sandbox: Documented) -> None:
    await sandbox.freeze()
    await sandbox.send("skycore", "+447700900123", "Good morning")
    await sandbox.send("namirial", "+447700900124", "Good evening")
    query = "/messages?wait=1ms&to=447700900123&provider=skycore&text=~code&status=delivered"
    problem = await sandbox.refused("GET", query, "nothing-arrived")
    assert [[failed["filter"] for failed in near["failed"]] for near in problem["nearest"]] == [
        ["text", "status"],
        ["provider", "to", "text", "status"],
    ]
    assert problem["clock"]["mode"] == "manual"
    assert problem["pending"] == 4
    assert problem["next_due"] > problem["clock"]["now"]


async def test_without_wait_a_minimum_is_judged_at_once(sandbox: Documented) -> None:
    await sandbox.refused("GET", "/messages?min=1", "nothing-arrived")


async def test_none_arrives_holds_the_whole_wait(sandbox: Documented) -> None:
    await sandbox.send("skycore", "+447700900123")
    assert (await sandbox.get("/messages?wait=1ms&max=0&to=447700900124"))["total"] == 0


async def test_none_arrives_fails_as_soon_as_one_does(sandbox: Documented) -> None:
    waiting = asyncio.create_task(sandbox.refused("GET", "/messages?wait=30s&max=0", "too-many"))
    await held(sandbox)
    _, answer = await sandbox.send("skycore")
    problem = await waiting
    assert (problem["total"], problem["newest"]) == (1, [answer["tracking-id"]])


async def test_an_exact_number_is_a_minimum_and_a_maximum(sandbox: Documented) -> None:
    await sandbox.send("skycore")
    assert (await sandbox.get("/messages?wait=1ms&min=1&max=1"))["total"] == 1
    await sandbox.refused("GET", "/messages?wait=1ms&min=2&max=2", "nothing-arrived")
    await sandbox.send("skycore")
    await sandbox.refused("GET", "/messages?wait=30s&min=1&max=1", "too-many")
    await sandbox.refused("GET", "/messages?wait=1ms&min=2&max=1", "invalid")


async def test_callbacks_may_be_waited_for(sandbox: Documented, consumer: Consumer) -> None:
    waiting = asyncio.create_task(sandbox.get("/callbacks?wait=30s&state=acknowledged&min=2&provider=namirial"))
    await held(sandbox)
    await sandbox.freeze()
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.settle()
    assert (await waiting)["total"] == 2


async def test_requests_may_be_waited_for(sandbox: Documented) -> None:
    waiting = asyncio.create_task(sandbox.get("/requests?wait=30s&outcome=rejected"))
    await held(sandbox)
    await sandbox.send("skycore", "+447700900111")
    assert (await waiting)["items"][0]["error"] == "E111"


async def test_near_misses_of_callbacks_and_requests_are_told_too(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", callback=consumer.url)
    await sandbox.advance("1s")
    problem = await sandbox.refused("GET", "/callbacks?min=1&state=failed", "nothing-arrived")
    assert problem["nearest"][0]["failed"] == [{"filter": "state", "expected": "failed", "actual": "acknowledged"}]
    problem = await sandbox.refused("GET", "/requests?min=1&to=447700900123", "nothing-arrived")
    assert problem["nearest"][0]["failed"][0]["actual"] == ["+447700900999"]


def looks(sandbox: Documented, monkeypatch: pytest.MonkeyPatch, last: int = 0) -> list[Filter]:
    """Every look at the messages from now on; just before the ``last`` of them one more is stored."""
    store, made = sandbox.services.store, list[Filter]()
    page = store.messages

    async def looked(space: str, which: Filter) -> Page[Message]:
        made.append(which)
        if len(made) == last:
            await store.write(Batch(messages=[message(store.number())]))
        return await page(space, which)

    monkeypatch.setattr(store, "messages", looked)
    return made


async def test_what_arrives_in_the_very_last_moment_has_arrived(
    sandbox: Documented, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks(sandbox, monkeypatch, last=2)
    await sandbox.refused("GET", "/messages?wait=1ms&max=0", "too-many")


async def test_after_a_look_that_took_its_time_everybody_else_has_more_of_it(
    sandbox: Documented, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = looks(sandbox, monkeypatch)
    monkeypatch.setattr(lists, "perf_counter", count().__next__)  # each takes a second
    waiting = asyncio.create_task(sandbox.get("/messages?wait=1h&min=9"))
    await held(sandbox)
    for _ in range(3):
        await sandbox.send("skycore")
    assert len(made) == 1
    waiting.cancel()


async def test_whoever_waits_in_a_space_that_is_dropped_is_told(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {})
    inside = sandbox.within("t1")
    waiting = asyncio.create_task(inside.refused("GET", "/messages?wait=30s", "unknown-space"))
    await held(sandbox, "t1")
    await sandbox.call("DELETE", "/_sandbox/spaces/t1")
    await waiting


async def test_a_server_that_stops_tells_whoever_waits(sandbox: Documented) -> None:
    waiting = asyncio.create_task(sandbox.refused("GET", "/messages?wait=30s", "stopping"))
    await held(sandbox)
    sandbox.services.feed.close()
    await waiting


async def test_whoever_hangs_up_is_forgotten(sandbox: Documented) -> None:
    waiting = asyncio.create_task(sandbox.get("/messages?wait=30s"))
    await held(sandbox)
    waiting.cancel()
    space = sandbox.services.spaces.get("default")
    assert space is not None
    while space.users:
        await sandbox.call("GET", "/livez")


@pytest.fixture
async def forgetful() -> AsyncIterator[Documented]:
    """Keeps two messages of three that were sent, and settled."""
    async with running(max_messages=2, max_requests=2) as server:
        sandbox = Documented(server.url, server.session, server.services)
        await sandbox.freeze()
        for number in range(3):
            await sandbox.send("skycore", f"+44770090099{number}")
            await sandbox.settle()
        yield sandbox


@pytest.mark.parametrize("query", ["max=0&to=447700900995", "min=1&to=447700900995", "max=5", "min=2&max=2"])
async def test_evicted_evidence_is_409_where_it_could_change_the_verdict(forgetful: Documented, query: str) -> None:
    await forgetful.refused("GET", f"/messages?wait=1ms&{query}", "journal-truncated")


@pytest.mark.parametrize(("query", "total"), [("min=2", 2), ("min=1&to=447700900992", 1)])
async def test_a_minimum_that_is_met_is_met_whatever_was_evicted(forgetful: Documented, query: str, total: int) -> None:
    found: Any = await forgetful.get(f"/messages?wait=1ms&{query}")
    assert (found["total"], found["evicted"]) == (total, 1)


async def test_a_maximum_that_is_exceeded_is_exceeded_whatever_was_evicted(forgetful: Documented) -> None:
    await forgetful.refused("GET", "/messages?wait=30s&max=1", "too-many")
