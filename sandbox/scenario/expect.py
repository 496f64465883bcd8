"""What a scenario says must hold in the end, as values; what really happened is compared elsewhere."""

from dataclasses import dataclass

from sandbox.scenario.match import Condition


@dataclass(frozen=True, slots=True)
class Count:
    """``most`` None = no upper bound."""

    least: int
    most: int | None

    def holds(self, number: int) -> bool:
        return self.least <= number and (self.most is None or number <= self.most)


@dataclass(frozen=True, slots=True)
class Messages:
    """So many stored messages fulfil all of ``where`` (the fields of ``when`` but ``body``; ``status``, ``rule``)."""

    count: Count
    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Requests:
    """So many provider calls fulfil all of ``where`` (also ``operation``, ``outcome``, ``error``, ``rule``)."""

    count: Count
    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NoDuplicates:
    """No two stored messages agree in all of ``fields``."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Every post was acknowledged, ``within`` real µs of leaving if given; a pending one is not."""

    within: int | None
    where: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class ErrorsSeen:
    """Each of these errors was answered at least once: (provider, its own code)."""

    errors: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RetriesHonoured:
    """No retry (same provider, recipient, text) came sooner, in real time, than ``Retry-After`` allowed."""


Expected = Messages | Requests | NoDuplicates | Acknowledged | ErrorsSeen | RetriesHonoured


@dataclass(frozen=True, slots=True)
class Expectation:
    """``written`` is the expectation as the file has it, in JSON, for the report."""

    written: str
    expected: Expected
