"""Rules that can never match, and what else can have no effect: warnings, which ``check --strict`` makes errors."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sandbox.scenario.match import Field, matcher, recipients
from sandbox.scenario.model import Rule, Scenario, Then
from sandbox.scenario.reading import Reading, patterns
from sandbox.scenario.source import Path
from sandbox.spelling import nearest

_Conditions = Mapping[str, tuple[Any, list[str] | None]]
"""A rule's matchers by field, each with its texts where it is made of nothing else."""


def warn(reading: Reading, scenario: Scenario) -> None:
    shadows = _Shadows()
    for number, rule in enumerate(scenario.rules):
        path: Path = ("rules", number)
        for place, reason in (*_never(path, rule), *shadows.over(path, rule)):
            reading.warn(place, f"this rule can never match: {reason}")
        shadows.add(rule)
        if rule.limit and not rule.limit.window:
            reading.warn((*path, "limit", "window"), "a window of no length limits nothing")
    _warn_of_rules_unknown(reading, {rule.label for rule in scenario.rules})


def _warn_of_rules_unknown(reading: Reading, labels: Collection[str]) -> None:
    """An expectation of none of a rule's messages holds for ever if the rule is misspelt."""
    for number, item in enumerate(reading.data.get("expect", [])):
        for place, pattern in patterns(("expect", number, "rule"), item.get("rule", [])):
            if labels and not any(map(matcher(pattern), labels)):
                reading.warn(place, f'no rule here is called "{pattern}"{nearest(pattern, labels)}')


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
        after = {field.name: (field.written, _texts(field.written)) for field in rule.when}
        for before in (*self._broad, *self._narrow.get(named, ())):
            if _covers(before, rule, after):
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
    if isinstance(written, Mapping) and {"min", "max"} <= written.keys() and written["min"] > written["max"]:
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


def _covers(before: Rule, rule: Rule, after: _Conditions) -> bool:
    """Whether ``before`` always decides whatever ``rule``, of these conditions, could match."""
    sometimes = before.gate or before.chance is not None or before.calls is not None or before.end is not None
    passes_on = before.start > rule.start or before.then is Then.NEXT_RULE
    if sometimes or passes_on or not (before.providers >= rule.providers and before.operations >= rule.operations):
        return False
    return all(field.name in after and _wider(field, *after[field.name]) for field in before.when)


def _wider(before: Field, after: Any, texts: list[str] | None) -> bool:
    """A star in a pattern is taken as a text, which only a star can be: a regular expression would see the star."""
    if before.written == after:
        return True
    if texts is None or not all(map(before.test, texts)):
        return False
    return _texts(before.written) is not None or not any("*" in text for text in texts)


def _texts(written: Any) -> list[str] | None:
    texts = written if isinstance(written, list) else [written]
    return texts if all(isinstance(text, str) for text in texts) else None
