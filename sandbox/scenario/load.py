"""From a scenario's text to a ``Scenario``, or to every problem that stands in the way."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from sandbox.errors import Problem, ScenarioError
from sandbox.scenario import accounts, expectations, language, lint, rules, timelines
from sandbox.scenario.model import Scenario
from sandbox.scenario.reading import Reading
from sandbox.scenario.sound import without
from sandbox.scenario.source import Source
from sandbox.vocabulary import Vocabulary

SUFFIXES = (".yaml", ".yml", ".json")
INLINE = "inline"


def load(text: str | bytes, *, file: str, vocabularies: Mapping[str, Vocabulary], uploaded: bool = False) -> Scenario:
    """Reads one scenario. ``file`` names it in problems; a file's stem is the scenario's name.

    ``uploaded``: came over the network, so aliases are refused. Raises ``ScenarioError`` with all problems found.
    """
    source = Source(text, file, uploaded=uploaded)
    misshapen = language.problems(source, language.schema(vocabularies))
    reading = Reading(source, vocabularies, source.data)
    if misshapen:
        raise ScenarioError(tuple(sorted({*misshapen, *_of_the_rest(reading, misshapen)}, key=language.place)))
    scenario = _read(reading)
    if reading.errors:
        raise ScenarioError(tuple(sorted(reading.errors, key=language.place)))
    return scenario


def _of_the_rest(reading: Reading, misshapen: tuple[Problem, ...]) -> Collection[Problem]:
    """What is wrong with the parts that have their shape."""
    data = without(reading.data, misshapen)
    if data is None or not language.schema(reading.vocabularies).valid(data):
        return ()
    rest = Reading(reading.source, reading.vocabularies, data)
    _read(rest)
    return rest.errors


def _read(reading: Reading) -> Scenario:
    data = reading.data
    known = timelines.read(reading, data.get("timelines", {}))
    read = rules.read(reading, data.get("rules", []), known)
    scenario = Scenario(
        name=_name(reading, data),
        text=reading.source.text,
        data=data,
        description=data.get("description", ""),
        seed=None if data.get("seed") is None else int(data["seed"]),
        accounts=accounts.read(reading, data.get("accounts", {})),
        refuse=frozenset(data.get("refuse", ())),
        timelines=known,
        rules=read,
        expect=expectations.read(reading, data.get("expect", [])),
    )
    if not reading.errors:
        lint.warn(reading, scenario)
    return replace(scenario, warnings=tuple(sorted(reading.warnings, key=language.place)))


def _name(reading: Reading, data: Mapping[str, Any]) -> str:
    file = PurePath(reading.source.file)
    said = data.get("name")
    if file.suffix not in SUFFIXES:
        return said or INLINE
    if said is not None and said != file.stem:
        reading.warn(("name",), f'a file\'s stem is its name, so this scenario is called "{file.stem}"')
    return file.stem
