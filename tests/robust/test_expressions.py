"""A scenario's regular expressions come from users: none takes longer than its text is long."""

import pytest

from sandbox.schema import searcher
from tests.support.server import Server


@pytest.mark.parametrize("expression", ["(a+)+$", "^(a|aa)*$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}b"])
def test_no_expression_takes_for_ever(expression: str) -> None:
    assert not searcher(expression)("a" * 50_000 + "!")


@pytest.mark.parametrize("expression", [r"(?=a)", r"(?<!a)b", r"(a)\1", r"\Z", "[[a](?=b)", "(", "*", "a{9999}{9999}"])
def test_what_the_engine_does_not_know_is_refused_in_one_sentence(expression: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]{5,150}$"):
        searcher(expression)


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        (r"\d{6}", "code 123456.", True),
        (r"(?i)hello", "HELLO", True),
        (r"^hello$", "hello\n", False),
        (r"\bcode\b", "a code", True),
        (r"a.c", "a\nc", False),
        (r"\ufffd|\?", "\ud800", True),
    ],
)
def test_expressions_search_as_json_schema_has_it(expression: str, text: str, found: bool) -> None:
    assert searcher(expression)(text) is found


async def test_a_scenario_with_a_slow_expression_costs_a_send_nothing(sandbox: Server) -> None:
    await sandbox.play({"rules": [{"when": {"text": {"regex": "(a+)+$"}}, "respond": {"error": "unavailable"}}]})
    status, _ = await sandbox.send("blackkonnect", text="a" * 100_000 + "!")
    assert status == 200
