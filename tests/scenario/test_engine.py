"""How a request is decided: active, when, chance, limit, respond; first match wins."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sms.state import State
from tests.scenario.play import OTHER, TO, Play, said
from tests.scenario.words import message, read

UNAVAILABLE = "respond: {error: unavailable}"


def test_what_no_rule_matches_is_accepted_and_delivered():
    decision = Play("rules: [{when: {to: '+1*'}, respond: {error: unavailable}}]").one()
    assert (decision.rule, said(decision.answer), decision.stored) == (None, "accept", True)
    assert [(step.status, step.happens, step.leaves) for step in decision.steps] == [
        (State.SENT, 1_000_000, 1_000_000),
        (State.DELIVERED, 3_000_000, 3_000_000),
    ]


def test_the_first_rule_that_matches_decides():
    play = Play("rules: [{name: a, when: {to: '*1'}, respond: {fault: hang}}, {name: b, respond: {fault: reset}}]")
    assert play.words(1) == ["hang"]
    assert play.words(1, OTHER) == ["reset"]
    assert play.engine.hits == {"a": 1, "b": 1}


@given(st.permutations(range(5)), st.sampled_from([TO, OTHER, "+447700900003", "+15550000001"]))
def test_first_match_wins_under_any_order(order, to):
    patterns = ["*1", "+447700900002", "+4477*", "*3", "*"]
    rules = ", ".join(f"{{name: r{n}, when: {{to: '{patterns[n]}'}}}}" for n in order)
    winner = next(n for n in order if patterns[n].strip("*") in to)
    assert Play(f"rules: [{rules}]").one(to).rule == f"r{winner}"


def test_a_rule_without_a_name_is_called_by_its_place():
    play = Play("rules: [{when: {to: '+1*'}}, {respond: {fault: empty}}]")
    assert play.one().rule == "#2"


@pytest.mark.parametrize(
    ("when", "given_", "matches"),
    [
        ("{provider: terse}", {}, True),
        ("{provider: eloquent}", {}, False),
        ("{provider: [eloquent, terse]}", {}, True),
        ("{provider: {not: terse}}", {}, False),
        ("{account: app}", {}, True),
        ("{account: other}", {}, False),
        ("{from: ACME}", {}, True),
        ("{from: ACME}", {"sender": None}, False),
        ("{from: {not: ACME}}", {"sender": None}, True),
        ("{text: {contains: hell}}", {}, True),
        ("{encoding: ucs2}", {}, False),
        ("{encoding: gsm7}", {}, True),
        ("{segments: {min: 2}}", {"segments": 2}, True),
        ("{segments: [1, 3]}", {"segments": 2}, False),
        ("{body: {a.b: 1}}", {"body": {"a": {"b": 1}}}, True),
        ("{body: {a.b: 1}}", {"body": {}}, False),
        ("{body: {a: x}}", {"body": {"a": "y"}, "element": {"a": "x"}}, True),
        ("{text: hello, from: OTHER}", {}, False),
        ("{operation: [send, token]}", {}, True),
        ("{operation: token}", {}, False),
    ],
)
def test_all_of_when_must_hold(when, given_, matches):
    play = Play(f"rules: [{{name: it, when: {when}}}]")
    assert (play.one(**given_).rule == "it") is matches


# --- lists, counters ---------------------------------------------------------------------------------

LIST = "respond: [{error: unavailable}, {fault: reset}, accept]"


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("repeat-last", ["64", "reset", "accept", "accept", "accept"]),
        ("cycle", ["64", "reset", "accept", "64", "reset"]),
        ("next-rule", ["64", "reset", "accept", "empty", "empty"]),
    ],
)
def test_a_list_answers_consecutive_calls(then, words):
    assert Play(f"rules: [{{{LIST}, then: {then}}}, {{respond: {{fault: empty}}}}]").words(5) == words


def test_a_list_left_alone_repeats_its_last():
    assert Play(f"rules: [{{{LIST}}}]").words(4)[2:] == ["accept", "accept"]


def test_one_answer_and_the_next_rule_is_a_rule_for_the_first_call():
    assert Play(f"rules: [{{{UNAVAILABLE}, then: next-rule}}]").words(3) == ["64", "accept", "accept"]


def test_counters_are_kept_per_value_of_per():
    play = Play(f"rules: [{{per: to, {LIST}}}]")
    assert [play.word(to) for to in (TO, OTHER, TO, OTHER)] == ["64", "64", "reset", "reset"]


def test_counters_are_kept_per_value_of_several_fields():
    play = Play(f"rules: [{{per: [to, text], {LIST}}}]")
    assert [play.word(text=text) for text in ("a", "b", "a")] == ["64", "64", "reset"]


@pytest.mark.parametrize(
    ("per", "given_"),
    [
        ("provider", {"provider": "eloquent"}),
        ("account", {"account": "b"}),
        ("from", {"sender": None}),
        ("text", {"text": "x" * 200}),
    ],
)
def test_every_field_of_per_counts_apart(per, given_):
    play = Play(f"rules: [{{per: {per}, respond: [{{error: unavailable}}, accept]}}]")
    play.one()
    assert play.word(**given_) != "accept"
    assert play.word() == "accept"


def test_a_request_counts_once_per_rule_and_value():
    play = Play(f"rules: [{{per: to, {LIST}}}]")
    verdict = play.decide(TO, TO, OTHER)
    assert [said(decision.answer) for decision in verdict.decisions] == ["64", "64", "64"]
    assert play.words(1) == ["reset"]


def test_without_per_all_messages_of_a_request_get_the_same_item():
    play = Play(f"rules: [{{{LIST}}}]")
    assert [said(d.answer) for d in play.decide(TO, OTHER).decisions] == ["64", "64"]
    assert [said(d.answer) for d in play.decide(TO, OTHER).decisions] == ["reset", "reset"]


def test_the_first_message_that_is_not_accepted_answers_for_the_request():
    play = Play(f"rules: [{{when: {{to: '{OTHER}'}}, {UNAVAILABLE}}}]")
    verdict = play.decide(TO, OTHER, TO)
    assert said(verdict.ruling.answer) == "64"
    assert not verdict.ruling.stored


# --- what is stored ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("respond", "stored"),
    [
        ("accept", True),
        ("{error: unavailable}", False),
        ("{error: unavailable, stored: true}", True),
        ("{raw: {status: 202}}", True),
        ("{raw: {status: 302}}", False),
        ("{raw: {status: 200}, stored: false}", False),
        ("{raw: {status: 503}, stored: true}", True),
        ("{fault: hang}", False),
        ("{fault: reset}", False),
        ("{fault: empty}", False),
        ("{fault: reset, stored: true}", True),
        ("{fault: malformed}", True),
        ("{fault: truncated}", True),
        ("{fault: trickle}", True),
        ("{fault: trickle, stored: false}", False),
    ],
)
def test_what_is_stored_and_only_that_is_reported_on(respond, stored):
    decision = Play(f"rules: [{{respond: {respond}}}]").one()
    assert decision.stored is stored
    assert bool(decision.steps) is stored


def test_a_message_called_rejected_has_no_report_unless_the_rule_says_so():
    rejected = "respond: {accept: {status: rejected}}"
    assert Play(f"rules: [{{{rejected}}}]").one().steps == ()
    assert Play(f"rules: [{{{rejected}}}]").word() == "rejected"
    assert [step.status for step in Play(f"rules: [{{{rejected}, report: rejected}}]").one().steps] == ["rejected"]


# --- answers -----------------------------------------------------------------------------------------


def test_a_shared_word_is_each_providers_own_error():
    play = Play("rules: [{respond: {error: throttled, retry_after: 1500ms}}]")
    assert [play.word(provider=slug) for slug in ("terse", "eloquent")] == ["64", "E429"]
    assert play.answer().retry_after == 2


def test_an_own_code_may_be_a_number_or_text():
    for code in ("64", "'64'"):
        assert Play(f"rules: [{{when: {{provider: terse}}, respond: {{error: {code}}}}}]").word() == "64"


def test_an_alias_is_an_own_code_too():
    assert Play("rules: [{when: {provider: eloquent}, respond: {error: 500}}]").word(provider="eloquent") == "E500"


def test_a_rule_does_not_match_for_a_provider_that_cannot_say_its_word():
    play = Play("rules: [{name: it, respond: {error: blocked}}]")
    assert play.one(provider="terse").rule is None
    assert play.word(provider="eloquent") == "E500"


@pytest.mark.parametrize(
    ("provider", "to", "word"),
    [
        ("terse", "+447700900064", "64"),
        ("terse", "+447700900503", "accept"),
        ("eloquent", "+447700900503", "E503"),
        ("eloquent", "+447700900007", "accept"),
    ],
)
def test_the_last_three_digits_name_a_send_error_of_the_provider_called(provider, to, word):
    assert Play("rules: [{respond: {error: last_three_digits}}]").word(to, provider=provider) == word


def test_a_raw_answer_is_what_the_file_says():
    answer = Play("rules: [{respond: {raw: {status: 418, headers: {X-A: b}, body: tea}}}]").answer()
    assert (answer.status, answer.headers, answer.body) == (418, (("X-A", "b"),), b"tea")


def test_a_raw_body_that_is_no_text_is_json():
    answer = Play("rules: [{respond: {raw: {status: 200, body: {a: [1, null]}}}}]").answer()
    assert (answer.headers, answer.body) == ((("Content-Type", "application/json"),), b'{"a":[1,null]}')


def test_a_raw_json_body_may_have_a_type_of_its_own():
    answer = Play("rules: [{respond: {raw: {status: 200, headers: {content-type: a/b}, body: []}}}]").answer()
    assert answer.headers == (("content-type", "a/b"),)


def test_delays_are_real_time_and_may_be_drawn():
    assert Play("rules: [{respond: {accept: {delay: 2s}}}]").one().delay == 2_000_000
    drawn = {Play("rules: [{respond: {fault: hang, delay: 1s..2s}}]", seed=n).one().delay for n in range(9)}
    assert len(drawn) > 5
    assert all(1_000_000 <= delay <= 2_000_000 for delay in drawn)


def test_a_trickle_takes_its_time():
    assert Play("rules: [{respond: {fault: trickle}}]").answer().over == 5_000_000
    assert Play("rules: [{respond: {fault: trickle, over: 2s}}]").answer().over == 2_000_000
    over = Play("rules: [{respond: {fault: trickle, over: 1s..2s}}]", seed=1).answer().over
    assert 1_000_000 <= over <= 2_000_000


# --- limits ------------------------------------------------------------------------------------------


def test_a_limit_lets_so_many_messages_through_in_a_sliding_window():
    play = Play("rules: [{limit: {max: 2, window: 10s}}]")
    assert [play.word(now=now) for now in (0, 4, 5, 9.9, 10, 13, 14)] == [
        "accept", "accept", "64", "64", "accept", "64", "accept",
    ]  # fmt: skip


def test_a_limit_says_when_there_is_room_again():
    play = Play("rules: [{limit: {max: 1, window: 10s}}]")
    play.one()
    assert [play.answer(now=now).retry_after for now in (0, 2.5, 9.999)] == [10, 8, 1]


def test_a_limit_may_say_its_own_retry_after_and_answer_with_a_fault():
    play = Play("rules: [{limit: {max: 0, window: 10s, respond: {error: throttled, retry_after: 3s}}}]")
    assert play.answer().retry_after == 3
    assert Play("rules: [{limit: {max: 0, window: 1s, respond: {fault: reset}}}]").word() == "reset"


def test_a_limit_counts_messages_and_keeps_them_though_the_request_ends_refused():
    play = Play("rules: [{limit: {max: 3, window: 10s}}]")
    assert [said(d.answer) for d in play.decide(*[TO] * 4).decisions] == ["accept"] * 3 + ["64"]
    assert play.word(now=9) == "64"


@pytest.mark.parametrize("rule", ["per: to, limit: {max: 1, window: 9s}", "limit: {max: 1, window: 9s, per: to}"])
def test_a_limit_is_kept_per_value(rule):
    play = Play(f"rules: [{{{rule}}}]")
    assert [play.word(to) for to in (TO, OTHER, TO)] == ["accept", "accept", "64"]


def test_a_limit_of_its_own_per_comes_before_the_rules():
    play = Play("rules: [{per: to, limit: {max: 1, window: 9s, per: provider}}]")
    assert [play.word(to) for to in (TO, OTHER)] == ["accept", "64"]


def test_a_gate_leaves_what_it_lets_through_to_the_rules_below():
    play = Play("rules: [{name: gate, limit: {max: 1, window: 9s}}, {name: below, respond: {fault: empty}}]")
    assert [play.one().rule for _ in range(2)] == ["below", "gate"]
    assert play.engine.hits == {"gate": 1, "below": 1}


def test_a_rule_with_a_limit_and_a_report_is_no_gate():
    play = Play("rules: [{name: it, limit: {max: 1, window: 9s}, report: none}, {respond: {fault: empty}}]")
    assert play.one().rule == "it"


def test_a_refusal_of_a_limit_touches_no_counter():
    play = Play(f"rules: [{{limit: {{max: 1, window: 1s, respond: {{fault: hang}}}}, {LIST}, until: {{calls: 3}}}}]")
    assert [play.word(now=now) for now in (0, 0, 0, 0, 1, 1, 2, 3)] == [
        "64", "hang", "hang", "hang", "reset", "hang", "accept", "accept",
    ]  # fmt: skip
    assert play.one(now=4).rule is None


# --- until, active, hold, chance -----------------------------------------------------------------------


def test_a_rule_retires_after_so_many_requests_whatever_per():
    play = Play(f"rules: [{{name: it, per: to, {UNAVAILABLE}, until: {{calls: 2}}}}]")
    assert [play.decide(TO, OTHER).retired, play.decide(TO).retired, play.decide(TO).retired] == [(), ("it",), ()]
    assert play.word() == "accept"


def test_the_request_that_retires_a_rule_is_decided_by_it_whole():
    play = Play(f"rules: [{{{UNAVAILABLE}, until: {{calls: 1}}}}]")
    assert [said(d.answer) for d in play.decide(TO, OTHER).decisions] == ["64", "64"]


def test_a_gate_retires_too():
    play = Play("rules: [{name: gate, limit: {max: 1, window: 9s}, until: {calls: 1}}]")
    assert play.decide(TO).retired == ("gate",)
    assert play.words(3) == ["accept"] * 3


def test_a_rule_is_active_from_its_start_until_before_its_end():
    play = Play(f"rules: [{{active: {{start: 5s, end: 10s}}, {UNAVAILABLE}}}]")
    assert [play.word(now=now) for now in (0, 4.9, 5, 9.9, 10)] == ["accept", "accept", "64", "64", "accept"]


def test_a_rule_that_holds_says_until_when():
    decision = Play("rules: [{name: it, hold: true, active: {start: 1s, end: 10s}}]").one(now=2)
    assert (decision.held_by, decision.held_until) == ("it", 1_000_010 * 1_000_000)
    assert decision.steps


def test_a_rule_that_holds_for_some_calls_has_no_instant():
    play = Play("rules: [{name: it, hold: true, until: {calls: 2}}]")
    assert (play.one().held_by, play.one().held_until) == ("it", None)
    assert play.one().held_by is None


def test_what_is_not_stored_is_not_held():
    assert Play(f"rules: [{{hold: true, until: {{calls: 1}}, {UNAVAILABLE}}}]").one().held_by is None


def test_a_miss_of_chance_passes_on_uncounted():
    play = Play(f"rules: [{{name: it, chance: 30%, {UNAVAILABLE}, until: {{calls: 5}}}}]", seed=3)
    words = [play.word(f"+4477009{n:05}") for n in range(200)]
    assert words.count("64") == 5
    assert words.index("accept", words.index("64")) > 5 or "accept" in words
    assert play.engine.hits == {"it": 5}


def test_a_chance_is_about_as_often_as_it_says():
    play = Play(f"rules: [{{chance: 30%, {UNAVAILABLE}}}]", seed=3)
    assert 520 < [play.word(f"+4477009{n:05}") for n in range(2000)].count("64") < 680


def test_a_chance_of_a_hundred_always_matches():
    assert Play(f"rules: [{{chance: 100%, {UNAVAILABLE}}}]").words(50) == ["64"] * 50


# --- operations that send nothing ----------------------------------------------------------------------


def test_other_operations_take_their_course_unless_a_rule_names_them():
    play = Play(f"rules: [{{{UNAVAILABLE}}}]")
    assert play.call("token") is None


def test_a_rule_may_name_operations():
    play = Play(f"rules: [{{when: {{operation: [token, verify]}}, {UNAVAILABLE}}}]")
    assert [play.call("token"), play.call("verify"), play.call("status")] == ["E503", "E503", None]
    assert play.call("token", provider="terse") is None
    assert play.word() == "accept"


def test_calls_count_and_are_limited_like_messages():
    play = Play(f"rules: [{{name: it, when: {{operation: token}}, limit: {{max: 2, window: 9s}}, {LIST}}}]")
    assert [play.call() for _ in range(3)] == ["E503", "reset", "E429"]
    assert play.engine.hits == {"it": 3}


def test_a_rule_for_sends_and_calls_reports_on_the_sends_alone():
    play = Play("rules: [{when: {operation: [send, token]}, respond: [accept, accept]}]")
    assert len(play.one(provider="eloquent").steps) == 2
    decision = play.engine.decide_call("eloquent", None, "token", None, play.at(0))
    assert decision is not None
    assert (decision.steps, decision.stored) == ((), False)


def test_the_answer_to_a_call_may_be_slow():
    play = Play("rules: [{when: {operation: token}, respond: {accept: {delay: 3s}}}]")
    decision = play.engine.decide_call("eloquent", None, "token", None, play.at(0))
    assert decision is not None
    assert (decision.delay, decision.accepted) == (3_000_000, True)


# --- callback words ----------------------------------------------------------------------------------


def test_callback_words_come_with_every_decision_of_the_rule():
    words = "callback: {before_answer: true, sign: stale, unknown_id: true, retry: [1s, 10s]}"
    callback = Play(f"rules: [{{when: {{provider: eloquent}}, {words}}}]").one(provider="eloquent").callback
    assert (callback.before_answer, callback.sign, callback.unknown_id) == (True, "stale", True)
    assert callback.retry == (1_000_000, 10_000_000)


@pytest.mark.parametrize(("written", "ladder"), [("{retry: none}", ()), ("{lag: 1s}", None)])
def test_a_ladder_is_none_or_the_providers_own(written, ladder):
    assert Play(f"rules: [{{callback: {written}}}]").one().callback.retry == ladder


def test_a_provider_that_does_not_sign_is_not_meant_by_a_rule_about_signatures():
    play = Play("rules: [{name: it, callback: {sign: missing}}]")
    assert (play.one(provider="eloquent").rule, play.one(provider="terse").rule) == ("it", None)


# --- the whole ---------------------------------------------------------------------------------------


def test_another_engine_counts_from_nought():
    scenario = read(f"rules: [{{{LIST}}}]")
    assert [Play(scenario).word() for _ in range(3)] == ["64"] * 3


def test_a_plain_scenario_remembers_nothing_of_its_recipients():
    play = Play("rules: [{when: {to: '*9'}, respond: {fault: reset}}]", seed=1)
    for number in range(1000):
        play.one(f"+4477009{number:05}")
    assert play.engine._recipients is None


def test_a_scenario_that_draws_without_a_seed_remembers_nothing_either():
    assert Play("rules: [{chance: 5%}]").engine._recipients is None


def test_a_bulk_of_many_is_decided_message_by_message():
    play = Play("rules: [{when: {to: '*7'}, respond: {error: unavailable}}]")
    numbers = [f"+4477009{n:05}" for n in random.Random(1).sample(range(10_000), 500)]
    verdict = play.engine.decide("terse", "a", {}, [message(to) for to in numbers], play.at(0))
    assert [said(d.answer) == "64" for d in verdict.decisions] == [to.endswith("7") for to in numbers]
