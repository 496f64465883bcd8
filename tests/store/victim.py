"""A process to be killed: writes to a data file as a server would, and says on its output what was acknowledged.

``python -m tests.store.victim FILE`` prints the seq of each message whose batch was committed, one a line.
"""

import asyncio
import sys

from sandbox.store.base import Limits
from sandbox.store.rows import Batch
from sandbox.store.sqlite import SqliteStore
from tests.store.made import attempt, attempt_due, callback, due, entry, message, receipt

CLIENTS = 8


async def client(store: SqliteStore) -> None:
    """Send, report and record, over and over; in twos, so that half a batch would show."""
    while True:
        seq = store.number(3)
        twins = [message(seq), message(seq + 1)]
        await store.write(Batch(messages=twins, dues=[due(seq)], requests=[entry(seq)]))
        sys.stdout.write(f"{seq}\n")
        sys.stdout.flush()
        post = callback(seq + 2, seq)
        await store.write(Batch(dropped=[seq], receipts=[receipt(seq)], callbacks=[post]))
        await asyncio.sleep(0)
        again = attempt_due(post.seq)
        await store.write(Batch(attempts=[(post.seq, attempt())], dues=[again]))


async def main(path: str) -> None:
    store = SqliteStore.open(path, Limits(messages=10_000_000, requests=10_000_000))
    await asyncio.gather(*(client(store) for _ in range(CLIENTS)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
