"""Rules that can never match, and other things that are allowed but unwise."""

import pytest

from tests.scenario.words import read


def warnings(text, **options):
    return [str(problem).removeprefix("test:") for problem in read(text, **options).warnings]


NEVER = [
    ("rules: [{name: all}, {name: late}]", '1:22: this rule can never match: the rule "all" before it'),
    ("rules: [{when: {to: '+44*'}}, {when: {to: '+447700900001'}}]", '1:31: this rule can never match: the rule "#1"'),
    ("rules: [{when: {to: '+44*'}}, {when: {to: ['+441', '+4421234567'], text: a}}]", 'the rule "#1"'),
    ("rules: [{when: {to: '+44*'}}, {when: {to: '+4477*'}}]", '1:31: this rule can never match: the rule "#1"'),
    ("rules: [{when: {to: ['+1*', '+44*']}}, {when: {to: ['+4477*', '+15*']}}]", 'the rule "#1"'),
    ("rules: [{when: {text: '*code*'}}, {when: {text: 'your code is *'}}]", 'the rule "#1"'),
    ("rules: [{when: {text: a}}, {when: {text: a, from: b}}]", 'the rule "#1"'),
    ("rules: [{respond: {fault: hang}}, {when: {provider: terse}}]", 'the rule "#1"'),
    ("rules: [{limit: {max: 1, window: 1s}, report: none}, {}]", 'the rule "#1"'),
    ("rules: [{chance: 0%}]", "1:18: this rule can never match: its chance is nought"),
    ("rules: [{active: {start: 5m, end: 5m}}]", "1:18: this rule can never match: it ends before it begins"),
    ("rules: [{when: {segments: {min: 3, max: 2}}}]", "1:27: this rule can never match: no number is at least 3"),
    ("rules: [{when: {body: {a.b: {min: 3, max: 2}}}}]", "1:29: this rule can never match: no number is at least 3"),
    ("rules: [{when: {to: Bob}}]", '1:21: this rule can never match: `to` is never like "Bob", for it is a +'),
    ("rules: [{when: {to: '+12345678901234567*'}}]", "this rule can never match: `to` is never like"),
    ("rules: [{when: {to: '+1'}}]", "this rule can never match: `to` is never like"),
    ("rules: [{when: {from: '447700900001'}}]", '`from` is never like "447700900001", for a long number'),
    ("rules: [{when: {provider: {not: ['*']}}}]", "no provider can say all of it"),
]


@pytest.mark.parametrize(("text", "said"), NEVER, ids=[said for _, said in NEVER])
def test_a_rule_that_can_never_match_is_a_warning(text, said):
    assert any(said in warning for warning in warnings(text)), warnings(text)


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{when: {to: '+44*'}}, {}]",
        "rules: [{when: {to: '+447700900001'}}, {when: {to: '+44*'}}]",
        "rules: [{chance: 5%}, {}]",
        "rules: [{until: {calls: 1}}, {}]",
        "rules: [{active: {end: 1m}}, {}]",
        "rules: [{active: {start: 1m}}, {}]",
        "rules: [{active: {start: 1m}}, {active: {start: 1m}}]",
        "rules: [{limit: {max: 1, window: 1s}}, {}]",
        "rules: [{respond: accept, then: next-rule}, {}]",
        "rules: [{when: {provider: terse}}, {}]",
        "rules: [{when: {operation: token}}, {}]",
        "rules: [{respond: {error: last_three_digits}}, {}]",
        "rules: [{when: {to: ['Bob', '+44*']}}]",
        "rules: [{when: {to: {not: Bob}}}]",
        "rules: [{when: {from: ['88600', ACME, '+447700900001']}}]",
        "rules: [{when: {to: '*901'}}, {when: {to: '*902'}}]",
        "rules: [{when: {to: '+4477*'}}, {when: {to: '+44*'}}]",
        "rules: [{when: {to: ['+44*', '+1*']}}, {when: {to: ['+44*', '+2*']}}]",
        "rules: [{when: {text: '*a'}}, {when: {text: 'a*'}}]",
        "rules: [{when: {text: {regex: '[*]'}}}, {when: {text: 'a*'}}]",
        "rules: [{when: {body: {amount: {max: -1}}}}, {when: {body: {amount: {min: 1}}}}]",
    ],
)
def test_a_rule_that_may_match_is_none(text):
    expected = ["rules: [{active: {start: 1m}}, {active: {start: 1m}}]"]
    assert bool(warnings(text)) is (text in expected)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("respond: {error: blocked}", 'terse has no error "blocked"'),
        ("limit: {max: 1, window: 1s, respond: {error: blocked}}", 'terse has no error "blocked"'),
        ("respond: {mix: [{weight: 1, error: blocked}]}", 'terse has no error "blocked"'),
        ("report: [{status: read}]", 'terse cannot report "read"'),
        ("report: [{status: sent, code: C1}]", "terse shows no code"),
        ("report: [{status: sent, detail: a}]", "terse shows no detail"),
        ("callback: {sign: altered}", "terse does not sign"),
    ],
)
def test_a_word_that_a_provider_cannot_say_is_a_warning_where_no_provider_is_named(rule, said):
    (warning,) = warnings(f"rules: [{{{rule}}}]")
    assert said in warning
    assert warning.endswith("the rule does not match for it")


def test_a_timeline_that_two_rules_use_is_warned_of_once():
    text = "timelines: {t: [{status: read}]}\nrules: [{when: {to: '*1'}, report: t}, {report: t}]"
    assert len(warnings(text)) == 1


def test_an_operation_that_only_some_providers_have_is_no_matter():
    assert warnings("rules: [{when: {operation: verify}}]") == []


def test_a_limit_whose_window_has_no_length_limits_nothing():
    assert warnings("rules: [{limit: {max: 1, window: 0s}}]") == ["1:34: a window of no length limits nothing"]


def test_an_expectation_of_a_rule_that_is_misspelt_is_a_warning():
    text = "rules: [{name: down}]\nexpect: [{messages: 0, rule: [dwon, '#1']}, {requests: 0, rule: 'd*'}]"
    assert warnings(text) == [
        '2:31: no rule here is called "dwon"; did you mean "down"?',
        '2:37: no rule here is called "#1"; known here: down',
    ]
    assert warnings("expect: [{messages: 0, rule: dwon}]") == []


def test_a_short_secret_is_a_warning_of_its_accounts_schema():
    text = "accounts: {eloquent: [{username: a, secret: short}, {username: b, secret: %s}]}" % ("x" * 32)
    assert warnings(text) == ["1:45: secret is shorter than 32 bytes: too short a key for a signature"]


def test_of_two_accounts_with_one_login_nobody_gets_to_the_second():
    text = "accounts: {terse: [{username: a, name: x}, {username: b}, {username: a}]}"
    assert warnings(text) == ['1:59: it has the login of "x", who gets every call']


def test_a_file_is_called_by_its_stem_whatever_it_says():
    scenario = read("name: other", file="folder/stem.yaml")
    assert scenario.name == "stem"
    assert 'so this scenario is called "stem"' in str(scenario.warnings[0])
    assert read("name: stem", file="folder/stem.yaml").warnings == ()


@pytest.mark.parametrize(("text", "name"), [("name: other", "other"), ("{}", "inline")])
def test_an_upload_is_called_what_it_says(text, name):
    assert read(text, file="request").name == name


def test_warnings_are_marked_as_such():
    assert all(problem.warning for problem in read("rules: [{}, {}]").warnings)
