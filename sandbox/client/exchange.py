"""A call as a talk: what goes out and what comes back are values, so that one description serves every transport.

A talk is a generator: it yields each ``Ask``, is sent the ``Answer`` to it, and returns what the caller wanted.
``call`` makes a method of it, whose result is that value where the transport is ``Sync`` and a coroutine of it, fit
for a task too, where it is ``Async``.
"""

from collections.abc import Callable, Coroutine, Generator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, overload

from sandbox.wire import decode

if TYPE_CHECKING:
    from sandbox.client.transport import Async, Sync

__tracebackhide__ = True  # pytest shows the caller's line, not how a call is carried

PATIENCE = 10.0
"""Real seconds that an answer may take, beside what the call asks the server to wait."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One HTTP request. ``patience``: real seconds until it is given up; None = never."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    patience: float | None = PATIENCE


@dataclass(frozen=True)
class Answer:
    """Its answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        """Raises ``NotJson``."""
        return decode(self.body)


T = TypeVar("T")
P = ParamSpec("P")
W = TypeVar("W")
"""The transport: how the calls of an object are carried."""
Talk: TypeAlias = Generator[Ask, Answer, T]


class Speaker(Generic[W]):
    """What has calls."""

    def __init__(self, transport: W) -> None:
        self._transport: Any = transport


class call(Generic[P, T]):  # noqa: N801 - a decorator
    """A method described as a talk, carried by the transport of its object."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Talk[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, owner: "Speaker[Sync]", kind: Any) -> Callable[P, T]: ...
    @overload
    def __get__(self, owner: "Speaker[Async]", kind: Any) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, owner: Any, kind: Any) -> Any:
        if owner is None:
            return self

        @wraps(self._describe)
        def told(*args: P.args, **named: P.kwargs) -> Any:
            return owner._transport.carry(self._describe(owner, *args, **named))  # noqa: SLF001 - its own class's

        return told
