"""Where callbacks go, and where they never go."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from sandbox.client import wires
from sandbox.providers import discover
from tests.support.checked import Checked
from tests.support.consumer import Consumer
from tests.support.server import running
from tests.support.shared import ONE_LOOP

DELIVERED = ("1s", "delivered")
Open = Callable[..., Awaitable[Checked]]


@pytest_asyncio.fixture(loop_scope=ONE_LOOP)
async def opened() -> AsyncIterator[Open]:
    """Opens servers with settings of the test's own."""
    async with AsyncExitStack() as stack:

        async def one(**settings: Any) -> Checked:
            server = await stack.enter_async_context(running(**settings))
            return Checked(server.url, server.session, server.services, "default")

        yield one


async def attempted(sandbox: Checked, slug: str, url: str) -> dict[str, Any]:
    """The one callback to ``url``, with its attempts."""
    await sandbox.report(slug, url, DELIVERED)
    await sandbox.settle()
    (callback,) = await sandbox.ledger()
    return dict(callback)


@pytest.mark.parametrize(
    "url",
    [
        "http://203.0.113.7/reports",
        "http://8.8.8.8:9/",
        "http://[2001:db8::1]/",
        "http://[::ffff:8.8.8.8]/",
        "http://0x08080808/",
    ],
)
async def test_a_target_outside_is_not_called_and_the_attempt_says_how_to_allow_it(
    sandbox: Checked, slug: str, url: str
) -> None:
    callback = await attempted(sandbox, slug, url)
    (attempt,) = callback["attempts"]
    assert (callback["state"], attempt["state"], attempt["status"]) == ("blocked", "blocked", None)
    assert "--callback-allow" in attempt["error"]
    assert callback["next_attempt_at"] is None


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data/", "http://metadata.google.internal/", "http://[fd00:ec2::254]/"]
)
async def test_metadata_services_are_never_called_even_where_anything_is_allowed(
    opened: Open, slug: str, url: str
) -> None:
    sandbox = await opened(callback_allow=("any",))
    (attempt,) = (await attempted(sandbox, slug, url))["attempts"]
    assert attempt["state"] == "blocked"
    assert "never" in attempt["error"]


async def test_a_redirect_is_an_answer_and_is_not_followed(sandbox: Checked, consumer: Consumer, slug: str) -> None:
    async def away(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "http://169.254.169.254/"})

    consumer.answers = [away] * 9
    callback = await attempted(sandbox, slug, consumer.url)
    assert {attempt["status"] for attempt in callback["attempts"]} == {307}
    assert callback["state"] == "failed"
    assert {received.path for received in consumer.received} == {"/reports"}


async def test_a_host_is_rewritten_on_its_way(opened: Open, consumer: Consumer, slug: str) -> None:
    sandbox = await opened(callback_rewrite={"my.consumer.example": "127.0.0.1"})
    port = consumer.url.split(":")[2].split("/")[0]
    callback = await attempted(sandbox, slug, f"http://my.consumer.example:{port}/reports")
    assert callback["state"] == "acknowledged"
    assert callback["url"].startswith("http://my.consumer.example")


@pytest.mark.parametrize(
    "url", ["http://", "http://:80/", "http://localhost:99999/", "http://[::1/", "http://a b/", "ftp://localhost/", "x"]
)
async def test_a_url_that_is_none_is_refused_or_fails_and_breaks_nothing(sandbox: Checked, slug: str, url: str) -> None:
    await sandbox.freeze()
    status = 200
    if not discover()[slug].callback_in_request:
        status, _ = await sandbox.call("PUT", f"/_sandbox/spaces/{sandbox.space}", json={"callbacks": {slug: url}})
    await sandbox.plain(slug, callback=url)
    assert (await sandbox.settle())["pending"] == 0
    assert {callback["state"] for callback in await sandbox.ledger()} <= {"failed", "blocked"}
    assert status in (200, 422)


async def test_the_servers_own_callbacks_serve_spaces_that_name_none(opened: Open, consumer: Consumer) -> None:
    named = [slug for slug, provider in sorted(discover().items()) if not provider.callback_in_request]
    sandbox = await opened(callback=dict.fromkeys(named, consumer.url))
    await sandbox.freeze()
    for slug in named:
        await sandbox.plain(slug)
    await sandbox.settle()
    assert len(consumer.received) == 2 * len(named)


ACCOUNT_URLS = [
    (slug, key)
    for slug, provider in sorted(discover().items())
    for key in ("callback_url", "postback_url")
    if key in provider.spec.account["properties"]
]


@pytest.mark.parametrize(("slug", "key"), ACCOUNT_URLS)
async def test_an_account_s_own_url_comes_before_the_space_s(
    sandbox: Checked, consumer: Consumer, slug: str, key: str
) -> None:
    account = {**wires.wire_of(slug).login("app"), key: f"{consumer.url}/mine?a=b"}
    await sandbox.listen(consumer.url)
    await sandbox.put(f"/spaces/{sandbox.space}", {"accounts": {slug: [account]}})
    await sandbox.plain(slug)
    await sandbox.settle()
    assert {received.path for received in consumer.received} == {"/reports/mine?a=b"}
