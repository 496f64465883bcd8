"""Paths, methods, parameters, bodies and spaces: what is wrong with a call is told in one shape."""

import asyncio
from typing import Any

import pytest

from tests.control.documented import Documented
from tests.support.server import BASIC, running


async def test_an_unknown_path_is_404_with_the_nearest(sandbox: Documented) -> None:
    problem = await sandbox.refused("GET", "/mesages", "not-found")
    assert '"/_sandbox/messages"' in problem["detail"]
    assert "/_sandbox/openapi.json" in problem["detail"]


async def test_a_wrong_method_is_405_with_what_is_allowed(sandbox: Documented) -> None:
    await sandbox.refused("PATCH", "/messages", "method-not-allowed")
    async with sandbox.session.post(sandbox.url + "/_sandbox/messages") as response:
        assert response.headers["Allow"] == "DELETE, GET, HEAD"
        assert response.content_type == "application/problem+json"


async def test_head_is_get_without_a_body(sandbox: Documented) -> None:
    async with sandbox.session.head(sandbox.url + "/readyz") as response:
        assert (response.status, await response.read()) == (200, b"")


async def test_an_unknown_parameter_is_told_with_the_nearest(sandbox: Documented) -> None:
    problem = await sandbox.refused("GET", "/messages?form=%2B447700900901", "invalid")
    assert problem["errors"][0]["parameter"] == "form"
    assert '"from"' in problem["detail"]


async def test_a_parameter_given_twice_or_badly_is_told(sandbox: Documented) -> None:
    for query in ("to=a&to=b", "limit=0", "limit=x", "min=-1", "wait=5", "wait=2h", "cursor=x", "since=x"):
        problem = await sandbox.refused("GET", f"/messages?{query}", "invalid")
        assert problem["errors"][0]["parameter"] == query.partition("=")[0]


async def test_an_unknown_provider_is_told_with_the_nearest(sandbox: Documented) -> None:
    problem = await sandbox.refused("GET", "/messages?provider=skicore", "invalid")
    assert '"skycore"' in problem["detail"]


async def test_a_body_that_breaks_its_schema_is_told_field_by_field(sandbox: Documented) -> None:
    problem = await sandbox.refused("PUT", "/clock", "invalid", json={"mode": "slow", "sped": 3})
    assert {error["pointer"] for error in problem["errors"]} == {"/mode", "/sped"}
    assert problem["detail"] == "the body does not fit its schema; 2 errors"


async def test_the_one_thing_that_is_wrong_is_told_to_those_who_read_the_detail_alone(sandbox: Documented) -> None:
    problem = await sandbox.refused("PUT", "/clock", "invalid", json={"speed": 0})
    assert problem["detail"] == "the body does not fit its schema: /speed: 0 is not more than 0"
    problem = await sandbox.refused("PUT", "/scenario", "invalid", json={"rulez": []})
    assert problem["detail"].startswith('refused whole; nothing was changed: /rulez: "rulez" is not known here')
    problem = await sandbox.refused("POST", "/clock/advance", "invalid", json={})
    assert problem["detail"].startswith("the body does not fit its schema: exactly one of by, to, until")


async def test_a_number_where_text_is_expected_is_told_how_the_text_is_written(sandbox: Documented) -> None:
    problem = await sandbox.refused("POST", "/clock/advance", "invalid", json={"by": 60})
    assert problem["errors"] == [{"pointer": "/by", "detail": "60 is not text; write it like 72h"}]


async def test_a_since_that_names_nothing_is_told_how_an_instant_is_written(sandbox: Documented) -> None:
    problem = await sandbox.refused("GET", "/messages?since=yesterday", "invalid")
    assert "write an instant like 2026-02-12T14:51:00Z" in problem["detail"]


@pytest.mark.parametrize(
    ("path", "body", "pointer", "detail"),
    [
        ("/clock", {"mode": None}, "/mode", "null is not text"),
        ("/clock", {"mode": "slow"}, "/mode", '"slow" is not known here; known here: manual, real, scaled'),
        ("/clock", {"speed": 0}, "/speed", "0 is not more than 0"),
        ("/clock", {"sped": 3}, "/sped", 'sped is not known here; did you mean "speed"?'),
        ("/spaces/t1", {"seed": True}, "/seed", "true is not a whole number"),
        ("/spaces/t1", {"seed": 2**60}, "/seed", f"{2**60} is more than {2**53}"),
        (
            "/spaces/t1",
            {"callbacks": {"skycore": "localhost"}},
            "/callbacks/skycore",
            '"localhost" does not fit; write it like http://localhost:9000/reports',
        ),
    ],
)
async def test_a_body_at_fault_is_told_of_in_the_words_of_json(
    sandbox: Documented, path: str, body: dict[str, Any], pointer: str, detail: str
) -> None:
    problem = await sandbox.refused("PUT", path, "invalid", json=body)
    assert problem["errors"] == [{"pointer": pointer, "detail": detail}]


