"""The scenario that spaces begin with: a name on the shelf, or a file of the operator's, read again when it changes."""

import logging
from collections.abc import Mapping
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.scenario.load import load
from sandbox.scenario.model import Scenario
from sandbox.scenario.shelf import Shelf
from sandbox.vocabulary import Vocabulary

_LOG = logging.getLogger(__name__)
_ENDINGS = (".yaml", ".yml", ".json")


class Opening:
    """Raises ``SandboxError`` when it is made from something that is not there or does not hold."""

    def __init__(self, named: str, shelf: Shelf, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._named = named
        self._shelf = shelf
        self._vocabularies = vocabularies
        self._file = Path(named) if named.endswith(_ENDINGS) or "/" in named else None
        self._text: bytes = b""
        self.scenario = self._read() if self._file else self._shelved()

    def __call__(self) -> Scenario:
        """As it is now; a file that no longer holds leaves the scenario that did."""
        try:
            self.scenario = self._read() if self._file else self._shelved()
        except SandboxError as fault:
            _LOG.warning("the opening scenario stays as it was: %s", fault)
        return self.scenario

    def _shelved(self) -> Scenario:
        return self._shelf.get(self._named)

    def _read(self) -> Scenario:
        assert self._file is not None  # noqa: S101 - asked only where there is one
        try:
            text = self._file.read_bytes()
        except OSError as fault:
            raise SandboxError(f"cannot read the scenario {self._file}: {fault.strerror}") from None
        if text != self._text:
            self._text = text
            self.scenario = load(text, file=str(self._file), vocabularies=self._vocabularies)
        return self.scenario
