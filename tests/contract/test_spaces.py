"""Whose call it is: by path, header, login, token, id and link; by Host; and how spaces come and go."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from sandbox.client import wires
from sandbox.providers import discover
from sandbox.wire import Request
from tests.support.checked import Checked, Told, Wire
from tests.support.documents import answer_faults, leaves
from tests.support.server import running
from tests.support.shared import ONE_LOOP


@pytest_asyncio.fixture(loop_scope=ONE_LOOP)
async def alone() -> AsyncIterator[Checked]:
    """A server of the test's own, seen from no space in particular."""
    async with running() as server:
        yield Checked(server.url, server.session, server.services)


async def messages(server: Checked, space: str) -> int:
    return (await server.services.store.counts(space)).messages


async def declare(server: Checked, space: str, slug: str, *names: str) -> None:
    accounts = [wires.wire_of(slug).login(name) for name in names]
    await server.put(f"/spaces/{space}", {"accounts": {slug: accounts}})


def says_no(slug: str, told: Told) -> bool:
    vocabulary = discover()[slug].vocabulary
    error = vocabulary.errors[vocabulary.words["authentication"]]
    return told.status == error.status and error.code in {str(leaf) for leaf in leaves(told.json)}


async def explained(server: Checked, space: str = "default") -> str:
    (request,) = (await server.within(space).get("/requests?outcome=rejected&limit=1"))["items"]
    return str(request["explanation"])


# --- which space -------------------------------------------------------------------------------------


async def test_a_path_names_the_space_and_begins_it(alone: Checked, slug: str) -> None:
    await alone.within("t1").plain(slug)
    assert (await messages(alone, "t1"), await messages(alone, "default")) == (1, 0)
    assert [space["name"] for space in (await alone.get("/spaces"))["items"]] == ["default", "t1"]


async def test_a_header_names_the_space_and_the_path_overrules_it(alone: Checked, slug: str) -> None:
    by_header = {"X-Sandbox-Space": "t2"}
    for server, count in ((alone, 1), (alone.within("t1"), 1)):
        call = await server.within("t1" if server.space else "t2").wire(slug)
        told = await server.tell(call.but(headers={**call.headers, **by_header}))
        assert told.status == 200
        assert await messages(alone, "t2") == count
    assert await messages(alone, "t1") == 1


async def test_a_login_leads_to_the_space_that_declares_it(alone: Checked, slug: str) -> None:
    await declare(alone, "t1", slug, "app")
    await declare(alone, "t2", slug, "other")
    for name in ("app", "other", "other"):
        await alone.plain(slug, wires.wire_of(slug).login(name))
    assert [await messages(alone, space) for space in ("t1", "t2", "default")] == [1, 2, 0]


async def test_a_password_leads_nowhere(alone: Checked) -> None:
    """Two spaces may have accounts with the same password, and another name."""
    for space, name in (("t1", "one"), ("t2", "two")):
        login = {"username": name, "password": "secret"}
        await alone.put(f"/spaces/{space}", {"accounts": {"namirial": [login]}})
    await alone.plain("namirial", {"username": "two", "password": "secret"})
    assert (await messages(alone, "t1"), await messages(alone, "t2")) == (0, 1)


async def test_a_login_that_nobody_declares_is_the_default_space_s(alone: Checked, slug: str) -> None:
    await declare(alone, "t1", slug, "app")
    await alone.plain(slug, wires.wire_of(slug).login("stranger"))
    assert (await messages(alone, "t1"), await messages(alone, "default")) == (0, 1)


async def test_the_accounts_of_a_scenario_that_was_put_on_a_space_lead_to_it(alone: Checked, slug: str) -> None:
    known = wires.wire_of(slug)
    await alone.within("t1").play({"accounts": {slug: [known.login("app")]}})
    await alone.plain(slug, known.login("app"))
    assert await messages(alone, "t1") == 1


async def test_a_login_of_several_spaces_is_refused_and_the_journal_names_them(alone: Checked, slug: str) -> None:
    await declare(alone, "t1", slug, "app")
    await declare(alone, "t2", slug, "app")
    known = wires.wire_of(slug)
    asked = next(known.send("", known.login("app"), {"to": "+447700900999", "text": "x"}))
    call = Wire(slug, asked.method, asked.url, dict(asked.headers), asked.body or b"")
    assert says_no(slug, await alone.tell(call))
    assert "t1, t2" in await explained(alone)
    assert (await alone.within("t2").tell(call)).status == 200


async def test_a_dropped_space_declares_nothing_any_more(alone: Checked, slug: str) -> None:
    await declare(alone, "t1", slug, "app")
    await alone.call("DELETE", "/_sandbox/spaces/t1")
    await alone.plain(slug, wires.wire_of(slug).login("app"))
    assert await messages(alone, "default") == 1