async def test_of_what_goes_alone_it_is_told_what_there_is(sandbox: Documented) -> None:
    for body, there in (({}, "none"), ({"by": "1s", "until": "idle"}, "by and until")):
        problem = await sandbox.refused("POST", "/clock/advance", "invalid", json=body)
        assert problem["errors"][0]["detail"] == f"exactly one of by, to, until goes here; there is {there}"


async def test_a_body_that_is_no_json_is_told(sandbox: Documented) -> None:
    await sandbox.refused("PUT", "/clock", "bad-request", data=b'{"mode": manual}')


async def test_a_body_over_the_limit_is_413() -> None:
    async with running(body_limit=1000) as server:
        small = Documented(server.url, server.session, server.services)
        await small.refused("PUT", "/scenario", "too-large", data=b"#" * 1001)


@pytest.mark.parametrize("head", [b"/_sandbox/%ff%00/x", b"/_sandbox/messages", b"/spaces/%ff/_sandbox/messages"])
async def test_names_that_are_no_text_name_nothing(sandbox: Documented, head: bytes) -> None:
    """Raw bytes, for no client would send them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    writer.write(b"GET " + head + b" HTTP/1.1\r\nHost: localhost\r\nX-Sandbox-Space: \xff\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    assert answer.split()[1] == b"404"
    assert b"application/problem+json" in answer
    writer.close()
    await writer.wait_closed()


async def test_a_space_is_named_by_path_or_by_header(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {})
    await sandbox.within("t1").send("skycore", to="+447700900123")
    assert (await sandbox.get("/messages"))["total"] == 0
    assert (await sandbox.within("t1").get("/messages"))["total"] == 1
    assert (await sandbox.get("/messages", headers={"X-Sandbox-Space": "t1"}))["total"] == 1


async def test_a_header_that_names_no_space_is_as_none(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {"accounts": {"namirial": [{"username": "app", "password": "secret"}]}})
    empty = {"X-Sandbox-Space": ""}
    assert (await sandbox.get("/messages", headers=empty))["total"] == 0
    body = {"destination": "+447700900123", "text": "Hello"}
    headers = {"Authorization": BASIC, **empty}
    await sandbox.call("POST", "/namirial/api/Services/send", json=body, headers=headers)
    assert (await sandbox.within("t1").get("/messages"))["total"] == 1


async def test_the_path_comes_before_the_header(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {})
    await sandbox.put("/spaces/t2", {})
    await sandbox.within("t1").send("skycore")
    found = await sandbox.within("t1").get("/messages", headers={"X-Sandbox-Space": "t2"})
    assert found["total"] == 1


async def test_a_call_to_an_unknown_space_is_404_and_names_the_nearest(sandbox: Documented) -> None:
    await sandbox.put("/spaces/checkout", {})
    for method, path in (("GET", "/messages"), ("POST", "/reset"), ("GET", "/specs"), ("DELETE", "/messages")):
        problem = await sandbox.within("chekout").refused(method, path, "unknown-space")
        assert '"checkout"' in problem["detail"]


async def test_any_put_begins_a_space_unless_it_is_refused(sandbox: Documented) -> None:
    await sandbox.within("a").refused("PUT", "/clock", "invalid", json={"mode": "slow"})
    await sandbox.within("a").refused("PUT", "/scenario", "invalid", data="rules: {}")
    assert [space["name"] for space in (await sandbox.get("/spaces"))["items"]] == ["default"]
    await sandbox.within("a").put("/clock", {"mode": "manual"})
    await sandbox.within("b").put("/scenario", {"name": "default"})
    assert {space["name"] for space in (await sandbox.get("/spaces"))["items"]} == {"default", "a", "b"}


async def test_a_space_has_a_name_or_is_refused(sandbox: Documented) -> None:
    await sandbox.refused("PUT", "/clock", "invalid", json={"mode": "manual"}, headers={"X-Sandbox-Space": "a b"})
    await sandbox.refused("PUT", "/spaces/a%20b", "invalid", json={})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/explain", {"provider": "x" * 1_000_000, "to": "+447700900901"}),
        ("PUT", "/clock", {"mode": "x" * 1_000_000}),
        ("PUT", "/spaces/t1", {"callbacks": {"x" * 1_000_000: "http://localhost:9/"}}),
        ("PUT", "/spaces/t1", {"x" * 1_000_000: 1}),
        ("PUT", "/spaces/t1", {f"x{number}": 1 for number in range(10_000)}),
    ],
)
async def test_a_problem_quotes_in_brief_what_was_sent(sandbox: Documented, method: str, path: str, body: Any) -> None:
    problem = await sandbox.refused(method, path, "invalid", json=body)
    assert 1 <= len(problem["errors"]) <= 100
    assert len(str(problem)) < 20_000
