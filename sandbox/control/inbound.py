"""``/_sandbox/inbound``: somebody texts back (an MO message, to the account's inbound URL)."""

from typing import Any

from aiohttp import web

from sandbox.calls import Inbound
from sandbox.control.errand import Errand, Route, told
from sandbox.control.filters import number
from sandbox.control.problems import invalid
from sandbox.control.shapes import instant
from sandbox.invented import Invented
from sandbox.providers.base import Provider
from sandbox.spaces.space import Space
from sandbox.spelling import nearest
from sandbox.store.rows import Callback
from sandbox.vocabulary import Account
from sandbox.wire import veiled


async def inbound(errand: Errand) -> web.Response:
    """What is left out is made up; with a seed, the same for the same calls."""
    asked, space, services = errand.body, errand.space(), errand.services
    provider = _provider(errand, asked["provider"])
    account = _account(space, provider, asked.get("account"))
    url = provider.inbound_url(account) or space.callback(provider.slug)
    if url is None:
        raise invalid("/provider", f"nobody said where inbound texts of {provider.slug} go: see callbacks of the space")
    mo = _invented(space, asked, account)
    callback = services.delivery.reports.callback(space, None, "inbound", "inbound", url)
    callback.provider, callback.account = provider.slug, account.name if account else ""
    callback.message_id, callback.post = mo.id, provider.inbound(mo, url).body
    callback.words = {"inbound": {"from": mo.sender, "to": mo.to, "text": mo.text}}
    await services.delivery.notify(space, callback, None)
    services.feed.publish(
        "callback", space.name, lambda: {"id": callback.id, "message": mo.id, "state": callback.state}
    )
    return told(_shown(provider, account, mo, callback), 201)


def _provider(errand: Errand, slug: str) -> Provider:
    known = {name: provider for name, provider in errand.services.providers.items() if provider.has_inbound}
    if slug not in known:
        why = "has no inbound texts" if slug in errand.services.providers else "is no provider"
        raise invalid("/provider", f"{slug!r} {why}{nearest(slug, known)}")
    return known[slug]


def _account(space: Space, provider: Provider, name: str | None) -> Account | None:
    """The one named, else the first declared. Where none is, any login passes, and so does any name."""
    declared = {account.name: account for account in space.logins.get(provider.slug, ())}
    if name is None or not declared:
        return next(iter(declared.values()), None)
    if name not in declared:
        raise invalid("/account", f"no account of {provider.slug} is called {name!r}{nearest(name, declared)}")
    return declared[name]


def _invented(space: Space, asked: dict[str, Any], account: Account | None) -> Inbound:
    ids = space.ids("inbound", asked["provider"])
    made_up = Invented(int(ids.hex(12), 16))
    return Inbound(
        sender=number("to", asked["from"]) if "from" in asked else made_up.handset(),
        to=number("from", asked["to"]) if "to" in asked else made_up.handset(),
        text=asked["text"] if "text" in asked else made_up.inbound_text(),
        at=space.clock.now(),
        id=ids.uuid(),
        account=account,
    )


def _shown(provider: Provider, account: Account | None, mo: Inbound, callback: Callback) -> dict[str, Any]:
    return {
        "id": mo.id,
        "provider": provider.slug,
        "account": account.name if account else None,
        "from": mo.sender,
        "to": mo.to,
        "text": mo.text,
        "at": instant(mo.at),
        "url": veiled(callback.url),
        "callback": callback.id,
    }


ROUTES = (Route("POST", "/_sandbox/inbound", inbound),)
