"""The shop under test: its own server, and a sandbox's base URLs and logins in its configuration."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.client import AsyncSmsSandbox
from tests.sample.shop import Config, Shop, application


@pytest.fixture
def sms_sandbox_wishes() -> dict[str, Any]:
    """Time passes when a test says so."""
    return {"clock": {"mode": "manual"}}


class Customer:
    """Somebody with a telephone and a browser."""

    def __init__(self, shop: Shop, url: str) -> None:
        self.shop = shop
        self.url = url

    async def post(self, path: str, **told: str) -> tuple[int, Any]:
        async with self.shop.session.post(self.url + path, json=told) as response:
            return response.status, await response.json(content_type=None)

    async def status(self, named: str) -> Any:
        async with self.shop.session.get(f"{self.url}/messages/{named}") as response:
            return (await response.json())["status"]


@pytest.fixture
async def customer(sms_sandbox: AsyncSmsSandbox) -> AsyncIterator[Customer]:
    async with aiohttp.ClientSession() as session:
        shop = Shop(session)
        async with _serving(shop) as url:
            shop.config = configured(sms_sandbox, url)
            await sms_sandbox.configure(callbacks={"blackkonnect": f"{url}/reports/blackkonnect"})
            yield Customer(shop, url)


def configured(sms_sandbox: AsyncSmsSandbox, url: str) -> Config:
    """One base URL leads into the test's space by its path; the other is every test's, and the login leads there."""
    namirial, blackkonnect = sms_sandbox.namirial, sms_sandbox.blackkonnect
    return Config(
        namirial_url=namirial.base_url,
        namirial_login=(namirial.username, namirial.password),
        blackkonnect_url=blackkonnect.shared_url,
        blackkonnect_login=(blackkonnect.client_id, blackkonnect.client_secret),
        public_url=url,
    )


@asynccontextmanager
async def _serving(shop: Shop) -> AsyncIterator[str]:
    runner = web.AppRunner(application(shop), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site.port}"
    finally:
        await runner.cleanup()
