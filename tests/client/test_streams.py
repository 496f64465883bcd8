"""Events as they happen, tokens, and other spaces."""

from collections.abc import Iterator
from contextlib import ExitStack
from socket import create_server
from threading import Thread

import pytest

from sandbox.background import running
from sandbox.client import AsyncClient, Client, Refused, Unreachable
from sandbox.client.events import Reader
from sandbox.settings import Settings


async def test_an_async_client_hears_all_that_happens_from_then_on(client: Client) -> None:
    ours = AsyncClient(client.root.url, client.root.space)
    async with ours.events() as events:
        await ours.clock.advance("1s")
        await ours.send("skycore", to="+447700900901", text="hi")
        assert [(await anext(events)).kind for _ in range(3)] == ["clock", "request", "message"]


def test_a_client_hears_all_that_happens_until_the_server_stops() -> None:
    with ExitStack() as server:
        client = Client(server.enter_context(running()))
        with client.events() as events:
            client.clock.freeze()
            server.close()
            assert [event.kind for event in events] == ["clock"]


async def test_where_there_is_no_space_there_are_no_events(sms_sandbox_url: str) -> None:
    with pytest.raises(Refused, match="there is no space"), Client(sms_sandbox_url, "none").events():
        pass
    with pytest.raises(Refused, match="there is no space"):
        async with AsyncClient(sms_sandbox_url, "none").events():
            pass


CUT_OFF = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nevent: clock\r\ndata: {}\r\n\r\n: ping\r\n"


@pytest.fixture
def killed() -> Iterator[str]:
    """The URL of a server that is killed when it has told of one event."""
    with create_server(("127.0.0.1", 0)) as server:

        def tell() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(CUT_OFF)

        thread = Thread(target=tell)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_a_stream_that_is_cut_off_has_not_ended(killed: str) -> None:
    with Client(killed).events() as events:
        assert next(events).kind == "clock"
        with pytest.raises(Unreachable):
            next(events)


async def test_nor_has_it_for_an_async_client(killed: str) -> None:
    async with AsyncClient(killed).events() as events:
        assert (await anext(events)).kind == "clock"
        with pytest.raises(Unreachable):
            await anext(events)


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
        with pytest.raises(Refused, match="no token was sent; send Authorization: Bearer TOKEN") as refused:
            Client(url).clock.get()
        assert refused.value.status == 401
        with pytest.raises(Refused, match=r"the token sent is not the server's; .*\n.* from SMS_SANDBOX_TOKEN"):
            Client(url, token="sesam").clock.get()
        assert Client(url, token="sesame").within("other").configure()["name"] == "other"
