"""Matchers, by table and against a naive reference."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.scenario.match import Asked, body_reader, exact, matcher
from tests.scenario.words import message


@pytest.mark.parametrize(
    ("written", "value", "holds"),
    [
        ("abc", "abc", True),
        ("abc", "ABC", False),
        ("abc", 5, False),
        ("5", 5, False),
        ("+44*", "+447", True),
        ("*", "", True),
        ("*", None, False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("*90*", "4490", True),
        ("a*b*c", "axxbyyc", True),
        ("a*b*c", "acb", False),
        ("a*bc*c", "abc", False),
        ("**", "anything", True),
        (5, 5, True),
        (5, 5.0, True),
        (1, True, False),
        (True, True, True),
        (True, 1, False),
        (0, False, False),
        (5, None, False),
        (["a", "b"], "b", True),
        (["a", "b*"], "bee", True),
        (["a", 5, {"contains": "x"}], "oxo", True),
        (["a", "b"], ["a"], False),
        ({"contains": "od"}, "code", True),
        ({"contains": "*"}, "code", False),
        ({"contains": "1"}, 1, False),
        ({"regex": "[0-9]{4}"}, "code 1234.", True),
        ({"regex": "^[0-9]{4}$"}, "code 1234", False),
        ({"regex": "1"}, 1, False),
        ({"not": "abc"}, "abd", True),
        ({"not": "abc"}, None, True),
        ({"not": ["a", "b"]}, "b", False),
        ({"min": 2}, 2, True),
        ({"min": 2}, True, False),
        ({"min": 2, "max": 3}, 4, False),
        ({"min": 2}, "3", False),
        ({"contains": "code", "not": {"contains": "test"}}, "test code", False),
        ({"not": {"not": "a"}}, "a", True),
    ],
)
def test_a_matcher_holds_as_the_language_says(written, value, holds):
    assert matcher(written)(value) is holds


def naive(written, value):
    """The language's sentences, one by one, with nothing made fast."""
    if isinstance(written, str):
        pattern = ".*".join(map(re.escape, written.split("*")))
        return isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None
    if isinstance(written, list):
        return any(naive(item, value) for item in written)
    if isinstance(written, dict):
        return all(naive_word(word, operand, value) for word, operand in written.items())
    return isinstance(written, bool) == isinstance(value, bool) and written == value


def naive_word(word, operand, value):
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {
        "contains": lambda: isinstance(value, str) and operand in value,
        "regex": lambda: isinstance(value, str) and re.search(operand.replace("$", r"\Z"), value) is not None,
        "not": lambda: not naive(operand, value),
        "min": lambda: number and value >= operand,
        "max": lambda: number and value <= operand,
    }[word]()


WORDS = st.text("ab*\n", max_size=6)
NUMBERS = st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 2.0])
MATCHERS = st.recursive(
    WORDS | NUMBERS | st.booleans(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.fixed_dictionaries(
            {},
            optional={
                "contains": st.text("ab*", max_size=2),
                "regex": st.sampled_from(["a", "^b", "a.b", "[ab]{2}$"]),
                "not": inner,
                "min": NUMBERS,
                "max": NUMBERS,
            },
        ).filter(bool)
    ),
    max_leaves=5,
)
VALUES = st.text("ab*\n", max_size=7) | NUMBERS | st.booleans() | st.none() | st.lists(st.text("ab"), max_size=1)


@given(MATCHERS, VALUES)
def test_matchers_agree_with_a_naive_reference(written, value):
    assert matcher(written)(value) == naive(written, value)


@given(WORDS | st.lists(WORDS, min_size=1, max_size=3), VALUES)
def test_a_matcher_that_names_its_values_matches_no_other(written, value):
    named = exact(written)
    if named is not None and matcher(written)(value):
        assert value in named


BODY = {"reference": {"service": "A"}, "messages": [{"text": "root"}], "flag": True, "none": None}


@pytest.mark.parametrize(
    ("path", "element", "found"),
    [
        ("reference.service", None, "A"),
        ("messages.0.text", None, "root"),
        ("messages.1.text", None, None),
        ("messages.x", None, None),
        ("messages.99999999999999999999", None, None),
        ("messages.²", None, None),
        ("flag", None, True),
        ("flag.deeper", None, None),
        ("none", None, None),
        ("text", {"text": "own"}, "own"),
        ("reference.service", {"text": "own"}, "A"),
        ("reference.service", {"reference": {"service": "own"}}, "own"),
        ("text", ["no mapping"], None),
    ],
)
def test_a_body_path_looks_in_the_messages_own_element_first(path, element, found):
    asked = Asked("terse", "a", "send", BODY, message(element=element), "+1")
    assert body_reader(path)(asked) == found


@pytest.mark.parametrize("body", [None, 5, "text", [], [[]]])
def test_any_body_can_be_looked_into(body):
    assert body_reader("a.b.0")(Asked("terse", None, "token", body, None, "")) is None
