"""Where a server is, and how anything under it is asked: what all calls share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sandbox import durations
from sandbox.client.exchange import PATIENCE, Answer, Ask, Speaker, Talk, W
from sandbox.client.faults import Refused, refused
from sandbox.durations import SECOND
from sandbox.errors import SandboxError
from sandbox.wire import NotJson, encode

__tracebackhide__ = True  # pytest shows the caller's line, not how a call is carried

URL = "http://localhost:7670"
DEFAULT = "default"
NO_CONTENT = 204
SHOWN = 200
"""Bytes of an answer that is quoted."""
Query = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Root:
    """A server, one of its spaces, and its token, if it demands one."""

    url: str = URL
    space: str = DEFAULT
    token: str | None = None

    def __post_init__(self) -> None:
        """Raises ``SandboxError`` for what is no URL, such as a host and port alone."""
        try:
            parts = urlsplit(self.url)
            sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:  # a port that is none
            sound = False
        if not sound:
            raise SandboxError(f"{self.url!r} is no URL of a server; write it like {URL}")

    @property
    def base(self) -> str:
        return f"{self.url.rstrip('/')}/spaces/{quote(self.space, safe='')}"

    def provider(self, slug: str) -> str:
        """Where a provider plays in this space, whatever credentials say."""
        return f"{self.base}/{slug}"

    def stream(self, path: str) -> Ask:
        """A call whose answer has no end."""
        return replace(self.ask("GET", path), patience=None)

    def ask(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        body: bytes | None = None,
        patience: float = PATIENCE,
    ) -> Ask:
        """A control call; what of ``query`` is None is left out, its ``wait`` is borne with."""
        asked = given(query or {})
        url = f"{self.base}/_sandbox{path}" + (f"?{urlencode(asked)}" if asked else "")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return Ask(method, url, headers, body, patience + seconds(asked.get("wait", "0s")))


class Resource(Speaker[W]):
    """A part of the control API."""

    def __init__(self, transport: W, root: Root) -> None:
        super().__init__(transport)
        self.root = root

    def _tell(self, method: str, path: str, query: Query | None = None, body: Any = None) -> Talk[Any]:
        """The JSON of the answer. ``body``: bytes as they are, anything else as JSON. Raises ``Refused``."""
        raw = body if body is None or isinstance(body, bytes) else encode(body)
        answer = yield self.root.ask(method, path, query, raw)
        return read(answer) if answer.status != NO_CONTENT else None


def heard(answer: Answer) -> Answer:
    """Raises ``Refused`` unless it is a yes."""
    if answer.status < 300:
        return answer
    try:
        problem = answer.json
    except NotJson:
        problem = {}
    ours = isinstance(problem, Mapping) and problem.keys() >= {"type", "status", "detail"}
    raise refused(problem) if ours else _foreign(answer)


def read(answer: Answer) -> Any:
    """The JSON of a yes. Raises ``Refused``."""
    try:
        return heard(answer).json
    except NotJson:
        raise _foreign(answer) from None


def _foreign(answer: Answer) -> Refused:
    """Not for what was asked, but because whoever answered is no sandbox."""
    begins = " ".join(answer.body[:SHOWN].decode(errors="replace").split())
    return Refused({"status": answer.status, "detail": f"HTTP {answer.status}: no sandbox answers like this: {begins}"})


def given(words: Mapping[str, Any]) -> dict[str, Any]:
    """Those that were said."""
    return {name: value for name, value in words.items() if value is not None}


def seconds(duration: str) -> float:
    """Raises ``ValueError`` for what is no duration, such as a bare number, of which nobody knows the unit."""
    return durations.parse(str(duration)) / SECOND


def piece(id: str) -> str:  # noqa: A002 - the API's word
    """One segment of a path. Raises ``ValueError`` where there is none."""
    if not id:
        raise ValueError("a name or id is needed here; a message that was refused has none")
    return quote(id, safe="")
