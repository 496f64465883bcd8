"""Who may call: Host, Origin and token (CONTROL-API.md, Safety)."""

from collections.abc import AsyncIterator

import pytest

from sandbox.control import gate
from tests.control.documented import Documented
from tests.support.server import running

TOKEN = "open-sesame"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def locked() -> AsyncIterator[Documented]:
    async with running(token=TOKEN, allow_host=("sandbox.example.com",)) as server:
        yield Documented(server.url, server.session, server.services)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:7670", "127.0.0.1:7670", "[::1]:7670", "192.168.1.7", "10.0.0.2:80", "sandbox",
        "sms:7670", "namirial.localhost", "box.local", "host.docker.internal", "a.b.test", "LOCALHOST.", "8.8.8.8",
    ],
)  # fmt: skip
def test_addresses_single_labels_and_names_that_nobody_owns_pass(host: str) -> None:
    name = gate.hostname(host)
    assert name is not None
    assert gate.near(name)


@pytest.mark.parametrize(
    "host",
    [
        "evil.com",
        "localhost.evil.com",
        "127.0.0.1.nip.io",
        "evil.com:7670",
        "a.localhost.com",
        "xlocal.host",
        "a.testing",
    ],
)
def test_a_name_that_a_stranger_could_own_does_not(host: str) -> None:
    name = gate.hostname(host)
    assert name is not None
    assert not gate.near(name)


@pytest.mark.parametrize("host", ["a/b", "a@b", "a:b:c", "a:99999999", ".", "[::1", "a b@c"])
def test_what_is_no_host_is_none(host: str) -> None:
    assert gate.hostname(host) is None


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost:7670", "localhost:7670", True),
        ("https://sandbox", "sandbox", True),
        ("http://sandbox", "sandbox:80", True),
        ("http://localhost:3000", "localhost:7670", False),
        ("http://evil.com", "localhost:7670", False),
        ("null", "localhost", False),
        ("file://", "localhost", False),
        ("http://localhost:x", "localhost", False),
    ],
)
def test_an_origin_is_ours_by_host_and_port(origin: str, host: str, same: bool) -> None:
    assert gate.same_origin(origin, host) is same


async def test_a_foreign_host_is_refused_by_the_control_api_and_not_by_providers(sandbox: Documented) -> None:
    headers = {"Host": "rebound.evil.com"}
    await sandbox.refused("GET", "/messages", "foreign-host", headers=headers)
    await sandbox.refused("GET", "/nowhere", "foreign-host", headers=headers)
    status, body = await sandbox.call("POST", "/namirial/api/Services/send", json={}, headers=headers)
    assert (status, body["code"]) == (401, 63)


async def test_a_foreign_origin_may_look_but_not_change(sandbox: Documented) -> None:
    headers = {"Origin": "http://evil.com"}
    await sandbox.refused("POST", "/reset", "foreign-origin", headers=headers, json={})
    await sandbox.refused("DELETE", "/messages", "foreign-origin", headers=headers)
    await sandbox.refused("PUT", "/spaces/evil", "foreign-origin", headers=headers)
    assert (await sandbox.call("GET", "/_sandbox/messages", headers=headers))[0] == 200
    own = {"Origin": sandbox.url}
    assert (await sandbox.call("POST", "/_sandbox/reset", headers=own, json={}))[0] == 200


async def test_allow_host_names_a_further_one(locked: Documented) -> None:
    headers = {**BEARER, "Host": "Sandbox.Example.com:443"}
    assert (await locked.call("GET", "/_sandbox/messages", headers=headers))[0] == 200


async def test_a_token_is_demanded_for_everything_but_health_and_login(locked: Documented) -> None:
    for path in ("/messages", "/nowhere", "/openapi.json", "/events"):
        await locked.refused("GET", path, "unauthorized")
    await locked.refused("GET", "/messages", "unauthorized", headers={"Authorization": "Bearer open-sesamE"})
    await locked.refused("GET", "/messages", "unauthorized", headers={"Authorization": "Basic open-sesame"})
    assert (await locked.call("GET", "/_sandbox/messages", headers=BEARER))[0] == 200
    for path in ("/livez", "/readyz", "/metrics"):
        assert (await locked.call("GET", path))[0] == 200


async def test_a_login_gives_a_cookie_that_opens_and_does_not_hold_the_token(locked: Documented) -> None:
    await locked.refused("POST", "/login", "unauthorized", json={"token": "guess"})
    async with locked.session.post(locked.url + "/_sandbox/login", json={"token": TOKEN}) as response:
        cookie = response.headers["Set-Cookie"]
    assert response.status == 204
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    value = response.cookies[gate.COOKIE].value
    headers = {"Cookie": f"{gate.COOKIE}={value}"}
    assert (await locked.call("GET", "/_sandbox/messages", headers=headers))[0] == 200
    await locked.refused("GET", "/messages", "unauthorized", headers={"Cookie": f"{gate.COOKIE}={value[:-1]}"})


async def test_a_logout_takes_the_cookie_away(locked: Documented) -> None:
    async with locked.session.delete(locked.url + "/_sandbox/login") as response:
        assert response.status == 204
        assert "Max-Age=0" in response.headers["Set-Cookie"]


async def test_without_a_token_a_login_is_welcome_and_gives_nothing(sandbox: Documented) -> None:
    async with sandbox.session.post(sandbox.url + "/_sandbox/login", json={"token": "any"}) as response:
        assert response.status == 204
        assert "Set-Cookie" not in response.headers
