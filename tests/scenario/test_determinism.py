"""The same seed and the same calls give the same world, in whatever order recipients arrive."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.scenario.play import Play
from tests.scenario.words import message, read

WILD = read("""
timelines:
  late: [{after: 1s..90s, status: sent, lag: 1s..9s}, {after: {lognormal: {median: 9s, sigma: 1}}, status: delivered}]
rules:
  - name: sometimes
    chance: 20%
    respond: {fault: trickle, over: 1s..5s, delay: 10ms..20ms}
  - name: mixed
    per: to
    respond:
      - mix:
          - {weight: 5, accept: {delay: 1s..2s}}
          - {weight: 3, error: unavailable}
          - {weight: 2, fault: reset, stored: true}
      - accept
    report: {late: 5, delivered: 3, none: 1}
    callback: {order: shuffled, lag: 1s..3s}
""")
RECIPIENTS = [f"+4477009{n:05}" for n in range(6)]
CALLS = [to for to in RECIPIENTS for _ in range(3)]


def world(calls: list[str], **engine: Any) -> dict[str, list[object]]:
    play = Play(WILD, **engine)
    heard: dict[str, list[object]] = {}
    for to in calls:
        heard.setdefault(to, []).append(play.one(to))
    return heard


@given(st.permutations(CALLS))
def test_the_order_in_which_recipients_arrive_does_not_matter(calls):
    assert world(calls, seed=7) == world(CALLS, seed=7)


@given(st.permutations(RECIPIENTS))
def test_nor_does_the_order_within_a_bulk(recipients):
    heard = dict(zip(recipients, Play(WILD, seed=7).decide(*recipients).decisions, strict=True))
    alone = {to: Play(WILD, seed=7).one(to) for to in recipients}
    assert heard == alone


def test_another_seed_is_another_world():
    assert world(CALLS, seed=7) != world(CALLS, seed=8)


def test_the_instant_of_the_calls_draws_nothing():
    assert world(CALLS, seed=7, since=0) == world(CALLS, seed=7, since=10**15)


def test_the_scenarios_seed_rules_unless_the_space_has_one():
    seeded = read("seed: 5\n" + WILD.text)
    numbers = [f"+44{n}" for n in range(10**9, 10**9 + 30)]
    first, second, third = ([Play(seeded, seed=seed).one(to) for to in numbers] for seed in (None, 5, 6))
    assert first == second
    assert first != third


def test_without_any_seed_draws_are_random():
    assert world(CALLS) != world(CALLS)


def test_a_dry_run_draws_what_the_real_one_will():
    play = Play(WILD, seed=3)
    for to in RECIPIENTS:
        submission = message(to)
        told = play.engine.explain("terse", "app", None, submission, play.at(0)).decision
        assert told == play.one(to)
