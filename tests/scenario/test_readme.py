"""The snippets of ``scenarios/README.md`` do what the text beside them says."""

import re

import pytest

from sandbox import resources
from sandbox.errors import ScenarioError
from sandbox.providers import discover
from sandbox.scenario.load import load

README = (resources.folder("scenarios") / "README.md").read_text()
SNIPPETS = re.findall(r"```yaml\n(.*?)```(?:\s+```text\n(.*?)\n```)?", README, re.DOTALL)
"""Each with the error that is stated right after it, or ""."""


def told(text):
    """What ``check`` would say of it, errors or warnings."""
    vocabularies = {slug: provider.vocabulary for slug, provider in discover().items()}
    try:
        return "\n".join(map(str, load(text, file="example.yaml", vocabularies=vocabularies).warnings))
    except ScenarioError as fault:
        return str(fault)


@pytest.mark.parametrize(("text", "said"), SNIPPETS, ids=range(len(SNIPPETS)))
def test_a_snippet_loads_or_gives_the_error_that_is_stated(text, said):
    assert told(text) == said


def test_there_are_snippets_of_both_kinds():
    assert len([said for _, said in SNIPPETS if said]) >= 4
    assert len([said for _, said in SNIPPETS if not said]) >= 8
