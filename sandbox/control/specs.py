"""``/_sandbox/specs``: the providers' documents, the scenario language's, and our own."""

from typing import Any

from aiohttp import web

from sandbox.control.document import document
from sandbox.control.errand import Errand, Route, told
from sandbox.providers.base import Provider
from sandbox.scenario import language as scenario_language
from sandbox.vocabulary import ErrorEntry


async def listed(errand: Errand) -> web.Response:
    return told({"items": [_shown(provider) for provider in errand.services.providers.values()]})


def _shown(provider: Provider) -> dict[str, Any]:
    """What a provider can say, for people and for the page."""
    vocabulary = provider.vocabulary
    return {
        "slug": provider.slug,
        "title": provider.title,
        "path": f"/{provider.slug}",
        "openapi": f"/_sandbox/specs/{provider.slug}/openapi.json",
        "states": sorted(vocabulary.states),
        "inbound": vocabulary.inbound,
        "errors": [_error(entry) for entry in vocabulary.errors.values()],
    }


def _error(entry: ErrorEntry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "name": entry.name,
        "status": entry.status,
        "message": entry.message,
        "words": list(entry.words),
        "number": entry.number if entry.send else None,
        "permanent": entry.permanent,
        "description": entry.description,
        "solution": entry.solution,
        "provenance": dict(entry.provenance or {}),
    }


async def one(errand: Errand) -> web.Response:
    return told(errand.provider(errand.path["slug"]).spec.openapi)


async def language(errand: Errand) -> web.Response:
    """For editors; what it says of accounts is in documents beside it."""
    return told(scenario_language.document(errand.services.providers))


async def accounts(errand: Errand) -> web.Response:
    return told(errand.provider(errand.path["slug"]).vocabulary.account)


async def ours(errand: Errand) -> web.Response:
    return told(document())


ROUTES = (
    Route("GET", "/_sandbox/specs", listed),
    Route("GET", "/_sandbox/specs/{slug}/openapi.json", one),
    Route("GET", "/_sandbox/specs/{slug}/account.schema.json", accounts),
    Route("GET", f"/_sandbox/specs/{scenario_language.FILE}", language),
    Route("GET", "/_sandbox/openapi.json", ours),
)
