"""The page: static files, and a client of the control API like any other."""

from pathlib import Path

from aiohttp import web

HOME = Path(__file__).parent / "static"


def routes(app: web.Application) -> None:
    """``/`` and ``/ui/…``."""


async def otherwise(request: web.Request) -> web.StreamResponse:
    """What is neither a provider's nor ours."""
    return web.json_response({"title": "Not Found", "status": 404}, status=404, content_type="application/problem+json")
