"""A Dockerfile read without an engine: its instructions, stage by stage."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

KNOWN = {
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK"),
    *("LABEL", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}


@dataclass(frozen=True, slots=True)
class Instruction:
    word: str
    rest: str

    @property
    def flags(self) -> dict[str, str]:
        return dict(re.findall(r"--([a-z-]+)=(\S+)", self.rest))

    @property
    def arguments(self) -> str:
        """What follows the flags."""
        return re.sub(r"^(--[a-z-]+=\S+\s+)*", "", self.rest)

    def exec_form(self) -> list[str]:
        """The JSON array of an exec form; ``ValueError`` for the shell form."""
        words: list[str] = json.loads(self.arguments.removeprefix("CMD "))
        return words


@dataclass(slots=True)
class Stage:
    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, word: str) -> list[Instruction]:
        return [each for each in self.instructions if each.word == word]

    def one(self, word: str) -> Instruction:
        (only,) = self.all(word)
        return only

    @property
    def env(self) -> dict[str, str]:
        pairs = (pair.partition("=") for each in self.all("ENV") for pair in shlex.split(each.rest))
        return {name: value for name, _, value in pairs}


def read(file: Path) -> list[Stage]:
    """Raises ``ValueError`` for an instruction that there is not, or one before the first ``FROM``."""
    text = re.sub(r"(?m)^\s*#.*\n", "", file.read_text("utf-8"))
    stages: list[Stage] = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(base, name))
        elif word and (word not in KNOWN or not stages):
            raise ValueError(f"{word} is no instruction here")
        elif word:
            stages[-1].instructions.append(Instruction(word, rest.strip()))
    return stages


def ignored(file: Path, path: str) -> bool:
    """Whether a ``.dockerignore`` keeps a top-level path out: the last line that fits decides."""
    verdict = False
    for line in file.read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        if pattern in {"*", path}:
            verdict = not line.startswith("!")
    return verdict
