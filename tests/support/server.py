"""A real server on a real socket, in the test's own loop, and the few words tests say to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.app import serving
from sandbox.keys import Services
from sandbox.settings import Settings

BASIC = aiohttp.encode_basic_auth("app", "secret")
SENDS: dict[str, dict[str, Any]] = {
    "blackkonnect": {"path": "/api/sms/send-message/v1", "body": {"text": "{text}", "destination": "{to}"}},
    "bloomreach": {
        "path": "/sms/send",
        "headers": {"Chan-Api-Key": "key"},
        "body": {
            "from": "Shop", "to": "{to}", "text": "{text}", "request_id": "", "custom_data": "c", "metadata": {},
            "callback_url": "{callback}",
        },
    },
    "namirial": {
        "path": "/api/Services/send",
        "headers": {"Authorization": BASIC},
        "body": {"destination": "{to}", "text": "{text}", "webhook": {"url": "{callback}"}},
    },
    "skycore": {
        "path": "/",
        "headers": {"x-api-key": "key"},
        "body": {"action": "sendsms", "to": "{to}", "from": "00000", "message-text": "{text}"},
    },
}  # fmt: skip
"""A plain send of each provider, in its own wire form."""
NOTATIONS = {"bloomreach": "00"}
"""How a provider writes the plus of a number, where it does not."""


class Server:
    """``space`` prefixes every path, so that one server serves tests that never see each other."""

    def __init__(self, url: str, session: aiohttp.ClientSession, services: Services, space: str | None = None) -> None:
        self.url = url
        self.session = session
        self.services = services
        self.space = space
        self._token: str | None = None

    @property
    def root(self) -> str:
        return f"{self.url}/spaces/{self.space}" if self.space else self.url

    def within(self, space: str) -> "Server":
        return Server(self.url, self.session, self.services, space)

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status and JSON (or text) of any call."""
        async with self.session.request(method, self.root + path, **options) as response:
            text = await response.text()
            return response.status, await response.json(content_type=None) if text[:1] in "{[" and text else text

    async def get(self, path: str, **options: Any) -> Any:
        """The JSON of a control resource: ``get("/messages")``."""
        status, body = await self.call("GET", f"/_sandbox{path}", **options)
        assert status == 200, body
        return body

    async def put(self, path: str, body: Any) -> Any:
        status, answer = await self.call("PUT", f"/_sandbox{path}", json=body)
        assert status < 300, answer
        return answer

    async def post(self, path: str, body: Any = None) -> Any:
        status, answer = await self.call("POST", f"/_sandbox{path}", json=body if body is not None else {})
        assert status < 300, answer
        return answer

    async def play(self, scenario: dict[str, Any]) -> None:
        await self.put("/scenario", {"name": "test", **scenario})

    async def freeze(self) -> None:
        await self.put("/clock", {"mode": "manual"})

    async def advance(self, by: str) -> Any:
        return await self.post("/clock/advance", {"by": by})

    async def settle(self) -> Any:
        return await self.post("/clock/advance", {"until": "idle"})

    async def send(
        self,
        slug: str,
        to: str = "+447700900999",
        text: str = "Your code is 123456",
        callback: str = "http://localhost:9/",
    ) -> tuple[int, Any]:
        """A plain send in the provider's own wire form."""
        wire = SENDS[slug]
        number = to.replace("+", NOTATIONS.get(slug, "+"))
        words = {"{to}": number, "{text}": text, "{callback}": callback}
        headers = dict(wire.get("headers", {}))
        if slug == "blackkonnect":
            headers["Authorization"] = f"Bearer {await self.token()}"
        return await self.call("POST", f"/{slug}{wire['path']}", json=_filled(wire["body"], words), headers=headers)

    async def token(self) -> str:
        if self._token is None:
            form = {"client_id": "app", "client_secret": "secret", "grant_type": "client_credentials"}
            path = "/blackkonnect/api/sms/authenticate/access-token/token/v1"
            _, body = await self.call("POST", path, data=form)
            self._token = body["token"]
        return self._token


def _filled(template: Any, words: dict[str, str]) -> Any:
    if isinstance(template, dict):
        return {key: _filled(value, words) for key, value in template.items()}
    return words.get(template, template) if isinstance(template, str) else template


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Server]:
    """A server of its own, on a free port, with these settings."""
    async with serving(Settings(port=0, **settings)) as (services, port), aiohttp.ClientSession() as session:
        yield Server(f"http://127.0.0.1:{port}", session, services)
