"""The providers: one file each beside this one, and a folder each in ``specs/``. Found, not listed."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from sandbox.providers.base import Provider
from sandbox.specs import Spec


@cache
def discover() -> Mapping[str, Provider]:
    """Every provider by slug: the ``Provider`` subclass of each module of this package, with its spec."""
    found: dict[str, Provider] = {}
    for module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        if module != "base" and not module.startswith("_"):
            for value in vars(importlib.import_module(f"{__name__}.{module}")).values():
                if isinstance(value, type) and issubclass(value, Provider) and value.__module__.endswith(module):
                    found[value.slug] = value(Spec.load(value.slug))
    return found
