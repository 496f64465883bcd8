"""A dry run that counts nothing and says what failed."""

from sandbox.scenario.runner import Miss
from tests.scenario.play import TO, Play, said
from tests.scenario.words import message

RULES = """
rules:
  - {name: elsewhere, when: {provider: eloquent}}
  - {name: tokens, when: {operation: token}, respond: {error: unavailable}}
  - {name: another number, when: {to: "+447700900002", text: never}}
  - {name: long texts, when: {to: "+44*", segments: {min: 2}}}
  - {name: later, active: {start: 5m}}
  - {name: gate, limit: {max: 1, window: 60s}}
  - {name: digits, respond: {error: last_three_digits}}
  - {name: twice, respond: [{error: unavailable}, {fault: reset}], then: next-rule}
  - {name: once, until: {calls: 1}, respond: {fault: empty}}
"""


def explained(play, now=0):
    return play.engine.explain("terse", "app", {}, message(TO), play.at(now))


def test_each_rule_says_the_first_thing_that_failed():
    explanation = explained(Play(RULES))
    assert [(trial.rule, trial.miss) for trial in explanation.trials] == [
        ("elsewhere", Miss("provider", ["eloquent"], "terse")),
        ("tokens", Miss("operation", ["token"], "send")),
        ("another number", Miss("to", "+447700900002", TO)),
        ("long texts", Miss("segments", {"min": 2}, 1)),
        ("later", Miss("active", {"start": "5m"}, "not at this moment")),
        ("gate", None),
        ("digits", Miss("respond", "last_three_digits", ("terse", "001"))),
        ("twice", None),
    ]
    assert [trial.rule for trial in explanation.trials if trial.passed] == ["gate"]
    assert explanation.decision is not None
    assert said(explanation.decision.answer) == "64"


def test_an_explanation_counts_nothing():
    play = Play(RULES)
    for _ in range(5):
        explained(play)
    assert set(play.engine.hits.values()) == {0}
    assert explained(play).decision == play.one()


def test_an_explanation_follows_the_counters():
    play = Play("rules: [{name: a, respond: [{error: unavailable}, {fault: reset}], then: next-rule}]")
    seen = []
    for _ in range(3):
        seen.append(explained(play))
        play.one()
    assert [said(explanation.decision.answer) for explanation in seen] == ["64", "reset", "accept"]
    assert seen[-1].trials[0].passed


def test_a_retired_rule_says_so():
    play = Play("rules: [{name: once, until: {calls: 1}}]")
    play.one()
    assert explained(play).trials[0].miss == Miss("until", {"calls": 1}, "1 calls, so it has retired")


def test_a_chance_that_went_the_other_way_says_so():
    trial = explained(Play("rules: [{name: never, chance: 0%}]")).trials[0]
    assert trial.miss == Miss("chance", "0%", "the draw went the other way")


def test_a_call_that_no_rule_names_takes_its_course():
    explanation = Play(RULES).engine.explain("terse", None, None, None, 0, "status")
    assert explanation.decision is None
    assert {trial.miss.field for trial in explanation.trials if trial.miss} == {"operation"}


def test_a_call_is_explained_as_it_would_be_decided():
    play = Play("rules: [{when: {operation: token}, respond: {error: unavailable}}]")
    explanation = play.engine.explain("eloquent", None, None, None, play.at(0), "token")
    assert explanation.decision == play.engine.decide_call("eloquent", None, "token", None, play.at(0))
