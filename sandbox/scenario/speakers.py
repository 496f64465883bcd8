"""Which providers a rule can match: those its ``when`` lets through that can say all of its words.

A word that a provider cannot say is refused where the rule names that provider; else it is a warning, and
the rule does not match for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.scenario.match import exact
from sandbox.scenario.reading import Reading
from sandbox.scenario.source import Path
from sandbox.vocabulary import Vocabulary


class Speakers:
    """The providers of one rule, fewer with each word that one of them cannot say."""

    def __init__(self, reading: Reading, path: Path, when: Mapping[str, Any]) -> None:
        written = when.get("provider", "*")
        self._reading = reading
        self.named = exact(written) is not None
        """Whether the rule names its providers, rather than describe them."""
        test = reading.test((*path, "when", "provider"), written)
        self.slugs = {slug for slug in reading.vocabularies if test(slug)}
        reading.words((*path, "when", "provider"), written, "provider", reading.vocabularies)

    @property
    def vocabularies(self) -> list[Vocabulary]:
        return [vocabulary for slug, vocabulary in self._reading.vocabularies.items() if slug in self.slugs]

    def need(self, path: Path, can: Callable[[Vocabulary], bool], cannot: Callable[[Vocabulary], str]) -> None:
        """``cannot`` completes the sentence "namirial …"."""
        for message in self._without(can, cannot):
            if self.named:
                self._reading.error(path, message)
            else:
                self._reading.warn(path, f"{message}; the rule does not match for it")

    def only(self, path: Path, can: Callable[[Vocabulary], bool], cannot: Callable[[Vocabulary], str]) -> None:
        """Like ``need``, for what some providers naturally lack: no warning unless all do."""
        lost = self._without(can, cannot)
        if self.named or not self.slugs:
            for message in lost:
                self._reading.error(path, message)

    def _without(self, can: Callable[[Vocabulary], bool], cannot: Callable[[Vocabulary], str]) -> list[str]:
        """Loses those that cannot; a sentence for each."""
        lost = [vocabulary for vocabulary in self.vocabularies if not can(vocabulary)]
        self.slugs.difference_update(vocabulary.slug for vocabulary in lost)
        return [f"{vocabulary.slug} {cannot(vocabulary)}" for vocabulary in lost]
