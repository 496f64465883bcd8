"""Where a scenario is played from the outside: a space on the manual clock, and a consumer of all its reports."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from sandbox.client import wires
from sandbox.clock import parse_iso
from sandbox.durations import SECOND
from sandbox.providers import discover
from sandbox.wire import NotJson
from tests.support.checked import Checked, Told, Wire
from tests.support.consumer import Consumer
from tests.support.documents import leaves

NINE = "2026-02-12T09:00:00Z"  # a Thursday
TO = "+447700900999"
OTHER = "+447700900998"
SLUGS = sorted(discover())
VOCABULARIES = {slug: discover()[slug].vocabulary for slug in SLUGS}
GONE = "gone"
"""What a client hears whose connection broke."""


def can(**words: Any) -> list[str]:
    """The providers whose vocabulary has these values."""
    return [slug for slug in SLUGS if all(getattr(VOCABULARIES[slug], name) == value for name, value in words.items())]


def crowd(count: int) -> list[str]:
    return [f"+4477009{number:05}" for number in range(count)]


@dataclass(frozen=True)
class Report:
    """A post as the consumer got it. ``at`` when it left, ``happened`` the time it tells: seconds since nine."""

    status: str
    at: float
    happened: float
    to: str
    body: bytes
    headers: dict[str, str]

    @property
    def instants(self) -> set[float]:
        """Every instant that the body itself tells, in whole seconds since nine."""
        return {at // SECOND - parse_iso(NINE) // SECOND for at in map(_instant, _values(self.body)) if at is not None}


@dataclass(frozen=True)
class Stage:
    sandbox: Checked
    consumer: Consumer

    # --- the scenario ------------------------------------------------------------------------------

    async def play(self, *rules: dict[str, Any], **rest: Any) -> Any:
        return await self.sandbox.put("/scenario", {"name": "rehearsal", "rules": list(rules), **rest})

    async def pick(self, name: str) -> Any:
        return await self.sandbox.put("/scenario", {"name": name})

    async def hits(self) -> dict[str, int]:
        return {rule["name"]: rule["hits"] for rule in (await self.sandbox.get("/scenario"))["rules"]}

    # --- calls ---------------------------------------------------------------------------------------

    async def wire(self, slug: str, to: str = TO, **words: Any) -> Wire:
        return await self.sandbox.wire(slug, words.pop("login", None), to=to, callback=self.consumer.url, **words)

    async def send(self, slug: str, to: str = TO, **words: Any) -> str:
        """``accept``, the provider's own error code, or ``gone``; answers must be as documented."""
        try:
            return said(slug, await self.sandbox.tell(await self.wire(slug, to, **words)))
        except aiohttp.ClientError:
            return GONE

    async def sends(self, count: int, slug: str, to: str = TO, **words: Any) -> list[str]:
        return [await self.send(slug, to, **words) for _ in range(count)]

    async def tell(self, wire: Wire, patience: float | None = None) -> Told:
        """A call whose answer may be anything. ``patience`` in real seconds; then ``TimeoutError``."""
        url = URL(f"{self.sandbox.root}/{wire.slug}{wire.path}", encoded=True)
        limit = aiohttp.ClientTimeout(total=patience)
        async with self.sandbox.session.request(
            wire.method, url, headers=wire.headers, data=wire.body, timeout=limit
        ) as response:
            return Told(response.status, dict(response.headers), await response.read())

    async def abandon(self, wire: Wire) -> None:
        """A call whose client hangs up without an answer, once the sandbox has decided about it."""
        known = (await self.sandbox.get("/requests?limit=1"))["total"]
        calling = asyncio.ensure_future(self.tell(wire))
        await self.sandbox.get(f"/requests?limit=1&wait=30s&min={known + 1}")
        assert not calling.done()
        calling.cancel()

    # --- what came of it -----------------------------------------------------------------------------

    async def advance(self, by: str) -> Any:
        return await self.sandbox.advance(by)

    async def settle(self) -> Any:
        return await self.sandbox.settle()

    async def messages(self, query: str = "") -> list[Any]:
        """Oldest first."""
        return list(reversed((await self.sandbox.get(f"/messages?limit=1000&{query}"))["items"]))

    async def statuses(self) -> list[str]:
        return [message["status"] for message in await self.messages()]

    async def stored(self) -> int:
        return await self.sandbox.stored()

    async def rows(self, query: str = "") -> list[Any]:
        """The ledger, oldest first."""
        return list(reversed((await self.sandbox.get(f"/callbacks?limit=1000&{query}"))["items"]))

    async def reports(self) -> list[Report]:
        """What the consumer got, in the order in which it came, read with the ledger's help."""
        numbers = {message["id"]: message["to"] for message in await self.messages()}
        posted = [(_body(row), attempt, row) for row in await self.rows() for attempt in row["attempts"]]
        posted.sort(key=lambda post: str(post[1]["at"]))
        return [_report(_taken(posted, got.body), numbers, got.headers) for got in self.consumer.received]

    async def told(self) -> list[tuple[str, float]]:
        """Status and second of every report, in the order in which they came."""
        return [(report.status, report.at) for report in await self.reports()]


async def staged(sandbox: Checked, consumer: Consumer) -> Stage:
    """Reports go to the consumer, whether or not requests say where."""
    unnamed = [slug for slug in SLUGS if not discover()[slug].callback_in_request]
    wishes = {"callbacks": dict.fromkeys(unnamed, consumer.url), "clock": {"mode": "manual", "now": NINE}}
    await sandbox.put(f"/spaces/{sandbox.space}", wishes)
    return Stage(sandbox, consumer)


def said(slug: str, told: Told) -> str:
    """``accept``, or the code of the catalogue's error that an answer is."""
    body = told.json
    if told.status == 200 and wires.wire_of(slug).accepted.items() <= body.items():
        return "accept"
    words = {str(leaf) for leaf in leaves(body)}
    errors = discover()[slug].spec.errors.values()
    (code,) = [e.code for e in errors if e.status == told.status and {e.code, e.message} <= words]
    return code


def code(slug: str, word: str) -> str:
    """The provider's own code for a shared word."""
    return VOCABULARIES[slug].words[word]


async def together(*work: Any) -> list[Any]:
    return list(await asyncio.gather(*work))


def _body(row: Any) -> bytes:
    return bytes(row["attempts"][0]["request"]["body"].encode()) if row["attempts"] else b""


def _taken(posted: list[tuple[bytes, Any, Any]], body: bytes) -> tuple[bytes, Any, Any]:
    found = next(post for post in posted if post[0] == body)
    posted.remove(found)
    return found


def _report(post: tuple[bytes, Any, Any], numbers: dict[str, str], headers: dict[str, str]) -> Report:
    body, attempt, row = post
    to = numbers.get(row["message"], "")
    return Report(row["status"], since(attempt["at"]), since(row["happened_at"]), to, body, headers)


def since(instant: str) -> float:
    """Seconds since nine."""
    return (parse_iso(instant) - parse_iso(NINE)) / SECOND


def _values(body: bytes) -> Iterable[Any]:
    from sandbox.wire import decode

    try:
        return leaves(decode(body))
    except NotJson:
        return ()


def _instant(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value * SECOND if value > 10**9 else None
    try:
        return parse_iso(str(value))
    except ValueError:
        return None


def places(text: str) -> tuple[str, Iterator[tuple[int, int]]]:
    """A text without its marks (``§``), and the 1-based line and column of each of them."""
    lines = text.split("\n")
    marked = ((number, line.index("§") + 1) for number, line in enumerate(lines, 1) if "§" in line)
    return text.replace("§", ""), marked
