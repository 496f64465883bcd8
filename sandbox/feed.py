"""What happens, told to whoever listens: the event stream and the calls that wait."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """``kind`` is one of message, receipt, callback, request, clock, scenario, space, reset."""

    kind: str
    space: str
    data: dict[str, Any]


class Listener:
    """One listener's queue, bounded: one that does not keep up is told so and starts afresh."""

    LIMIT = 10_000

    def __init__(self, space: str) -> None:
        self.space = space
        self.lost = False
        self.queue: asyncio.Queue[Event | None] = asyncio.Queue()

    def put(self, event: Event) -> None:
        if self.queue.qsize() >= self.LIMIT:
            self.lost = True
            return
        self.queue.put_nowait(event)


class Feed:
    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self.closed = False
        """The server is stopping."""

    def publish(self, kind: str, space: str, data: Callable[..., dict[str, Any]], *of: Any) -> None:
        """Costs next to nothing while nobody listens: ``data(*of)`` is asked only then."""
        if not self._listeners:
            return
        event: Event | None = None
        for listener in self._listeners:
            if listener.space == space:
                event = event or Event(kind, space, data(*of))
                listener.put(event)

    @contextmanager
    def listen(self, space: str) -> Iterator[Listener]:
        """Hear one space. ``None`` in the queue means: the server is stopping."""
        listener = Listener(space)
        self._listeners.add(listener)
        if self.closed:
            listener.queue.put_nowait(None)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        self.closed = True
        for listener in self._listeners:
            listener.queue.put_nowait(None)
