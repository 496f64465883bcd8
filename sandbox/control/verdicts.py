"""``/_sandbox/verify`` and ``/_sandbox/report``: did what was expected happen, and what was rehearsed?"""

from typing import Any

from aiohttp import web

from sandbox.control.errand import Errand, Route, told
from sandbox.control.evidence import Watch, judged
from sandbox.control.scenario import inline
from sandbox.verify.coverage import Seen, coverage
from sandbox.verify.fields import Posted
from sandbox.wire import encode


async def verify(errand: Errand) -> web.Response:
    """Expectations as a scenario has them; what is wrong with them is told as of a scenario."""
    asked = await inline(errand.services, encode({"expect": errand.body["expect"]}))
    return told(await judged(errand, asked.expect, {}))


async def report(errand: Errand) -> web.Response:
    found = await _report(errand)
    if errand.query.get("format") == "junit":
        from sandbox.verify import junit  # few ask for XML

        return web.Response(body=junit.xml(found), content_type="application/xml", charset="utf-8")
    return told(found)


async def _report(errand: Errand) -> dict[str, Any]:
    """What is kept is what counts: of evicted messages no state is known."""
    space, seen = errand.space(), Seen()

    def callback(row: Posted) -> None:
        seen.callback(row.callback)

    watches: dict[str, Watch] = {"messages": seen.message, "requests": seen.request, "callbacks": callback}
    verdict = await judged(errand, space.scenario.expect, watches)
    providers = errand.services.providers
    covered = coverage(seen, {slug: provider.vocabulary for slug, provider in providers.items()})
    titled = {slug: {"title": providers[slug].title, **both} for slug, both in covered.items()}
    return {**verdict, "space": space.name, "scenario": space.scenario.name, "coverage": titled}


ROUTES = (
    Route("POST", "/_sandbox/verify", verify),
    Route("GET", "/_sandbox/report", report),
)
