"""Connections for the first Pythons 3.12, up to the one that Ubuntu 24.04 has.

They take a number (``?1``) for a name, and warn where the values come in a row; so they get names.
"""

import re
import sqlite3
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any


class Named(sqlite3.Connection):
    """Numbers in a statement become names, and its values a mapping."""

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        named = _with_names(sql)
        return super().execute(named, values if named == sql else _by_name(values))

    def executemany(self, sql: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
        named = _with_names(sql)
        return super().executemany(named, rows if named == sql else map(_by_name, rows))


@lru_cache(256)
def _with_names(sql: str) -> str:
    return re.sub(r"\?([0-9]+)", r":n\1", sql)


def _by_name(values: Sequence[Any]) -> Mapping[str, Any]:
    return {f"n{number}": value for number, value in enumerate(values, 1)}


def _kind() -> type[sqlite3.Connection]:
    """What this Python needs."""
    with closing(sqlite3.connect(":memory:")) as connection, warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        connection.execute("SELECT ?1", (1,))
    return Named if complaints else sqlite3.Connection


CONNECTION = _kind()
