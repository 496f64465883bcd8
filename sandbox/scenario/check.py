"""What ``sms-sandbox check`` finds: every file read as the server would read it, told to people or as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.errors import Problem, SandboxError, ScenarioError
from sandbox.scenario.load import SUFFIXES, load
from sandbox.scenario.model import Scenario
from sandbox.scenario.shelf import namesake, scenario_files
from sandbox.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Checked:
    """One file, or a folder of none. ``scenario`` None = nothing is in it; ``problems`` are its errors and warnings."""

    file: str
    scenario: Scenario | None
    problems: tuple[Problem, ...]

    def holds(self, *, strict: bool) -> bool:
        return not any(strict or not problem.warning for problem in self.problems)

    def lines(self) -> list[str]:
        if self.problems or self.scenario is None:
            return [_line(problem) for problem in self.problems]
        rules, expectations = len(self.scenario.rules), len(self.scenario.expect)
        return [f"{self.file}: ok ({_counted(rules, 'rule')}, {_counted(expectations, 'expectation')})"]


@dataclass(frozen=True, slots=True)
class Report:
    """``ok``: every file holds; with ``strict`` warnings count as errors."""

    files: tuple[Checked, ...]
    strict: bool

    @property
    def ok(self) -> bool:
        return all(checked.holds(strict=self.strict) for checked in self.files)

    @property
    def lines(self) -> list[str]:
        """For people: ``file:line:column: what``, as editors and terminals know it."""
        return [line for checked in self.files for line in checked.lines()]

    @property
    def json(self) -> dict[str, Any]:
        """``{"ok", "files": [{"file", "ok", "name", "problems": [{"file", "line", "column", "pointer", …}]}]}``"""
        return {"ok": self.ok, "files": [_json(checked, strict=self.strict) for checked in self.files]}


def check(paths: Iterable[Path], vocabularies: Mapping[str, Vocabulary], *, strict: bool = False) -> Report:
    """Reads files, and all scenario files of folders. What cannot be read is a problem, never an exception."""
    files = (_folder(path, vocabularies) if path.is_dir() else [_checked(path, vocabularies)] for path in paths)
    return Report(tuple(checked for group in files for checked in group), strict)


def _folder(folder: Path, vocabularies: Mapping[str, Vocabulary]) -> Iterator[Checked]:
    """As the server takes one: of files that differ in their ending alone, one would hide the other."""
    try:
        files = scenario_files(folder)
    except SandboxError as fault:
        yield Checked(str(folder), None, (Problem(str(fault), str(folder), 1, 1),))
        return
    if not files:
        none = f"there is no file in it that ends in {', '.join(SUFFIXES)}"  # a misspelt folder, not one that holds
        yield Checked(str(folder), None, (Problem(none, str(folder), 1, 1),))
    stems: set[str] = set()
    for file in files:
        yield Checked(str(file), None, (namesake(file),)) if file.stem in stems else _checked(file, vocabularies)
        stems.add(file.stem)


def _checked(file: Path, vocabularies: Mapping[str, Vocabulary]) -> Checked:
    try:
        scenario = load(file.read_bytes(), file=str(file), vocabularies=vocabularies)
    except ScenarioError as fault:
        return Checked(str(file), None, fault.problems)
    except (OSError, SandboxError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else str(fault)
        return Checked(str(file), None, (Problem(f"cannot be read: {reason}", str(file), 1, 1),))
    return Checked(str(file), scenario, scenario.warnings)


def _line(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line}:{problem.column}"
    return f"{place}: {'warning' if problem.warning else 'error'}: {problem.message}"


def _json(checked: Checked, *, strict: bool) -> dict[str, Any]:
    return {
        "file": checked.file,
        "ok": checked.holds(strict=strict),
        "name": checked.scenario.name if checked.scenario else None,
        "problems": [described(problem) for problem in checked.problems],
    }


def described(problem: Problem) -> dict[str, Any]:
    """A problem as JSON: the same keys by file, by API and here."""
    return {
        "severity": "warning" if problem.warning else "error",
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "pointer": problem.pointer,
        "detail": problem.message,
    }


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
