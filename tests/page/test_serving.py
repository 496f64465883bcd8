"""The page's files: small, safe, and out of the providers' way. The token keeps strangers out."""

import re
from pathlib import Path

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, expect

from sandbox.app import serving
from sandbox.settings import Settings
from sandbox.ui import HOME
from tests.page.stage import staged
from tests.support.server import Server, running

TEXTS = [path for path in HOME.rglob("*") if path.suffix in {".js", ".html"}]


def test_the_page_is_small() -> None:
    assert sum(path.stat().st_size for path in HOME.rglob("*") if path.is_file()) < 150_000


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_nothing_of_the_page_makes_markup_of_text(path: Path) -> None:
    ways = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|DOMParser|srcdoc|style=|\son\w+=\""
    assert re.findall(ways, path.read_text("utf-8")) == []


def test_every_module_that_is_asked_for_is_there() -> None:
    for path in TEXTS:
        for name in re.findall(r"""from "(\.{1,2}/[^"]+)";|(?:src|href)="/ui/([^"]+)\"""", path.read_text("utf-8")):
            asked = path.parent / name[0] if name[0] else HOME / name[1]
            assert asked.is_file(), f"{path.name} asks for {name}"


@pytest.mark.parametrize("path", ["/", "/spaces/any/", "/spaces/any"])
async def test_the_page_is_at_the_root_and_in_every_space(sandbox: Server, path: str) -> None:
    async with sandbox.session.get(sandbox.url + path) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_files_are_asked_for_again_only_when_they_changed(sandbox: Server) -> None:
    async with sandbox.session.get(f"{sandbox.url}/ui/main.js") as response:
        tag = response.headers["ETag"]
        assert response.content_type == "text/javascript"
    async with sandbox.session.get(f"{sandbox.url}/ui/main.js", headers={"If-None-Match": tag}) as response:
        assert response.status == 304


@pytest.mark.parametrize("path", ["/nowhere", "/ui/", "/ui/../app.py", "/ui/%2e%2e/app.py", "/spaces/", "/spaces/a/b"])
async def test_what_is_for_nobody_is_told_where_the_providers_are(sandbox: Server, path: str) -> None:
    async with sandbox.session.get(sandbox.url + path) as response:
        problem = await response.json(content_type="application/problem+json")
        assert response.status == 404
    slugs = ("blackkonnect", "bloomreach", "namirial", "skycore")
    assert problem["base_urls"] == {slug: f"{sandbox.url}/{slug}" for slug in slugs}
    async with sandbox.session.get(problem["control"]) as response:
        assert response.status == 200


async def test_a_provider_s_host_has_the_page_s_paths_for_itself(sandbox: Server) -> None:
    async with sandbox.session.get(f"{sandbox.url}/ui/main.js", headers={"Host": "namirial.localhost"}) as response:
        assert (await response.json())["code"] == 0
        assert response.status == 404


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_the_page_asks_for_the_token_and_then_shows_what_there_is(browser: Browser) -> None:
    async with running(token="open-sesame") as server:
        server.session.headers["Authorization"] = "Bearer open-sesame"
        async with staged(browser, server) as stage:
            await stage.message()
            await stage.page.goto(stage.home)
            token, opens = stage.page.get_by_label("Token", exact=True), stage.button("Open the sandbox")
            await token.fill("guessed")
            await opens.click()
            await expect(stage.page.get_by_role("alert")).to_have_text("That is not the token of this server.")
            await token.fill("open-sesame")
            await opens.click()
            await expect(stage.rows).to_have_count(1)
            await expect(stage.page.locator(".link")).to_have_text("live")
            await stage.page.reload()
            await expect(stage.rows).to_have_count(1)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_the_page_asks_for_the_token_of_a_server_that_came_back_with_one(
    browser: Browser, unused_tcp_port: int
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    async with serving(Settings(port=unused_tcp_port)):
        await page.goto(f"http://127.0.0.1:{unused_tcp_port}/#/clock")
        await expect(page.locator(".link")).to_have_text("live")
    async with serving(Settings(port=unused_tcp_port, token="open-sesame")):
        await page.get_by_label("Token", exact=True).fill("open-sesame")
        await page.get_by_role("button", name="Open the sandbox").click()
        await expect(page.locator(".link")).to_have_text("live")
    await context.close()


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_the_page_takes_up_again_when_the_server_comes_back(browser: Browser, unused_tcp_port: int) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    async with serving(Settings(port=unused_tcp_port)):
        await page.goto(f"http://127.0.0.1:{unused_tcp_port}/")
        await expect(page.locator(".link")).to_have_text("live")
    await expect(page.locator(".link")).to_have_text("offline")
    await page.goto(f"http://127.0.0.1:{unused_tcp_port}/#/clock")
    await page.get_by_role("button", name="+1 h").click()
    alert = page.get_by_role("alert")
    await expect(alert).to_have_text(re.compile(r"^\s*The sandbox does not answer\. Is it still running\?$"))
    async with serving(Settings(port=unused_tcp_port)) as (services, port), ClientSession() as session:
        await expect(alert).to_have_count(0)
        await page.goto(f"http://127.0.0.1:{port}/#/inbox")
        await Server(f"http://127.0.0.1:{port}", session, services).send("namirial")
        await expect(page.locator(".rows a")).to_have_count(1)
        await expect(page.locator(".link")).to_have_text("live")
    await context.close()
