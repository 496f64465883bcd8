"""Events as they happen, tokens, and other spaces."""

import asyncio
from threading import Thread

import pytest

from sandbox.background import running
from sandbox.client import AsyncClient, Client, Refused
from sandbox.client.events import Reader
from sandbox.settings import Settings


async def test_an_async_client_hears_what_happens(client: Client) -> None:
    ours = AsyncClient(client.root.url, client.root.space)
    events = ours.events()
    first = asyncio.ensure_future(anext(events))
    space = None
    while not first.done():  # whoever has the stream's headers misses nothing, but when that is nobody else knows
        space = await ours.clock.advance("1s")
        await asyncio.wait([first], timeout=0.01)
    assert space is not None
    assert (await first).kind == "clock"
    await ours.send("skycore", to="+447700900901", text="hi")
    seen = [event.kind async for event in _until(events, "message")]
    assert seen[-2:] == ["request", "message"]
    await events.aclose()


async def _until(events, kind):
    async for event in events:
        yield event
        if event.kind == kind:
            return


def test_a_client_hears_what_happens_until_the_server_stops() -> None:
    heard: list[str] = []
    with running() as url:
        client = Client(url)
        events = client.events()
        knock = Thread(target=_knock, args=(client, heard))
        knock.start()
        heard.append(next(events).kind)
        knock.join()
    heard.extend(event.kind for event in events)
    assert set(heard) == {"clock"}


def _knock(client: Client, heard: list[str]) -> None:
    while not heard:
        client.clock.freeze()


def test_an_event_that_comes_in_pieces_is_put_together() -> None:
    reader = Reader()
    lines = [b": ping\r\n", b"\r\n", b"event: message\n", b'data: {"id": "a"}\n', b"id: 7\n"]
    assert [event for line in lines for event in reader.read(line)] == []
    (event,) = reader.read(b"\n")
    assert (event.kind, event.json["id"]) == ("message", "a")
    assert list(reader.read(b"\n")) == []


def test_a_token_is_shown_where_one_is_demanded() -> None:
    with running(Settings(port=0, token="sesame")) as url:
        assert Client(url, token="sesame").clock.get().mode == "real"
        with pytest.raises(Refused, match="Bearer") as refused:
            Client(url).clock.get()
        assert refused.value.status == 401
        assert Client(url, token="sesame").within("other").configure()["name"] == "other"


def test_a_server_that_cannot_start_says_so(sms_sandbox_url: str) -> None:
    port = int(sms_sandbox_url.rpartition(":")[2])
    with pytest.raises(Exception, match="it is taken"), running(Settings(port=port)):
        pass
