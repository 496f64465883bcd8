"""One server and one browser a worker; a space and a page a test."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.page.stage import Stage, chromium, staged
from tests.support.consumer import Consumer, consuming
from tests.support.server import Server, running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house() -> AsyncIterator[Server]:
    async with running() as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, house: Server) -> AsyncIterator[Stage]:
    async with staged(browser, house) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def application() -> AsyncIterator[Consumer]:
    """What the sandbox reports to."""
    async with consuming() as consumer:
        yield consumer
