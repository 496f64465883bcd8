"""The same request again: where a provider knows it by an id of the client's, it gets the first answer once more.

A repeated request shares with the first its provider, operation and account, and what ``Send.dedupe`` says.
"""

from sandbox.calls import Send
from sandbox.store.base import Store
from sandbox.store.rows import Replay
from sandbox.visit import Outcome, Visit
from sandbox.wire import Reply

AGAIN = "the same request was accepted before; this is the answer that it got"


async def replayed(store: Store, visit: Visit, send: Send) -> Outcome | None:
    """The first answer; None for a request that is the first of its kind."""
    since = visit.space.clock.now() - send.dedupe_for
    known = await store.replay(visit.space.name, _key(visit, send), since)
    if known is None:
        return None
    return Outcome(Reply(known.status, known.body, known.headers), named=known.messages, explanation=AGAIN)


def remember(visit: Visit, send: Send, acceptance: Reply, outcome: Outcome) -> None:
    """Have ``acceptance`` given again, once the messages of ``outcome`` are stored."""
    if send.dedupe is not None:
        space, key = visit.space, _key(visit, send)
        row = Replay(
            space.name, key, space.clock.now(), acceptance.status, acceptance.headers, acceptance.body, outcome.named
        )
        outcome.batch.replays.append(row)


def _key(visit: Visit, send: Send) -> str:
    return "\x1f".join((visit.provider.slug, send.operation.name, send.account.name, send.dedupe or ""))
