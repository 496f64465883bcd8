"""A message's reports, laid out in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import timeline, wire
from sandbox.clock import parse_iso
from sandbox.durations import DAY, HOUR, MINUTE, SECOND
from sandbox.scenario.verdict import Step
from sandbox.sms.message import Submission, Window
from sandbox.sms.state import State
from sandbox.timeline import Happening

SENT = Step(1 * SECOND, 1 * SECOND, State.SENT)
DELIVERED = Step(3 * SECOND, 3 * SECOND, State.DELIVERED)
OFFICE = Window(frozenset({0, 1, 2, 3, 4}), 9 * 60, 17 * 60)
NIGHT = Window(frozenset(range(7)), 22 * 60, 6 * 60)


def _states(happenings: list[Happening]) -> list[tuple[int, State]]:
    return [(h.at, h.status) for h in happenings]


def test_steps_happen_in_order_from_the_beginning() -> None:
    assert _states(timeline.lay([SENT, DELIVERED], 100, None)) == [
        (100 + SECOND, State.SENT),
        (100 + 3 * SECOND, State.DELIVERED),
    ]


def test_the_end_of_validity_replaces_what_remains() -> None:
    assert _states(timeline.lay([SENT, DELIVERED], 0, 2 * SECOND)) == [
        (SECOND, State.SENT),
        (2 * SECOND, State.EXPIRED),
    ]


def test_a_message_that_reached_its_end_does_not_expire() -> None:
    late = Step(DAY, DAY, State.READ)
    assert _states(timeline.lay([DELIVERED, late], 0, HOUR))[-1] == (DAY, State.READ)


def test_a_message_that_stays_with_the_network_expires() -> None:
    assert _states(timeline.lay([SENT], 0, HOUR))[-1] == (HOUR, State.EXPIRED)


def test_silence_is_silence_expiry_included() -> None:
    assert timeline.lay([], 0, HOUR) == []


def test_a_report_may_leave_before_what_it_tells_has_happened() -> None:
    early = Step(3 * SECOND, SECOND, State.DELIVERED)
    reported, happened = timeline.lay([early], 0, None)
    assert (reported.at, reported.stamp, reported.leaves, reported.moves) == (SECOND, 3 * SECOND, SECOND, False)
    assert (happened.at, happened.leaves, happened.moves) == (3 * SECOND, None, True)
    assert timeline.pack([reported, happened]).pending == 1


@given(
    st.lists(st.integers(0, DAY), min_size=1, max_size=6),
    st.integers(0, 2 * DAY),
    st.one_of(st.none(), st.integers(1, DAY)),
)
def test_a_plan_survives_its_row(offsets: list[int], begin: int, validity: int | None) -> None:
    steps = [Step(offset, offset, State.SENT) for offset in offsets]
    plan = timeline.lay(steps, begin, None if validity is None else begin + validity)
    assert timeline.unpack(timeline.pack(plan).packed) == plan
    assert [h.at for h in plan] == sorted(h.at for h in plan)


STEPS = st.lists(st.tuples(st.integers(0, DAY), st.sampled_from(State), st.booleans()), min_size=1, max_size=6)


@given(STEPS, st.integers(0, 2 * DAY), st.one_of(st.none(), st.integers(0, DAY)))
def test_a_plan_is_what_would_be_laid(written: list[tuple[int, State, bool]], begin: int, validity: int | None) -> None:
    steps = tuple(Step(offset, None if silent else offset, status) for offset, status, silent in written)
    expires_at = None if validity is None else begin + validity
    plan, laid = timeline.plan(steps, begin, expires_at), timeline.lay(steps, begin, expires_at)
    assert timeline.unpack(plan.packed) == laid
    assert plan[:2] == timeline.pack(laid)[:2]


def test_a_held_timeline_begins_when_it_is_let_go_and_expires_when_it_must() -> None:
    row = timeline.hold([SENT, DELIVERED], 0, 10 * SECOND, None)
    assert _states(timeline.release(row, 5 * SECOND)) == [(6 * SECOND, State.SENT), (8 * SECOND, State.DELIVERED)]
    assert _states(timeline.release(row, 10 * SECOND)) == [(10 * SECOND, State.EXPIRED)]


def test_a_held_timeline_waits_for_its_window_and_one_of_an_older_file_knows_none() -> None:
    row = timeline.hold([SENT, DELIVERED], 0, None, OFFICE)
    noon, nine = parse_iso("2026-02-12T12:00:00Z"), parse_iso("2026-02-16T09:00:00Z")
    assert _states(timeline.release(row, noon))[0] == (noon + SECOND, State.SENT)
    assert _states(timeline.release(row, parse_iso("2026-02-14T12:00:00Z")))[0] == (nine + SECOND, State.SENT)
    older = wire.encode(wire.decode(row)[:3])
    assert _states(timeline.release(older, noon)) == _states(timeline.release(row, noon))


@pytest.mark.parametrize(
    ("window", "at", "opens"),
    [
        (OFFICE, "2026-02-12T10:00:00Z", "2026-02-12T10:00:00Z"),  # a Thursday, open
        (OFFICE, "2026-02-12T08:59:00Z", "2026-02-12T09:00:00Z"),
        (OFFICE, "2026-02-12T17:00:00Z", "2026-02-13T09:00:00Z"),
        (OFFICE, "2026-02-13T18:00:00Z", "2026-02-16T09:00:00Z"),  # over the weekend
        (NIGHT, "2026-02-12T05:59:00Z", "2026-02-12T05:59:00Z"),  # the window of the evening before
        (NIGHT, "2026-02-12T06:00:00Z", "2026-02-12T22:00:00Z"),
    ],
)
def test_a_window_opens_when_it_says(window: Window, at: str, opens: str) -> None:
    assert timeline.opening(window, parse_iso(at)) == parse_iso(opens)


def test_validity_and_steps_count_from_the_instant_to_send_at() -> None:
    submission = Submission("+447700900901", None, "x", "gsm7", 1, send_at=5 * MINUTE)
    assert timeline.start(submission, 0) == 5 * MINUTE
    assert timeline.start(submission, HOUR) == HOUR
