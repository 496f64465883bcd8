"""A browser, a page in it, and the space that the page looks into."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, ViewportSize, async_playwright, expect

from tests.support.server import Server

ON_STAGE = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
"""One browser and one server a worker: what every test module of the page says of itself."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDE: ViewportSize = {"width": 1360, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
_numbers = count(1)
expect.set_options(timeout=20_000)  # a machine may be busy; what holds is seen at once


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The machine's own browser; Playwright brings none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, f"the page's tests need one of {', '.join(NAMES)}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()


class Stage:
    """``page`` shows the space of ``sandbox``, whose clock stands still."""

    def __init__(self, page: Page, sandbox: Server) -> None:
        self.page = page
        self.sandbox = sandbox
        self.home = f"{sandbox.root}/"

    async def open(self, place: str = "inbox") -> None:
        """A view by its place in the address, as a newcomer would come to it."""
        await self.page.goto(f"{self.home}#/{place}")
        await expect(self.page.locator("#views [aria-current]")).to_be_visible()
        await expect(self.page.locator(".foot .is-live")).to_be_attached()

    async def message(self, slug: str = "namirial", to: str = "+447700900901", **more: Any) -> dict[str, Any]:
        """Sends one and gives what the control API says of it."""
        await self.sandbox.send(slug, to, **more)
        found: dict[str, Any] = (await self.sandbox.get("/messages"))["items"][0]
        return found

    @property
    def rows(self) -> Locator:
        return self.page.locator(".rows a")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@asynccontextmanager
async def staged(browser: Browser, house: Server, space: str | None = None, **options: Any) -> AsyncIterator[Stage]:
    """A fresh page on a fresh space. Whatever goes wrong in the page itself fails the test."""
    sandbox = house.within(space or f"stage-{next(_numbers)}")
    await sandbox.put(f"/spaces/{sandbox.space}", {"fresh": True})
    await sandbox.freeze()
    context = await browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
    try:
        page = await context.new_page()
        with faultless(page):
            yield Stage(page, sandbox)
    finally:
        await context.close()


@contextmanager
def faultless(page: Page) -> Iterator[None]:
    """No exception, no broken policy, no dialog of the browser's: what hostile texts would cause."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    page.on("console", lambda message: faults.extend(_complaints(message)))
    yield
    assert not faults, "\n".join(faults)


def _complaints(message: ConsoleMessage) -> list[str]:
    """What the browser complains of, but for calls that failed, which the page tells of itself."""
    refused = message.text.startswith("Failed to load resource:")
    return [message.text] if message.type == "error" and not refused else []
