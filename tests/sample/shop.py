"""A shop, as somebody else might have written it: texts login codes through Namirial, order notes through BlackKonnect.

Knows nothing of the sandbox: two base URLs and the credentials are all that its tests change.
"""

import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web

PERMANENT = {8, 56, 59, 61, 66, 74}
"""Namirial says these in HTTP 500, and yet no second try will help."""
TRIES = 3
FINAL = {"DELIVERED", "UNDELIVERED", "REJECTED", "EXPIRED", "UNDELIVERABLE"}


@dataclass(frozen=True)
class Config:
    namirial_url: str
    namirial_login: tuple[str, str]
    blackkonnect_url: str
    blackkonnect_login: tuple[str, str]
    public_url: str
    """Where the providers reach the shop."""


@dataclass
class Shop:
    session: aiohttp.ClientSession
    config: Config = field(init=False)
    token: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    """What became of each message, by the provider's id."""
    reports: Counter[str] = field(default_factory=Counter)
    failing: int = 0
    """How many reports are answered 503, as on a bad day."""

    async def text_code(self, request: web.Request) -> web.Response:
        number = (await request.json())["number"]
        code = f"{secrets.randbelow(10**6):06}"
        status, answer = await self._namirial(number, f"Your code is {code}. Do not share it.")
        if status == 200:
            self.codes[number] = code
            self.states.setdefault(answer["id"], "PENDING")
            return web.json_response({"id": answer["id"]}, status=202)
        fault = 422 if answer.get("code") in PERMANENT else 503
        return web.json_response({"why": answer["message"]}, status=fault)

    async def _namirial(self, number: str, text: str) -> tuple[int, dict[str, Any]]:
        """Again where that may help. A lost answer is not one of those: the message may be on its way."""
        body = {"destination": number, "text": text, "webhook": {"url": f"{self.config.public_url}/reports/namirial"}}
        status, answer = 503, {"message": "no answer"}
        for _ in range(TRIES):
            try:
                auth = aiohttp.encode_basic_auth(*self.config.namirial_login)
                url = f"{self.config.namirial_url}/api/Services/send"
                async with self.session.post(url, json=body, headers={"Authorization": auth}) as response:
                    status, answer = response.status, await response.json()
            except aiohttp.ClientError:
                return 503, {"message": "no answer"}
            if status == 200 or answer["code"] in PERMANENT:
                break
        return status, answer

    async def log_in(self, request: web.Request) -> web.Response:
        told = await request.json()
        known = self.codes.pop(told["number"], None)
        return web.Response(status=204 if known == told["code"] else 403)

    async def note_order(self, request: web.Request) -> web.Response:
        number, named = (await request.json())["number"], str(uuid4())
        text = "Your order is on its way."
        body = {"messageId": named, "destination": number, "text": text, "sourceAddress": "SHOP"}
        status, answer = await self._blackkonnect(body)
        if status != 200:
            return web.json_response({"why": answer.get("detail")}, status=503)
        self.states.setdefault(named, "PENDING")
        return web.json_response({"id": named}, status=202)

    async def _blackkonnect(self, body: dict[str, Any]) -> tuple[int, Any]:
        """With the token at hand; a fresh one where that has expired."""
        for _ in range(2):
            headers = {"Authorization": f"Bearer {self.token or await self._fresh_token()}"}
            url = f"{self.config.blackkonnect_url}/api/sms/send-message/v1"
            async with self.session.post(url, json=body, headers=headers) as response:
                if response.status != 401:
                    return response.status, await response.json()
            self.token = ""
        return 401, {"detail": "the login is refused"}

    async def _fresh_token(self) -> str:
        client, secret = self.config.blackkonnect_login
        form = {"client_id": client, "client_secret": secret, "grant_type": "client_credentials"}
        url = f"{self.config.blackkonnect_url}/api/sms/authenticate/access-token/token/v1"
        async with self.session.post(url, data=form) as response:
            self.token = (await response.json()).get("token", "")
        return self.token

    async def report(self, request: web.Request) -> web.Response:
        if self.failing:
            self.failing -= 1
            return web.Response(status=503)
        told = await request.json()
        message = told.get("message", told)
        self.reports[message.get("status") or message["deliveryStatus"]] += 1
        self._learn(message.get("id") or message["messageId"], message.get("status") or message["deliveryStatus"])
        return web.Response()

    def _learn(self, id: str, status: str) -> None:  # noqa: A002
        """Reports come twice, late and in any order: what is final stays, but for a delivery after all."""
        if self.states.get(id) not in FINAL or status == "DELIVERED":
            self.states[id] = status

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response({"status": self.states.get(request.match_info["id"])})


def application(shop: Shop) -> web.Application:
    app = web.Application()
    app.router.add_post("/codes", shop.text_code)
    app.router.add_post("/logins", shop.log_in)
    app.router.add_post("/orders", shop.note_order)
    app.router.add_post("/reports/{provider}", shop.report)
    app.router.add_get("/messages/{id}", shop.show)
    return app
