"""For everybody: no violation that axe knows, in light and dark, wide and on a phone; landmarks, contrast, motion."""

from importlib import resources
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.page.stage import ON_STAGE, PHONE, WIDE, Stage, staged
from tests.support.consumer import Consumer
from tests.support.server import Server

pytestmark = ON_STAGE

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


async def violations(stage: Stage) -> list[str]:
    found: dict[str, Any] = await stage.page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


async def live(stage: Stage, application: Consumer) -> list[str]:
    """Something of everything, and the places where it is seen."""
    application.answers = [500]
    sandbox = stage.sandbox
    await sandbox.put(f"/spaces/{sandbox.space}", {"callbacks": {"skycore": application.url}})
    message = await stage.message(text="Hi — “code” 482913 😀 www.example.com/a", callback=application.url)
    for slug, to in (("skycore", "901"), ("bloomreach", "902"), ("blackkonnect", "903"), ("namirial", "061")):
        await sandbox.send(slug, f"+447700900{to}")
    await sandbox.advance("1s")
    refused = (await sandbox.get("/requests?outcome=rejected"))["items"][0]
    post = (await sandbox.get("/callbacks"))["items"][0]
    opened = [f"inbox/{message['id']}", f"requests/{refused['id']}", f"requests/{post['id']}?side=out"]
    views = ["inbox", "conversations/+447700900901", "requests", "scenario", "clock", "send/blackkonnect", "report"]
    return opened + views


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", WIDE), ("dark", WIDE), ("light", PHONE)], ids=["light", "dark", "phone"]
)
async def test_axe_finds_nothing_in_any_view(
    browser: Browser, house: Server, application: Consumer, scheme: str, viewport: Any
) -> None:
    async with staged(browser, house, color_scheme=scheme, viewport=viewport) as stage:
        places = await live(stage, application)
        found = {}
        for place in places:
            await stage.open(place)
            await stage.page.evaluate(AXE)
            await stage.page.wait_for_load_state("networkidle")
            found[place] = await violations(stage)
        assert {place: faults for place, faults in found.items() if faults} == {}


async def test_axe_finds_nothing_in_what_is_empty_wrong_or_asked(stage: Stage) -> None:
    await stage.open()
    await stage.page.evaluate(AXE)
    await expect(stage.heading("No message yet")).to_be_visible()
    assert await violations(stage) == []
    await stage.page.keyboard.press("?")
    assert await violations(stage) == []
    await stage.page.keyboard.press("Escape")
    await stage.page.get_by_role("searchbox").fill("since:never")
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.get_by_role("alert")).to_be_visible()
    assert await violations(stage) == []


async def test_landmarks_lead_through_the_page(stage: Stage) -> None:
    await stage.open()
    page = stage.page
    for role in ("banner", "navigation", "main", "search", "status"):
        await expect(page.get_by_role(role).first).to_be_attached()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


async def test_dark_is_dark_and_light_is_light(stage: Stage) -> None:
    await stage.open()
    shade = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    await stage.page.emulate_media(color_scheme="light")
    assert min(await stage.page.evaluate(shade)) > 220
    await stage.page.emulate_media(color_scheme="dark")
    assert max(await stage.page.evaluate(shade)) < 40


async def test_nothing_moves_for_those_who_asked_for_rest(stage: Stage) -> None:
    await stage.open()
    await stage.sandbox.send("namirial")
    await expect(stage.rows).to_have_count(1)
    assert await stage.page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("place", ["inbox", "scenario", "send/blackkonnect", "report", "clock", "requests"])
async def test_nothing_is_wider_than_a_phone(browser: Browser, house: Server, place: str) -> None:
    async with staged(browser, house, viewport=PHONE) as stage:
        await stage.sandbox.send("skycore", text="word" * 60)
        await stage.open(place)
        await stage.page.wait_for_load_state("networkidle")
        wide = (
            "() => [document.documentElement, document.querySelector('main')].map(n => n.scrollWidth - n.clientWidth)"
        )
        assert await stage.page.evaluate(wide) == [0, 0]
