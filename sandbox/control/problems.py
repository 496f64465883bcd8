"""What the control API says when it cannot do as asked: ``application/problem+json`` (RFC 9457), a closed list."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from aiohttp import web

from sandbox.control.wording import sentence
from sandbox.errors import ScenarioError
from sandbox.schema import Fault
from sandbox.wire import encode

TYPE = "urn:sms-sandbox:problem:"
MEDIA = "application/problem+json"
MOST = 100
"""Fields at fault that are told at once."""
LONGEST = 2_000
"""Characters of what is told of one: it may quote what was sent, and that has megabytes."""


class Kind(NamedTuple):
    status: int
    title: str


KINDS = {
    "bad-request": Kind(400, "The request cannot be read"),
    "unauthorized": Kind(401, "This server was started with --token"),
    "foreign-host": Kind(403, "The Host of this call could be a stranger's"),
    "foreign-origin": Kind(403, "Pages of another origin may change nothing here"),
    "not-found": Kind(404, "There is no such thing"),
    "unknown-space": Kind(404, "There is no such space"),
    "nothing-arrived": Kind(404, "Nothing that matches arrived in time"),
    "method-not-allowed": Kind(405, "Not with this method"),
    "ambiguous-id": Kind(409, "Several messages bear this id"),
    "in-flight": Kind(409, "The callback is on its way at this moment"),
    "too-many": Kind(409, "More arrived than there may be"),
    "journal-truncated": Kind(409, "Evidence was evicted that could change the verdict"),
    "too-large": Kind(413, "The body is too large"),
    "invalid": Kind(422, "What was asked for cannot be"),
    "stopping": Kind(503, "The server is stopping"),
    "storage": Kind(507, "The store cannot do its work"),
}
"""Every problem there is: the last part of its ``type``, its HTTP status and title."""


class Problem(Exception):  # noqa: N818 - RFC 9457's word for it
    """``detail`` one sentence; ``errors`` the fields at fault; ``more`` further members of the document."""

    def __init__(
        self,
        kind: str,
        detail: str,
        errors: Iterable[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = _brief(detail)
        self.errors = [{name: _brief(told) for name, told in error.items()} for error in islice(errors, MOST)]
        self.headers = headers or {}
        self.more = more

    def as_json(self) -> dict[str, Any]:
        status, title = KINDS[self.kind]
        errors = {"errors": self.errors} if self.errors else {}
        return {
            "type": TYPE + self.kind,
            "title": title,
            "status": status,
            "detail": self.detail,
            **errors,
            **self.more,
        }

    def response(self) -> web.Response:
        return web.Response(
            status=KINDS[self.kind].status, body=encode(self.as_json()), content_type=MEDIA, headers=self.headers
        )


def _brief(told: Any) -> Any:
    return f"{told[: LONGEST - 1]}…" if isinstance(told, str) and len(told) > LONGEST else told


def invalid(pointer: str, detail: str) -> Problem:
    """One field of the body at fault."""
    return Problem("invalid", detail, [{"pointer": pointer, "detail": detail}])


def bad_parameter(name: str, detail: str) -> Problem:
    """One query parameter at fault."""
    return Problem("invalid", f"{name}: {detail}", [{"parameter": name, "detail": detail}])


def misshapen(faults: Iterable[Fault]) -> Problem:
    """A body that breaks its schema; of each place the first fault."""
    told: dict[str, str] = {}
    for fault in islice(faults, MOST):
        told.setdefault(fault.pointer, sentence(fault))
    errors = [{"pointer": pointer, "detail": detail} for pointer, detail in told.items()]
    return Problem("invalid", _summed("the body does not fit its schema", errors), errors)


def refused_scenario(fault: ScenarioError, at: str = "") -> Problem:
    """A scenario refused whole, every problem with its line and column (from 1); ``at`` is where the body has it."""
    errors = [
        {
            "pointer": at + problem.pointer,
            "detail": problem.message,
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
        }
        for problem in fault.problems
    ]
    return Problem("invalid", _summed("refused whole; nothing was changed", errors), errors)


def _summed(said: str, errors: Sequence[Mapping[str, Any]]) -> str:
    """For those who are shown ``detail`` alone: the one error itself, or how many there are."""
    if len(errors) != 1:
        return f"{said}; {len(errors)} errors"
    pointer, detail = errors[0]["pointer"], errors[0]["detail"]
    return f"{said}: {pointer}: {detail}" if pointer else f"{said}: {detail}"
