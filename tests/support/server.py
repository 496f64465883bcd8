"""A real server on a real socket, in the test's own loop, and the few words tests say to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from sandbox.app import serving
from sandbox.client import wires
from sandbox.client.exchange import Answer
from sandbox.services import Services
from sandbox.settings import Settings
from sandbox.wire import encode

BASIC = aiohttp.encode_basic_auth("app", "secret")
TO, TEXT = "+447700900999", "Your code is 123456"


class Server:
    """``space`` prefixes every path, so that one server serves tests that never see each other."""

    def __init__(self, url: str, session: aiohttp.ClientSession, services: Services, space: str | None = None) -> None:
        self.url = url
        self.session = session
        self.services = services
        self.space = space

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
        self, slug: str, to: str = TO, text: str = TEXT, callback: str = "http://localhost:9/"
    ) -> tuple[int, Any]:
        """A plain send as ``specs/<slug>/client.json`` has it."""
        known = wires.wire_of(slug)
        talk = known.send(f"/{slug}", known.login("app"), {"to": to, "text": text, "callback": callback})
        asked = next(talk)
        while True:
            status, body = await self.call(asked.method, asked.url, headers=dict(asked.headers), data=asked.body)
            if status != 200 or asked.url.endswith(known.send_form["path"]):
                return status, body
            asked = talk.send(Answer(status, {}, encode(body)))

    async def token(self) -> str:
        """BlackKonnect's."""
        known = wires.wire_of("blackkonnect")
        asked = next(known.send("/blackkonnect", known.login("app"), {"to": TO, "text": TEXT}))
        _, body = await self.call(asked.method, asked.url, headers=dict(asked.headers), data=asked.body)
        return str(body["token"])


@asynccontextmanager
async def running(**settings: Any) -> AsyncIterator[Server]:
    """A server of its own, on a free port, with these settings."""
    async with serving(Settings(port=0, **settings)) as (services, port), aiohttp.ClientSession() as session:
        yield Server(f"http://127.0.0.1:{port}", session, services)
