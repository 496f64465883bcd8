"""A provider's bundled documents: ``specs/<slug>/`` read once, used at run time and served to people.

``openapi.json``         OpenAPI 3.1; its component schemas check requests (and, in tests, every answer)
``errors.json``          the error catalogue as data
``account.schema.json``  what a scenario may say of an account
``examples/*.json``      request and answer pairs that are run as tests
``SOURCE.md``            the document behind each fact
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sandbox import resources
from sandbox.schema import Schema
from sandbox.vocabulary import ErrorEntry
from sandbox.wire import decode


@dataclass(frozen=True)
class Spec:
    slug: str
    openapi: Mapping[str, Any]
    errors: Mapping[str, ErrorEntry]
    words: Mapping[str, str]
    aliases: Mapping[str, str]
    account: Mapping[str, Any]
    _schemas: dict[str, Schema] = field(default_factory=dict)

    @classmethod
    @cache
    def load(cls, slug: str) -> "Spec":
        home = folder(slug)
        catalogue = decode((home / "errors.json").read_bytes())
        entries = [_entry(row) for row in catalogue["errors"]]
        return cls(
            slug=slug,
            openapi=decode((home / "openapi.json").read_bytes()),
            errors={entry.code: entry for entry in entries},
            words={word: entry.code for entry in entries for word in entry.words},
            aliases=catalogue.get("aliases", {}),
            account=decode((home / "account.schema.json").read_bytes()),
        )

    def schema(self, name: str) -> Schema:
        """A component schema of the OpenAPI document by name."""
        known = self._schemas.get(name)
        if known is None:
            components = {"schemas": self.openapi["components"]["schemas"]}
            if name not in components["schemas"]:
                raise KeyError(f"{self.slug} has no schema {name}")
            known = Schema({"$ref": f"#/components/schemas/{name}", "components": components})
            self._schemas[name] = known
        return known


def folder(slug: str) -> Path:
    return resources.folder("specs") / slug


def _entry(row: Mapping[str, Any]) -> ErrorEntry:
    return ErrorEntry(**{**row, "words": tuple(row.get("words", ()))})
