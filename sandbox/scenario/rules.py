"""Rules, read: each becomes a ``Rule`` with its matchers compiled, or problems that say why not."""

from collections.abc import Mapping
from typing import Any

from sandbox.scenario import timelines as lines
from sandbox.scenario.answers import LAST_THREE_DIGITS, Answers
from sandbox.scenario.match import READERS, Asked, Field, body_reader
from sandbox.scenario.model import SEND, Limit, Mix, Rule, Then, Timeline
from sandbox.scenario.reading import Reading
from sandbox.scenario.source import Path
from sandbox.scenario.speakers import Speakers
from sandbox.spelling import nearest

_OF_A_MESSAGE = ("to", "from", "text", "encoding", "segments")
_OF_MESSAGES = ("report", "callback", "hold")


def read(reading: Reading, written: list[dict[str, Any]], timelines: Mapping[str, Timeline]) -> tuple[Rule, ...]:
    rules = tuple(_RuleReader(reading, number, rule, timelines).read() for number, rule in enumerate(written))
    first: dict[str, int] = {}
    for number, rule in enumerate(rules):
        if rule.label in first:
            line, _ = reading.source.place(("rules", first[rule.label]))
            place: Path = ("rules", number, "name")
            reading.error(place, f'a second rule called "{rule.label}"; the first is in line {line}')
        first.setdefault(rule.label, number)
    return rules


class _RuleReader:
    def __init__(
        self, reading: Reading, number: int, written: Mapping[str, Any], timelines: Mapping[str, Timeline]
    ) -> None:
        self._reading = reading
        self._number = number
        self._path: Path = ("rules", number)
        self._written = written
        self._timelines = timelines
        self._when: Mapping[str, Any] = written.get("when", {})
        self._speakers = Speakers(reading, self._path, self._when)
        self._operations = self._read_operations()
        self._sends = self._operations == {SEND}
        self._answers = Answers(reading, self._speakers, sends=self._sends)

    def read(self) -> Rule:
        written, speakers = self._written, self._speakers
        if not self._sends:
            self._refuse_what_messages_have()
        sequence = self._answers.sequence((*self._path, "respond"), written.get("respond", "accept"))
        report = lines.report(self._reading, self._path, written, self._timelines, speakers)
        callback = lines.callback(self._reading, (*self._path, "callback"), written.get("callback", {}), speakers)
        start, end = self._active()
        rule = Rule(
            label=written.get("name", f"#{self._number + 1}"),
            providers=frozenset(speakers.slugs),
            operations=self._operations,
            when=(*self._fields(), *_digits(sequence)),
            sequence=sequence,
            report=report,
            then=Then(written.get("then", "repeat-last")),
            per=_listed(written.get("per", [])),
            callback=callback,
            limit=self._limit(),
            gate="limit" in written and not written.keys() & {"respond", "report", "callback"},
            calls=_whole(written.get("until", {}).get("calls")),
            start=start,
            end=end,
            hold=written.get("hold", False),
            chance=self._chance(),
            written=written,
        )
        self._check_hold(rule)
        return rule

    # --- when ----------------------------------------------------------------------------------

    def _read_operations(self) -> frozenset[str]:
        words = _listed(self._when.get("operation", SEND))
        if "operation" in self._when:
            self._speakers.only(
                (*self._path, "when", "operation"),
                lambda provider: not provider.operations.isdisjoint(words),
                lambda provider: f'has no operation "{words[0]}"{nearest(words[0], provider.operations)}',
            )
        return frozenset(words)

    def _fields(self) -> list[Field]:
        found: list[Field] = []
        for name, written in self._when.items():
            path = (*self._path, "when", name)
            if name == "body":
                found += [self._field(f"body.{key}", (*path, key), value) for key, value in written.items()]
            elif name not in ("provider", "operation"):
                found.append(self._field(name, path, written))
        self._reading.numbers((*self._path, "when", "to"), self._when.get("to", []))
        return found

    def _field(self, name: str, path: Path, written: Any) -> Field:
        read = body_reader(name.removeprefix("body.")) if name.startswith("body.") else READERS[name]
        return Field(name, written, self._reading.test(path, written), read)

    def _refuse_what_messages_have(self) -> None:
        for name in _OF_A_MESSAGE:
            if name in self._when:
                self._no_message((*self._path, "when", name), f"`{name}`")
        for name in _OF_MESSAGES:
            if name in self._written:
                self._no_message((*self._path, name), f"`{name}`")
        limit = self._written.get("limit", {})
        for place, per in (((*self._path, "per"), self._written), ((*self._path, "limit", "per"), limit)):
            if not set(_OF_A_MESSAGE).isdisjoint(_listed(per.get("per", []))):
                self._no_message(place, "`per` to, from or text")

    def _no_message(self, path: Path, what: str) -> None:
        self._reading.error(path, f"{what} is of messages, and only `operation: send` has any", key=True)

    # --- the rest ------------------------------------------------------------------------------

    def _limit(self) -> Limit | None:
        written = self._written.get("limit")
        if written is None:
            return None
        path = (*self._path, "limit")
        respond: Mix = self._answers.mix((*path, "respond"), written.get("respond", {"error": "throttled"}))
        if any(response.by_digits for response in respond.responses):
            self._reading.error((*path, "respond"), f"{LAST_THREE_DIGITS} is no answer of a limit")
        per = _listed(written.get("per", self._written.get("per", [])))
        return Limit(int(written["max"]), self._reading.duration((*path, "window"), written["window"]), per, respond)

    def _active(self) -> tuple[int, int | None]:
        written, path = self._written.get("active", {}), (*self._path, "active")
        start = self._reading.duration((*path, "start"), written["start"]) if "start" in written else 0
        end = self._reading.duration((*path, "end"), written["end"]) if "end" in written else None
        return start, end

    def _chance(self) -> float | None:
        written = self._written.get("chance")
        return None if written is None else float(written.removesuffix("%")) / 100

    def _check_hold(self, rule: Rule) -> None:
        path = (*self._path, "hold")
        if rule.hold and rule.calls is None and rule.end is None:
            self._reading.error(path, "it would hold for ever: give the rule an `until`, or an `end` to `active`")
        if rule.hold and rule.report.before_answer:
            self._reading.error(path, "a report cannot be held and come before the answer")


def _digits(sequence: tuple[Mix, ...]) -> list[Field]:
    """A rule that answers with the last three digits' error matches only where there is one."""
    tables = [response.by_digits for mix in sequence for response in mix.responses if response.by_digits]
    return [_digits_field(table) for table in tables[:1]]


def _digits_field(table: Mapping[str, Mapping[str, Any]]) -> Field:
    return Field("respond", LAST_THREE_DIGITS, lambda found: found[1] in table.get(found[0], ()), _last_three)


def _last_three(asked: Asked) -> tuple[str, str]:
    return asked.provider, asked.recipient[-3:]


def _listed(written: str | list[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)


def _whole(written: float | None) -> int | None:
    """To JSON Schema 3.0 is a whole number too."""
    return None if written is None else int(written)