@pytest.mark.parametrize("slug", [slug for slug in wires.slugs() if wires.wire_of(slug).token])
async def test_a_token_leads_to_the_space_that_issued_it(alone: Checked, slug: str) -> None:
    call = await alone.within("t1").wire(slug)
    assert (await alone.tell(call)).status == 200
    assert await messages(alone, "t1") == 1
    elsewhere = await alone.within("t2").tell(call)
    assert says_no(slug, elsewhere)


async def test_a_message_id_leads_to_its_space(alone: Checked) -> None:
    sent = await alone.within("t1").plain("namirial")
    path = f"/namirial/api/messagestatus/{sent.json['id']}"
    told = await alone.ask("GET", path, headers={"X-Api-Key": "k"})
    assert told.json["message"]["id"] == sent.json["id"]
    assert (await alone.within("t2").ask("GET", path, headers={"X-Api-Key": "k"})).status == 404


async def test_a_short_link_names_its_space_and_leads_there_without(alone: Checked) -> None:
    server = alone.within("t1")
    call = await server.wire("skycore", text="See www.example.com")
    await server.tell(call.but(json={**call.json, "click-tracking": True}))
    (message,) = (await server.get("/messages"))["items"]
    (link,) = message["links"]
    path = urlsplit(link).path
    assert link.startswith(f"{alone.url}/spaces/t1/skycore/r/")
    for each in (path, path.removeprefix("/spaces/t1")):
        told = await alone.ask("GET", each)
        assert (told.status, told.headers["Location"]) == (302, "http://www.example.com")
    assert (await alone.ask("GET", path.replace("t1", "t2"))).status == 404


# --- by Host -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["{}.localhost:{}", "{}.localhost", "{}:{}", "{}", "{}.sms.test:80"])
async def test_a_host_that_begins_with_the_slug_is_served_at_the_real_paths(
    sandbox: Checked, slug: str, host: str
) -> None:
    port = urlsplit(sandbox.url).port
    for name in (slug, slug.upper()):
        call = await sandbox.wire(slug)
        headers = {**call.headers, "Host": host.format(name, port)}
        told = await sandbox.ask(call.method, call.path, headers=headers, data=call.body)
        asked = Request(call.method, call.path, {}, call.body)
        assert answer_faults(slug, asked, told.status, told.headers, told.body) == []
        assert told.headers["X-Sandbox-Message"]
    assert await sandbox.stored() == 2


async def test_the_sandbox_s_own_paths_keep_their_meaning_at_a_provider_s_host(alone: Checked, slug: str) -> None:
    headers = {"Host": f"{slug}.localhost"}
    for path in ("/_sandbox/messages", "/livez", "/readyz", "/metrics", "/spaces/default/_sandbox/clock"):
        assert (await alone.ask("GET", path, headers=headers)).status == 200, path
    assert (await alone.get("/requests"))["items"] == []


async def test_an_unknown_path_at_a_provider_s_host_is_the_provider_s(alone: Checked, slug: str) -> None:
    await alone.ask("GET", "/favicon.ico", headers={"Host": slug})
    (request,) = (await alone.get("/requests"))["items"]
    assert (request["provider"], request["path"], request["outcome"]) == (slug, "/favicon.ico", "rejected")


async def test_short_links_of_a_provider_s_host_need_no_slug(alone: Checked) -> None:
    call = await alone.wire("skycore", text="See www.example.com")
    headers = {**call.headers, "Host": "skycore.localhost:7670"}
    body = call.but(json={**call.json, "click-tracking": True}).body
    await alone.ask("POST", "/", headers=headers, data=body)
    (message,) = (await alone.get("/messages"))["items"]
    (link,) = message["links"]
    assert link.startswith("http://skycore.localhost:7670/r/")
    told = await alone.ask("GET", urlsplit(link).path, headers={"Host": "skycore.localhost:7670"})
    assert told.status == 302


# --- coming and going --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "a%20b", "%E2%82%AC", "x" * 65, "a%2Fb", "%00"])
async def test_what_is_no_name_for_a_space_is_refused_by_the_provider_and_explained(
    alone: Checked, slug: str, name: str
) -> None:
    call = (await alone.wire(slug)).but()
    told = await alone.ask(call.method, f"/spaces/{name}/{slug}{call.path}", headers=call.headers, data=call.body)
    assert says_no(slug, told)
    assert "is no name for a space" in await explained(alone)
    assert [space["name"] for space in (await alone.get("/spaces"))["items"]] == ["default"]
    assert (await alone.get("/messages"))["items"] == []


