"""Lengths of time as people write them (``200ms 5s 10m 72h 1d``), held as whole microseconds."""

import re

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": MILLISECOND, "us": MICROSECOND}
_DURATION = re.compile(r"([0-9]{1,16})(?:\.([0-9]{1,6}))?(us|ms|s|m|h|d)")
_PART = re.compile(r"\s*(?P<number>[0-9]{1,12}([.,][0-9]{1,6})?)\s*(?P<unit>[a-zµ]{1,12})\s*", re.IGNORECASE)
_SPELLINGS = {
    "d": "d day days",
    "h": "h hr hrs hour hours",
    "m": "m min mins minute minutes",
    "s": "s sec secs second seconds",
    "ms": "ms msec msecs milli millis millisecond milliseconds",
    "us": "us µs microsecond microseconds",
}
_SPELT = {spelt: unit for unit, spellings in _SPELLINGS.items() for spelt in spellings.split()}
LONGEST = 36_500 * DAY
FORMS = "200ms, 5s, 10m, 72h or 1d"


def parse(text: str) -> int:
    """``"1.5s"`` → 1_500_000. Raises ``ValueError`` with a sentence for anything else."""
    match = _DURATION.fullmatch(text)
    if match is None:
        meant = intended(text)
        raise ValueError(
            f"{text[:40]!r} is no duration; {f'did you mean {meant}?' if meant else f'write it like {FORMS}'}"
        )
    whole, fraction, unit = match.groups()
    value = int(whole) * _UNITS[unit]
    if fraction:
        value += int(fraction) * _UNITS[unit] // 10 ** len(fraction)
    if value > LONGEST:
        raise ValueError(f"{text!r} is longer than {format(LONGEST)}, the longest duration there is")
    return value


def intended(text: str) -> str | None:
    """What somebody meant who wrote ``5 minutes``, ``1,5S`` or ``1h30m``; None where that cannot be told."""
    parts = [*_PART.finditer(text[:60])]
    units = [_SPELT.get(part["unit"].lower()) for part in parts]
    if None in units or "".join(part[0] for part in parts) != text:
        return None
    written = [part["number"].replace(",", ".") + str(unit) for part, unit in zip(parts, units, strict=True)]
    try:
        total = sum(map(parse, written))
    except ValueError:
        return None
    return written[0] if len(written) == 1 else format(total) if written else None


def format(value: int) -> str:  # noqa: A001 - durations.format(…) reads as it should
    """In the largest unit that it is a whole number of: 259_200_000_000 → ``"3d"``. ``parse`` reads it back.

    Microseconds are a fraction of what people count in: 7_735_637 → ``"7.735637s"``.
    """
    if value > MILLISECOND and value % MILLISECOND:
        unit, size, places = ("s", SECOND, 6) if value > SECOND else ("ms", MILLISECOND, 3)
        return f"{value // size}.{value % size:0{places}}".rstrip("0") + unit
    for unit, size in _UNITS.items():
        if value and value % size == 0:
            return f"{value // size}{unit}"
    return "0s"
