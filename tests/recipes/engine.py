"""A container engine that starts nothing: it notes what it is asked to, and shows a sandbox that runs already."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Engine:
    port: int
    """Of the sandbox that every container turns out to be."""
    url: str = ""
    created: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def answer(self, call: str, body: Any) -> tuple[int, Any]:
        self.calls.append(call)
        for pattern, answer in self.answers.items():
            if re.fullmatch(pattern, call):
                if pattern.startswith("POST /containers/create"):
                    self.created.append(body)
                return answer
        return 404, {"message": f"no such thing: {call}"}

    @property
    def answers(self) -> dict[str, tuple[int, Any]]:
        ports = {"7670/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(self.port)}]}
        shown = {"Id": "c1", "State": {"Status": "running"}, "NetworkSettings": {"Ports": ports}, "Config": {}}
        return {
            "GET /version": (200, {"ApiVersion": "1.45", "Version": "27.0"}),
            "GET /images/.+/json": (200, {"Id": "sha256:0"}),
            "GET /networks": (200, []),
            "POST /containers/create": (201, {"Id": "c1", "Warnings": []}),
            "POST /containers/c1/start": (204, None),
            "GET /containers/c1/json": (200, shown),
            "DELETE /containers/c1": (204, None),
        }


@contextmanager
def engine(port: int) -> Iterator[Engine]:
    running = Engine(port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = re.sub(r"^/v[0-9.]+|\?.*$", "", self.path)
            status, answer = running.answer(f"{self.command} {path}", json.loads(body) if body else None)
            said = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_DELETE = do_GET  # noqa: N815 - as the library calls them

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running.url = f"tcp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()
