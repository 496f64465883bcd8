"""The server's own log, on stderr: one line an event, as text for people or JSON for collectors.

Credentials are masked in whatever is about to be written, so that no caller can leak one by accident.
"""

import logging
import re
import sys
import traceback
from typing import TextIO

import orjson

from sandbox import clock

MASK = "***"
_NAMES = r"(?:password|secret|token|api[_-]?key|authorization|(?<![a-z0-9-])chan-[a-z0-9-]++)"
_SECRETS = (
    re.compile(r"(?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]+"),
    re.compile(rf"(?i)({_NAMES}[\"']?\s*[:=]\s*([\"']))(?:\\.|(?!\2).)*"),
    re.compile(rf"(?i)({_NAMES}\s*[:=]\s*)(?!bearer\b|basic\b)[^\s\"',;&)}}\]]+"),
    re.compile(r"()(?<![\w-])eyJ[A-Za-z0-9_-]++\.[A-Za-z0-9_-]++\.[A-Za-z0-9_-]*+"),
    re.compile(r"(://)[^/\s@]++(?=@)"),
)
"""Linear in the text: each begins only where it cannot have begun before, and nothing is read twice."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def configure(format: str, level: str, stream: TextIO | None = None) -> None:  # noqa: A002 - the setting's name
    """Write every log line of the process, ``format`` text or json, from ``level`` on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)


def masked(text: str) -> str:
    """``text`` without what looks like a credential: named ones, Basic and Bearer, JWTs, a URL's user."""
    for secret in _SECRETS:
        text = secret.sub(rf"\g<1>{MASK}", text)
    return text


class TextLines(logging.Formatter):
    """``2026-02-12T14:51:00.123456Z info sandbox.app: message``, a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_instant(record)} {record.levelname.lower()} {record.name}: {_message(record)}"
        return f"{head}\n{_traceback(record)}" if record.exc_info else head


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, the call's ``extra``, and a traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **{name: value for name, value in vars(record).items() if name not in _OWN},
        }
        if record.exc_info:
            line["traceback"] = _traceback(record)
        return masked(orjson.dumps(line, default=str).decode())


def _instant(record: logging.LogRecord) -> str:
    return clock.iso(int(record.created * 1_000_000))


def _message(record: logging.LogRecord) -> str:
    """On one line, whatever a client put into it."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], masked(record.getMessage()))


def _traceback(record: logging.LogRecord) -> str:
    assert record.exc_info  # noqa: S101 - asked for only where there is one
    text = masked("".join(traceback.format_exception(*record.exc_info)))
    return text.encode("utf-8", "backslashreplace").decode().rstrip()
