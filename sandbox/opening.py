"""The scenario that spaces begin with: a name on the shelf, or a file of the operator's, read again when it changes."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from sandbox.errors import Problem, SandboxError, ScenarioError
from sandbox.scenario.load import load
from sandbox.scenario.model import Scenario
from sandbox.scenario.shelf import Change, Look, Shelf, nothing
from sandbox.vocabulary import Vocabulary

_ENDINGS = (".yaml", ".yml", ".json")


class Opening:
    """``scenario`` as it was when last looked at; ``problems``: why what is there now is not in force.

    Raises ``SandboxError`` when it is made from something that is not there or does not hold.
    """

    def __init__(self, named: str, shelf: Shelf, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._named = named
        self._shelf = shelf
        self._vocabularies = vocabularies
        self._file = Path(named) if named.endswith(_ENDINGS) or "/" in named else None
        self._text: bytes | None = None if self._file is None else _read(self._file)
        self.problems: tuple[Problem, ...] = ()
        self.scenario = shelf.get(named) if self._text is None else self._loaded(self._text)

    def __call__(self) -> Scenario:
        """What a new space plays. A file is read by ``look`` alone: whatever plays it changes at one time."""
        return self.scenario if self._file else self._shelved()

    def look(self) -> Look:
        """Looks again, and changes nothing yet; to be called from any thread, one at a time."""
        if self._file is None:
            return self._follow
        text = None
        try:
            text = _read(self._file)
            return nothing if text == self._text else partial(self._swap, text, self._loaded(text))
        except SandboxError as fault:
            return partial(self._failed, text, _problems(fault, self._file))

    def _follow(self) -> None:
        self.scenario = self._shelved()

    def _shelved(self) -> Scenario:
        """Where the shelf has lost it, what it was before."""
        return self._shelf.get(self._named) if self._named in self._shelf.names() else self.scenario

    def _loaded(self, text: bytes) -> Scenario:
        return load(text, file=str(self._file), vocabularies=self._vocabularies)

    def _swap(self, text: bytes, scenario: Scenario) -> Change:
        self._text, self.scenario, self.problems = text, scenario, ()
        return Change((scenario.name,))

    def _failed(self, text: bytes | None, problems: tuple[Problem, ...]) -> Change | None:
        self._text = text
        known, self.problems = self.problems, problems
        return None if known == problems else Change(problems=problems)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise SandboxError(f"cannot read the scenario {file}: {fault.strerror}") from None


def _problems(fault: SandboxError, file: Path) -> tuple[Problem, ...]:
    return fault.problems if isinstance(fault, ScenarioError) else (Problem(str(fault), str(file), 1, 1),)
