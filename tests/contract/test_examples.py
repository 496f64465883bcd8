"""The example pairs of every provider's documents, over real sockets."""

import pytest

from sandbox.providers import discover
from tests.support.checked import Checked
from tests.support.documents import leaves, operations
from tests.support.examples import Example, differences, examples

EVERY = [example for slug in sorted(discover()) for example in examples(slug)]


@pytest.mark.parametrize("example", EVERY, ids=str)
async def test_an_example_is_answered_as_it_is_written(sandbox: Checked, example: Example) -> None:
    assert len(await example.play(sandbox)) == len(example.steps) > 0


def test_every_operation_is_shown_by_example(slug: str) -> None:
    shown = {example.operation(turn) for example in examples(slug) for turn in range(len(example.steps))}
    assert operations(slug).keys() <= shown


def test_every_error_of_the_catalogue_is_shown_by_example(slug: str) -> None:
    said = {
        (step["answer"]["status"], str(leaf))
        for example in examples(slug)
        for step in example.steps
        for leaf in leaves(step["answer"].get("json"))
    }
    errors = discover()[slug].spec.errors.values()
    assert [error.code for error in errors if (error.status, error.code) not in said] == []


def test_every_example_says_where_it_comes_from(slug: str) -> None:
    for example in examples(slug):
        assert example.told["name"], example
        assert example.told["source"].startswith(("S000", "S001", "S002", "S003", "S004", "convention")), example
        marks = example.told["provenance"]
        marks = marks.values() if isinstance(marks, dict) else (marks,)
        assert set(marks) <= {"stated", "inferred", "convention"}, example


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("{{uuid}}", "7b8ef313-f1f2-4c4f-bffa-438c287ba9d"),
        ("{{uuid}}", None),
        ("{{alnum:12}}", "short"),
        ("{{integer}}", True),
        ("{{integer}}", "1"),
        ("{{instant}}", "yesterday"),
        ("{{jwt}}", "a.b"),
        ("{{string}}", 1),
        (0, False),
        (1, 1.0),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, {}),
        ([1, 2], [1]),
        (None, ""),
    ],
)
def test_patterns_take_nothing_else(expected: object, actual: object) -> None:
    assert list(differences(expected, actual))
