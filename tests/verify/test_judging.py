"""Expectations held against rows: what passes, what is found, and what nobody may be sure of."""

from typing import Any

import pytest

from sandbox.providers import discover
from sandbox.scenario.load import load
from sandbox.sms.state import State
from sandbox.verify.judging import SHOWN, Finding, judges
from sandbox.wire import encode
from tests.verify.rows import SECOND, attempt, entry, message, posted

VOCABULARIES = {slug: provider.vocabulary for slug, provider in discover().items()}


def judge(expectation: dict[str, Any], *rows: Any, evicted: int = 0) -> Finding:
    scenario = load(encode({"expect": [expectation]}), file="inline", vocabularies=VOCABULARIES)
    [one] = judges(scenario.expect)
    for row in rows:
        one.see(row)
    return one.find(evicted)


@pytest.mark.parametrize(
    ("count", "passed"),
    [(2, True), (1, False), (3, False), ({"min": 2}, True), ({"min": 3}, False), ({"max": 1}, False)],
)
def test_messages_are_counted(count: Any, passed: bool) -> None:
    rows = [message(id="m1"), message(id="m2"), message(id="m3", to="+447700900124")]
    found = judge({"messages": count, "to": "*123"}, *rows)
    assert (found.passed, found.actual, found.messages) == (passed, 2, ("m1", "m2"))


@pytest.mark.parametrize(
    "where",
    [
        {"provider": "namirial"}, {"account": "other"}, {"to": "*124"}, {"from": "Bank"}, {"text": {"contains": "pin"}},
        {"encoding": "ucs2"}, {"segments": {"min": 2}}, {"status": "sent"}, {"rule": "late"},
    ],
)  # fmt: skip
def test_every_field_of_a_message_can_keep_it_out(where: dict[str, Any]) -> None:
    assert judge({"messages": 0, **where}, message()).passed
    assert judge({"messages": 1}, message()).passed


@pytest.mark.parametrize(
    "where",
    [
        {"provider": "namirial"}, {"account": "other"}, {"operation": "token"}, {"to": "*124"}, {"text": "bye"},
        {"outcome": "rejected"}, {"error": "throttled"}, {"rule": "late"},
    ],
)  # fmt: skip
def test_every_field_of_a_request_can_keep_it_out(where: dict[str, Any]) -> None:
    assert judge({"requests": 0, **where}, entry()).passed
    assert judge({"requests": 1, "operation": "send"}, entry()).passed


def test_a_bulk_fits_by_any_of_its_recipients() -> None:
    assert judge({"requests": 1, "to": "*9"}, entry(to=("+441", "+449"), texts=("a", "b"))).passed


def test_duplicates_agree_in_every_field() -> None:
    rows = [message(id="m1"), message(id="m2", text="other"), message(id="m3")]
    assert judge({"no_duplicates": ["to"]}, *rows).actual == 2
    found = judge({"no_duplicates": ["to", "text"]}, *rows)
    assert (found.passed, found.actual, found.messages) == (False, 1, ("m1", "m3"))
    assert judge({"no_duplicates": ["to", "text"]}, *rows[:2]).passed


def test_every_post_must_be_acknowledged() -> None:
    rows = [posted(), posted(state="pending", message_id="m2"), posted(state="failed", provider="namirial")]
    found = judge({"callbacks": "acknowledged"}, *rows)
    assert (found.passed, found.actual) == (False, {"acknowledged": 1, "pending": 1, "failed": 1})
    assert found.messages == ("m2", "m1")
    assert judge({"callbacks": "acknowledged", "provider": "skycore"}, rows[0], rows[2]).passed
    assert judge({"callbacks": "acknowledged", "to": "*9"}, *rows).passed


def test_within_is_the_real_time_of_the_attempt_that_was_acknowledged() -> None:
    slow = attempt(number=1, duration_ms=9000.0, state="failed")
    assert judge({"callbacks": "acknowledged", "within": "2s"}, posted(attempts=[slow, attempt()])).passed
    found = judge({"callbacks": "acknowledged", "within": "2s"}, posted(attempts=[attempt(duration_ms=2000.1)]))
    assert (found.passed, found.actual) == (False, {"late": 1})


def test_errors_must_all_have_been_answered() -> None:
    expectation = {"errors_seen": ["namirial/64", "skycore/throttled"]}
    rows = [entry(provider="namirial", error="64"), entry(provider="skycore", error="E113")]
    assert judge(expectation, *rows).passed
    assert judge(expectation, rows[0]).actual == {"missing": ["skycore/E113"]}


def test_retries_must_wait_as_long_as_they_were_told() -> None:
    told = entry(id="r1", answer_headers=(("Retry-After", "5"),), duration_ms=1000.0)
    hasty, patient = entry(id="r2", received_at_real=6 * SECOND - 1), entry(id="r3", received_at_real=6 * SECOND)
    assert judge({"retries": "honoured"}, patient, told).passed
    found = judge({"retries": "honoured"}, hasty, told)
    assert [(call["request"], call["provider"], call["to"]) for call in found.actual] == [
        ("r2", told.provider, list(told.to))
    ]
    assert judge({"retries": "honoured"}, told, entry(received_at_real=1, texts=("other",))).passed
    assert judge({"retries": "honoured"}, told, entry(received_at_real=1, to=("+44",))).passed
    assert judge({"retries": "honoured"}, told, entry(received_at_real=1, provider="namirial")).passed


@pytest.mark.parametrize("value", ["soon", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 20])
def test_a_retry_after_that_is_no_number_asks_for_nothing(value: str) -> None:
    told = entry(answer_headers=(("retry-after", value),))
    assert judge({"retries": "honoured"}, told, entry(received_at_real=1)).passed


@pytest.mark.parametrize(
    ("expectation", "rows", "certain"),
    [
        ({"messages": {"min": 1}}, [message()], True),
        ({"messages": {"min": 2}}, [message()], False),
        ({"messages": {"max": 1}}, [message()], False),
        ({"messages": {"max": 0}}, [message()], True),
        ({"messages": 1}, [message()], False),
        ({"messages": {"min": 1, "max": 5}}, [message()], False),
        ({"requests": {"min": 1}}, [entry()], True),
        ({"requests": 0}, [entry()], True),
        ({"no_duplicates": ["to"]}, [message()], False),
        ({"no_duplicates": ["to"]}, [message(), message(id="m2")], True),
        ({"callbacks": "acknowledged"}, [posted()], False),
        ({"callbacks": "acknowledged"}, [posted(state="failed")], True),
        ({"errors_seen": ["skycore/E113"]}, [entry(error="E113")], True),
        ({"errors_seen": ["skycore/E113"]}, [entry()], False),
        ({"retries": "honoured"}, [entry()], False),
    ],
)
def test_what_was_evicted_makes_a_finding_uncertain_only_where_it_could_change_it(
    expectation: dict[str, Any], rows: list[Any], certain: bool
) -> None:
    assert judge(expectation, *rows, evicted=1).certain is certain
    assert judge(expectation, *rows).certain


def test_a_finding_names_no_more_messages_than_anybody_reads() -> None:
    rows = [message(id=f"m{number}") for number in range(SHOWN + 50)]
    found = judge({"messages": 0}, *rows)
    assert (found.actual, len(found.messages)) == (SHOWN + 50, SHOWN)


def test_states_are_compared_by_their_words() -> None:
    assert judge({"messages": 1, "status": "undelivered"}, message(state=State.UNDELIVERED)).passed
