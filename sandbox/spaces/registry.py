"""All spaces: begun, found, changed, dropped, and forgotten when nobody needs them.

A request belongs to the space that the path names, else the header ``X-Sandbox-Space``, else to the space that
declares the login's identity, else to the one that handed out a token, link or message id that it carries, else to
``default`` (CONTROL-API.md, Spaces).
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.calls import Operation, Trace
from sandbox.clock import Clock
from sandbox.durations import SECOND
from sandbox.errors import SandboxError, ScenarioError
from sandbox.feed import Feed
from sandbox.providers.base import Provider
from sandbox.scenario.model import Scenario
from sandbox.spaces.logins import Logins
from sandbox.spaces.space import DEFAULT, NAME, Space, Wishes, resumed_clock
from sandbox.store.base import Store
from sandbox.tokens import Tokens
from sandbox.wire import Request

_LOG = logging.getLogger(__name__)


class Misdirected(Exception):  # noqa: N818 - a verdict on a request
    """A provider call that belongs to no one space; refused as authentication, explained in the journal."""


class SpaceFault(SandboxError):  # noqa: N818 - the asker's fault, named like schema.Fault
    """A space that cannot be begun or changed as asked. ``pointer`` names the field at fault."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Rules:
    """How spaces come and go: ``ttl`` in real µs (0 = never); ``declared_only``: provider calls begin none.

    ``callbacks`` are the server's own, by provider, for spaces that name none.
    """

    ttl: int
    most: int
    declared_only: bool = False
    callbacks: Mapping[str, str] = field(default_factory=dict)


