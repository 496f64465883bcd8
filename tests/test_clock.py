"""The one clock of a space, and instants in writing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import clock
from sandbox.clock import FIRST, LAST, Clock, Mode, iso, parse_iso
from sandbox.durations import DAY, HOUR, SECOND

START = 1_770_907_860 * SECOND  # 2026-02-12T14:51:00Z


class Machine:
    """The machine's own clock, set by hand."""

    def __init__(self, at=START):
        self.at = at

    def __call__(self):
        return self.at


# --- instants in writing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (START, "2026-02-12T14:51:00Z"),
        (START + 1, "2026-02-12T14:51:00.000001Z"),
        (START + 500_000, "2026-02-12T14:51:00.500000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (FIRST, "0001-01-01T00:00:00Z"),
        (LAST, "9999-12-31T23:59:59Z"),
    ],
)
def test_an_instant_is_written_in_utc(at, text):
    assert iso(at) == text
    assert parse_iso(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-12T14:51:00Z",
        "2026-02-12t14:51:00z",
        "2026-02-12 14:51:00Z",
        "2026-02-12T14:51Z",
        "2026-02-12T14:51:00.0Z",
        "2026-02-12T14:51:00.000000999Z",
        "2026-02-12T14:51:00",
        "2026-02-12T15:51:00+01:00",
        "2026-02-12T15:51:00+0100",
        "2026-02-12T09:21:00-05:30",
    ],
)
def test_an_instant_is_read_in_every_common_form(text):
    assert parse_iso(text) == START


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026-02-12", "20260212T145100Z", "1770907860", "2026-W07-4T14:51:00Z", "2026-02-30T00:00:00Z",
        "2026-02-12T25:00:00Z", "2026-02-12T14:60:00Z", "2026-02-12T14:51:60Z", "2026-02-12T14:51:00,5Z",
        "2026-02-12T14:51:00+24:00", "2026-02-12T14:51:00Z ", "2026-02-12T14:51:00Z\n", "٢٠٢٦-02-12T14:51:00Z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "12026-02-12T14:51:00Z",
        "x" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused_in_one_short_sentence(text):
    with pytest.raises(ValueError, match=r"is no instant|lies before the year 1") as refused:
        parse_iso(text)
    assert len(str(refused.value)) < 200


@given(st.integers(FIRST, LAST))
def test_every_instant_is_read_back_as_it_was_written(at):
    assert parse_iso(iso(at)) == at


@given(st.text() | st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9](Z|[+-][0-2][0-9]:[0-9]{2})"))
def test_what_is_read_can_be_written_and_the_rest_is_refused(text):
    try:
        at = parse_iso(text)
    except ValueError:
        return
    assert parse_iso(iso(at)) == at


def test_the_machines_time_is_in_microseconds():
    before, after = clock.wall(), clock.wall()
    assert before <= after
    assert re.match("20[0-9]{2}-", iso(after))


# --- the clock ----------------------------------------------------------------------------------------


def test_a_real_clock_shows_machine_time():
    machine = Machine()
    real = Clock(wall=machine)
    assert (real.now(), real.mode, real.speed) == (START, Mode.REAL, 1.0)
    machine.at += 90 * SECOND
    assert real.now() == START + 90 * SECOND


def test_a_scaled_clock_runs_as_fast_as_it_is_told():
    machine = Machine()
    scaled = Clock(Mode.SCALED, 60, wall=machine)
    machine.at += SECOND
    assert scaled.now() == START + 60 * SECOND
    assert scaled.real_until(START + 120 * SECOND) == 1.0


def test_a_slow_clock_loses_nothing_however_often_it_is_read():
    machine = Machine()
    slow = Clock(Mode.SCALED, 0.3, wall=machine)
    for _ in range(1000):
        machine.at += 1
        slow.now()
    assert slow.now() == START + 300


def test_a_manual_clock_stands_until_it_is_moved():
    machine = Machine()
    manual = Clock(Mode.MANUAL, now=DAY, wall=machine)
    machine.at += HOUR
    assert (manual.now(), manual.speed, manual.real_until(2 * DAY)) == (DAY, 0.0, None)
    manual.jump(DAY + 72 * HOUR)
    assert manual.now() == 4 * DAY


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("then", Mode)
def test_another_mode_keeps_the_instant(mode, then):
    machine = Machine()
    changing = Clock(mode, 7, now=DAY, wall=machine)
    machine.at += SECOND
    shown = changing.now()
    changing.set_mode(then, 3)
    assert changing.now() == shown
    assert changing.mode is then
    machine.at += SECOND
    assert changing.now() - shown == {Mode.REAL: SECOND, Mode.SCALED: 3 * SECOND, Mode.MANUAL: 0}[then]


@pytest.mark.parametrize("mode", [Mode.REAL, Mode.SCALED])
def test_a_clock_runs_on_from_where_it_jumped_to(mode):
    machine = Machine()
    jumping = Clock(mode, 1, wall=machine)
    jumping.jump(START + DAY)
    machine.at += SECOND
    assert jumping.now() == START + DAY + SECOND
    jumping.jump(START)
    assert jumping.now() == START


@pytest.mark.parametrize("speed", [1, 60, 0.5])
def test_a_clock_never_runs_backwards_though_the_machines_does(speed):
    machine = Machine()
    steady = Clock(Mode.SCALED, speed, wall=machine)
    machine.at += 100 * SECOND
    shown = steady.now()
    machine.at -= DAY
    assert steady.now() == shown
    machine.at += 10 * SECOND
    assert steady.now() == shown + int(10 * SECOND * speed)


@given(st.lists(st.integers(-DAY, DAY)), st.floats(1e-3, 1e6))
def test_a_clock_never_runs_backwards_whatever_the_machine_does(steps, speed):
    machine = Machine()
    steady = Clock(Mode.SCALED, speed, wall=machine)
    shown = steady.now()
    for step in steps:
        machine.at += step
        assert steady.now() >= shown
        shown = steady.now()


@pytest.mark.parametrize(("mode", "speed"), [(Mode.SCALED, 1e300), (Mode.SCALED, 1e12), (Mode.REAL, 1)])
def test_no_clock_runs_beyond_the_last_instant(mode, speed):
    machine = Machine()
    fast = Clock(mode, speed, wall=machine)
    machine.at = 2 * LAST
    assert fast.now() == LAST
    fast.jump(3 * LAST)
    assert fast.now() == LAST


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_a_scaled_clock_needs_a_positive_speed(speed):
    with pytest.raises(ValueError, match="positive speed"):
        Clock(Mode.SCALED, speed)
    running = Clock(Mode.SCALED, 2, now=DAY, wall=Machine())
    with pytest.raises(ValueError, match="positive speed"):
        running.set_mode(Mode.SCALED, speed)
    assert (running.now(), running.speed) == (DAY, 2)


def test_a_manual_clock_is_taken_up_at_the_speed_it_shows():
    stood = Clock(Mode.MANUAL, now=DAY, wall=Machine())
    assert Clock(stood.mode, stood.speed, stood.now(), wall=Machine()).now() == DAY


def test_what_lies_behind_is_due_at_once():
    assert Clock(wall=Machine()).real_until(START - DAY) == 0.0


def test_nothing_is_told_to_be_later_than_the_last_instant() -> None:
    assert iso(LAST + DAY) == iso(LAST) == "9999-12-31T23:59:59Z"


def test_a_clock_never_waits_for_what_comes_after_the_last_instant() -> None:
    assert Clock(Mode.REAL, now=LAST - SECOND).real_until(LAST + 1) is None
