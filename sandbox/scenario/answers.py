"""``respond``, read: acceptances, errors, raw answers, faults, and mixes of them."""

import math
from collections.abc import Mapping
from typing import Any

from sandbox.durations import SECOND
from sandbox.scenario import spans
from sandbox.scenario.model import Mix, Response
from sandbox.scenario.reading import Reading
from sandbox.scenario.source import Path
from sandbox.scenario.speakers import Speakers
from sandbox.scenario.verdict import STORED_FAULTS, Accept, Error, Fault, Raw
from sandbox.sms.state import State
from sandbox.spelling import nearest
from sandbox.vocabulary import WORDS, Vocabulary
from sandbox.wire import JSON_TYPE, Headers, encode

LAST_THREE_DIGITS = "last_three_digits"
_SERVERS_OWN = frozenset(
    {"content-length", "transfer-encoding", "connection", "upgrade", "keep-alive", "trailer", "te"}
)
_BODILESS = frozenset({204, 205, 304})


class Answers:
    """Reads the answers of one rule. ``sends``: whether the rule is about messages, which can be stored."""

    def __init__(self, reading: Reading, speakers: Speakers, *, sends: bool) -> None:
        self._reading = reading
        self._speakers = speakers
        self._sends = sends

    def sequence(self, path: Path, written: Any) -> tuple[Mix, ...]:
        if isinstance(written, list):
            return tuple(self.mix((*path, index), item) for index, item in enumerate(written))
        return (self.mix(path, written),)

    def mix(self, path: Path, written: Any) -> Mix:
        """One answer, or several by relative weight."""
        if written == "accept":
            return Mix((1.0,), (Response(),))
        if "mix" not in written:
            return Mix((1.0,), (self._response(path, written),))
        items = written["mix"]
        weights = tuple(float(item["weight"]) for item in items)
        if not any(weights):
            self._reading.error((*path, "mix"), "all weights are 0, so none can be drawn")
        responses = (self._response((*path, "mix", index), item) for index, item in enumerate(items))
        return Mix(weights, tuple(responses))

    def _response(self, path: Path, written: Mapping[str, Any]) -> Response:
        kind = next(kind for kind in self._KINDS if kind in written)
        if not self._sends:
            self._sends_nothing(path, written)
        return self._KINDS[kind](self, path, written)

    def _sends_nothing(self, path: Path, written: Mapping[str, Any]) -> None:
        if "stored" in written:
            self._reading.error((*path, "stored"), "this operation sends nothing, so nothing can be stored", key=True)
        if "status" in written.get("accept", {}):
            self._reading.error((*path, "accept", "status"), "this operation sends nothing that could be rejected")

    # --- the kinds -----------------------------------------------------------------------------

    def _accept(self, path: Path, written: Mapping[str, Any]) -> Response:
        accept = written["accept"]
        status = State(accept.get("status", "queued"))
        return Response(Accept(status), delay=self._span((*path, "accept", "delay"), accept.get("delay")))

    def _error(self, path: Path, written: Mapping[str, Any]) -> Response:
        retry_after = self._retry_after((*path, "retry_after"), written.get("retry_after"))
        delay, stored = self._span((*path, "delay"), written.get("delay")), written.get("stored", False)
        word, place = str(written["error"]), (*path, "error")
        if word != LAST_THREE_DIGITS:
            errors = self._errors(place, word, retry_after)
            return Response(None, errors=errors, delay=delay, stored=stored)
        if not self._sends:
            self._reading.error(place, "this operation has no recipient whose last three digits could name an error")
        digits = {own.slug: _by_digits(own, retry_after) for own in self._speakers.vocabularies}
        return Response(None, by_digits=digits, delay=delay, stored=stored)

    def _raw(self, path: Path, written: Mapping[str, Any]) -> Response:
        raw = written["raw"]
        status, body, headers = int(raw["status"]), raw.get("body", ""), raw.get("headers", {})
        for name in headers:
            if name.lower() in _SERVERS_OWN:
                self._reading.error((*path, "raw", "headers", name), f"{name} is the server's own to set", key=True)
        if status in _BODILESS and body:
            self._reading.error((*path, "raw", "body"), f"an answer of status {status} has no body")
        answer = Raw(status, _headers(headers, body), _bytes(body))
        delay = self._span((*path, "delay"), written.get("delay"))
        return Response(answer, delay=delay, stored=written.get("stored", 200 <= status < 300))

    def _fault(self, path: Path, written: Mapping[str, Any]) -> Response:
        kind = written["fault"]
        if "over" in written and kind != "trickle":
            self._reading.error((*path, "over"), f"only a trickle takes its time; {kind} has no `over`", key=True)
        over = self._span((*path, "over"), written.get("over", "5s"))
        return Response(
            None if over.drawn else Fault(kind, over.low),
            trickle=over if over.drawn else None,
            delay=self._span((*path, "delay"), written.get("delay")),
            stored=written.get("stored", kind in STORED_FAULTS),
        )

    _KINDS = {"accept": _accept, "error": _error, "raw": _raw, "fault": _fault}  # noqa: RUF012 - never changed

    # --- their parts ---------------------------------------------------------------------------

    def _errors(self, path: Path, word: str, retry_after: int | None) -> dict[str, Error]:
        """The error by provider. An own code asks that the rule names its one provider."""
        if word not in WORDS and not self._of_one_provider(path, word):
            return {}
        self._speakers.need(
            path,
            lambda provider: provider.error(word) is not None,
            lambda provider: f'has no error "{word}"{nearest(word, [*provider.words, *provider.errors])}',
        )
        entries = {own.slug: own.error(word) for own in self._speakers.vocabularies}
        return {slug: Error(entry, retry_after) for slug, entry in entries.items() if entry is not None}

    def _of_one_provider(self, path: Path, code: str) -> bool:
        if self._speakers.named and len(self._speakers.slugs) == 1:
            return True
        owners = [own.slug for own in self._reading.vocabularies.values() if own.error(code) is not None]
        if owners:
            whose = " or ".join(owners)
            message = f'"{code}" is an own code of {whose}: the rule must name that one provider in `when`'
        else:
            message = f'"{code}" is no error{nearest(code, [*WORDS, LAST_THREE_DIGITS])}'
        self._reading.error(path, message)
        return False

    def _span(self, path: Path, written: Any) -> spans.Span:
        return spans.NONE if written is None else self._reading.span(path, written)

    def _retry_after(self, path: Path, written: str | None) -> int | None:
        return None if written is None else math.ceil(self._reading.duration(path, written) / SECOND)


def _by_digits(own: Vocabulary, retry_after: int | None) -> dict[str, Error]:
    entries = {entry.number: own.numbered(entry.number) for entry in own.errors.values() if entry.number is not None}
    return {f"{number:03}": Error(entry, retry_after) for number, entry in entries.items() if entry is not None}


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else encode(body)


def _headers(written: Mapping[str, str], body: Any) -> Headers:
    typed = isinstance(body, str) or any(name.lower() == "content-type" for name in written)
    return tuple(written.items()) if typed else (JSON_TYPE, *written.items())
