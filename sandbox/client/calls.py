"""Everything that can be asked of one space, described once; ``Client`` and ``AsyncClient`` carry it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict, Unpack, cast

from sandbox.client.clock import Clocks
from sandbox.client.exchange import Talk, W, call
from sandbox.client.lists import Callbacks, Messages, Requests
from sandbox.client.resource import Resource, Root, given, heard, piece
from sandbox.client.things import Json, Verdict
from sandbox.client.wires import Sent, wire_of
from sandbox.errors import SandboxError
from sandbox.wire import encode

__tracebackhide__ = True  # pytest shows the caller's line, not how a call is carried

Scenario = str | Path | Mapping[str, Any]
"""A name on the shelf, a file (by its path, or its ending), YAML of several lines, or the scenario itself."""
SUFFIXES = (".yaml", ".yml", ".json")


class Wishes(TypedDict, total=False):
    """What a space can be told; ``fresh`` forgets what there was."""

    scenario: Scenario
    accounts: Mapping[str, Sequence[Mapping[str, Any]]]
    callbacks: Mapping[str, str]
    clock: Mapping[str, Any]
    seed: int
    ttl: str
    fresh: bool


class Calls(Resource[W]):
    """The calls that concern a space as a whole, and the way to its lists and its clock."""

    def __init__(self, transport: W, root: Root) -> None:
        super().__init__(transport, root)
        self.messages = Messages(transport, root)
        self.requests = Requests(transport, root)
        self.callbacks = Callbacks(transport, root)
        self.clock = Clocks(transport, root)
        self.scenarios = Scenarios(transport, root)

    @call
    def configure(self, **wishes: Unpack[Wishes]) -> Talk[Json]:
        """Begin the space or change it; what is not said stays as it is."""
        told = {**wishes, "scenario": _read(wishes["scenario"])} if "scenario" in wishes else wishes
        space: Json = yield from self._tell("PUT", f"/spaces/{piece(self.root.space)}", body=told)
        return space

    @call
    def drop(self) -> Talk[None]:
        """End the space, with all that is pending in it."""
        yield from self._tell("DELETE", f"/spaces/{piece(self.root.space)}")

    @call
    def spaces(self) -> Talk[list[Json]]:
        """All of the server's."""
        found: list[Json] = (yield from self._tell("GET", "/spaces"))["items"]
        return found

    @call
    def use(self, scenario: Scenario) -> Talk[Json]:
        """Play it from its first rule on; messages and planned reports stay. Raises ``Refused`` with every place."""
        file = _file(scenario)
        query = {"file": None if file is None else file.name}
        active: Json = yield from self._tell("PUT", "/scenario", query, written(scenario))
        return active

    @call
    def scenario(self) -> Talk[Json]:
        """The active one, with each rule's ``hits``."""
        active: Json = yield from self._tell("GET", "/scenario")
        return active

    @call
    def verify(self, *expect: Json) -> Talk[Verdict]:
        """Judge expectations, written as in a scenario: ``verify({"messages": 1, "to": "+447700900901"})``."""
        return Verdict.read((yield from self._tell("POST", "/verify", body={"expect": expect})))

    @call
    def report(self) -> Talk[Verdict]:
        """The scenario's own expectations, and which errors and states were rehearsed."""
        return Verdict.read((yield from self._tell("GET", "/report")))

    @call
    def junit(self) -> Talk[bytes]:
        """The report as JUnit XML."""
        return heard((yield self.root.ask("GET", "/report", {"format": "junit"}))).body

    @call
    def explain(
        self, provider: str, *, to: str, text: str = "", sender: str | None = None, account: str | None = None
    ) -> Talk[Json]:
        """What would become of a message, rule by rule; nothing is counted."""
        told = {"provider": provider, "to": to, "text": text, "from": sender, "account": account}
        found: Json = yield from self._tell("POST", "/explain", body=given(told))
        return found

    @call
    def inbound(
        self, provider: str, *, to: str | None = None, sender: str | None = None, text: str | None = None
    ) -> Talk[Json]:
        """Somebody texts back; what is left out is made up."""
        told = {"provider": provider, "to": to, "from": sender, "text": text}
        sent: Json = yield from self._tell("POST", "/inbound", body=given(told))
        return sent

    @call
    def reset(self) -> Talk[Json]:
        """As if nothing had happened, scenario and clock as they are; says how much of each it removed."""
        removed: Json = yield from self._tell("POST", "/reset")
        return removed

    @call
    def send(
        self,
        provider: str,
        *,
        to: str,
        text: str,
        sender: str | None = None,
        callback: str | None = None,
        login: Mapping[str, Any] | None = None,
    ) -> Talk[Sent]:
        """A plain message in the provider's own wire form; ``login`` as an account of the provider declares it."""
        wire = wire_of(provider)
        words = {"to": to, "text": text, "from": sender, "callback": callback}
        sent = yield from wire.send(self.root.provider(provider), login or self._own_login(provider), words)
        return sent

    def _own_login(self, provider: str) -> Mapping[str, Any]:
        """What sends where no login is named: one that passes wherever none is declared."""
        return wire_of(provider).login("app")


class Scenarios(Resource[W]):
    """The shelf, from which every space of the server may pick."""

    @call
    def all(self) -> Talk[list[Json]]:
        found: list[Json] = (yield from self._tell("GET", "/scenarios"))["items"]
        return found

    @call
    def put(self, name: str, scenario: Scenario) -> Talk[Json]:
        """Raises ``Refused`` with every place."""
        shelved: Json = yield from self._tell("PUT", f"/scenarios/{piece(name)}", body=written(scenario))
        return shelved

    @call
    def delete(self, name: str) -> Talk[None]:
        yield from self._tell("DELETE", f"/scenarios/{piece(name)}")


def written(scenario: Scenario) -> bytes:
    """As the server reads it; what a file says wrong, it tells."""
    file = _file(scenario)
    if file is not None:
        return file.read_bytes()
    if not isinstance(scenario, str):
        return encode(scenario)
    return scenario.encode() if "\n" in scenario else encode({"name": scenario})


def _read(scenario: Scenario) -> str | Mapping[str, Any]:
    """As part of a call. A file's text ends its line, and so is told from a name."""
    file = _file(scenario)
    if file is None:
        return cast(str | Mapping[str, Any], scenario)
    try:
        return file.read_text("utf-8") + "\n"
    except UnicodeDecodeError:
        raise SandboxError(f"{file}: this is no UTF-8; save the file as such") from None


def _file(scenario: Scenario) -> Path | None:
    if isinstance(scenario, Path):
        return scenario
    by_ending = isinstance(scenario, str) and "\n" not in scenario and scenario.endswith(SUFFIXES)
    return Path(str(scenario)) if by_ending else None
