"""A scenario at play: an engine, and the little that tests ask of it."""

from collections.abc import Mapping
from typing import Any

from sandbox.durations import SECOND
from sandbox.scenario.engine import Engine
from sandbox.scenario.model import Scenario
from sandbox.scenario.verdict import Accept, Answer, Decision, Error, Fault, Raw, Verdict
from sandbox.vocabulary import Vocabulary
from tests.scenario.words import BOTH, message, read

TO = "+447700900001"
OTHER = "+447700900002"


def said(answer: Answer) -> str:
    """An answer in a word: accept, the error's own code, the raw status, the fault."""
    match answer:
        case Accept(status):
            return "accept" if status == "queued" else str(status)
        case Error(entry):
            return entry.code
        case Raw(status):
            return str(status)
        case Fault(kind):
            return kind


class Play:
    """``now`` is in seconds since the scenario was put."""

    def __init__(
        self,
        scenario: str | Scenario,
        *,
        seed: int | None = None,
        since: int = 1_000_000 * SECOND,
        vocabularies: Mapping[str, Vocabulary] = BOTH,
        provider: str = "terse",
    ) -> None:
        self.provider = provider
        self.scenario = read(scenario) if isinstance(scenario, str) else scenario
        self.engine = Engine(self.scenario, seed=seed, since=since)

    def decide(
        self, *to: str, provider: str = "", account: str = "app", body: Any = None, now: float = 0, **given: Any
    ) -> Verdict:
        submissions = [message(number, **given) for number in to or (TO,)]
        return self.engine.decide(provider or self.provider, account, body, submissions, self.at(now))

    def one(self, to: str = TO, **given: Any) -> Decision:
        return self.decide(to, **given).decisions[0]

    def word(self, to: str = TO, **given: Any) -> str:
        return said(self.one(to, **given).answer)

    def answer(self, to: str = TO, **given: Any) -> Any:
        """The answer itself, of whatever kind the test expects."""
        return self.one(to, **given).answer

    def words(self, count: int, to: str = TO, **given: Any) -> list[str]:
        return [self.word(to, **given) for _ in range(count)]

    def call(self, operation: str = "token", provider: str = "eloquent", now: float = 0) -> str | None:
        decision = self.engine.decide_call(provider, "app", operation, {}, self.at(now))
        return None if decision is None else said(decision.answer)

    def at(self, seconds: float) -> int:
        return self.engine.since + int(seconds * SECOND)
