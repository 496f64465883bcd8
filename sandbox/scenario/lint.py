"""Rules that can never match: warnings, which ``check --strict`` makes errors."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.scenario.match import Field, exact, matcher, recipients
from sandbox.scenario.model import Rule, Scenario, Then
from sandbox.scenario.reading import Reading, patterns
from sandbox.scenario.source import Path


def warn(reading: Reading, scenario: Scenario) -> None:
    shadows = _Shadows()
    for number, rule in enumerate(scenario.rules):
        path: Path = ("rules", number)
        for place, reason in (*_never(path, rule), *shadows.over(path, rule)):
            reading.warn(place, f"this rule can never match: {reason}")
        shadows.add(rule)


class _Shadows:
    """The rules so far, by the recipients they name: a thousand rules are a million pairs."""

    def __init__(self) -> None:
        self._broad: list[Rule] = []
        self._narrow: dict[str, list[Rule]] = {}

    def add(self, rule: Rule) -> None:
        for recipient in recipients(rule.when) or ():
            self._narrow.setdefault(recipient, []).append(rule)
        if recipients(rule.when) is None:
            self._broad.append(rule)

    def over(self, path: Path, rule: Rule) -> Iterator[tuple[Path, str]]:
        named = min(recipients(rule.when) or ("",))
        for before in (*self._broad, *self._narrow.get(named, ())):
            if _covers(before, rule):
                yield path, f'the rule "{before.label}" before it takes everything that it could'
                return


def _never(path: Path, rule: Rule) -> Iterator[tuple[Path, str]]:
    if not rule.providers:
        yield path, "no provider can say all of it"
    if rule.chance == 0:
        yield (*path, "chance"), "its chance is nought"
    if rule.end is not None and rule.end <= rule.start:
        yield (*path, "active"), "it ends before it begins"
    for field in rule.when:
        yield from _impossible((*path, "when", *field.name.split(".", 1)), field)


def _impossible(path: Path, field: Field) -> Iterator[tuple[Path, str]]:
    written = field.written
    if isinstance(written, Mapping) and written.get("min", 0) > written.get("max", math.inf):
        yield path, f"no number is at least {written['min']} and at most {written['max']}"
    likely = _LIKELY.get(field.name)
    values = [(place, value) for place, value in patterns(path, written) if "not" not in place]
    if likely and values and not any(likely(value) for _, value in values):
        yield values[0][0], f'`{field.name}` is never like "{values[0][1]}"{_HINTS[field.name]}'


def _number(pattern: str) -> bool:
    """Whether a number in ``+`` and digits can be like this."""
    digits = pattern.removeprefix("+").replace("*", "")
    begins = pattern.startswith(("+", "*"))
    enough = "*" in pattern or len(digits) >= 7
    return begins and enough and len(digits) <= 15 and (not digits or (digits.isascii() and digits.isdigit()))


def _sender(pattern: str) -> bool:
    return not (pattern.isdigit() and len(pattern) > 8)


_LIKELY: Mapping[str, Callable[[str], bool]] = {"to": _number, "from": _sender}
_HINTS = {"to": ", for it is a + and at most 15 digits", "from": ", for a long number is compared as + and digits"}


def _covers(before: Rule, rule: Rule) -> bool:
    """Whether ``before`` always decides whatever ``rule`` could match."""
    sometimes = before.gate or before.chance is not None or before.calls is not None or before.end is not None
    passes_on = before.start > rule.start or before.then is Then.NEXT_RULE
    if sometimes or passes_on or not (before.providers >= rule.providers and before.operations >= rule.operations):
        return False
    after = {field.name: field.written for field in rule.when}
    return all(field.name in after and _wider(field.written, after[field.name]) for field in before.when)


def _wider(before: Any, after: Any) -> bool:
    if before == after:
        return True
    named = exact(after)
    return named is not None and all(map(matcher(before), named))
