"""The scenarios at hand: the bundled ones, a folder of the operator's, and what was put by the control API.

Of one name, what was put comes before the folder's, and the folder's before the bundled. Bundled files are read when
somebody asks for them. The folder is read at the start, and again by ``refresh``: contents are compared, not times,
so that bind mounts and ConfigMaps (whose files are links that are swapped) are seen; the whole folder holds or none
of it does. What was put is the store's to remember.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.errors import Problem, SandboxError, ScenarioError
from sandbox.scenario.load import SUFFIXES, load
from sandbox.scenario.model import Scenario
from sandbox.scenario.source import MOST_BYTES
from sandbox.spelling import nearest
from sandbox.vocabulary import Vocabulary

MOST = 1000
"""Scenarios that may be put, beside those of the folders."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a folder whose content has changed. With ``problems`` it is as it was before."""

    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> set[str]:
        """The scenarios concerned, those that do not hold included."""
        return {*self.changed, *self.removed, *(Path(problem.file).stem for problem in self.problems)}


Look = Callable[[], Change | None]
"""Puts in force what was found."""


def nothing() -> None:
    """Nothing was."""


@dataclass(frozen=True, slots=True)
class Listed:
    """``origin``: bundled, folder or put."""

    name: str
    description: str
    origin: str


class Shelf:
    """``problems``: why the folder's present content is not in force; empty when it is."""

    def __init__(self, bundled: Path, extra: Path | None, vocabularies: Mapping[str, Vocabulary]) -> None:
        """Raises ``SandboxError`` for a folder that is not there or does not hold."""
        self._vocabularies = vocabularies
        self._extra = extra
        self._files = {file.stem: file for file in scenario_files(bundled)}
        self._bundled: dict[str, Scenario] = {}
        self._folder: dict[str, Scenario] = {}
        self._put: dict[str, Scenario] = {}
        self._seen: dict[Path, bytes] | None = None
        self._in_force: dict[Path, bytes] = {}
        self.problems: tuple[Problem, ...] = ()
        if extra is not None and not extra.is_dir():
            raise SandboxError(f"{extra} is no folder of scenarios")
        self.refresh()
        if self.problems:
            raise ScenarioError(self.problems)

    def get(self, name: str) -> Scenario:
        """Raises ``SandboxError`` that tells the nearest name, or what is wrong with a bundled file."""
        known = self._put.get(name) or self._folder.get(name) or self._bundled.get(name)
        if known is not None:
            return known
        if name not in self._files:
            raise SandboxError(f'there is no scenario "{name}"{nearest(name, self.names())}')
        file = self._files[name]
        self._bundled[name] = self._load(file, _read(file))
        return self._bundled[name]

    def names(self) -> list[str]:
        return sorted({*self._files, *self._folder, *self._put})

    def list(self) -> list[Listed]:
        """By name. The first call reads every bundled file (a tenth of a second or more)."""
        return [Listed(name, self.get(name).description, self._origin(name)) for name in self.names()]

    def read(self, name: str, text: str | bytes) -> Scenario:
        """What may be put. Raises ``ScenarioError``."""
        return load(text, file=f"{name}.yaml", vocabularies=self._vocabularies, uploaded=True)

    def put(self, scenario: Scenario) -> None:
        """Under its name. Raises ``SandboxError`` where there is no room."""
        if scenario.name not in self._put and len(self._put) >= MOST:
            raise SandboxError(f"{MOST} scenarios were put already; delete one first")
        self._put[scenario.name] = scenario

    def delete(self, name: str) -> None:
        """Takes away what was put; a file of that name is seen again. Raises ``SandboxError`` where nothing was."""
        if name not in self._put:
            self.get(name)
            raise SandboxError(f'the scenario "{name}" comes from a file; only what was put can be deleted')
        del self._put[name]

    @contextmanager
    def tentatively(self) -> Iterator[None]:
        """What is put or deleted meanwhile is taken back if anything goes wrong."""
        before = dict(self._put)
        try:
            yield
        except BaseException:
            self._put = before
            raise

    def refresh(self) -> Change | None:
        """Reads the folder again; None if its content is as it was when last looked at."""
        return self.look()()

    def look(self) -> Look:
        """What takes time of ``refresh``, and changes nothing yet; to be called from any thread, one at a time."""
        if self._extra is None:
            return nothing
        try:
            found = {file: _read(file) for file in scenario_files(self._extra)}
            return nothing if found == self._seen else partial(self._swap, found, self._loaded(found))
        except ScenarioError as fault:
            return partial(self._failed, found, fault.problems)
        except SandboxError as fault:
            return partial(self._failed, None, (Problem(str(fault), str(self._extra), 1, 1),))

    def _failed(self, found: dict[Path, bytes] | None, problems: tuple[Problem, ...]) -> Change | None:
        self._seen = found
        known, self.problems = self.problems, problems
        return None if known == problems else Change(problems=problems)

    def _swap(self, found: dict[Path, bytes], folder: dict[str, Scenario]) -> Change:
        self._seen = self._in_force = found
        before, self._folder, self.problems = self._folder, folder, ()
        changed = (name for name, scenario in folder.items() if before.get(name) is not scenario)
        return Change(tuple(changed), tuple(before.keys() - folder.keys()))

    def _loaded(self, found: Mapping[Path, bytes]) -> dict[str, Scenario]:
        """All of them, or every problem of all of them. What is as it was is kept."""
        folder: dict[str, Scenario] = {}
        problems: list[Problem] = []
        for file, text in found.items():
            if file.stem in folder:
                problems.append(namesake(file))
                continue
            try:
                same = self._in_force.get(file) == text
                folder[file.stem] = self._folder[file.stem] if same else self._load(file, text)
            except ScenarioError as fault:
                problems += fault.problems
        if problems:
            raise ScenarioError(tuple(problems))
        return folder

    def _load(self, file: Path, text: bytes) -> Scenario:
        return load(text, file=str(file), vocabularies=self._vocabularies)

    def _origin(self, name: str) -> str:
        return "put" if name in self._put else "folder" if name in self._folder else "bundled"


def scenario_files(folder: Path) -> list[Path]:
    """Scenario files by name. What begins with a dot is no scenario (a ConfigMap's own links)."""
    try:
        found = sorted(file for file in folder.iterdir() if file.suffix in SUFFIXES and not file.name.startswith("."))
    except OSError as fault:
        raise SandboxError(f"cannot read the folder {folder}: {fault.strerror}") from None
    return [file for file in found if file.is_file()]


def namesake(file: Path) -> Problem:
    """Of two files of a folder whose names differ in their ending alone, the second."""
    return Problem(f'a second file called "{file.stem}"', str(file), 1, 1)


def _read(file: Path) -> bytes:
    """No more of a file than shows that it is too large."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as fault:
        raise SandboxError(f"cannot read the scenario {file}: {fault.strerror}") from None
