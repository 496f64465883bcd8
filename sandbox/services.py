"""What the server is made of."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.callbacks.dispatch import Dispatcher
from sandbox.delivery import Delivery
from sandbox.feed import Feed
from sandbox.flow import Flow
from sandbox.opening import Opening
from sandbox.providers.base import Provider
from sandbox.scenario.shelf import Shelf
from sandbox.scheduler import Scheduler
from sandbox.settings import Settings
from sandbox.spaces.registry import Spaces
from sandbox.store.base import Store
from sandbox.walker import Walker


@dataclass(frozen=True)
class Services:
    """One of each. ``tally`` counts for the metrics: ("requests", slug, outcome), ("callbacks", slug, state)."""

    settings: Settings
    providers: Mapping[str, Provider]
    store: Store
    feed: Feed
    shelf: Shelf
    opening: Opening
    spaces: Spaces
    dispatcher: Dispatcher
    delivery: Delivery
    scheduler: Scheduler
    walker: Walker
    flow: Flow
    tally: Counter[tuple[str, ...]] = field(default_factory=Counter)
