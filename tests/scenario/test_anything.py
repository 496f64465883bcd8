"""Whatever is accepted can be decided by, and whatever is not is refused, never worse."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.errors import ScenarioError
from sandbox.scenario.engine import Engine
from sandbox.scenario.verdict import Verdict
from tests.scenario.test_matchers import MATCHERS
from tests.scenario.words import BOTH, message, read

DURATION = st.sampled_from(["0s", "5s", "72h", "36500d", "1us", "1.5s"])
SPAN = DURATION | st.sampled_from(["1s..5s", "0s..36500d", {"lognormal": {"median": "2s", "sigma": 9}}])
TEXTS = st.sampled_from(
    ["+44*", "*1", "a", {"contains": "a"}, {"not": "a"}, {"regex": "[0-9]+"}, ["a", "*b*"], "+447700900001"]
)
WORDS = st.sampled_from(["unavailable", "throttled", "blocked", "last_three_digits", "64", "E503", 64, 500])
WEIGHT = st.sampled_from([0, 1, 0.5, 1e300])
PER = st.sampled_from(["to", "from", "text", "account", "provider", ["to", "text"], ["provider", "account", "from"]])


def optional(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


ACCEPT = st.just("accept") | optional(delay=SPAN, status=st.just("rejected")).map(lambda inner: {"accept": inner})
COMMON = {"delay": SPAN, "stored": st.booleans()}
REFUSAL = (
    st.fixed_dictionaries({"error": WORDS}, optional={**COMMON, "retry_after": DURATION})
    | st.fixed_dictionaries({"fault": st.sampled_from(["hang", "reset", "malformed"])}, optional=COMMON)
    | st.fixed_dictionaries({"fault": st.just("trickle")}, optional={**COMMON, "over": SPAN})
    | st.fixed_dictionaries(
        {"raw": optional(body=st.none() | st.text(max_size=3)).map(lambda raw: {"status": 200, **raw})}, optional=COMMON
    )
)
PLAIN = REFUSAL | optional(delay=SPAN).map(lambda inner: {"accept": inner})
MIX = st.lists(st.tuples(WEIGHT, PLAIN).map(lambda pair: {"weight": pair[0], **pair[1]}), min_size=1, max_size=3)
ANSWER = ACCEPT | REFUSAL | MIX.map(lambda items: {"mix": items})
STEP = st.fixed_dictionaries(
    {"status": st.sampled_from(["sent", "delivered", "read", "expired"])},
    optional={"after": SPAN, "lag": SPAN, "times": st.integers(1, 3), "silent": st.booleans(), "code": st.just("C1")},
)
REPORT = (
    st.sampled_from(["delivered", "none", "mine", "nix"])
    | st.lists(STEP, min_size=1, max_size=4)
    | st.dictionaries(st.sampled_from(["delivered", "none", "mine"]), WEIGHT, min_size=1)
)
RULE = optional(
    when=optional(
        provider=st.sampled_from(["terse", "eloquent", ["terse", "eloquent"], "t*"]),
        account=TEXTS,
        to=TEXTS,
        text=TEXTS,
        segments=st.sampled_from([1, {"min": 2}, [1, 2]]),
        body=st.dictionaries(st.sampled_from(["a", "a.b", "l.0.c", "."]), MATCHERS, min_size=1, max_size=2),
        operation=st.sampled_from(["send", "token", ["send", "status"]]),
    ).filter(bool),
    per=PER,
    respond=ANSWER | st.lists(ANSWER, min_size=1, max_size=3),
    then=st.sampled_from(["repeat-last", "cycle", "next-rule"]),
    report=REPORT,
    callback=optional(
        before_answer=st.booleans(),
        order=st.sampled_from(["shuffled", "reversed"]),
        sign=st.just("stale"),
        retry=st.just("none") | st.lists(DURATION, min_size=1, max_size=2),
        lag=SPAN,
    ).filter(bool),
    limit=st.fixed_dictionaries(
        {"max": st.integers(0, 2), "window": DURATION}, optional={"per": PER, "respond": REFUSAL}
    ),
    until=st.fixed_dictionaries({"calls": st.integers(1, 3)}),
    active=optional(start=DURATION, end=DURATION).filter(bool),
    hold=st.booleans(),
    chance=st.sampled_from(["0%", "50%", "100%"]),
)
SCENARIO = st.fixed_dictionaries(
    {"rules": st.lists(RULE, max_size=4)},
    optional={"timelines": st.just({"mine": [{"after": "1s", "status": "sent"}]}), "seed": st.integers(-9, 9)},
)
ELEMENTS = st.none() | st.dictionaries(
    st.sampled_from(["a", "l"]), st.sampled_from([1, "a", {"b": True}, [{"c": "x"}]])
)
MESSAGES = st.lists(
    st.builds(
        message,
        to=st.sampled_from(["+447700900001", "+447700900064", "+1"]),
        text=st.sampled_from(["", "a", "\ud800", "x" * 99]),
        sender=st.sampled_from([None, "a", "+447700900001"]),
        segments=st.integers(1, 3),
        element=ELEMENTS,
    ),
    min_size=1,
    max_size=3,
)
ROUNDS = st.lists(st.tuples(st.sampled_from(list(BOTH)), MESSAGES, ELEMENTS, st.integers(0, 10**13)), max_size=4)


def playable(data: Any) -> Any:
    try:
        return read(json.dumps(data))
    except ScenarioError:
        return None


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], max_examples=150)
@given(SCENARIO, ROUNDS, st.none() | st.integers(0, 5))
def test_what_is_accepted_always_decides(data, rounds, seed):
    scenario = playable(data)
    if scenario is None:
        return
    engine = Engine(scenario, seed=seed, since=0)
    for provider, messages, body, now in rounds:
        told = engine.explain(provider, "a", body, messages[0], now).decision
        verdict = engine.decide(provider, "a", body, messages, now)
        assert isinstance(verdict, Verdict)
        assert len(verdict.decisions) == len(messages)
        assert (seed is None and scenario.seed is None) or told == verdict.decisions[0]
        assert all(step.happens >= 0 for decision in verdict.decisions for step in decision.steps)
        for operation in ("token", "status"):
            engine.decide_call(provider, None, operation, body, now)
            engine.explain(provider, None, body, None, now, operation)


def test_the_generator_makes_scenarios_that_hold():
    held: list[bool] = []

    @settings(suppress_health_check=list(HealthCheck), max_examples=150, database=None, derandomize=True)
    @given(SCENARIO)
    def count(data):
        held.append(playable(data) is not None)

    count()
    assert sum(held) > len(held) / 5


YAML = st.text(alphabet="abc:-{}[],'\"*&!|>#%@ \n\t0159.+~", max_size=60)


@given(YAML | st.binary(max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text):
    places = [(1, 1)]
    try:
        read(text)
    except ScenarioError as refused:
        places += [(problem.line, problem.column) for problem in refused.problems]
    assert min(min(place) for place in places) >= 1


KEYS = st.sampled_from(
    ["rules", "when", "respond", "report", "to", "accounts", "terse", "expect", "limit", "mix", "accept"]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["accept", "delivered", "5s"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(KEYS, JUNK, max_size=3) | JUNK)
def test_any_data_is_read_or_refused_and_nothing_else(data):
    playable(data)
