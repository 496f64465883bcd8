"""The end of a space, or of what is in it: at once to everybody, bit by bit in the tables.

A space that is cleared or dropped gives up its number; nobody finds what lies under a number without a name. It is
swept away in portions, so that a hundred thousand messages more or less hold nobody up.
"""

from sandbox.store import removal
from sandbox.store.database import Database

PORTION = 50
_ABANDON = "UPDATE space SET name = NULL, config = NULL WHERE n = ?"
_BEGIN = "INSERT INTO space (name, config, requests, evicted_requests, journal) VALUES (?, ?, ?, ?, ?)"
_KEPT = ("request", "subscription")
_SOME = "(SELECT seq FROM {table} WHERE space = ?1 ORDER BY seq LIMIT ?2)"
_LEFT = (
    f"DELETE FROM attempt WHERE callback IN {_SOME.format(table='callback')}",
    *(f"DELETE FROM {table} WHERE seq IN {_SOME.format(table=table)}" for table in ("callback", "due", "request")),
)
_AT_LAST = ("replay", "subscription")


def drop(database: Database, space: int) -> None:
    database.run(_ABANDON, (space,))


def clear(database: Database, space: int, *, messages_only: bool) -> None:
    """Begin the space anew under another number, with its journal and subscriptions if ``messages_only``."""
    held = database.one("SELECT name, config, requests, evicted_requests, journal FROM space WHERE n = ?", (space,))
    if held is not None:
        name, config, *journal = held
        drop(database, space)
        database.run(_BEGIN, (name, config, *(journal if messages_only else (0, 0, 0))))
        for table in _KEPT * messages_only:
            database.run(
                f"UPDATE {table} SET space = (SELECT n FROM space WHERE name = ?) WHERE space = ?", (name, space)
            )


def sweep(database: Database) -> bool:
    """Remove one portion of what lies under a number without a name; False: there is none."""
    nameless = database.one("SELECT n FROM space WHERE name IS NULL LIMIT 1")
    if nameless is None:
        return False
    space = nameless[0]
    if not (_sweep_messages(database, space) or _sweep_messages(database, -space) or _sweep_others(database, space)):
        for table in _AT_LAST:
            database.run(f"DELETE FROM {table} WHERE space = ?", (space,))
        database.run("DELETE FROM space WHERE n = ?", (space,))
    return True


def _sweep_messages(database: Database, space: int) -> int:
    marked = removal.mark(database, "SELECT seq FROM message WHERE space = ?", space, PORTION)
    if marked:
        removal.purge(database)
    return marked


def _sweep_others(database: Database, space: int) -> int:
    return sum([database.run(statement, (space, PORTION)) for statement in _LEFT])
