"""What a call raises: the server cannot be reached, or it says no and why."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox.errors import SandboxError

UNAUTHORIZED = 401


class Unreachable(SandboxError):  # noqa: N818 - the field's word
    """No answer: no server there, or it gave none in time."""

    def __init__(self, url: str, fault: Exception) -> None:
        self.url = url
        parts = urlsplit(url)
        none = "nothing listens there; sms-sandbox serve starts a server, SMS_SANDBOX_URL says where it is"
        cause = getattr(fault, "os_error", fault)  # as aiohttp wraps it
        reason = none if isinstance(cause, ConnectionRefusedError) else fault or type(fault).__name__
        super().__init__(f"no answer from {parts.scheme}://{parts.netloc}: {reason}")


class Refused(SandboxError):  # noqa: N818 - a verdict
    """The server's no. ``kind`` is the last part of its problem's type, ``problem`` the document (RFC 9457)."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self.problem = problem
        self.kind = str(problem.get("type", "")).rpartition(":")[2]
        self.status = int(problem.get("status", 0))
        super().__init__("\n".join(_told(problem)))


class NothingArrived(Refused, AssertionError):  # noqa: N818 - as its base
    """What was waited for did not come in time; says what nearly matched, and whether the clock has to move."""


class TooMany(Refused, AssertionError):  # noqa: N818 - as its base
    """More arrived than there may be."""


class Truncated(Refused, AssertionError):  # noqa: N818 - as its base
    """Evidence was evicted that could change the verdict."""


_KINDS = {"nothing-arrived": NothingArrived, "too-many": TooMany, "journal-truncated": Truncated}


def refused(problem: Mapping[str, Any]) -> Refused:
    return _KINDS.get(str(problem.get("type", "")).rpartition(":")[2], Refused)(problem)


def _told(problem: Mapping[str, Any]) -> Iterator[str]:
    """One sentence, then a line for each field at fault, what came too many, each near miss, each call that came to
    nothing, and what is pending."""
    errors = problem.get("errors", ())
    if len(errors) != 1 or errors[0]["detail"] not in problem["detail"]:
        yield str(problem.get("detail", problem.get("title", "refused")))
    yield from map(_error, errors)
    if problem.get("status") == UNAUTHORIZED:
        yield "  commands and the pytest plugin take the token from SMS_SANDBOX_TOKEN, a Client from its argument"
    if problem.get("newest"):
        yield f"  the newest: {', '.join(problem['newest'])}"
    for near in problem.get("nearest", ()):
        failed = "; ".join(f"{f['filter']} is {f['actual']!r}, not {f['expected']!r}" for f in near["failed"])
        yield f"  {near['id']}: {failed}"
    for call in problem.get("refused", ()):
        to = f" to {', '.join(call['to'])}" if call["to"] else ""
        why = call["explanation"] or call["error"] or "no reason is known"
        yield f"  {call['outcome']}: {call['provider']} {call['operation'] or 'call'}{to}: {why}"
    if problem.get("pending"):
        yield f"  pending: {problem['pending']}, next at {problem['next_due'] or 'no known time'}; {_clock(problem)}"


def _error(error: Mapping[str, Any]) -> str:
    """Texts have places, bodies have pointers, queries have parameters."""
    where = error.get("pointer") or error.get("parameter")
    if error.get("line") and not (where and _unseen(error)):
        where = f"{error['file']}:{error['line']}:{error['column']}"
    return f"{where}: {error['detail']}" if where else str(error["detail"])


def _unseen(error: Mapping[str, Any]) -> bool:
    """A place in one line that was no file: in values that were made JSON on the way, whose columns nobody knows."""
    return bool(error["file"] == "inline" and error["line"] == 1)


def _clock(problem: Mapping[str, Any]) -> str:
    clock = problem["clock"]
    frozen = ", and stands still until it is advanced" if clock["mode"] == "manual" else ""
    return f"the clock is {clock['mode']} and shows {clock['now']}{frozen}"
