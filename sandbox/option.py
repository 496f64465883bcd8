"""How one setting is written, on the command line and in the environment, and what its value must be."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox import durations

_SIZE = re.compile(r"([0-9]{1,12})(B|KiB|MiB|GiB)?")
_SIZES = {"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,252}|\[?[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*\]?")
_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Kind:
    """``read`` makes a value of one text, ``check`` judges a value; both raise ``ValueError`` with one sentence.

    ``collect`` is None for a single value, else ``tuple`` or ``dict``: the setting may be given several times,
    in the environment separated by blanks.
    """

    metavar: str
    read: Callable[[str], Any] = str
    check: Callable[[Any], object] = bool
    collect: Callable[[Iterable[Any]], Any] | None = None

    def judge(self, value: Any) -> None:
        several = value.items() if self.collect is dict else value if self.collect else (value,)
        for one in several:
            self.check(one)


def one_of(*words: str) -> Kind:
    def check(value: str) -> None:
        if value not in words:
            raise ValueError(f"{value!r} is none of {', '.join(words)}")

    return Kind("|".join(words), check=check)


def whole(least: int, most: int, metavar: str = "N", read: Callable[[str], int] | None = None) -> Kind:
    def number(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ValueError(f"{text!r} is no whole number; it goes from {least} to {most}")
        return int(text)

    def check(value: int) -> None:
        if not least <= value <= most:
            raise ValueError(f"{value} is out of range; it goes from {least} to {most}")

    return Kind(metavar, read or number, check)


def _size(text: str) -> int:
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no size; write it like 4MiB, 512KiB or 1000000")
    return int(match[1]) * _SIZES[match[2] or ""]


def _age(text: str) -> int | None:
    return None if text == "never" else durations.parse(text)


def _positive(value: int | None) -> None:
    if value is not None and value <= 0:
        raise ValueError("it must be longer than nothing")


def _named(value: str) -> None:
    if not value.strip():
        raise ValueError("it must not be empty")


def _secret(value: str | None) -> None:
    if value is not None and not re.fullmatch(r"[!-~]+", value):
        raise ValueError("it must be one word of ASCII characters")


def _host(value: str) -> None:
    if not _HOST.fullmatch(value):
        raise ValueError(f"{value!r} is no host name or address")


def _target(value: str) -> None:
    if "/" in value:
        ip_network(value, strict=False)
    else:
        _host(value)


def _url(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not value.isprintable() or " " in value:
        raise ValueError(f"{value!r} is no URL; write it like http://localhost:9000/path")
    _ = parts.port  # raises ValueError for one that is out of range


def _base(value: str | None) -> None:
    if value is not None:
        _url(value)


def _pair(text: str) -> tuple[str, str]:
    left, equals, right = text.partition("=")
    if not equals or not right:
        raise ValueError(f"{text!r} is no pair; write it with = between its two halves")
    return left, right


def _callback(pair: tuple[str, str]) -> None:
    if not _SLUG.fullmatch(pair[0]):
        raise ValueError(f"{pair[0]!r} is no provider; write it like skycore=http://localhost:9000/path")
    _url(pair[1])


def _rewrite(pair: tuple[str, str]) -> None:
    for host in pair:
        _host(host)


def _folder(value: Path | None) -> None:
    if value is not None and not value.is_dir():
        raise ValueError(f"{str(value)!r} is no folder")


NAME = Kind("NAME|FILE", check=_named)
SECRET = Kind("TEXT", check=_secret)
HOST = Kind("HOST", check=_host)
PORT = whole(0, 65_535, "PORT")
COUNT = whole(1, 1_000_000_000)
SIZE = whole(1, 1 << 30, "SIZE", _size)
AGE = Kind("DURATION|never", _age, _positive)
FLAG = Kind("")
FILE = Kind("FILE", Path)
FOLDER = Kind("DIR", Path, _folder)
BASE = Kind("URL", lambda text: text.rstrip("/"), _base)
HOSTS = Kind("HOST", check=_host, collect=tuple)
TARGETS = Kind("HOST|CIDR|any", check=_target, collect=tuple)
CALLBACKS = Kind("SLUG=URL", _pair, _callback, dict)
REWRITES = Kind("HOST=HOST", _pair, _rewrite, dict)
