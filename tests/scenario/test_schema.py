"""``specs/scenario.schema.json``: one definition, for editors and for the loader."""

from dataclasses import replace

import pytest

from sandbox import resources
from sandbox.providers import discover
from sandbox.scenario import language
from sandbox.scenario.source import Source
from sandbox.schema import Schema
from sandbox.wire import decode
from tests.scenario.test_refusals import REFUSED
from tests.scenario.words import BOTH, TERSE, read

DOCUMENT = decode((resources.folder("specs") / language.FILE).read_bytes())


def parts(value, path=""):
    if isinstance(value, dict):
        yield path, value
        for key, part in value.items():
            yield from parts(part, f"{path}/{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from parts(part, f"{path}/{index}")


def keys():
    for path, part in parts(DOCUMENT):
        if path.endswith("/properties"):
            yield from ((f"{path}/{name}", schema) for name, schema in part.items())


def described(schema):
    if "$ref" in schema and "description" not in schema:
        return "description" in DOCUMENT["$defs"].get(schema["$ref"].removeprefix("#/$defs/"), {})
    return "description" in schema


def test_every_key_is_described_for_editors():
    assert [path for path, schema in keys() if not described(schema)] == []


def test_every_example_of_a_definition_fits_it():
    for name, definition in DOCUMENT["$defs"].items():
        schema = Schema({**definition, "$defs": DOCUMENT["$defs"]})
        for example in definition.get("examples", ()):
            assert schema.valid(example), (name, example)


def test_the_file_names_the_account_schema_of_every_bundled_provider():
    accounts = DOCUMENT["properties"]["accounts"]["properties"]
    assert {slug: part["items"]["$ref"] for slug, part in accounts.items()} == {
        slug: f"{slug}/account.schema.json" for slug in discover()
    }


def test_a_provider_that_the_file_does_not_know_is_added():
    assert not language.schema(BOTH).valid({"accounts": {"fifth": [{"username": "a"}]}})
    fifth = {**BOTH, "fifth": replace(TERSE, slug="fifth")}
    assert language.schema(fifth).valid({"accounts": {"fifth": [{"username": "a", "home": "http://x"}]}})
    assert not language.schema(fifth).valid({"accounts": {"fifth": [{"username": "a", "home": "ftp"}]}})


def test_the_schema_is_built_once_for_the_same_providers():
    assert language.schema(BOTH) is language.schema(dict(BOTH))


@pytest.mark.parametrize("text", [text for text, _ in REFUSED if "*901" not in text and text])
def test_gate_and_explainer_agree(text):
    schema, data = language.schema(BOTH), Source(text, "test").data
    assert schema.valid(data) is (not schema.faults(data))


def test_a_whole_number_may_be_written_with_a_point():
    text = "{limit: {max: 2.0, window: 1s}, until: {calls: 3.0}, report: [{status: sent, times: 2.0}]}"
    rule = read(f"rules: [{text}]").rules[0]
    assert rule.limit is not None
    numbers = (rule.limit.most, rule.calls, rule.report.timelines[0][0].times)
    assert [(number, type(number)) for number in numbers] == [(2, int), (3, int), (2, int)]


def test_a_pattern_that_does_not_fit_is_quoted_as_it_is_published():
    (fault,) = Schema({"pattern": "^[0-9]+$"}).faults("12\n")
    assert (fault.expected, fault.message) == ("^[0-9]+$", r"'12\n' does not match '^[0-9]+$'")