async def test_where_spaces_must_be_declared_no_call_begins_one() -> None:
    async with running(spaces="declared") as server:
        alone = Checked(server.url, server.session, server.services)
        for slug in wires.slugs():
            await alone.plain(slug)
            call = await alone.wire(slug)
            assert says_no(slug, await alone.within("t1").tell(call))
            assert "--spaces declared" in await explained(alone)
        assert await messages(alone, "default") == len(wires.slugs())
        status, _ = await alone.within("t1").call("GET", "/_sandbox/messages")
        assert status == 404
        await alone.put("/spaces/t1", {})
        await alone.within("t1").plain("namirial")
        assert await messages(alone, "t1") == 1


async def test_there_are_no_more_spaces_than_allowed() -> None:
    async with running(max_spaces=2) as server:
        alone = Checked(server.url, server.session, server.services)
        await alone.within("t1").plain("namirial")
        call = await alone.wire("namirial")
        assert says_no("namirial", await alone.within("t2").tell(call))
        assert "--max-spaces" in await explained(alone)
        status, problem = await alone.call("PUT", "/_sandbox/spaces/t2", json={})
        assert (status, "--max-spaces" in problem["detail"]) == (422, True)
        await alone.call("DELETE", "/_sandbox/spaces/t1")
        assert (await alone.within("t2").tell(call)).status == 200


def idle(server: Checked, space: str, seconds: float) -> None:
    """As if nobody had used it for so long."""
    known = server.services.spaces.get(space)
    assert known is not None
    known.used -= seconds


async def test_an_idle_space_vanishes_after_its_time_to_live(alone: Checked) -> None:
    for name in ("t1", "t2", "held"):
        await alone.within(name).plain("namirial")
    await alone.put("/spaces/held", {"ttl": "never"})
    await alone.put("/spaces/t2", {"ttl": "3h"})
    for name in ("default", "t1", "t2", "held"):
        idle(alone, name, 3601)
    await alone.services.spaces.sweep()
    assert alone.services.spaces.names() == ["default", "held", "t2"]
    assert await messages(alone, "t1") == 0
    idle(alone, "t2", 2 * 3600)
    await alone.services.spaces.sweep()
    assert alone.services.spaces.names() == ["default", "held"]


@pytest.mark.parametrize("how", ["a call", "a control call", "a put"])
async def test_whoever_uses_a_space_keeps_it(alone: Checked, how: str) -> None:
    server = alone.within("t1")
    await server.plain("namirial")
    idle(alone, "t1", 3601)
    if how == "a call":
        await server.plain("namirial")
    elif how == "a control call":
        await server.get("/messages")
    else:
        await alone.put("/spaces/t1", {})
    await alone.services.spaces.sweep()
    assert "t1" in alone.services.spaces.names()


async def test_an_open_stream_keeps_a_space(alone: Checked) -> None:
    await alone.put("/spaces/t1", {})
    async with alone.session.get(f"{alone.url}/spaces/t1/_sandbox/events") as stream:
        assert stream.status == 200
        idle(alone, "t1", 3601)
        await alone.services.spaces.sweep()
        assert "t1" in alone.services.spaces.names()


# --- nothing leaks -----------------------------------------------------------------------------------


async def test_spaces_share_nothing(alone: Checked, slug: str) -> None:
    one, two = alone.within("t1"), alone.within("t2")
    twice: dict[str, Any] = {"respond": [{"error": "unavailable"}, "accept"]}
    for server in (one, two):
        await server.put(f"/spaces/{server.space}", {})
        await server.freeze()
        await server.play({"rules": [{"name": "once", **twice}]})
    for server in (one, one, two):
        await server.plain(slug)
    assert [await messages(alone, space) for space in ("t1", "t2", "default")] == [1, 0, 0]
    await one.advance("1h")
    clocks = [(await server.get("/clock"))["now"] for server in (one, two)]
    assert clocks[0] > clocks[1]
    assert [(await server.get("/scenario"))["rules"][0]["hits"] for server in (one, two)] == [2, 1]
    await one.post("/reset")
    assert [(await server.get("/requests"))["total"] > 0 for server in (one, two)] == [False, True]
    assert [(await server.get("/scenario"))["rules"][0]["hits"] for server in (one, two)] == [0, 1]


async def test_dedupe_and_links_and_ids_are_each_space_s_own(alone: Checked) -> None:
    call = await alone.wire("bloomreach")
    call = call.but(json={**call.json, "request_id": "r-1"})
    told = [(await alone.within(space).tell(call)).json["message_id"] for space in ("t1", "t2", "t1")]
    assert told[0] == told[2] != told[1]
    assert (await alone.within("t2").call("GET", f"/_sandbox/messages/{told[0]}"))[0] == 404
