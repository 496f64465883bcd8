"""One space: its own scenario, clock, seed, accounts and counters. Its messages are the store's."""

import asyncio
import re
import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox import clock as clocks
from sandbox import durations
from sandbox.clock import Clock, Mode
from sandbox.ids import Ids
from sandbox.scenario.counters import Tally, Windows
from sandbox.scenario.engine import Engine
from sandbox.scenario.model import Scenario
from sandbox.store.rows import SpaceRow
from sandbox.vocabulary import Account
from sandbox.wire import veiled

DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
Accounts = Mapping[str, tuple[Account, ...]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What ``PUT /_sandbox/spaces/{space}`` may say. None = as it is, or as the server has it.

    ``ttl`` in real µs, 0 = never. ``accounts`` are added to the scenario's.
    """

    scenario: Scenario | None = None
    accounts: Accounts | None = None
    callbacks: Mapping[str, str] | None = None
    mode: Mode | None = None
    speed: float = 1.0
    now: int | None = None
    seed: int | None = None
    ttl: int | None = None
    fresh: bool = False


@dataclass(eq=False)
class Space:
    """``own_scenario``: put on this very space, not the server's default; its accounts then lead here."""

    name: str
    clock: Clock
    scenario: Scenario
    own_scenario: bool = False
    accounts: Accounts = field(default_factory=dict)
    callbacks: Mapping[str, str] = field(default_factory=dict)
    fallback: Mapping[str, str] = field(default_factory=dict)
    """The server's callbacks, for providers that ``callbacks`` does not name."""
    seed: int | None = None
    ttl: int | None = None
    generation: int = 1
    played_at: int = 0
    """Sequence number at which the scenario was put: what is stored before was decided by another."""
    users: int = 0
    """Event streams, calls that wait and calls that walk the clock; they keep the space alive."""
    epoch: int = 0
    """Grows when everything pending is forgotten; a post that began before is not recorded after."""
    paced: dict[str, int] = field(default_factory=dict)
    """When the next post of an account that paces them may leave."""
    unread: dict[str, Any] = field(default_factory=dict)
    """What this version refuses of what the store remembers (scenario, accounts): kept for one that does not."""
    walked: list[dict[str, Any]] | None = None
    """What fired, while somebody walks the clock."""

    def __post_init__(self) -> None:
        self.born = clocks.wall()
        self.lock = asyncio.Lock()
        """Held by whoever walks the clock: one at a time."""
        self._quotas: dict[tuple[int, int], Windows] = {}
        self._recipients, self._alike = Tally(), Tally()
        self._past = 0
        self.touch()
        self.begin(self.scenario)

    # --- scenario and accounts ---------------------------------------------------------------------

    def begin(self, scenario: Scenario, since: int | None = None) -> None:
        """Play ``scenario`` from its first rule on, every counter at nought, as if put at ``since``; left out: now."""
        self.scenario = scenario
        since = self.clock.now() if since is None else since
        self.engine = Engine(scenario, seed=self.seed, since=since)
        self._quotas.clear()
        self.enrol()

    def resume(self, since: int | None, past: int) -> None:
        """Go on after a restart: counters begin at nought, ids after the ``past`` that may have been given."""
        self._past = past
        self.begin(self.scenario, since)

    def within(self, key: str, limit: int, window: int) -> bool:
        """What an account allows: at most ``limit`` in any ``window`` µs for each ``key``; counted if it is let in."""
        windows = self._quotas.setdefault((limit, window), Windows(limit, window))
        now = self.clock.now()
        if windows.wait(key, now):
            return False
        windows.enter(key, now)
        return True

    def enrol(self) -> None:
        """Who may log in: the scenario's accounts, and the space's own beside them, by names of which none is twice."""
        declared = (self.scenario.accounts, self.accounts)
        self.logins = {
            slug: distinct([account for accounts in declared for account in accounts.get(slug, ())])
            for slug in {*self.scenario.accounts, *self.accounts}
        }

    def account(self, provider: str, name: str) -> Account | None:
        return next((account for account in self.logins.get(provider, ()) if account.name == name), None)

    def declared(self) -> list[Account]:
        """The accounts that lead to this space: its own, and those of a scenario that was put on it."""
        scenarios = self.scenario.accounts.values() if self.own_scenario else ()
        return [account for accounts in (*scenarios, *self.accounts.values()) for account in accounts]

    def callback(self, provider: str) -> str | None:
        """Where reports of ``provider`` go when neither request nor account says so."""
        return self.callbacks.get(provider) or self.fallback.get(provider)

    # --- identifiers ---------------------------------------------------------------------------------

    def ids(self, provider: str, to: str) -> Ids:
        """Where a message's identifiers come from: with a seed they hang on who gets it and how many he had."""
        if self.seed is None:
            return _RANDOM
        nth = 1 + self._past + self._recipients.take((provider, to))
        return Ids.fixed(self.seed, provider, to, nth)

    def ids_for(self, *scope: Hashable) -> Ids:
        """The same for anything else: with a seed they hang on what it is, and how many there were just like it."""
        if self.seed is None:
            return _RANDOM
        return Ids.fixed(self.seed, *scope, self._past + self._alike.take(hash(scope)))

    # --- life ----------------------------------------------------------------------------------------

    def touch(self) -> None:
        self.used = time.monotonic()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Not idle, however long that takes."""
        self.users += 1
        try:
            yield
        finally:
            self.users -= 1
            self.touch()

    def idle_for(self) -> float:
        """Real seconds since anybody used it."""
        return 0.0 if self.users else time.monotonic() - self.used

    def forget(self) -> None:
        """Counters at nought, and identifiers from the first on; scenario and clock stay."""
        self.paced.clear()
        self._recipients, self._alike = Tally(), Tally()
        self._past = 0
        self.begin(self.scenario)

    def describe(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "scenario": self.scenario.name,
            "generation": self.generation,
            "seed": self.seed,
            "clock": describe_clock(self.clock),
            "callbacks": {slug: veiled(url) for slug, url in self.callbacks.items()},
            "accounts": {slug: [account.name for account in accounts] for slug, accounts in self.logins.items()},
            "ttl": None if self.ttl is None else durations.format(self.ttl) if self.ttl else "never",
            "idle_seconds": round(self.idle_for(), 3),
        }

    # --- across a restart ------------------------------------------------------------------------------

    def row(self) -> SpaceRow:
        return SpaceRow(
            self.name,
            {
                "scenario": [self.scenario.name, self.scenario.text] if self.own_scenario else None,
                "accounts": {s: [dict(a.settings) for a in accounts] for s, accounts in self.accounts.items()},
                "callbacks": dict(self.callbacks),
                "clock": {
                    "mode": self.clock.mode,
                    "speed": self.clock.speed,
                    "now": self.clock.now(),
                    "wall": clocks.wall(),
                },
                "seed": self.seed,
                "ttl": self.ttl,
                "generation": self.generation,
                "since": self.engine.since,
                "played_at": self.played_at,
                **self.unread,
            },
        )


_RANDOM = Ids()


def distinct(accounts: list[Account]) -> tuple[Account, ...]:
    """Of two that are called alike the later one counts on: ``account-1`` becomes ``account-2``, ``app`` ``app-2``."""
    found: dict[str, Account] = {}
    for account in accounts:
        name = account.name
        while name in found:
            stem, _, number = name.rpartition("-")
            name = f"{stem}-{int(number) + 1}" if stem and number.isdecimal() and len(number) < 9 else f"{name}-2"
        found[name] = account if name == account.name else replace(account, name=name)
    return tuple(found.values())


def describe_clock(clock: Clock) -> dict[str, Any]:
    return {"mode": clock.mode, "speed": clock.speed, "now": clocks.iso(clock.now())}


def resumed_clock(saved: Mapping[str, Any]) -> Clock:
    """A clock as it would show now, had it run on while the server was away."""
    away = max(0, clocks.wall() - saved["wall"])
    mode = Mode(saved["mode"])
    now = saved["now"] + (0 if mode is Mode.MANUAL else int(away * saved["speed"]))
    return Clock(mode, saved["speed"], now)
