"""What can go wrong, and whose fault it is.

``Refusal``       the client of a provider call is at fault (or a scenario says so); only the
                  provider called may put it into words, in its own shape.
``SandboxError``  ours, or the operator's: a bad setting, a broken scenario file, a full disk.
                  Never dressed up as a provider's answer.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field at fault: ``field`` as a path (``messages[0].text``), ``message`` one sentence."""

    field: str
    message: str


class Refusal(Exception):  # noqa: N818 - the field's word for it, not an error of ours
    """A provider's "no", before the provider has put it into words.

    ``code``         the provider's own code, as its catalogue in ``specs/<slug>/errors.json`` has it
    ``detail``       replaces the catalogue's text, where the provider shows one
    ``faults``       the fields at fault
    ``status``       replaces the catalogue's HTTP status (404, 405, 413)
    ``headers``      added to the answer (``Allow``, ``Retry-After``)
    ``explanation``  for the journal alone: why, in words that may say more than the provider would
    """

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        faults: tuple[FieldFault, ...] = (),
        status: int | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        explanation: str | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.faults = faults
        self.status = status
        self.headers = headers
        self.explanation = explanation or detail


class SandboxError(Exception):
    """Something of ours, or of the operator's, is wrong; ``str()`` is one clear line."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a scenario: where (1-based line and column), what was read, what to do.

    ``pointer`` is the JSON pointer of the place; ``warning`` marks what ``--strict`` alone refuses.
    """

    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    pointer: str = ""
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioError(SandboxError):
    """A scenario that is refused whole, with every problem found in it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @property
    def brief(self) -> str:
        """One line: the first problem, and how many more there are."""
        more = len(self.problems) - 1
        return f"{self.problems[0]}{f' (and {more} more)' if more else ''}"
