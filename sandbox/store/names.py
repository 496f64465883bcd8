"""Spaces as small integers: what the tables hold of a space's name."""

from sandbox.store.database import Database


class Names:
    """Both ways. ``find`` of a stranger is 0, which no row has; ``of`` of what lies under no name is None."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers: dict[str, int] = {}
        self.by_number: dict[int, str] = {}
        self.load()

    def load(self) -> None:
        """As the tables have it: at the start, and when numbers were given up or taken back."""
        rows = self._database.all("SELECT name, n FROM space WHERE name IS NOT NULL")
        self._numbers = dict(rows)
        self.by_number = {n: name for name, n in rows}

    def of(self, number: int) -> str | None:
        """The space of a row, hidden or not."""
        return self.by_number.get(abs(number))

    def find(self, name: str) -> int:
        return self._numbers.get(name, 0)

    def intern(self, name: str) -> int:
        """The number of a space, given now if it has none."""
        known = self._numbers.get(name)
        if known is None:
            self._database.run("INSERT INTO space (name) VALUES (?)", (name,))
            self.load()
            known = self._numbers[name]
        return known
