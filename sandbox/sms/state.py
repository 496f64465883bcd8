"""The states of a message and the moves between them (PROVIDERS.md §0, States).

``queued`` → any other but ``read``; ``sent`` → ``delivered undelivered expired rejected``;
``delivered`` → ``read``. Any other receipt that a scenario scripts still goes out to the consumer
and leaves the stored state unmoved: networks do this, and consumers must survive it.
"""

from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    READ = "read"


_ENDS = frozenset({State.DELIVERED, State.UNDELIVERED, State.EXPIRED, State.REJECTED})

MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: _ENDS | {State.SENT},
    State.SENT: _ENDS,
    State.DELIVERED: frozenset({State.READ}),
    State.UNDELIVERED: frozenset(),
    State.EXPIRED: frozenset(),
    State.REJECTED: frozenset(),
    State.READ: frozenset(),
}

OPEN = frozenset({State.QUEUED, State.SENT})
"""The network still has the message; its validity can still run out."""
