"""What is remembered between calls, and that it stays small."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.scenario import counters
from sandbox.scenario.counters import Tally, Windows, key
from tests.support.cost import linear


def test_a_tally_counts_each_key_apart():
    tally = Tally()
    assert [tally.take(name) for name in "aabab"] == [0, 1, 0, 2, 1]
    assert tally.peek("a") == 3
    assert tally.peek("c") == 0


def test_a_tally_stops_at_its_ceiling():
    tally = Tally(2)
    assert [tally.take("a") for _ in range(4)] == [0, 1, 2, 2]


def test_a_cycle_forgets_a_key_that_is_back_at_its_start():
    tally = Tally(3, cycle=True)
    assert [tally.take("a") for _ in range(7)] == [0, 1, 2, 0, 1, 2, 0]
    tally.take("a")
    tally.take("a")
    assert len(tally) == 0


def test_of_too_many_keys_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr(counters, "MOST_KEYS", 10)
    tally, windows = Tally(), Windows(1, 100)
    for number in range(100):
        tally.take(number)
        windows.enter(number, 0)
    assert len(tally) == 10
    assert len(windows) == 10
    assert tally.peek(99) == 1
    assert windows.wait(99, 0) == 100


def test_forgetting_costs_no_more_the_more_there_is_to_remember(monkeypatch):
    def crowd(keys):
        monkeypatch.setattr(counters, "MOST_KEYS", keys)
        tally = Tally()
        for number in range(3 * keys):
            tally.take(number)

    assert linear(crowd, 3_000, 30_000)


def test_a_window_lets_so_many_through_and_then_says_how_long_to_wait():
    windows = Windows(2, 100)
    windows.enter("a", 0)
    windows.enter("a", 30)
    assert windows.wait("a", 50) == 50
    assert windows.wait("b", 50) == 0
    assert windows.wait("a", 99) == 1
    assert windows.wait("a", 100) == 0


def test_a_window_of_none_lets_nothing_through():
    assert Windows(0, 100).wait("a", 7) == 100


@given(st.integers(1, 5), st.integers(1, 30), st.lists(st.integers(0, 12), max_size=60))
def test_a_window_agrees_with_a_naive_reference(most, length, gaps):
    windows, now = Windows(most, length), 0
    passed: list[int] = []
    for gap in gaps:
        now += gap
        inside = [at for at in passed if at > now - length]
        wait = windows.wait("a", now)
        assert wait == (0 if len(inside) < most else inside[-most] + length - now)
        if wait == 0:
            windows.enter("a", now)
            passed.append(now)


def test_windows_that_have_run_empty_are_swept_out():
    windows = Windows(1, 10)
    for number in range(10_000):
        windows.enter(number, number)
    assert len(windows) < 2_100


@pytest.mark.parametrize("value", ["short", "", 5, ("a", "b"), None])
def test_a_short_key_stays_itself(value):
    assert key(value) == value


def test_a_long_text_is_remembered_by_its_digest():
    assert len(str(key("x" * 10_000))) < 100
    assert key(("a", "x" * 100)) == ("a", key("x" * 100))
    assert key("x" * 100) != key("x" * 101)
