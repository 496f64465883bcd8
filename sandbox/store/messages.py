"""Messages as they are found: listed, by seq, by any of their names, by recipient; with receipts and links."""

from collections.abc import Sequence

from sandbox.sms.message import Link, Message
from sandbox.store import codec, listing
from sandbox.store.core import Core
from sandbox.store.rows import Filter, Page, StoredReceipt

_SELECT = f"SELECT {codec.MESSAGE} FROM message"
_NAMED = f"seq IN ({listing.BEARING})"
_RECEIPTS = (
    f"SELECT {codec.RECEIPT}, space FROM receipt r JOIN message m ON m.seq = r.message"
    " WHERE r.message = ? ORDER BY r.rowid"
)
_HOMES = {
    "message": f"SELECT DISTINCT space FROM message WHERE {_NAMED}",
    "link": "SELECT DISTINCT space FROM link WHERE code = ?1",
}


class Messages(Core):
    async def messages(self, space: str, which: Filter) -> Page[Message]:
        number = self._space(space)
        held = self._one("SELECT messages, evicted_messages FROM space WHERE n = ?", number) or (0, 0)
        found = listing.select(self._database, listing.MESSAGES, number, which, held[0])
        return Page(self._as_messages(found.rows), found.next, found.total, held[1])

    async def message(self, seq: int) -> Message | None:
        return (await self.by_seq([seq])).get(seq)

    async def by_seq(self, seqs: Sequence[int]) -> dict[int, Message]:
        rows = self._all(f"{_SELECT} WHERE seq {codec.AMONG}", codec.pack(seqs))
        return {message.seq: message for message in self._as_messages(rows)}

    async def named(self, space: str, id: str, provider: str | None = None) -> list[Message]:  # noqa: A002
        number = self._space(space)
        rows = self._all(
            f"{_SELECT} WHERE {_NAMED} AND space = ?2 AND (?3 IS NULL OR provider = ?3) ORDER BY seq DESC",
            id, number, provider,
        )  # fmt: skip
        return self._as_messages(rows)

    async def lookup(
        self, space: str, provider: str, *, account: str | None = None, to: str | None = None,
        reference: str | None = None, before: int | None = None, limit: int | None = None,
    ) -> list[Message]:  # fmt: skip
        wanted = {
            "space = ?": self._space(space),
            "provider = ?": provider,
            "account = ?": account,
            "recipient = ?": to,
            "reference <> '' AND reference = ?": reference,
            "accepted_at < ?": before,
        }
        wanted = {condition: value for condition, value in wanted.items() if value is not None}
        rows = self._all(
            f"{_SELECT} WHERE {' AND '.join(wanted)} ORDER BY seq DESC LIMIT ?",
            *wanted.values(), -1 if limit is None else limit,
        )  # fmt: skip
        return self._as_messages(rows)

    async def receipts(self, message: int) -> list[StoredReceipt]:
        rows = self._all(_RECEIPTS, message)
        return [codec.receipt(row) for row in rows if self._names.of(row[-1])]

    async def homes(self, kind: str, value: str) -> list[str]:
        rows = self._all(_HOMES[kind], value)
        return sorted({name for (space,) in rows if (name := self._names.of(space))})

    async def link(self, space: str, code: str, *, count: bool = False) -> tuple[Link, int] | None:
        number = self._space(space)
        if count:
            with self._transaction():
                self._database.run("UPDATE link SET clicks = clicks + 1 WHERE code = ? AND space = ?", (code, number))
        row = self._one(
            "SELECT url, clicks, message FROM link WHERE code = ? AND space = ? ORDER BY message DESC LIMIT 1",
            code, number,
        )  # fmt: skip
        return (Link(code, row[0], row[1]), row[2]) if row else None
