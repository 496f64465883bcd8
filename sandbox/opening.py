"""The scenario that spaces begin with: a name on the shelf, or a file of the operator's, read again when it changes."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.errors import Problem, SandboxError, ScenarioError
from sandbox.scenario.load import load
from sandbox.scenario.model import Scenario
from sandbox.scenario.shelf import Change, Shelf
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
        self._text: bytes | None = None
        self.problems: tuple[Problem, ...] = ()
        self.scenario = shelf.get(named) if self._file is None else self._loaded(self._file)

    def __call__(self) -> Scenario:
        """What a new space plays. A file is read by ``refresh`` alone: whatever plays it changes at one time."""
        return self.scenario if self._file else self._shelved()

    def refresh(self) -> Change | None:
        """Looks again; None if all is as it was. What does not hold leaves the scenario that did."""
        if self._file is None:
            self.scenario = self._shelved()
            return None
        before = self.scenario
        try:
            self.scenario = self._loaded(self._file)
        except SandboxError as fault:
            return self._failed(_problems(fault, self._file))
        return None if self.scenario is before else Change((self.scenario.name,))

    def _shelved(self) -> Scenario:
        """Where the shelf has lost it, what it was before."""
        return self._shelf.get(self._named) if self._named in self._shelf.names() else self.scenario

    def _loaded(self, file: Path) -> Scenario:
        try:
            text = file.read_bytes()
        except OSError as fault:
            self._text = None
            raise SandboxError(f"cannot read the scenario {file}: {fault.strerror}") from None
        if text != self._text:
            self._text = text
            self.problems, self.scenario = (), load(text, file=str(file), vocabularies=self._vocabularies)
        return self.scenario

    def _failed(self, problems: tuple[Problem, ...]) -> Change | None:
        known, self.problems = self.problems, problems
        return None if known == problems else Change(problems=problems)


def _problems(fault: SandboxError, file: Path) -> tuple[Problem, ...]:
    return fault.problems if isinstance(fault, ScenarioError) else (Problem(str(fault), str(file), 1, 1),)
