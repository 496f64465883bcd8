"""Lengths of time as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import durations
from sandbox.durations import DAY, HOUR, LONGEST, MILLISECOND, MINUTE, SECOND


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200ms", 200 * MILLISECOND),
        ("5s", 5 * SECOND),
        ("10m", 10 * MINUTE),
        ("72h", 3 * DAY),
        ("1d", DAY),
        ("0s", 0),
        ("7us", 7),
        ("1.5s", 1_500_000),
        ("0.25h", 15 * MINUTE),
        ("1.000001s", 1_000_001),
        ("007s", 7 * SECOND),
        ("36500d", LONGEST),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text, value):
    assert durations.parse(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "5", "s", "-5s", "+5s", "1e3s", "1.s", ".5s", "٥s", "1w", "1m30", "x" * 100_000, "1s" * 50_000,
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_one_short_sentence_that_shows_how_to_write_it(text):
    with pytest.raises(ValueError, match="is no duration; write it like 200ms, 5s, 10m, 72h or 1d") as refused:
        durations.parse(text)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("5 s", "5s"), ("5S", "5s"), (" 5s", "5s"), ("5s\n", "5s"), ("1,5s", "1.5s"), ("1m30s", "90s"), ("5sec", "5s"),
        ("5min", "5m"), ("5µs", "5us"), ("5 minutes", "5m"), ("1 Hour", "1h"), ("1h 30 mins", "90m"), ("3 days", "3d"),
        ("500 msec", "500ms"),
    ],
)  # fmt: skip
def test_what_was_meant_by_a_unit_in_other_words_is_said(text, meant):
    with pytest.raises(ValueError, match=f"is no duration; did you mean {meant}[?]$"):
        durations.parse(text)


@pytest.mark.parametrize("text", ["36501d", "999999999999h", "36500.1d"])
def test_a_duration_longer_than_a_century_is_refused(text):
    with pytest.raises(ValueError, match="longer than 36500d"):
        durations.parse(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0s"),
        (1, "1us"),
        (999, "999us"),
        (1500, "1.5ms"),
        (2_000_000, "2s"),
        (1_500_000, "1500ms"),
        (1_000_001, "1.000001s"),
        (7_735_630, "7.73563s"),
        (90_000_500, "90.0005s"),
        (90 * SECOND, "90s"),
        (90 * MINUTE, "90m"),
        (36 * HOUR, "36h"),
        (72 * HOUR, "3d"),
    ],
)
def test_a_duration_is_told_in_the_largest_unit_that_fits(value, text):
    assert durations.format(value) == text


@given(st.integers(0, LONGEST))
def test_every_duration_is_read_back_as_it_was_told(value):
    assert durations.parse(durations.format(value)) == value


@given(st.integers(0, 876_000), st.sampled_from(["us", "ms", "s", "m", "h"]))
def test_telling_a_duration_never_changes_it(number, unit):
    value = durations.parse(f"{number}{unit}")
    assert durations.parse(durations.format(value)) == value
