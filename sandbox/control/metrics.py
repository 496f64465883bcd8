"""``/metrics``: counts for Prometheus, taken when they are asked for."""

from aiohttp import web

from sandbox.control.errand import Errand, Route


async def metrics(errand: Errand) -> web.Response:
    from sandbox.control import exposition

    services = errand.services
    counts = [await services.store.counts(space.name) for space in services.spaces]
    held = {name: sum(getattr(each, name) for each in counts) for name in exposition.HELD}
    return web.Response(body=exposition.text(services, held), headers={"Content-Type": exposition.MEDIA})


ROUTES = (Route("GET", "/metrics", metrics, open=True),)
