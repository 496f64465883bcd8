"""Server-sent events, line by line."""

from collections.abc import Iterator

from sandbox.client.things import Event
from sandbox.wire import decode


class Reader:
    """Fed with the lines of a stream, gives the events that they end."""

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}

    def read(self, line: bytes) -> Iterator[Event]:
        """A blank line ends an event; comments are the server's way to see whether anybody listens."""
        name, _, value = line.decode().rstrip("\r\n").partition(":")
        if name:
            self._fields[name] = value.removeprefix(" ")
        elif self._fields.keys() >= {"event", "data"}:
            fields, self._fields = self._fields, {}
            yield Event(kind=fields["event"], json=decode(fields["data"].encode()))
        else:
            self._fields = {}
