"""Steps, with every draw made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.durations import LONGEST, SECOND
from sandbox.sms.state import State
from tests.scenario.play import Play


def steps(report, callback="", seed=1, provider="eloquent", to="+447700900001"):
    callback = f", callback: {callback}" if callback else ""
    return Play(f"rules: [{{report: {report}{callback}}}]", seed=seed).one(to, provider=provider).steps


def told(planned):
    """(status, seconds when it happens, seconds when it leaves)"""
    return [
        (str(step.status), step.happens / SECOND, None if step.leaves is None else step.leaves / SECOND)
        for step in planned
    ]


@pytest.mark.parametrize("word", ["delivered", "undelivered", "expired"])
def test_a_built_in_timeline_is_sent_and_then_the_word(word):
    assert told(steps(word)) == [("sent", 1, 1), (word, 3, 3)]


def test_rejected_comes_after_a_second_and_none_is_nothing_at_all():
    assert told(steps("rejected")) == [("rejected", 1, 1)]
    assert steps("none") == ()


def test_each_step_counts_from_the_one_before_it():
    assert told(steps("[{after: 1s, status: sent}, {status: delivered}, {after: 72h, status: read}]")) == [
        ("sent", 1, 1),
        ("delivered", 1, 1),
        ("read", 259_201, 259_201),
    ]


def test_a_lag_moves_when_a_report_leaves_and_not_when_it_happened():
    assert told(steps("[{after: 1s, status: sent, lag: 4s}, {after: 2s, status: delivered}]")) == [
        ("sent", 1, 5),
        ("delivered", 3, 3),
    ]


def test_a_callbacks_lag_is_added_to_every_step():
    assert told(steps("[{after: 1s, status: sent, lag: 4s}, {status: delivered}]", "{lag: 10s}")) == [
        ("sent", 1, 15),
        ("delivered", 1, 11),
    ]


def test_a_silent_step_never_leaves():
    assert told(steps("[{after: 1s, status: sent, silent: true}, {status: delivered}]")) == [
        ("sent", 1, None),
        ("delivered", 1, 1),
    ]


def test_a_step_has_its_times_code_and_detail():
    (step,) = steps("[{status: undelivered, times: 2, code: C1, detail: gone}]")
    assert (step.times, step.code, step.detail) == (2, "C1", "gone")


def test_before_the_answer_the_first_step_happens_at_once_and_the_others_count_from_there():
    assert told(
        steps("[{after: 9s, status: sent, lag: 4s}, {after: 2s, status: delivered}]", "{before_answer: true}")
    ) == [
        ("sent", 0, 0),
        ("delivered", 2, 2),
    ]


def test_reversed_the_last_report_leaves_first_and_states_follow_the_timeline():
    timeline = "[{after: 1s, status: sent}, {after: 2s, status: undelivered}, {after: 3s, status: delivered}]"
    assert told(steps(timeline, "{order: reversed}")) == [("sent", 1, 6), ("undelivered", 3, 3), ("delivered", 6, 1)]


ORDERED = """[{after: 1s, status: sent}, {after: 0s, status: undelivered, silent: true},
              {status: delivered}, {after: 1s, status: read}]"""


@given(st.integers(), st.sampled_from(["shuffled", "reversed"]))
def test_swapped_times_are_a_permutation_and_never_the_true_order(seed, order):
    plain = [step.leaves for step in steps(ORDERED, seed=seed) if step.leaves is not None]
    swapped = [step.leaves for step in steps(ORDERED, f"{{order: {order}}}", seed=seed) if step.leaves is not None]
    assert swapped != sorted(swapped)
    assert all(abs(a - b) <= len(plain) for a, b in zip(sorted(swapped), sorted(plain), strict=True))
    assert len(set(swapped)) == len(swapped)


@given(st.integers())
def test_swapping_leaves_what_happens_untouched(seed):
    shuffled = steps(ORDERED, "{order: shuffled}", seed=seed)
    assert [(step.happens, step.status) for step in shuffled] == [(s.happens, s.status) for s in steps(ORDERED)]


@pytest.mark.parametrize("order", ["shuffled", "reversed"])
def test_a_single_report_is_left_as_it_is(order):
    assert steps("rejected", f"{{order: {order}}}") == steps("rejected")
    assert steps("none", f"{{order: {order}}}") == ()


def test_what_comes_before_the_answer_is_not_swapped():
    words = "{before_answer: true, order: reversed}"
    assert told(steps("[{status: sent}, {after: 1s, status: undelivered}, {after: 1s, status: delivered}]", words)) == [
        ("sent", 0, 0),
        ("undelivered", 1, 2),
        ("delivered", 2, 1),
    ]


def test_shuffling_reaches_every_order_but_the_true_one():
    timeline = "[{status: sent}, {after: 1s, status: undelivered}, {after: 1s, status: delivered}]"
    orders = {tuple(step.leaves for step in steps(timeline, "{order: shuffled}", seed=n)) for n in range(200)}
    assert len(orders) == 5


def test_a_range_is_drawn_for_each_message():
    drawn = {steps("[{after: 1s..9s, status: sent}]", to=f"+44{n}")[0].happens for n in range(10**9, 10**9 + 20)}
    assert len(drawn) > 15


def test_a_mix_of_reports_is_drawn_by_weight():
    play = Play("rules: [{report: {delivered: 90, undelivered: 10, rejected: 0}}]", seed=1)
    ends = [play.one(f"+44{n}").steps[-1].status for n in range(10**9, 10**9 + 1000)]
    assert 60 < ends.count(State.UNDELIVERED) < 140
    assert State.REJECTED not in ends


def test_fixed_steps_are_made_once_and_shared():
    play = Play("rules: [{report: undelivered}]")
    assert play.one("+447700900001").steps is play.one("+447700900002").steps


def test_no_timeline_reaches_beyond_the_longest_duration():
    long = ", ".join(["{after: 36500d, status: sent, lag: 36500d}"] * 3)
    assert max(max(step.happens, step.leaves or 0) for step in steps(f"[{long}]")) == LONGEST
