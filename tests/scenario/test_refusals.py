"""Errors that teach: the place, what was read, and the nearest known word."""

import pytest

from sandbox.errors import ScenarioError
from sandbox.providers import discover
from sandbox.scenario.load import load
from tests.scenario.words import read

RULE = "rules:\n  - "
RATE = "namirial: [{username: a, password: b, rate: {max: 1, window: %s}}]"
REFUSED = [
    # unknown keys and words
    ("ruls: []", '1:1: "ruls" is not known here; did you mean "rules"?'),
    (RULE + "{name: a, reprot: delivered}", '2:15: "reprot" is not known here; did you mean "report"?'),
    (RULE + "{when: {txt: a}}", '2:13: "txt" is not known here; did you mean "text"?'),
    (RULE + "{when: {xyzzy: a}}", '2:13: "xyzzy" is not known here; known here: account, body'),
    (RULE + "{respond: accpt}", '2:15: "accpt" is no answer; did you mean "accept"?'),
    (RULE + "{respond: {fault: hnag}}", '2:23: "hnag" is no fault; did you mean "hang"?'),
    (RULE + "{report: delivred}", '2:14: "delivred" is no timeline; did you mean "delivered"?'),
    (RULE + "{report: {delivred: 1}}", '2:15: "delivred" is no timeline; did you mean "delivered"?'),
    (RULE + "{report: [{status: delivred}]}", '2:24: "delivred" is no status; did you mean "delivered"?'),
    (RULE + "{when: {provider: ters}}", '2:23: "ters" is no provider; did you mean "terse"?'),
    (RULE + "{when: {provider: [terse, eloquen]}}", '2:31: "eloquen" is no provider; did you mean "eloquent"?'),
    (RULE + "{when: {operation: tokn}}", '2:24: "tokn" is no operation; did you mean "token"?'),
    (RULE + "{when: {encoding: gsm}}", '2:23: "gsm" is no encoding; did you mean "gsm7"?'),
    (RULE + "{per: too}", '2:11: "too" is no field; did you mean "to"?'),
    (RULE + "{per: [to, too]}", '2:16: "too" is no field; did you mean "to"?'),
    (RULE + "{then: cylce}", '2:12: "cylce" is no word; did you mean "cycle"?'),
    (RULE + "{callback: {order: shufled}}", '2:24: "shufled" is no order; did you mean "shuffled"?'),
    (RULE + "{callback: {sign: mising}}", '2:23: "mising" is no way of signing; did you mean "missing"?'),
    (RULE + "{callback: {retry: nnone}}", '2:24: "nnone" is no retry; did you mean "none"?'),
    # errors
    (RULE + "{respond: {error: unavailible}}", '2:23: "unavailible" is no error; did you mean "unavailable"?'),
    (
        RULE + "{respond: {error: E503}}",
        '2:23: "E503" is an own code of eloquent: the rule must name that one provider',
    ),
    (RULE + "{when: {provider: [terse, eloquent]}, respond: {error: 64}}", '2:60: "64" is an own code of terse'),
    (RULE + "{when: {provider: terse}, respond: {error: 65}}", '2:48: terse has no error "65"; known here: 64'),
    (RULE + "{when: {provider: terse}, respond: {error: blocked}}", '2:48: terse has no error "blocked"'),
    (RULE + "{when: {provider: eloquent}, respond: {error: E530}}", 'has no error "E530"; did you mean "E503"?'),
    # text that is none
    (
        RULE + "{when: {to: +447700900901}}",
        '2:17: +447700900901 reads as a number where text is expected; quote it: "+44',
    ),
    (RULE + "{when: {to: 0123}}", '2:17: 0123 reads as a number where text is expected; quote it: "0123"'),
    (
        RULE + "{when: {to: 447700900901}}",
        '2:17: 447700900901 reads as a number where text is expected; quote it: "+44',
    ),
    (RULE + '{when: {to: "447700900*"}}', '2:17: `to` is compared as + and digits; write "+447700900*"'),
    (RULE + '{when: {to: ["+44*", "0044*"]}}', '2:26: `to` is compared as + and digits; write "+44*"'),
    (RULE + '{when: {to: {not: "44*"}}}', '2:23: `to` is compared as + and digits; write "+44*"'),
    (RULE + "{when: {to: '07700900901'}}", "2:17: `to` is compared as + and digits; write it with its country code"),
    (RULE + "{when: {text: true}}", '2:19: true reads as true or false where text is expected; quote it: "true"'),
    ("refuse: [123]", '1:10: 123 reads as a number where text is expected; quote it: "123"'),
    ("name: 7", '1:7: 7 reads as a number where text is expected; quote it: "7"'),
    (RULE + "{when: {to: *901}}", '2:17: *901 would be a YAML alias; quote it: "*901"'),
    ("rules:\n  - when:\n    respond: accept", "2:5: when is left empty"),
    # durations and chances
    (RULE + "{report: [{after: 5, status: sent}]}", "2:23: 5 is a bare number; a duration has its unit: 5s"),
    (RULE + "{limit: {max: 1, window: 60}}", "2:30: 60 is a bare number; a duration has its unit: 60s"),
    (RULE + "{report: [{after: 5 s, status: sent}]}", '2:23: "5 s" is no duration; did you mean "5s"?'),
    (RULE + "{report: [{after: 5 minutes, status: sent}]}", '"5 minutes" is no duration; did you mean "5m"?'),
    (RULE + "{active: {end: 1h30m}}", '2:20: "1h30m" is no duration; did you mean "90m"?'),
    (RULE + "{report: [{after: 1s-5s, status: sent}]}", '"1s-5s" is no duration; write it like 200ms, 5s, 1s..5s'),
    (RULE + "{chance: 0.05}", "2:14: 0.05 is a bare number; a chance has its unit: 5% or 0.05%"),
    # what looks like something else
    (RULE + "{hold: NO}", '2:12: "NO" is not true or false; write false'),
    (RULE + "{callback: {unknown_id: On}}", '2:29: "On" is not true or false; write true'),
    (RULE + "{hold: 'true'}", '2:12: "true" is not true or false; write true, without quotes'),
    (RULE + "{limit: {max: '5', window: 1s}}", '2:19: "5" is not a whole number; write 5, without quotes'),
    (RULE + "{report: {delivered: 90%}}", '2:26: "90%" is not a number; write 90'),
    (RULE + "{report: {after: 1s, status: sent}}", "2:14: a step stands in a list; write it like [{after: 5s"),
    (RULE + "{until: 3}", "2:13: 3 is not a mapping; write it like {calls: 3}"),
    (RULE + "{when: terse}", '2:12: "terse" is not a mapping; write it like {provider: namirial'),
    (RULE + "{respond: {accept: true}}", "2:24: true is not a mapping; write it like {}, {delay: 2s}"),
    ("rules: {first: {report: none}}", "is not a list; begin each item with a dash"),
    ("accounts: [terse]", "is not a mapping; leave out the dashes or brackets"),
    ("refuse: wrong", '1:9: "wrong" is not a list; write [wrong]'),
    ("expect: [{no_duplicates: to}]", '1:26: "to" is not a list; write [to]'),
    ("timelines: {t: {status: sent}}", "is not a list; write it like [{after: 30s..2m"),
    (RULE + "{report: [{after: 5s..1s, status: sent}]}", "2:23: '5s..1s' is an empty range: 1s is shorter than 5s"),
    (RULE + "{report: [{after: 99999d, status: sent}]}", "2:23: '99999d' is longer than"),
    (RULE + "{active: {end: 99999d}}", "2:20: '99999d' is longer than"),
    (RULE + "{chance: 5}", "2:14: 5 is a bare number; a chance has its unit: 5%"),
    (RULE + "{chance: 101%}", '2:14: "101%" is no chance; write it like 5%, 0.1%'),
    # answers
    (RULE + "{respond: {}}", "2:15: exactly one of accept, error, raw, fault, mix goes here; there is none"),
    (
        RULE + "{respond: {error: blocked, fault: hang}}",
        "2:15: exactly one of accept, error, raw, fault, mix goes here",
    ),
    (
        RULE + "{respond: {accept: {}, delay: 2s}}",
        '2:28: "delay" has no place beside "accept"; write accept: {delay: 2s}',
    ),
    ("expect: [{no_duplicates: [to], within: 1s}]", '"within" has no place beside "no_duplicates"; nothing has'),
    (RULE + "{respond: {fault: hang, retry_after: 2s}}", '2:29: "retry_after" has no place beside "fault"'),
    (RULE + "{respond: {fault: hang, over: 2s}}", "2:29: only a trickle takes its time; hang has no `over`"),
    (RULE + "{respond: []}", "2:15: respond is empty"),
    (RULE + "{respond: {mix: []}}", "2:21: mix is empty"),
    (RULE + "{respond: {mix: [{accept: {}}]}}", '2:22: "weight" is missing'),
    (RULE + "{respond: {mix: [{weight: 0, accept: {}}]}}", "2:21: all weights are 0"),
    (RULE + "{report: {delivered: 0}}", "2:14: all weights are 0"),
    (RULE + "{respond: {raw: {status: 99}}}", "2:30: 99 is less than 200"),
    (RULE + "{respond: {raw: {status: 204, body: a}}}", "2:41: an answer of status 204 has no body"),
    (
        RULE + "{respond: {raw: {status: 200, headers: {Content-Length: '5'}}}}",
        "2:45: Content-Length is the server's own",
    ),
    (RULE + "{respond: {raw: {status: 200, headers: {a b: c}}}}", '2:45: "a b" is no header name'),
    (RULE + '{respond: {raw: {status: 200, headers: {a: "b\\nc"}}}}', "is no header value"),
    (
        RULE + "{limit: {max: 1, window: 1s, respond: {error: last_three_digits}}}",
        "last_three_digits is no answer of a limit",
    ),
    (RULE + "{limit: {window: 1s}}", '2:13: "max" is missing'),
    (RULE + "{respond: unavailable}", '2:15: "unavailable" is no answer; write {error: unavailable}'),
    (RULE + "{respond: [hang, accept]}", '2:16: "hang" is no answer; write {fault: hang}'),
    (RULE + "{limit: {max: 1, window: 1s, respond: throttled}}", "is no answer; write {error: throttled}"),
    (RULE + "{callback: {retry: 3}}", "2:24: 3 is not text or a list; write it like none, [1s, 10s]"),
    (RULE + "{when: {segments: '>2'}}", "write it like 1, [1, 2], {min: 2}"),
    (RULE + "{when: {segments: '2'}}", "write 2, without quotes"),
    ("rules:\n  -\n", "an item of rules is left empty"),
    (RULE + "{respond: {mix: [{weight: 1, accept}]}}", "2:34: accept is left empty; write accept: {}"),
    # rules
    (RULE + "{name: a}\n  - {name: a}", '3:12: a second rule called "a"; the first is in line 2'),
    (RULE + "{name: '#2'}\n  - {}", 'a second rule called "#2"; the first is in line 2'),
    (RULE + "{when: {text: {regex: '('}}}", "2:27: '(' is no regular expression"),
    (RULE + "{when: {body: {a.b: {not: {regex: '*'}}}}}", "is no regular expression"),
    (RULE + "{hold: true}", "2:12: it would hold for ever"),
    (
        RULE + "{hold: true, until: {calls: 1}, callback: {before_answer: true}}",
        "cannot be held and come before the answer",
    ),
    ("timelines: {delivered: [{status: sent}]}", '1:13: the timeline "delivered" is built in'),
    # what providers cannot say
    (RULE + "{when: {provider: terse}, report: [{status: read}]}", '2:49: terse cannot report "read"'),
    (RULE + "{when: {provider: terse}, report: [{status: sent, code: 1}]}", "2:61: terse shows no code in its reports"),
    (
        RULE + "{when: {provider: eloquent}, report: [{status: sent, code: C3}]}",
        'has no report code "C3"; known here: C1, C2',
    ),
    (RULE + "{when: {provider: terse}, report: [{status: sent, detail: x}]}", "2:63: terse shows no detail in reports"),
    (RULE + "{when: {provider: terse}, callback: {sign: stale}}", "2:48: terse does not sign its callbacks"),
    (RULE + "{when: {provider: terse, operation: verify}}", '2:41: terse has no operation "verify"'),
    (RULE + "{when: {operation: subscribe}}", 'eloquent has no operation "subscribe"'),
    (
        "timelines: {t: [{status: read}]}\n" + RULE + "{when: {provider: terse}, report: t}",
        '1:26: terse cannot report "read"',
    ),
    # operations that send nothing
    (RULE + "{when: {operation: token, to: '+1*'}}", "2:31: `to` is of messages, and only `operation: send` has any"),
    (RULE + "{when: {operation: token}, report: none}", "2:32: `report` is of messages"),
    (RULE + "{when: {operation: token}, callback: {lag: 1s}}", "2:32: `callback` is of messages"),
    (RULE + "{when: {operation: token}, per: [account, to]}", "`per` to, from or text is of messages"),
    (RULE + "{when: {operation: token}, respond: {fault: reset, stored: true}}", "nothing can be stored"),
    (
        RULE + "{when: {operation: token}, respond: {accept: {status: rejected}}}",
        "sends nothing that could be rejected",
    ),
    (RULE + "{when: {operation: token}, respond: {error: last_three_digits}}", "has no recipient"),
    # accounts
    ("accounts: {ters: []}", '1:12: "ters" is not known here; did you mean "terse"?'),
    ("accounts: {terse: [{secret: x}]}", '1:20: "username" is missing'),
    ("accounts: {terse: [{username: 1}]}", '1:31: 1 reads as a number where text is expected; quote it: "1"'),
    ("accounts: {terse: [{username: a, usrname: a}]}", '1:34: "usrname" is not known here; did you mean "username"?'),
    ("accounts: {terse: [{username: a, home: ftp}]}", '1:40: "ftp" does not fit ^https?://'),
    ("accounts: {eloquent: [{username: a}, {username: a}]}", '1:38: a second account of eloquent called "a"'),
    ("accounts: {terse: [{username: a, pace: 5}]}", "1:40: 5 is a bare number; a duration has its unit: 5s"),
    ("accounts: {terse: [{username: a, pace: 99999d}]}", "1:40: '99999d' is longer than"),
    ("accounts: {terse: [{username: a, rate: {window: 99999d}}]}", "1:49: '99999d' is longer than"),
    ("accounts: {terse: [{username: a, secret: ssh-rsa}]}", '1:42: "ssh-rsa" may not stand here. Signs what goes out.'),
    ("accounts: {terse: [{username: a, number: '1'}]}", '1:42: "1" does not fit; write it like "+447700900001"'),
    # expectations
    ("expect: [{}]", "1:10: exactly one of messages, no_duplicates, callbacks"),
    ("expect: [{messages: 1, requests: 1}]", "1:10: exactly one of messages, no_duplicates, callbacks"),
    ("expect: [{messages: 1, outcome: rejected}]", '1:24: "outcome" has no place beside "messages"'),
    ("expect: [{messages: {min: 3, max: 1}}]", "1:21: no number is at least 3 and at most 1"),
    ("expect: [{messages: 1, to: '44*'}]", '1:28: `to` is compared as + and digits; write "+44*"'),
    ("expect: [{errors_seen: [terse/65]}]", '1:25: terse has no error "65"; known here: 64'),
    ("expect: [{errors_seen: [ters/64]}]", '1:25: "ters" is no provider; did you mean "terse"?'),
    ("expect: [{errors_seen: [64]}]", "64"),
    ("expect: [{messages: 1, provider: ters}]", '1:34: "ters" is no provider; did you mean "terse"?'),
    ("expect: [{requests: 1, error: unavailble}]", '1:31: "unavailble" is no error; did you mean "unavailable"?'),
    ("expect: [{retries: true}]", '1:20: "true" is no word; known here: honoured'),
    ("expect: [{requests: 0, operation: sned}]", '1:35: "sned" is no operation; did you mean "send"?'),
    ("expect: [{requests: 0, operation: [send, 'x*']}]", '1:42: "x*" is no operation; known here: send'),
    ("expect: [{requests: 0, provider: 'x*'}]", '1:34: "x*" is no provider; known here: eloquent, terse'),
    ("expect: [{requests: 0, provider: terse, error: E503}]", '1:48: "E503" is no error of terse; known here: 64'),
    ("expect: [{requests: 0, provider: [terse], error: blocked}]", '1:50: "blocked" is no error of terse'),
    ("expect: [{callbacks: acknowleged}]", 'did you mean "acknowledged"?'),
    ("expect: [{callbacks: acknowledged, within: 2}]", "2 is a bare number"),
    # the whole
    ("", "1:1: there is nothing in it; a scenario is a mapping"),
    ("- a", '1:1: ["a"] is not a mapping; write it like {rules: [{report: delivered}]}'),
    ("rules: [" + "{}," * 1001 + "]", "1:8: there are 1001, and at most 1000 may be here"),
    ("seed: x", '1:7: "x" is not a whole number'),
    ("rules: {}", "1:8: {} is not a list"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_a_mistake_is_told_with_its_place_and_the_nearest_word(text, said):
    with pytest.raises(ScenarioError) as raised:
        read(text)
    assert any(said in str(problem).removeprefix("test:") for problem in raised.value.problems), str(raised.value)


@pytest.mark.parametrize("text", [text for text, _ in REFUSED])
def test_the_same_mistake_in_an_upload_is_told_in_the_same_words(text):
    def said(**options):
        with pytest.raises(ScenarioError) as raised:
            read(text, **options)
        return raised.value.problems

    assert said(uploaded=True) == said()


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    with pytest.raises(ScenarioError) as raised:
        read("rules:\n  - respond: {error: nix}\n  - report: nix\n  - when: {to: '44'}\n")
    assert [problem.line for problem in raised.value.problems] == [2, 3, 4]


def test_a_shape_that_is_wrong_hides_no_word_that_is_wrong_elsewhere():
    with pytest.raises(ScenarioError) as raised:
        read("""
timelines:
  late: [{after: 5, status: sent}]
  odd/~name: [{status: snt}]
accounts:
  terse: [{usrname: a}]
  eloquent: [{username: a}, {username: a}]
rules:
  - reprot: delivered
  - {name: a, report: late, respond: {error: unavailible}}
  - {name: a, report: odd/~name}
  - {report: lte}
expect:
  - {messages: one}
  - {errors_seen: [terse/65]}
""")
    assert [problem.line for problem in raised.value.problems] == [3, 4, 6, 7, 9, 10, 11, 12, 14, 15], str(raised.value)


def test_of_a_misspelt_section_nothing_is_missed_elsewhere():
    with pytest.raises(ScenarioError) as raised:
        read("timelnes: {late: [{status: sent}]}\nrules: [{report: late}]")
    assert [problem.line for problem in raised.value.problems] == [1]


def test_one_place_has_one_problem():
    with pytest.raises(ScenarioError) as raised:
        read("rules:\n  - respond: 5\n")
    assert len(raised.value.problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "accounts: {terse: [{usrname: a}]}",
        RULE + "{until: {call: 3}}",
        RULE + "{report: [{after: {lognormal: {medain: 2s, sigma: 1}}, status: sent}]}",
        RULE + "{report: {after: 1s, status: sent}}",
    ],
)
def test_one_mistake_is_told_once(text):
    with pytest.raises(ScenarioError) as raised:
        read(text)
    assert len(raised.value.problems) == 1, str(raised.value)


def test_what_is_missing_is_told_beside_a_word_that_is_no_misspelling_of_it():
    with pytest.raises(ScenarioError) as raised:
        read("accounts: {terse: [{zzz: a}]}")
    assert [problem.message for problem in raised.value.problems] == [
        '"username" is missing',
        '"zzz" is not known here; known here: home, name, number, pace, rate, secret, username',
    ]


def test_the_error_says_every_problem_in_one_line_each():
    with pytest.raises(ScenarioError, match=r"^test:1:1: .*\ntest:2:1: .*$"):
        read("ruls: 1\nexpct: 2")


@pytest.mark.parametrize("written", ["skycore: [{api_key: a, pace: %s}]", RATE])
def test_the_durations_of_the_bundled_providers_accounts_are_read_like_any_other(written):
    def problem(duration):
        known = {slug: provider.vocabulary for slug, provider in discover().items()}
        try:
            load(f"accounts: {{{written % duration}}}", file="test", vocabularies=known)
        except ScenarioError as fault:
            return fault.problems[0].message
        return None

    assert problem("1.5s") is None
    assert problem("5") == "5 is a bare number; a duration has its unit: 5s"
    assert problem("99999d").startswith("'99999d' is longer than 36500d")