class Spaces:
    def __init__(
        self,
        store: Store,
        feed: Feed,
        tokens: Tokens,
        providers: Mapping[str, Provider],
        default_scenario: Callable[[], Scenario],
        rules: Rules,
    ) -> None:
        self._store = store
        self._feed = feed
        self._tokens = tokens
        self._default_scenario = default_scenario
        self._rules = rules
        self._spaces: dict[str, Space] = {}
        self.logins = Logins(providers)
        self.leaving: list[Callable[[Space], None]] = []
        """Told when a space goes."""

    def __iter__(self) -> Iterator[Space]:
        return iter(list(self._spaces.values()))

    def get(self, name: str) -> Space | None:
        return self._spaces.get(name)

    def names(self) -> list[str]:
        return sorted(self._spaces)

    # --- which space ---------------------------------------------------------------------------------

    async def home(self, named: str | None, provider: Provider, request: Request, operation: Operation | None) -> Space:
        """The space of a provider call; begun if need be. Raises ``Misdirected``."""
        if named is None and self.logins:
            named = self._declared(provider, request, operation)
        if named is None:
            named = await self._traced(provider.traces(request, operation))
        named = DEFAULT if named is None else named
        return self._spaces.get(named) or await self._called_into_being(named)

    def _declared(self, provider: Provider, request: Request, operation: Operation | None) -> str | None:
        found = self.logins.spaces(provider, request, operation)
        if len(found) > 1:
            raise Misdirected(f"the login is declared in several spaces: {', '.join(sorted(found))}")
        return next(iter(found), None)

    async def _traced(self, traces: tuple[Trace, ...]) -> str | None:
        for trace in traces:
            if trace.kind == "token":
                claims = self._tokens.claims(trace.value) or {}
                homes = [claims["space"]] if claims.get("space") in self._spaces else []
            else:
                homes = await self._store.homes(trace.kind, trace.value)
            if DEFAULT not in homes and len(homes) == 1:
                return str(homes[0])
        return None

    async def _called_into_being(self, name: str) -> Space:
        if self._rules.declared_only:
            raise Misdirected(f"there is no space {name!r}, and the server begins none by itself (--spaces declared)")
        try:
            return await self.begin(name)
        except SpaceFault as fault:
            raise Misdirected(str(fault)) from None

    # --- coming and going ----------------------------------------------------------------------------

    async def begin(self, name: str) -> Space:
        """A new space with the server's default scenario, on machine time. Raises ``SpaceFault``."""
        space = self._new(name)
        try:
            await self._store.save_space(space.row())
        except BaseException:
            if name != DEFAULT:  # which always exists
                del self._spaces[name]
            raise
        self._feed.publish("space", name, lambda: {"name": name, "change": "began"})
        return space

    def _new(self, name: str) -> Space:
        if not NAME.fullmatch(name):
            raise SpaceFault(f"{name!r} is no name for a space; use 1 to 64 of A-Z a-z 0-9 . _ -", "/name")
        if len(self._spaces) >= self._rules.most:
            raise SpaceFault(f"there are {len(self._spaces)} spaces already, the most allowed (--max-spaces)")
        space = Space(name, Clock(), self._default_scenario(), fallback=self._rules.callbacks)
        self._spaces[name] = space
        return space

    async def put(self, name: str, wishes: Wishes) -> Space:
        """Begin or change a space. What ``wishes`` leaves out stays as it is, unless ``fresh``."""
        if wishes.fresh and name in self._spaces:
            await self.drop(name)
        space = self._spaces.get(name) or await self.begin(name)
        await self._set_clock(space, wishes)
        if wishes.seed is not None and wishes.seed != space.seed:
            space.seed = wishes.seed
            space.forget()
        if wishes.callbacks is not None:
            space.callbacks = wishes.callbacks
        if wishes.ttl is not None:
            space.ttl = wishes.ttl
        if wishes.accounts is not None:
            space.accounts = wishes.accounts
            space.unread.pop("accounts", None)
        await self.play(space, wishes.scenario or space.scenario, own=wishes.scenario is not None)
        space.touch()
        return space

    async def _set_clock(self, space: Space, wishes: Wishes) -> None:
        if wishes.now is not None:
            counts = await self._store.counts(space.name)
            if wishes.now < space.clock.now() and counts.messages:
                raise SpaceFault("a clock never runs backwards while its space holds messages", "/clock/now")
        if wishes.mode is not None:
            space.clock.set_mode(wishes.mode, wishes.speed)
        if wishes.now is not None:
            space.clock.jump(wishes.now)

    async def play(self, space: Space, scenario: Scenario, *, own: bool) -> bool:
        """Make ``scenario`` the active one. Equal content changes no more than its text; else counters are zeroed."""
        changed = scenario.json != space.scenario.json
        if own:
            space.own_scenario = True
            space.unread.pop("scenario", None)
        if changed:
            space.generation += 1
            space.begin(scenario)
            space.played_at = self._store.number()
        else:
            space.scenario = scenario
            space.enrol()
        self.logins.declare(space.name, space.declared())
        await self._store.save_space(space.row())
        if changed:
            self._feed.publish("scenario", space.name, lambda: {"name": scenario.name, "generation": space.generation})
        return changed

    async def save(self, space: Space) -> None:
        await self._store.save_space(space.row())

    async def drop(self, name: str) -> bool:
        """Forget a space and all that is pending in it; ``default`` begins anew at once."""
        space = self._spaces.get(name)
        if space is None:
            return False
        await self._store.drop_space(name)
        del self._spaces[name]
        for told in self.leaving:
            told(space)
        self.logins.forget(name)
        self._feed.publish("space", name, lambda: {"name": name, "change": "dropped"})
        if name == DEFAULT:
            await self.begin(DEFAULT)
        return True

    async def sweep(self) -> None:
        """Drop what has been idle for longer than its time to live, whatever is pending in it."""
        for space in list(self._spaces.values()):
            ttl = self._rules.ttl if space.ttl is None else space.ttl
            if space.name != DEFAULT and ttl and space.idle_for() * SECOND > ttl:
                await self.drop(space.name)

    async def resume(self, read: Callable[[str, str], Scenario], accounts: Callable[[Any], Any]) -> None:
        """Take up the spaces that the store remembers; ``read`` loads a scenario by name and text.

        What is refused now (the language may have changed) is logged, and the space goes on without it.
        """
        past = self._store.number(0)
        for row in await self._store.spaces():
            config = row.config
            space = self._new(row.name)
            space.clock = resumed_clock(config["clock"])
            space.seed, space.ttl, space.callbacks = config["seed"], config["ttl"], config["callbacks"]
            space.accounts = _recalled(space, config, "accounts", accounts) or {}
            scenario = config["scenario"] and _recalled(space, config, "scenario", lambda told: read(*told))
            space.own_scenario, space.scenario = bool(scenario), scenario or space.scenario
            space.generation, space.played_at = config["generation"], config.get("played_at", 0)
            space.resume(config.get("since"), past)
            self.logins.declare(space.name, space.declared())
            await self.save(space)
        if DEFAULT not in self._spaces:
            await self.begin(DEFAULT)


def _recalled(space: Space, config: Mapping[str, Any], what: str, read: Callable[[Any], Any]) -> Any:
    """What the store remembers of a space; None where it is refused."""
    try:
        return read(config[what])
    except ScenarioError as fault:
        space.unread[what] = config[what]
        _LOG.error("space %s goes on without its %s, refused now: %s", space.name, what, fault.brief)
        return None
