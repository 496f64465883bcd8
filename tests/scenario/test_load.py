"""What a scenario says besides its rules; and what makes two of them equal."""

import pytest

from sandbox.scenario.expect import (
    Acknowledged,
    Count,
    ErrorsSeen,
    Messages,
    NoDuplicates,
    Requests,
    RetriesHonoured,
)
from tests.scenario.words import read


def test_accounts_keep_their_order_and_get_their_names():
    accounts = read("""
accounts:
  eloquent: [{username: app, secret: s}, {name: second, username: app2}]
  terse: [{username: nameless}, {username: other, name: named}]
""").accounts
    assert [account.name for account in accounts["eloquent"]] == ["app", "second"]
    assert [account.name for account in accounts["terse"]] == ["account-1", "named"]
    assert accounts["eloquent"][0].settings == {"username": "app", "secret": "s"}
    assert accounts["terse"][0].provider == "terse"


def test_what_is_left_out_is_empty():
    scenario = read("{}")
    assert (scenario.seed, scenario.accounts, scenario.refuse, scenario.rules, scenario.expect) == (
        None, {}, frozenset(), (), (),
    )  # fmt: skip


def test_seed_refuse_and_description_are_what_the_file_says():
    scenario = read("{seed: 42, refuse: [wrong, worse], description: A test.}")
    assert (scenario.seed, scenario.refuse, scenario.description) == (42, frozenset({"wrong", "worse"}), "A test.")


def test_timelines_are_known_by_their_names():
    assert len(read("timelines: {late: [{after: 1h, status: sent}, {status: read}]}").timelines["late"]) == 2


def test_equal_content_is_equal_however_it_is_written():
    yaml = "# a comment\nrules:\n  - when: {to: '+44*'}\n    report: none\n"
    assert read(yaml).json == read('{"rules": [{"report": "none", "when": {"to": "+44*"}}]}').json
    assert read(yaml).json != read("rules: []").json


def test_the_canonical_form_carries_the_name_and_loads_again():
    scenario = read("rules: [{name: a, chance: 5%}]", file="night.yaml")
    again = read(scenario.json.decode())
    assert (again.name, again.json) == ("night", scenario.json)


def test_whether_anything_is_left_to_chance_is_known():
    assert not read("rules: [{report: delivered, respond: [accept, {error: unavailable}]}]").drawn
    for rule in (
        "chance: 5%",
        "report: {delivered: 1, none: 1}",
        "report: [{after: 1s..2s, status: sent}]",
        "callback: {order: shuffled}",
        "callback: {lag: 1s..2s}",
        "respond: {accept: {delay: 1s..2s}}",
        "respond: {fault: trickle, over: 1s..2s}",
        "respond: {mix: [{weight: 1, accept: {}}, {weight: 1, fault: hang}]}",
        "limit: {max: 1, window: 1s, respond: {error: throttled, delay: 1s..2s}}",
    ):
        assert read(f"rules: [{{{rule}}}]").drawn, rule


# --- expectations ------------------------------------------------------------------------------------


def expected(text):
    return read(f"expect: [{text}]").expect[0].expected


def test_an_expectation_keeps_how_it_was_written():
    assert read("expect: [{messages: 1, to: '+44*'}]").expect[0].written == '{"messages":1,"to":"+44*"}'


@pytest.mark.parametrize(
    ("written", "count"),
    [("3", Count(3, 3)), ("{min: 1}", Count(1, None)), ("{max: 2}", Count(0, 2)), ("2.0", Count(2, 2))],
)
def test_a_count_is_exact_or_has_bounds(written, count):
    assert expected(f"{{messages: {written}}}").count == count


def test_a_count_holds_within_its_bounds():
    assert [Count(1, 2).holds(number) for number in range(4)] == [False, True, True, False]
    assert Count(1, None).holds(10**9)


def test_messages_are_counted_where_all_conditions_hold():
    messages = expected("{messages: 1, to: '+44*', status: delivered, rule: late}")
    assert isinstance(messages, Messages)
    assert {condition.name: condition.test("+447") for condition in messages.where} == {
        "to": True, "status": False, "rule": False,
    }  # fmt: skip


def test_requests_may_be_counted_by_the_error_they_got():
    requests = expected("{requests: {min: 3}, outcome: rejected, error: unavailable}")
    assert isinstance(requests, Requests)
    error = next(condition for condition in requests.where if condition.name == "error")
    assert [error.test(code) for code in ("64", "E503", "E429", None)] == [True, True, False, False]


def test_errors_seen_are_named_by_own_codes_in_the_end():
    errors = expected("{errors_seen: [terse/64, terse/throttled, eloquent/500]}")
    assert errors == ErrorsSeen((("terse", "64"), ("terse", "64"), ("eloquent", "E500")))


def test_the_other_expectations_are_what_they_say():
    assert expected("{no_duplicates: [to, text]}") == NoDuplicates(("to", "text"))
    assert expected("{callbacks: acknowledged, within: 2s}") == Acknowledged(2_000_000, ())
    assert expected("{callbacks: acknowledged}") == Acknowledged(None, ())
    assert expected("{retries: honoured}") == RetriesHonoured()
