"""Options made from the fields of ``Settings``: the same name, kind, default and help, and a variable each."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, fields
from functools import wraps
from typing import Any

import click

from sandbox import option
from sandbox.settings import PREFIX, Settings, flag, variable

_FIELDS = {each.name: each for each in fields(Settings)}
_VARIABLES = frozenset(map(variable, _FIELDS.values()))
_CALLBACK = f"{PREFIX}CALLBACK_"
_CLIENTS = frozenset({f"{PREFIX}URL", f"{PREFIX}SPACE"})
"""Variables of ours that are no settings of the server."""


def reader(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """An option's ``type`` made of a function that reads text, whose ``ValueError`` is said as it stands."""

    def convert(value: Any) -> Any:
        try:
            return read(value) if isinstance(value, str) else value
        except ValueError as fault:
            raise click.BadParameter(str(fault)) from None

    return convert


class PortOption(click.Option):
    """Kubernetes hands ``SMS_SANDBOX_PORT=tcp://10.0.0.1:7670`` to the pods beside a service called sms-sandbox."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        value = super().resolve_envvar_value(ctx)
        return None if value is None or value.startswith("tcp://") else value


class CallbackOption(click.Option):
    """``SMS_SANDBOX_CALLBACK_SKYCORE=URL`` says the same as ``--callback skycore=URL``."""

    def value_from_envvar(self, ctx: click.Context) -> Any:
        named = [
            f"{name.removeprefix(_CALLBACK).lower()}={url}"
            for name, url in sorted(os.environ.items())
            if name.startswith(_CALLBACK) and name not in _VARIABLES and url
        ]
        return [*(super().value_from_envvar(ctx) or ()), *named] or None


_CLASSES = {"port": PortOption, "callback": CallbackOption}


def with_settings(*names: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options of the named settings (of all, if none is named) and, first, one ``Settings``."""
    chosen = [_FIELDS[name] for name in names or _FIELDS]

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        @wraps(function)
        def told(**given: Any) -> int:
            settings = Settings(**{each.name: _collected(each, given.pop(each.name)) for each in chosen})
            return function(settings, **given)

        command: Callable[..., int] = told
        for each in reversed(chosen):
            command = _option(each)(command)
        return command

    return decorate


def misspelt() -> Iterator[str]:
    """A sentence for each variable that is nearly one of ours. Not refused: Kubernetes names some much like them."""
    known = _VARIABLES | _CLIENTS
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and not name.startswith(_CALLBACK) and name not in known:
            meant = _meant(name.removeprefix(PREFIX), known)
            if meant is not None:
                yield f"{name} is no variable of ours and was not read; did you mean {PREFIX}{meant}?"


def _meant(word: str, known: Iterable[str]) -> str | None:
    from sandbox import spelling
    from sandbox.client.wires import slugs

    callbacks = [f"CALLBACK_{slug.upper()}" for slug in slugs()]
    return spelling.closest(word, [*(each.removeprefix(PREFIX) for each in sorted(known)), *callbacks])


def _collected(each: Field[Any], value: Any) -> Any:
    collect = each.metadata["kind"].collect
    return collect(value) if collect else value


def _option(each: Field[Any]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    kind, default = each.metadata["kind"], each.metadata["default"]
    switch = kind is option.FLAG
    return click.option(
        f"{flag(each)}/--no-{flag(each)[2:]}" if switch else flag(each),
        cls=_CLASSES.get(each.name, click.Option),
        type=bool if switch else reader(kind.read),
        metavar=kind.metavar or None,
        default=default,
        multiple=kind.collect is not None,
        envvar=variable(each),
        show_envvar=True,
        show_default=default is not None,
        help=each.metadata["help"] + (" Repeatable." if kind.collect else ""),
    )
