"""A client for which every answer of a provider, whatever the call, is held against that provider's document."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from yarl import URL

from sandbox.client import wires
from sandbox.client.exchange import Answer, Ask
from sandbox.providers import discover
from sandbox.wire import Request, decode, encode
from tests.support.documents import answer_faults
from tests.support.server import Server


@dataclass(frozen=True)
class Told:
    """An answer, whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        return decode(self.body)


@dataclass(frozen=True)
class Wire:
    """A call to a provider, ready to go: ``path`` is the provider's own. With ``but`` it goes otherwise."""

    slug: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return decode(self.body)

    def but(self, **changes: Any) -> "Wire":
        if "json" in changes:
            changes["body"] = encode(changes.pop("json"))
        return Wire(**{**vars(self), **changes})


class Checked(Server):
    """Raises where a provider's answer is not as documented."""

    def within(self, space: str) -> "Checked":
        return Checked(self.url, self.session, self.services, space)

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        told = await self.ask(method, path, **options)
        return told.status, told.json if told.body[:1] in (b"{", b"[") else told.body.decode()

    async def ask(self, method: str, path: str, **options: Any) -> Told:
        """Any call, its answer whole; redirects are not followed."""
        url = URL(self.root + path, encoded=True)
        async with self.session.request(method, url, allow_redirects=False, **options) as response:
            told = Told(response.status, dict(response.headers), await response.read())
        slug, _, rest = path.lstrip("/").partition("/")
        if slug in discover():
            headers = {name.lower(): value for name, value in options.get("headers", {}).items()}
            data = options["data"] if isinstance(options.get("data"), bytes) else encode(options.get("json"))
            self.judge(slug, Request(method, URL(f"/{rest}", encoded=True).path_safe, headers, data), told)
        return told

    def judge(self, slug: str, request: Request, told: Told) -> None:
        """Raises unless the document of ``slug`` has such an answer to ``request``."""
        faults = answer_faults(slug, request, told.status, told.headers, told.body)
        assert not faults, f"{request.method} {request.path} answered {told.status} {told.body[:500]!r}: {faults}"

    async def tell(self, wire: Wire) -> Told:
        return await self.ask(wire.method, f"/{wire.slug}{wire.path}", headers=wire.headers, data=wire.body)

    async def wire(self, slug: str, login: dict[str, Any] | None = None, **words: Any) -> Wire:
        """A plain send as ``specs/<slug>/client.json`` has it, not sent yet; its login is done."""
        known = wires.wire_of(slug)
        words = {"to": "+447700900999", "text": "Your code is 123456.", **words}
        talk = known.send("", login or known.login("app"), words)
        asked = next(talk)
        while asked.url != known.send_form["path"]:
            asked = talk.send(await self._answer(slug, asked))
        return Wire(slug, asked.method, asked.url, dict(asked.headers), asked.body or b"")

    async def _answer(self, slug: str, asked: Ask) -> Answer:
        told = await self.ask(asked.method, f"/{slug}{asked.url}", headers=dict(asked.headers), data=asked.body)
        assert told.status == 200, told
        return Answer(told.status, told.headers, told.body)

    async def plain(self, slug: str, login: dict[str, Any] | None = None, **words: Any) -> Told:
        """A plain send, sent."""
        return await self.tell(await self.wire(slug, login, **words))

    async def listen(self, url: str) -> None:
        """Stop the clock, and send the reports of providers whose requests do not say where to ``url``."""
        named = [slug for slug, provider in discover().items() if not provider.callback_in_request]
        await self.put(f"/spaces/{self.space}", {"callbacks": dict.fromkeys(named, url)})
        await self.freeze()

    async def report(self, slug: str, url: str, *steps: Any, **rule: Any) -> Told:
        """A plain send that is reported to ``url`` by these steps; nothing has happened yet. ``rule``: its other words.

        A step is an object, or ``(after, status)``.
        """
        await self.listen(url)
        told = [
            dict(zip(("after", "status"), step, strict=True)) if isinstance(step, tuple) else step for step in steps
        ]
        await self.play({"rules": [{"when": {"provider": slug}, "report": told, **rule}]})
        return await self.plain(slug, callback=url)

    async def ledger(self) -> list[dict[str, Any]]:
        """Every callback of the space, oldest first."""
        return list(reversed((await self.get("/callbacks"))["items"]))

    async def message(self) -> dict[str, Any]:
        """The newest one, with all that became of it."""
        return dict(await self.get("/messages/latest"))

    async def stored(self) -> int:
        """How many messages the space holds."""
        return (await self.services.store.counts(self.space or "default")).messages
