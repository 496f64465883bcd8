"""What every provider can say, for commands that read scenarios."""

from collections.abc import Mapping

from sandbox.providers import discover
from sandbox.vocabulary import Vocabulary


def vocabularies() -> Mapping[str, Vocabulary]:
    return {slug: provider.vocabulary for slug, provider in discover().items()}
