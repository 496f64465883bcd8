"""``sms-sandbox healthcheck`` against a server that is ready, is not, or is none."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.test_commands import run


class Server(ThreadingHTTPServer):
    """Answers with the statuses given, one a request, the last for good."""

    statuses: tuple[int, ...] = (200,)
    asked = 0


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        status = self.server.statuses[min(self.server.asked, len(self.server.statuses) - 1)]
        self.server.asked += 1
        self.send_response(status if self.path == "/readyz" else 404)
        self.end_headers()
        self.wfile.write(b"stopping\nsoon" if status == 503 else b"ready")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        monkeypatch.setenv("SMS_SANDBOX_PORT", str(server.server_address[1]))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_a_server_that_is_ready_is_code_0(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("SMS_SANDBOX_HOST", host)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert run(capsys, "healthcheck") == (0, "", "")


def test_a_server_that_is_stopping_is_code_1_and_says_why(capsys: pytest.CaptureFixture[str], server: Server) -> None:
    server.statuses = (503,)
    assert run(capsys, "healthcheck") == (1, "", "not ready: 503 stopping soon\n")


def test_it_waits_for_a_server_that_becomes_ready(capsys: pytest.CaptureFixture[str], server: Server) -> None:
    server.statuses = (503, 503, 200)
    assert run(capsys, "healthcheck", "--wait", "20s") == (0, "", "")
    assert server.asked == 3


def test_no_server_is_code_1_after_the_wait(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "healthcheck", "--port", "1", "--wait", "50ms")
    assert code == 1
    assert err.startswith("not ready: 127.0.0.1:1: ")


def test_a_server_elsewhere_is_asked_at_its_url(capsys: pytest.CaptureFixture[str], server: Server) -> None:
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    assert run(capsys, "healthcheck", "--host", "203.0.113.1", "--url", url) == (0, "", "")


def test_where_nothing_says_a_host_or_port_it_asks_where_the_other_commands_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setenv("SMS_SANDBOX_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("SMS_SANDBOX_PORT", "tcp://10.0.0.1:7670")
    assert run(capsys, "healthcheck") == (0, "", "")
    assert run(capsys, "healthcheck", "--port", "1")[0] == 1
    monkeypatch.setenv("SMS_SANDBOX_PORT", "1")
    assert run(capsys, "healthcheck")[0] == 1


@pytest.mark.parametrize("url", ["localhost:7670", "http://", "ftp://localhost", "http://localhost:port"])
def test_what_is_no_url_of_a_server_is_refused(capsys: pytest.CaptureFixture[str], url: str) -> None:
    code, _, err = run(capsys, "healthcheck", "--url", url)
    assert (code, err.count("\n")) == (2, 1)
    assert "write it like http://localhost:7670" in err


def test_a_port_that_is_not_known_before_the_start_cannot_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "healthcheck", "--port", "0")[0] == 2
