"""The six faults and late answers, as a bare socket sees them; of every provider, stored and not."""

import asyncio
from typing import Any

import pytest

from sandbox.client import wires
from sandbox.wire import NotJson, decode
from tests.support.checked import Checked, Told, Wire
from tests.support.raw import CLOSED, RESET, Heard, connected, http

SILENT = ("hang", "reset", "empty")
BADLY_TOLD = ("malformed", "truncated", "trickle")
FAULTS = (*SILENT, *BADLY_TOLD)


async def played(sandbox: Checked, slug: str, **response: Any) -> Wire:
    """A plain send that will be answered so."""
    call = await sandbox.wire(slug)
    await sandbox.play({"rules": [{"name": "the fault", "when": {"provider": slug}, "respond": response}]})
    return call


async def journalled(sandbox: Checked) -> dict[str, Any]:
    """The one call of a rule, once it is there: its row is written before its answer."""
    found = await sandbox.get("/requests?wait=10s&rule=the%20fault")
    (request,) = found["items"]
    return dict(request)


async def until_told(sandbox: Checked, **facts: Any) -> dict[str, Any]:
    """The journal's row once it says how the answer went."""
    while True:
        request = await journalled(sandbox)
        if all(request[name] == value for name, value in facts.items()):
            return request


async def seen(sandbox: Checked, fault: str, heard: Heard) -> None:
    """What the client sees of a fault."""
    if fault == "hang":
        await journalled(sandbox)
        assert (heard.all, heard.end) == (b"", "")
        return
    assert await heard.until_end() == (RESET if fault == "reset" else CLOSED)
    if fault in SILENT:
        assert heard.all == b""
        return
    assert heard.head.startswith(b"HTTP/1.1 200 OK")
    if fault == "trickle":
        assert len(heard.body) == heard.length
        assert decode(heard.body)
        return
    assert len(heard.body) == (heard.length if fault == "malformed" else heard.length // 2)
    with pytest.raises(NotJson):
        decode(heard.body)


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_what_it_is_called_and_stores_what_it_is_told_to(
    sandbox: Checked, slug: str, fault: str, stored: bool
) -> None:
    call = await played(sandbox, slug, fault=fault, stored=stored, **({"over": "20ms"} if fault == "trickle" else {}))
    async with connected(sandbox, http(sandbox, call)) as heard:
        await seen(sandbox, fault, heard)
        assert await sandbox.stored() == stored
    request = await journalled(sandbox)
    assert (request["outcome"], len(request["messages"])) == ("faulted", stored)
    assert fault in request["explanation"]
    assert (request["answer"] is None) is (fault in SILENT)


@pytest.mark.parametrize("fault", FAULTS)
async def test_left_to_itself_a_fault_without_an_answer_stores_nothing_and_a_badly_told_one_does(
    sandbox: Checked, slug: str, fault: str
) -> None:
    call = await played(sandbox, slug, fault=fault, **({"over": "20ms"} if fault == "trickle" else {}))
    async with connected(sandbox, http(sandbox, call)) as heard:
        await seen(sandbox, fault, heard)
    assert await sandbox.stored() == (fault in BADLY_TOLD)


async def test_whoever_gives_up_on_a_hanging_call_is_noticed(sandbox: Checked, slug: str) -> None:
    call = await played(sandbox, slug, fault="hang", stored=True)
    async with connected(sandbox, http(sandbox, call)):
        assert (await journalled(sandbox))["client_gave_up"] is False
    assert (await until_told(sandbox, client_gave_up=True))["duration_ms"] > 0


async def test_the_reports_of_a_stored_hanging_call_do_not_wait_for_it(sandbox: Checked, slug: str) -> None:
    await sandbox.freeze()
    call = await played(sandbox, slug, fault="hang", stored=True)
    async with connected(sandbox, http(sandbox, call)):
        await journalled(sandbox)
        assert (await sandbox.settle())["pending"] == 0
        assert (await sandbox.get("/messages"))["items"][0]["status"] == "delivered"


async def test_a_trickle_comes_in_crumbs_over_its_time(sandbox: Checked, slug: str) -> None:
    call = await played(sandbox, slug, fault="trickle", over="60ms")
    begun = asyncio.get_running_loop().time()
    async with connected(sandbox, http(sandbox, call)) as heard:
        await heard.until_end()
    assert asyncio.get_running_loop().time() - begun >= 0.05
    assert len(heard.pieces) > 5


async def test_whoever_leaves_with_the_last_crumb_has_not_given_up(sandbox: Checked, slug: str) -> None:
    call = await played(sandbox, slug, fault="trickle", over="200ms")
    async with connected(sandbox, http(sandbox, call)) as heard:
        await heard.until_whole()
    request = await journalled(sandbox)
    while request["duration_ms"] < 180:
        request = await journalled(sandbox)
    assert request["client_gave_up"] is False


async def test_a_fault_ends_the_connection_for_pipelined_calls_too(sandbox: Checked, slug: str) -> None:
    call = await played(sandbox, slug, fault="reset")
    async with connected(sandbox, http(sandbox, call, close=False) * 2) as heard:
        assert await heard.until_end() == RESET
    assert len((await sandbox.get("/requests?rule=the%20fault"))["items"]) == 1


@pytest.mark.parametrize("respond", [{"accept": {"delay": "40ms"}}, {"error": "internal", "delay": "40ms"}])
async def test_an_answer_may_be_late_and_its_message_is_stored_on_arrival(
    sandbox: Checked, slug: str, respond: dict[str, Any]
) -> None:
    call = await played(sandbox, slug, **respond)
    begun = asyncio.get_running_loop().time()
    async with connected(sandbox, http(sandbox, call)) as heard:
        request = await journalled(sandbox)
        assert await sandbox.stored() == len(request["messages"]) == ("accept" in respond)
        await heard.until_end()
    assert asyncio.get_running_loop().time() - begun >= 0.04
    assert heard.head.startswith(b"HTTP/1.1 ")
    assert (await journalled(sandbox))["duration_ms"] >= 40


async def test_whoever_gives_up_on_a_late_answer_has_sent_all_the_same(sandbox: Checked, slug: str) -> None:
    call = await played(sandbox, slug, accept={"delay": "30s"})
    async with connected(sandbox, http(sandbox, call)):
        await journalled(sandbox)
    await until_told(sandbox, client_gave_up=True)
    assert await sandbox.stored() == 1


async def test_a_scenario_can_answer_in_its_own_bytes(sandbox: Checked, slug: str) -> None:
    raw = {"status": 418, "headers": {"X-Teapot": "short"}, "body": "<html>stout</html>"}
    call = await played(sandbox, slug, raw=raw)
    async with connected(sandbox, http(sandbox, call)) as heard:
        await heard.until_end()
    assert heard.head.startswith(b"HTTP/1.1 418 ")
    assert b"X-Teapot: short" in heard.head
    assert heard.body == b"<html>stout</html>"
    assert await sandbox.stored() == 0
    call = await played(sandbox, slug, raw={"status": 202, "body": ""})
    async with connected(sandbox, http(sandbox, call)) as heard:
        await heard.until_end()
    assert heard.head.startswith(b"HTTP/1.1 202 ")
    assert await sandbox.stored() == 1


# --- no HTTP at all ----------------------------------------------------------------------------------

NO_HTTP = {
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "no target": b"GET\r\n\r\n",
    "a made-up method": b"BREW /namirial/api/Services/send HTTP/1.1\r\nHost: a\r\n\r\n",
    "a raw path": "GET /namirial/\u20ac HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    "a long line": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n",
    "a length that is none": b"POST /skycore/ HTTP/1.1\r\nHost: a\r\nContent-Length: ten\r\n\r\n",
    "two lengths": b"POST /skycore/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a bad chunk": b"POST /skycore/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("kind", NO_HTTP)
async def test_what_is_no_http_is_sent_away_and_the_next_caller_served(sandbox: Checked, kind: str) -> None:
    async with connected(sandbox, NO_HTTP[kind]) as heard:
        await heard.until_end()
    assert not heard.all or heard.all.split()[1] in (b"400", b"431")
    slug = wires.slugs()[0]
    told: Told = await sandbox.plain(slug)
    assert told.status == 200


async def test_half_a_request_and_then_nothing_is_no_call(sandbox: Checked, slug: str) -> None:
    call = await sandbox.wire(slug)
    before = (await sandbox.get("/requests"))["total"]
    async with connected(sandbox, http(sandbox, call)[:-5]):
        pass
    assert (await sandbox.get("/requests"))["total"] == before
    assert await sandbox.stored() == 0
