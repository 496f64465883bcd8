"""Credentials stay with whom they were shown: not in logs, journal, metrics, events, nor the data file."""

import asyncio
import itertools
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from sandbox.control.api import ROUTES
from tests.support.process import serving

TOKEN = "/blackkonnect/api/sms/authenticate/access-token/token/v1"


class Canaries:
    """Words that occur nowhere else, and every spelling in which one could get out."""

    def __init__(self) -> None:
        self._numbers = itertools.count(10)
        self.words: list[str] = []

    def __call__(self) -> str:
        self.words.append(f"canary{next(self._numbers)}/+cage")
        return self.words[-1]

    def basic(self, username: str, password: str) -> str:
        self.words.append(b64encode(f"{username}:{password}".encode()).decode())
        return f"Basic {self.words[-1]}"

    def found(self, text: str) -> list[str]:
        spellings = {spelt: word for word in self.words for spelt in (word, quote(word), quote(word, safe=""))}
        return [word for spelt, word in spellings.items() if spelt in text]


def logins(canary: Canaries) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Calls with a credential in every place where a provider looks for one, or a careless client puts one."""
    form = {"client_id": "app", "client_secret": canary(), "grant_type": "client_credentials"}
    yield "POST", TOKEN, {"data": form}
    yield "POST", TOKEN, {"data": {**form, "client_secret": canary(), "grant_type": "password"}}
    yield "POST", TOKEN, {"json": {**form, "client_secret": canary()}}
    yield "POST", TOKEN, {"data": f"client%5Fsecret={quote(canary())}&client_id=app"}
    yield "GET", TOKEN, {"params": {**form, "client_secret": canary()}}
    sends = {
        "/blackkonnect/api/sms/send-message/v1": {"text": "x", "destination": "+447700900999"},
        "/bloomreach/sms/send": {"text": "x"},
        "/namirial/api/Services/send": {"text": "x", "destination": "+447700900999"},
        "/skycore/": {"action": "sendsms", "to": "+447700900999", "from": "00000", "message-text": "x"},
        "/skycore/anywhere": {"action": "no such"},
        "/namirial/no/such/path": {},
    }
    for path, body in sends.items():
        password = canary()
        for headers in (
            {"Authorization": f"Bearer {canary()}"},
            {"Authorization": canary.basic("app", password)},
            {"Authorization": canary()},
            {"X-Api-Key": canary(), "Cookie": f"session={canary()}"},
            {"Chan-Api-Key": canary(), "chan-secret": canary()},
            {"X-Shop-Secret": canary(), "My-Auth-Token": canary(), "Password": canary()},
        ):
            yield (
                "POST",
                path,
                {"json": body, "headers": headers, "params": {"api_key": canary(), "Password": canary()}},
            )
    yield "GET", "/bloomreach/sms/verify", {"headers": {"Chan-Api-Key": canary()}}
    yield "GET", "/namirial/api/messagestatus/1", {"headers": {"X-Api-Key": canary()}}


def declared(canary: Canaries) -> dict[str, Any]:
    """Accounts of a space, with the calls that log in to them."""
    return {
        "blackkonnect": [{"client_id": "shop", "client_secret": canary()}],
        "bloomreach": [{"headers": {"X-Own": canary()}, "secret": canary()}],
        "namirial": [{"username": "shop", "password": canary(), "api_key": canary()}],
        "skycore": [{"api_key": canary()}],
    }


async def everything(session: aiohttp.ClientSession, space: str = "default") -> str:
    """Every control resource that there is to be read."""
    told = []
    for path in sorted({route.path for route in ROUTES if route.method == "GET"}):
        paths = [path]
        for name in re.findall(r"\{(\w+)\}", path):
            known = {"slug": ["skycore"], "name": ["default"]}.get(name) or await _ids(
                session, space, path.split("/")[2]
            )
            paths = [each.replace(f"{{{name}}}", quote(one, safe="")) for each in paths for one in known]
        for each in paths:
            if not each.endswith("/events"):
                async with session.get(URL(each, encoded=True), headers={"X-Sandbox-Space": space}) as answer:
                    told.append(await answer.text())
    assert len(told) > 20
    return "\n".join(told)


async def _ids(session: aiohttp.ClientSession, space: str, kind: str) -> list[str]:
    async with session.get(f"/spaces/{space}/_sandbox/{kind}", params={"limit": "1000"}) as answer:
        return [item["id"] for item in (await answer.json())["items"]]


async def heard(
    session: aiohttp.ClientSession, calls: Iterator[tuple[str, str, dict[str, Any]]], space: str = "default"
) -> str:
    """What the event stream tells while these calls are made, which must none of them be answered in a careless way."""
    told = b""
    async with session.get(f"/spaces/{space}/_sandbox/events") as stream:
        for number, (method, path, options) in enumerate(calls, 1):
            async with session.request(method, path, allow_redirects=False, **options) as answer:
                assert b"Traceback" not in await answer.read()
                assert answer.status != 500 or path.startswith("/namirial")
            while told.count(b"event: request") < number:
                told += await stream.content.readany()
    return told.decode()


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_credential_gets_out(tmp_path: Path, form: str) -> None:
    canary, file = Canaries(), tmp_path / "data.db"
    control = "control-canary"
    options = ("--token", control, "--data", str(file), "--log-level", "debug", "--access-log", "--log-format", form)
    with serving(tmp_path / "log", *options) as process:
        headers = {"Authorization": f"Bearer {control}"}
        async with aiohttp.ClientSession(process.url, headers=headers) as session:
            told = await heard(session, logins(canary))
            for wrong in (canary(), canary()):
                async with session.post("/_sandbox/login", json={"token": wrong}) as answer:
                    assert answer.status == 401
            told += await everything(session)
        process.popen.terminate()
        await asyncio.to_thread(process.popen.wait, 10)
    log = process.log.read_text()
    kept = file.read_bytes().decode("latin-1")
    assert "GET /namirial/api/messagestatus/1" in log
    for where, text in {"answers": told, "log": log, "data": kept}.items():
        assert canary.found(text) == [], where
        assert control not in text, where


async def test_no_credential_of_a_declared_account_gets_out_but_in_its_scenario(tmp_path: Path) -> None:
    canary = Canaries()
    accounts = declared(canary)
    with serving(tmp_path / "log", "--log-level", "debug", "--access-log") as process:
        async with aiohttp.ClientSession(process.url) as session:
            async with session.put("/_sandbox/spaces/shop", json={"accounts": accounts}) as answer:
                assert canary.found(await answer.text()) == []
            told = await heard(session, uses(accounts, canary), "shop")
            told += await everything(session, "shop")
    assert canary.found(told + process.log.read_text()) == []


async def test_the_login_in_a_callback_url_is_for_its_consumer_alone(tmp_path: Path) -> None:
    canary = Canaries()

    def url(path: str) -> str:
        return f"http://shop:{quote(canary(), safe='')}@127.0.0.1:9/{path}"

    config = {"callbacks": {"skycore": url("space")}, "clock": {"mode": "manual"}}
    accounts = {"skycore": [{"api_key": "sky"}], "blackkonnect": [{"client_id": "a", "client_secret": "b"}]}
    accounts["blackkonnect"][0]["callback_url"] = url("account")
    with serving(tmp_path / "log", "--log-level", "debug", "--access-log") as process:
        async with aiohttp.ClientSession(process.url) as session:
            async with session.put("/_sandbox/spaces/shop", json={**config, "accounts": accounts}) as answer:
                assert canary.found(await answer.text()) == []
            told = await heard(session, _reported(url("request")), "shop")
            for kind in ("inbound", "clock/advance"):
                body = {"provider": "skycore"} if kind == "inbound" else {"by": "1h"}
                async with session.post(f"/spaces/shop/_sandbox/{kind}", json=body) as answer:
                    told += await answer.text()
            told += await everything(session, "shop")
    assert told.count("http://shop:***@127.0.0.1:9/") > 6
    assert canary.found(told + process.log.read_text()) == []


def _reported(url: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A send to whose consumer the request shows the way, and one whose account does."""
    webhook = {"destination": "+447700900123", "text": "x", "webhook": {"url": url}}
    yield (
        "POST",
        "/spaces/shop/namirial/api/Services/send",
        {"json": webhook, "headers": {"Authorization": "Basic YTpi"}},
    )
    sms = {"action": "sendsms", "to": "+447700900123", "from": "12345", "message-text": "x"}
    yield "POST", "/skycore/", {"json": sms, "headers": {"X-Api-Key": "sky"}}


def uses(accounts: dict[str, Any], canary: Canaries) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each login where it belongs, and each of its credentials where it does not."""
    [black], [bloom], [nami], [sky] = (accounts[slug] for slug in sorted(accounts))
    yield "POST", TOKEN, {"data": {**black, "grant_type": "client_credentials"}}
    yield "POST", "/bloomreach/sms/send", {"json": {}, "headers": bloom["headers"]}
    basic = canary.basic(nami["username"], nami["password"])
    yield "POST", "/namirial/api/Services/send", {"json": {}, "headers": {"Authorization": basic}}
    yield "GET", "/namirial/api/messagestatus/1", {"headers": {"X-Api-Key": nami["api_key"]}}
    yield "POST", "/skycore/", {"json": {}, "headers": {"X-Api-Key": sky["api_key"]}}
