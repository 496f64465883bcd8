"""Lengths of time and draws: what is fixed by a seed, and what is not."""

from collections import Counter
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import durations
from sandbox.scenario import spans
from sandbox.scenario.dice import Dice

SECOND = durations.SECOND


def dice(nth=0, seed=7):
    return Dice(seed, "rule", "+447700900001", nth)


def test_a_fixed_length_asks_no_dice():
    assert spans.parse("5s") == spans.fixed(5 * SECOND)
    assert not spans.parse("5s..5s").drawn


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_range_is_drawn_within_its_ends(low, width):
    span = spans.parse(f"{low}us..{low + width}us")
    assert all(low <= span.take(dice(nth), "x") <= low + width for nth in range(20))


@pytest.mark.parametrize("text", ["5s..1s", "5s..", "5", "1s..2s..3s"])
def test_what_is_no_length_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"^'.*' is (no duration|an empty range)|^'' is no duration"):
        spans.parse(text)


def test_a_lognormal_length_has_its_median_and_a_long_tail():
    span = spans.parse({"lognormal": {"median": "2s", "sigma": 0.5}})
    drawn = [span.take(dice(nth), "x") for nth in range(4000)]
    assert 1.9 * SECOND < median(drawn) < 2.1 * SECOND
    assert max(drawn) > 6 * SECOND


def test_no_draw_is_longer_than_the_longest_duration():
    span = spans.parse({"lognormal": {"median": "36500d", "sigma": 10}})
    assert max(span.take(dice(nth), "x") for nth in range(50)) == durations.LONGEST


@given(st.integers(), st.text(), st.text(), st.integers(0, 10**6), st.text())
def test_a_seeded_draw_is_the_same_each_time_and_within_nought_and_one(seed, rule, to, nth, purpose):
    first, second = (Dice(seed, rule, to, nth).roll(purpose) for _ in range(2))
    assert first == second
    assert 0 <= first < 1


@pytest.mark.parametrize(
    "other", [(8, "rule", "+1", 0), (7, "other", "+1", 0), (7, "rule", "+2", 0), (7, "rule", "+1", 1)]
)
def test_a_draw_depends_on_seed_rule_recipient_and_count(other):
    assert Dice(7, "rule", "+1", 0).roll("x") != Dice(*other).roll("x")
    assert Dice(7, "rule", "+1", 0).roll("x") != Dice(7, "rule", "+1", 0).roll("y")


def test_without_a_seed_draws_are_random():
    assert len({dice(seed=None).roll("x") for _ in range(50)}) > 40


def test_a_pick_follows_the_weights():
    picked = Counter(dice(nth).pick("x", [95, 0, 5]) for nth in range(4000))
    assert picked[1] == 0
    assert 120 < picked[2] < 280


@given(st.lists(st.floats(0, 10), min_size=1, max_size=6).filter(any), st.integers(0, 10**6))
def test_what_weighs_nothing_is_never_picked(weights, nth):
    assert weights[dice(nth).pick("x", weights)] > 0


@given(st.integers(0, 30))
def test_an_order_is_a_permutation(count):
    assert sorted(dice().order("x", count)) == list(range(count))


@given(st.integers(0, durations.LONGEST))
def test_durations_round_trip(length):
    assert durations.parse(durations.format(length)) == length
