"""``scenarios/default.yaml``: every magic recipient, in each provider's notation, does what its number says."""

import aiohttp
import pytest
from yarl import URL

from sandbox.wire import NotJson
from tests.rehearsal.stage import GONE, SLUGS, Stage, code, said
from tests.support.checked import Wire

DELIVERED = [("sent", 1.0), ("delivered", 3.0)]
TOLD: dict[str, list[tuple[str, float]]] = {
    "901": DELIVERED,
    "902": [("sent", 1), ("undelivered", 3)],
    "903": [("sent", 1), ("expired", 3)],
    "904": [("rejected", 1)],
    "905": [],
    "906": [("sent", 1), ("sent", 1), ("delivered", 3), ("delivered", 3)],
    "907": [("delivered", 3), ("sent", 5)],
    "908": [("sent", 1), ("undelivered", 3), ("delivered", 8)],
    "909": [("sent", 1), ("delivered", 1 + 72 * 3600)],
    "910": [("sent", 0), ("delivered", 2)],
    "923": DELIVERED,
    "924": DELIVERED,
    "926": DELIVERED,
    "123": DELIVERED,
}
WITHOUT_PLUS = [slug for slug in SLUGS if slug in ("blackkonnect", "skycore")]
NOTATIONS = [(slug, "") for slug in SLUGS] + [(slug, "without plus") for slug in WITHOUT_PLUS]
HEARD = {"923": "broken", "924": GONE, "926": GONE}


def magic(digits: str) -> str:
    return f"+447700900{digits}"


async def _call(stage: Stage, slug: str, digits: str, notation: str = "") -> Wire:
    wire = await stage.wire(slug, magic(digits))
    return wire.but(body=wire.body.replace(b'"+44', b'"44')) if notation else wire


async def _heard(stage: Stage, wire: Wire) -> str:
    try:
        return said(wire.slug, await stage.tell(wire))
    except aiohttp.ClientError:
        return GONE
    except NotJson:
        return "broken"


@pytest.mark.parametrize("digits", TOLD)
@pytest.mark.parametrize(("slug", "notation"), NOTATIONS)
async def test_a_magic_recipient_is_reported_on_as_its_number_says(
    stage: Stage, slug: str, notation: str, digits: str
) -> None:
    heard = await _heard(stage, await _call(stage, slug, digits, notation))
    assert heard == HEARD.get(digits, "accept")
    await stage.settle()
    assert await stage.told() == TOLD[digits]
    (message,) = await stage.messages()
    assert message["to"] == magic(digits)


async def test_907_tells_the_time_at_which_it_was_sent(stage: Stage, slug: str) -> None:
    await stage.send(slug, magic("907"))
    await stage.settle()
    delivered, sent = await stage.reports()
    assert (delivered.happened, sent.happened) == (3, 1)
    assert {3} <= delivered.instants
    assert sent.instants.isdisjoint({5})


async def test_908_stays_undelivered_in_the_sandbox(stage: Stage, slug: str) -> None:
    await stage.send(slug, magic("908"))
    await stage.settle()
    assert await stage.statuses() == ["undelivered"]


@pytest.mark.parametrize("digits", ["920", "921", "922"])
async def test_what_breaks_before_an_answer_is_not_kept(stage: Stage, slug: str, digits: str) -> None:
    call = await _call(stage, slug, digits)
    if digits == "920":
        await stage.abandon(call)
    else:
        assert await _heard(stage, call) == GONE
    assert await stage.stored() == 0
    (request,) = (await stage.sandbox.get("/requests?outcome=faulted"))["items"]
    assert (request["answer"], request["messages"]) == (None, [])


async def test_925_is_told_in_crumbs(stage: Stage, slug: str) -> None:
    """Over five real seconds: this client hangs up after the first of them, and the reports leave then."""
    wire = await _call(stage, slug, "925")
    url = URL(f"{stage.sandbox.root}/{slug}{wire.path}", encoded=True)
    async with stage.sandbox.session.post(url, headers=wire.headers, data=wire.body) as response:
        first = await response.content.readany()
        assert 0 < len(first) < int(response.headers["Content-Length"])
        response.close()
    await stage.settle()
    assert await stage.told() == DELIVERED


async def test_930_is_unavailable_twice_and_fresh_for_the_next_test(stage: Stage, slug: str) -> None:
    no = code(slug, "unavailable")
    assert await stage.sends(6, slug, magic("930")) == [no, no, "accept"] * 2


async def test_931_takes_three_a_minute(stage: Stage, slug: str) -> None:
    no = code(slug, "throttled")
    assert await stage.sends(5, slug, magic("931")) == ["accept"] * 3 + [no] * 2
    told = await stage.sandbox.tell(await stage.wire(slug, magic("931")))
    assert told.headers["Retry-After"] == "60"
    await stage.advance("60s")
    assert await stage.send(slug, magic("931")) == "accept"


async def test_everything_else_is_accepted_and_delivered(stage: Stage) -> None:
    for slug, to in zip(SLUGS * 2, ("+447911123456", "+15005550006", "+393331234567", "+447700900777"), strict=False):
        assert await stage.send(slug, to) == "accept"
    await stage.settle()
    assert {*await stage.statuses()} == {"delivered"}


async def test_its_comments_promise_nothing_that_is_not_there(stage: Stage) -> None:
    """Each rule has been met by a number of its own, but for the errors."""
    source = (await stage.sandbox.get("/scenario"))["source"]
    named = [*TOLD, "920", "921", "922", "925", "930", "931"]
    assert all(magic(digits) in source for digits in named if digits != "123")
    assert source.count('"+447700900') == len(named)
