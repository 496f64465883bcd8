"""Both clients under one name: what a call gives, whichever way it is carried."""

import asyncio
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from secrets import token_hex
from threading import Thread
from typing import Any

import pytest

from sandbox.client import AsyncClient, Client

Ask = Callable[[Callable[[Any], Any]], Any]
"""``ask(lambda client: client.clock.get())``: the answer itself."""


@pytest.fixture
def client(sms_sandbox_url: str) -> Client:
    """In a space of the test's own, which the first ``PUT`` begins."""
    client = Client(sms_sandbox_url, f"client-{token_hex(6)}")
    client.configure(clock={"mode": "manual"})
    return client


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, client: Client) -> Ask:
    """The two transports in turn, on the same space."""

    def plain(call: Callable[[Any], Any]) -> Any:
        return call(client)

    def awaited(call: Callable[[Any], Any]) -> Any:
        async def carried() -> Any:
            return await call(AsyncClient(client.root.url, client.root.space))

        return asyncio.run(carried())

    return plain if request.param == "sync" else awaited


FOREIGN = {
    "html": (200, b"<!doctype html>\n<title>Shop</title>"),
    "nothing-but-detail": (404, b'{"detail": "Not Found"}'),
    "nothing": (502, b""),
    "moved": (302, b""),
}


class Stranger(BaseHTTPRequestHandler):
    """Somebody else's application, which answers whatever it is asked."""

    def do_GET(self) -> None:
        status, body = FOREIGN[self.path.split("/")[1]]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Length", f"{len(body)}")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    """The URL of a server that is no sandbox."""
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
