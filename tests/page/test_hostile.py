"""Texts are hostile input, and so is everything else that a client, a consumer or a scenario may say."""

from typing import Any

from aiohttp import web
from playwright.async_api import expect

from tests.page.stage import ON_STAGE, Stage
from tests.support.consumer import Consumer

pytestmark = ON_STAGE

MARKUP = "<img src=x onerror=\"alert(1)\"><script>alert(2)</script><a href='javascript:alert(3)'>x</a>"
NASTY = f"{MARKUP}\u202ejavascript:alert(4) https://e.example/\"onmouseover='alert(5)' \u0000\u200b"


async def provoke(stage: Stage, application: Consumer) -> dict[str, Any]:
    """Markup in every field that anybody can fill in; gives the message that came of it."""
    sandbox = stage.sandbox
    rule = {"name": MARKUP, "when": {"text": {"contains": "alert"}}}
    await sandbox.play({"name": "hostile", "description": MARKUP, "rules": [{"name": "other", "chance": "1%"}, rule]})
    await sandbox.put(f"/spaces/{sandbox.space}", {"callbacks": {"skycore": application.url}})
    headers = {"Chan-Key": MARKUP, "X-Evil": MARKUP, "User-Agent": MARKUP}
    body = {
        "from": MARKUP, "to": "00447700900901", "text": NASTY, "request_id": MARKUP, "custom_data": MARKUP,
        "metadata": {MARKUP: MARKUP}, "callback_url": application.url + "?x=<script>alert(6)</script>",
    }  # fmt: skip
    status, answer = await sandbox.call("POST", "/bloomreach/sms/send", json=body, headers=headers)
    assert status == 200, answer
    await sandbox.call("POST", f"/namirial/{MARKUP}?q={MARKUP}", data=MARKUP)
    await sandbox.call("POST", "/skycore/", json={"action": MARKUP}, headers={"x-api-key": MARKUP})
    await sandbox.post("/inbound", {"provider": "skycore", "from": "+447700900901", "to": MARKUP, "text": NASTY})
    await sandbox.advance("1s")
    found: dict[str, Any] = (await sandbox.get("/messages"))["items"][0]
    return found


async def harmless(stage: Stage) -> None:
    """Nothing of it became an element, and nothing ran."""
    planted = "main img, main script, main iframe, a[href^=javascript], [onerror], [onmouseover], [style*=expression]"
    assert await stage.page.locator(planted).count() == 0


async def test_no_field_becomes_markup_in_any_view(stage: Stage, application: Consumer) -> None:
    message = await provoke(stage, application)
    calls = (await stage.sandbox.get("/requests"))["items"]
    posts = (await stage.sandbox.get("/callbacks"))["items"]
    places = {
        "inbox": "alert(1)",
        f"inbox/{message['id']}": "alert(1)",
        "inbox?q=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(7)%3E": "0 messages",
        "inbox/%3Cimg%20src%3Dx%20onerror%3Dalert(8)%3E": "no message is called",
        "conversations/+447700900901": "alert(1)",
        "requests": "alert(1)",
        **{f"requests/{call['id']}": "alert(1)" for call in calls},
        **{f"requests/{post['id']}?side=out": "alert" for post in posts},
        "scenario": "alert(1)",
        "clock": "Clock",
        "send/skycore": "Send",
        "report": "Report",
    }
    for place, said in places.items():
        await stage.open(place)
        await expect(stage.page.locator("main")).to_contain_text(said)
        await harmless(stage)


async def test_what_a_consumer_answers_is_text_too(stage: Stage, application: Consumer) -> None:
    async def evil(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500, text=MARKUP, headers={"X-Evil": MARKUP}, content_type="text/html")

    application.answers = [evil]
    message = await stage.message(callback=application.url)
    await stage.sandbox.advance("1s")
    await stage.open(f"inbox/{message['id']}")
    await stage.page.locator(".ledger summary").click()
    await expect(stage.page.get_by_label("Answer of the consumer, attempt 1", exact=True)).to_contain_text(
        "<script>alert(2)"
    )
    await harmless(stage)


async def test_a_link_that_is_no_web_address_is_never_offered(stage: Stage) -> None:
    message = await stage.message(text="javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd")
    await stage.open(f"inbox/{message['id']}")
    await expect(stage.page.locator(".bubble .text")).to_contain_text("javascript:alert(1)")
    await expect(stage.page.locator(".bubble .inert")).to_have_count(0)


async def test_the_policy_forbids_markup_made_of_text(stage: Stage) -> None:
    await stage.open()
    refused = (
        "() => { try { document.body.innerHTML = '<b>x</b>'; return 'done' } catch (fault) { return fault.name } }"
    )
    async with stage.page.context.expect_page() as opened:
        await stage.page.evaluate("window.open(location.href)")
    assert await (await opened.value).evaluate(refused) == "TypeError"
