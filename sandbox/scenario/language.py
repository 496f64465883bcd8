"""The language's one definition, ``specs/scenario.schema.json``, and what breaks it.

The file's ``$ref``s to ``<slug>/account.schema.json`` are met by what each provider says of its accounts; a
provider that the file does not know yet is added beside the others.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sandbox import resources
from sandbox.errors import Problem
from sandbox.scenario import wording
from sandbox.scenario.source import Source
from sandbox.schema import Schema
from sandbox.vocabulary import Vocabulary
from sandbox.wire import decode, encode

FILE = "scenario.schema.json"
_BASE = "https://sms-sandbox.invalid/"
_LONGEST = 64
"""Characters of a word that is like none of ours if it has more."""
_TOLD = 40
"""More problems than this help nobody."""


def document(slugs: Iterable[str]) -> dict[str, Any]:
    """The file, with the accounts of these providers; each of them a document of its own beside it."""
    told: dict[str, Any] = decode((resources.folder("specs") / FILE).read_bytes())
    accounts = told["properties"]["accounts"]
    own = {slug: {"type": "array", "items": {"$ref": f"{slug}/account.schema.json"}} for slug in slugs}
    accounts["properties"] = {slug: accounts["properties"].get(slug, listed) for slug, listed in own.items()}
    return told


def schema(vocabularies: Mapping[str, Vocabulary]) -> Schema:
    """What a scenario may say, given these providers."""
    return _schema(encode({slug: vocabulary.account for slug, vocabulary in vocabularies.items()}))


@lru_cache(maxsize=8)
def _schema(accounts: bytes) -> Schema:
    known = decode(accounts)
    told = document(known)
    for slug, account in known.items():
        told["$defs"][slug] = {**account, "$id": f"{_BASE}{slug}/account.schema.json"}
    return Schema({**told, "$id": _BASE + FILE})


def problems(source: Source, schema: Schema) -> tuple[Problem, ...]:
    """What is wrong with a scenario's shape; none if nothing is."""
    if schema.valid(source.data):
        return ()
    told = tuple(sorted(wording.told(source, schema.faults(source.data)), key=place))[:_TOLD]
    return told or (source.problem((), f"this does not fit {FILE}"),)


def place(problem: Problem) -> tuple[int, int]:
    """What problems are sorted by."""
    return problem.line, problem.column
