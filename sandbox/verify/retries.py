"""Whether a client waited as long as it was told to: retries held against ``Retry-After``, in real time.

A retry is a call of the same provider, to the same recipients with the same texts, after one that was answered with
``Retry-After``. The answer left ``duration_ms`` after its request was received.
"""

from typing import Any

from sandbox.clock import iso
from sandbox.durations import MILLISECOND, SECOND
from sandbox.store.rows import Entry

SHOWN = 10
"""Recipients of a bulk that are named at most."""
Key = tuple[str, tuple[str, ...], tuple[str, ...]]


class Retries:
    """Shown the journal in any order; judged in the order of arrival."""

    def __init__(self) -> None:
        self._calls: dict[Key, list[tuple[int, str, int | None]]] = {}

    def see(self, entry: Entry) -> None:
        """Remember when it came, what it is called, and until when its answer asked the client to wait."""
        if entry.to:
            told = retry_after(entry)
            answered = entry.received_at_real + int(entry.duration_ms * MILLISECOND)
            until = None if told is None else answered + told * SECOND
            self._calls.setdefault((entry.provider, entry.to, entry.texts), []).append(
                (entry.received_at_real, entry.id, until)
            )

    def hasty(self) -> list[dict[str, Any]]:
        """The calls that came too soon, each so told that it is known when the journal is gone."""
        return [
            {
                "request": id,
                "provider": provider,
                "to": list(to[:SHOWN]),
                "received_at_real": iso(came),
                "asked_to_wait_until": iso(until),
            }
            for (provider, to, _), calls in self._calls.items()
            for id, came, until in _hasty(sorted(calls))  # noqa: A001
        ]


def _hasty(calls: list[tuple[int, str, int | None]]) -> list[tuple[str, int, int]]:
    found, asked = [], 0
    for came, id, until in calls:  # noqa: A001
        if came < asked:
            found.append((id, came, asked))
        asked = max(asked, until or 0)
    return found


def retry_after(entry: Entry) -> int | None:
    """Whole seconds; None where the answer does not say."""
    for name, value in entry.answer_headers:
        if name.lower() == "retry-after" and value.isascii() and value.isdigit() and len(value) < 10:
            return int(value)
    return None
