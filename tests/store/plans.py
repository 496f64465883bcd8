"""What SQLite means to do for a statement."""

import re
from contextlib import closing
from functools import cache

from sandbox.store import removal
from sandbox.store.database import Database

SMALL = {"gone", "called", "json_each", "runs", "space", "CONSTANT", "sqlite_schema"}
"""What may be read through: it holds no rows of messages, or few."""
ONCE = ("SELECT count(*) FROM ", "SELECT * FROM ")
"""How tests look at the tables."""
AT_THE_START = "seq NOT IN (SELECT seq FROM due)"
"""The attempts that a dead process had begun."""


@cache
def reads_through(sql: str) -> bool:
    """Whether it looks at every row of a table that grows."""
    if not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)", sql) or sql.startswith(ONCE) or AT_THE_START in sql:
        return False
    with closing(Database(None)) as database:
        database.run(removal.SCRATCH)
        marks = [int(number or 1) for number in re.findall(r"\?([0-9]*)", sql)]
        values = [None] * (max(marks, default=0) if "?1" in sql else len(marks))
        steps = [str(row[3]).split() for row in database.all(f"EXPLAIN QUERY PLAN {sql}", values)]
    return any(step[0] == "SCAN" and step[1] not in SMALL for step in steps)
