"""Messages that go, with all that is theirs: marked first, then removed (or hidden) in bulk."""

from sandbox.store.database import Database
from sandbox.store.schema import RUN

SCRATCH = "CREATE TEMP TABLE gone (seq INTEGER PRIMARY KEY)"
"""The marked messages, while they are."""
_MARKED = "IN (SELECT seq FROM gone)"
_OURS = f"SELECT seq >> {RUN}, sum_of(id) FROM gone JOIN message USING (seq)"
_THEIRS = f"""
    SELECT seq >> {RUN}, sum_of(called.value) FROM gone JOIN message USING (seq), json_each(more, '$[3]') AS called
    WHERE called.value IS NOT NULL
"""
_UNSHARED = """
    AND NOT EXISTS (
        SELECT 1 FROM message m WHERE m.seq BETWEEN name.message AND last AND m.seq NOT IN (SELECT seq FROM gone))
"""
_ALONG = (
    f"DELETE FROM name WHERE (run, sum) IN ({_OURS}) {_UNSHARED}",  # both at once would read all names through
    f"DELETE FROM name WHERE (run, sum) IN ({_THEIRS}) {_UNSHARED}",
    f"DELETE FROM link WHERE message {_MARKED}",
    f"DELETE FROM receipt WHERE message {_MARKED}",
    f"DELETE FROM replay WHERE message {_MARKED}",
    f"DELETE FROM attempt WHERE callback IN (SELECT seq FROM callback WHERE message {_MARKED})",
    f"DELETE FROM message WHERE seq {_MARKED}",
)


def mark(database: Database, chosen: str, space: int, most: int) -> int:
    """Mark what the query ``chosen`` finds in ``space``, ``most`` at once (-1: all); how many that were."""
    return database.run(f"INSERT INTO gone {chosen} LIMIT ?", (space, most))


def purge(database: Database) -> int:
    """Remove the marked messages; how many callbacks went along."""
    for statement in _ALONG:
        database.run(statement)
    callbacks = database.run(f"DELETE FROM callback WHERE message {_MARKED}")
    database.run("DELETE FROM gone")
    return callbacks


def hide(database: Database) -> None:
    """Take the marked messages from every list (see ``schema``)."""
    database.run(f"UPDATE message SET space = -space WHERE seq {_MARKED}")
    database.run(f"UPDATE callback SET space = -space WHERE message {_MARKED}")
    database.run("DELETE FROM gone")
