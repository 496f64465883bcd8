"""Numbers: kept as ``+`` and digits, whatever notation a provider uses."""

import re

_LONG_NUMBER = re.compile(r"(?:\+|00)?[0-9]{9,15}")


def e164(number: str) -> str:
    """``00447700900901``, ``447700900901`` and ``+447700900901`` → ``+447700900901``. Digits are not checked."""
    if number.startswith("+"):
        return number
    return "+" + number.removeprefix("00")


def sender(value: str | None) -> str | None:
    """A sender as stored: long numbers as ``+`` and digits; short codes (up to 8 digits) and names as sent."""
    if value is not None and _LONG_NUMBER.fullmatch(value):
        return e164(value)
    return value or None
