"""Takes the pictures of the page: ``make screenshots``; every view with ``make screenshots ARGS="--all FOLDER"``."""

import argparse
import asyncio
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, expect

from tests.page.png import smaller
from tests.page.stage import PHONE, WIDE, Stage, chromium, staged
from tests.support.consumer import consuming
from tests.support.server import Server, running

DOCS = Path(__file__).parents[2] / "docs"
PARCEL = (
    "Hello Zoë, your parcel arrives today between 14:00 and 16:00. Follow it at https://track.example.com/p/AB12 "
    "or reply STOP. We’ll text again when the driver is near."
)
EARLIER = (
    ("skycore", "+447700900713", "Your invoice 2041 is due on Friday."),
    ("namirial", "+447700900061", "We miss you! 20 % off until Sunday."),
    ("bloomreach", "+447700900429", "Your cart is waiting."),
    ("skycore", "+447700900904", "Reminder: dentist tomorrow at 9:30. Reply C to cancel."),
    ("bloomreach", "+447700900903", "20 % off until Sunday 🎉 www.example.com/sale"),
    ("namirial", "+447700900902", "Your table for two is booked for 19:30."),
    ("blackkonnect", "+447700900321", "G-118204 is your verification code."),
    ("skycore", "+447700900322", "Welcome aboard! Your number is verified."),
    ("namirial", "+447700900323", "Use 553 210 to sign in."),
)
LATER = (
    ("namirial", "+447700900909", PARCEL),
    ("bloomreach", "+447700900324", "Your order 7731 has left our warehouse."),
    ("blackkonnect", "+447700900325", "Your one-time password is 482913. It expires in ten minutes."),
)
PICTURE: ViewportSize = {"width": 1280, "height": 780}
NOW = "2026-03-14T09:26:53Z"


async def tell(sandbox: Server, url: str) -> str:
    """A morning's traffic, some of it refused, some still under way; gives the id of the message to look at."""
    await sandbox.put("/clock", {"mode": "manual", "now": NOW})
    await sandbox.put(f"/spaces/{sandbox.space}", {"callbacks": {"skycore": url, "blackkonnect": url}})
    for slug, to, text in EARLIER:
        await sandbox.send(slug, to, text, url)
        await sandbox.advance("7s")
    await sandbox.post(
        "/inbound", {"provider": "skycore", "from": "+447700900322", "to": "00000", "text": "Thank you!"}
    )
    for slug, to, text in LATER:
        await sandbox.send(slug, to, text, url)
        await sandbox.advance("2s")
    found = await sandbox.get("/messages?to=%2B447700900909")
    return str(found["items"][0]["id"])


def places(parcel: str) -> dict[str, str]:
    return {
        "inbox": "inbox",
        "message": f"inbox/{parcel}",
        "conversation": "conversations/+447700900322",
        "requests": "requests?word=rejected",
        "posts": "requests?side=out",
        "scenario": "scenario",
        "clock": "clock",
        "send": "send/skycore",
        "report": "report",
    }


async def take(stage: Stage, place: str, path: Path) -> None:
    await stage.open(place)
    await stage.page.wait_for_load_state("networkidle")
    await stage.page.mouse.move(0, 0)
    shot = await stage.page.screenshot(animations="disabled")
    await asyncio.to_thread(path.write_bytes, smaller(shot))
    print(path)  # noqa: T201 - what was made


async def pictures(browser: Browser, house: Server, url: str) -> None:
    """The two of the README."""
    for scheme in ("light", "dark"):
        async with staged(browser, house, "default", color_scheme=scheme, viewport=PICTURE) as stage:
            parcel = await tell(stage.sandbox, url)
            await take(stage, f"inbox/{parcel}", DOCS / f"page-{scheme}.png")


async def everything(browser: Browser, house: Server, url: str, folder: Path) -> None:
    """Every view, in light and dark, wide and on a phone; and the empty inbox."""
    for size, viewport in (("wide", WIDE), ("phone", PHONE)):
        for scheme in ("light", "dark"):
            async with staged(browser, house, color_scheme=scheme, viewport=viewport) as stage:
                await take(stage, "inbox", folder / f"empty-{size}-{scheme}.png")
                parcel = await tell(stage.sandbox, url)
                refused = (await stage.sandbox.get("/requests?error=61"))["items"][0]["id"]
                for name, place in {**places(parcel), "refused": f"requests/{refused}"}.items():
                    await take(stage, place, folder / f"{name}-{size}-{scheme}.png")


async def main(folder: Path | None) -> None:
    async with running() as house, consuming() as application, chromium() as browser:
        application.answers = [200, 503]
        if folder is None:
            await pictures(browser, house, application.url)
        else:
            await everything(browser, house, application.url, folder)


if __name__ == "__main__":
    expect.set_options(timeout=30_000)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every view, into this folder")
    asyncio.run(main(parser.parse_args().all))
