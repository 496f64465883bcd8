"""What nearly matched: of the rows that a filter kept out, those that it kept out for the fewest reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.scenario.match import Condition
from sandbox.verify.fields import Readers, Unlike, unlike

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Near:
    """A row, and why it does not match."""

    row: Any
    failed: list[Unlike]


def nearest(rows: Sequence[Any], where: Sequence[Condition], readers: Readers) -> list[Near]:
    """At most ``SHOWN`` rows that do not match, the fewest failures first; among equals in the order given."""
    near = [Near(row, failed) for row in rows if (failed := unlike(row, where, readers))]
    return sorted(near, key=lambda miss: len(miss.failed))[:SHOWN]
