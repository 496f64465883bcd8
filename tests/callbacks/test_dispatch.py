"""One post, at consumers of every manner."""

import asyncio
import socket
import struct

import pytest
from aiohttp import web

from sandbox.callbacks import dispatch
from sandbox.callbacks.dispatch import KEPT, Dispatcher
from sandbox.callbacks.egress import Egress
from sandbox.wire import JSON_TYPE, Post
from tests.support.consumer import Consumer


async def test_what_the_consumer_answers_is_heard(consumer: Consumer) -> None:
    consumer.answers = [418]
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(consumer.url, b'{"a":1}', (JSON_TYPE, ("Authorization", "x"))), timeout=5)
    assert (heard.status, heard.body, heard.error) == (418, b"ok", "")
    assert consumer.received[0].body == b'{"a":1}'
    assert consumer.received[0].headers["authorization"] == "x"


async def test_a_signature_takes_the_place_of_a_login_in_the_url(consumer: Consumer) -> None:
    url = consumer.url.replace("//", "//user:p%40ss@") + "?a=%20%2f"
    async with Dispatcher(Egress()) as dispatcher:
        await dispatcher.send(Post(url, b"{}", (("Authorization", "x"),)), timeout=5)
        await dispatcher.send(Post(url, b"{}"), timeout=5)
    assert [each.headers["authorization"] for each in consumer.received] == ["x", "Basic dXNlcjpwQHNz"]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("?sig=a%2Fb%7e&x={1}+2", "?sig=a%2Fb%7e&x={1}+2"),
        ("?sig=a%2Fb%7e&x=é", "?sig=a%2Fb%7e&x=%C3%A9"),
        ("/é%2f//%7e?a=%26&b=%zz#part", "/%C3%A9%2f//%7e?a=%26&b=%zz"),
    ],
)
async def test_what_is_escaped_in_a_url_stays_so_whatever_else_must_be(
    consumer: Consumer, written: str, asked: str
) -> None:
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(consumer.url + written, b"{}"), timeout=5)
    assert heard.status == 200
    assert consumer.received[0].path == "/reports" + asked


async def test_a_host_in_another_script_is_called_by_its_ascii_name() -> None:
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post("http://b\u00fccher.invalid/\u00e9?x=%2F", b"{}"), timeout=5)
    assert "xn--bcher-kva.invalid" in heard.error


async def test_a_consumer_that_never_answers_costs_the_time_out_and_no_more(consumer: Consumer) -> None:
    async def never(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    consumer.answers = [never]
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(consumer.url, b"{}"), timeout=0.05)
    assert heard.error == "no answer within 0.05 s"


async def test_a_consumer_that_answers_for_ever_is_cut_short(consumer: Consumer) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse()
        await stream.prepare(request)
        while True:
            await stream.write(b"x" * 65536)

    consumer.answers = [endless]
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(consumer.url, b"{}"), timeout=5)
    assert (heard.status, len(heard.body)) == (200, KEPT)


async def test_a_redirect_is_heard_and_not_followed(consumer: Consumer) -> None:
    async def away(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://169.254.169.254/"})

    consumer.answers = [away]
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(consumer.url, b"{}"), timeout=5)
    assert heard.status == 307
    assert len(consumer.received) == 1


async def test_a_consumer_that_cuts_the_connection_is_an_error_heard(consumer: Consumer) -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    consumer.answers = [cut]
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(consumer.url, b"{}"), timeout=5)
    assert heard.status is None
    assert heard.error


RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: on, for no time; closing then resets."""


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "the consumer's answer broke off: its body is not whole"),
        (b"hello\r\n\r\n", "what the consumer answered is no HTTP: Bad status line"),
        (b"", "the consumer closed the connection without an answer"),
        (None, "the consumer reset the connection"),
    ],
)
async def test_an_answer_that_is_none_is_told_in_plain_words(
    consumer: Consumer, written: bytes | None, error: str
) -> None:
    async def broken(request: web.Request) -> web.Response:
        assert request.transport is not None
        if written is None:
            request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        request.transport.write(written or b"")
        request.transport.close()
        raise asyncio.CancelledError

    consumer.answers = [broken]
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(consumer.url, b"{}"), timeout=5)
    assert (heard.status, heard.error[: len(error)]) == (None, error)
    assert "400" not in heard.error


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_container_is_told_the_rewrite_that_fits_the_url(
    monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int, host: str
) -> None:
    monkeypatch.setattr(dispatch, "_IN_CONTAINER", True)
    async with Dispatcher(Egress()) as dispatcher:
        heard = await dispatcher.send(Post(f"http://{host}:{unused_tcp_port}/", b"{}"), timeout=5)
    assert heard.error.startswith(f"connection refused: nothing listens at {host}:{unused_tcp_port}; ")
    assert f"try --callback-rewrite {host}=host.docker.internal" in heard.error


async def test_a_refused_connection_is_told_with_the_host_that_was_called(unused_tcp_port: int) -> None:
    async with Dispatcher(Egress(rewrite={"consumer.test": "127.0.0.1"})) as dispatcher:
        heard = await dispatcher.send(Post(f"http://consumer.test:{unused_tcp_port}/", b"{}"), timeout=5)
    assert heard.error.startswith(f"connection refused: nothing listens at 127.0.0.1:{unused_tcp_port}")
