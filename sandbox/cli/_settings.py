"""Options made from the fields of ``Settings``: the same name, kind, default and help, and a variable each."""

import os
from collections.abc import Callable
from dataclasses import Field, fields
from functools import wraps
from typing import Any

import click

from sandbox import option
from sandbox.settings import PREFIX, Settings, flag, variable

_FIELDS = {each.name: each for each in fields(Settings)}
_VARIABLES = frozenset(map(variable, _FIELDS.values()))


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
        prefix = f"{PREFIX}CALLBACK_"
        named = [
            f"{name.removeprefix(prefix).lower()}={url}"
            for name, url in sorted(os.environ.items())
            if name.startswith(prefix) and name not in _VARIABLES and url
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
