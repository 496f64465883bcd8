"""The bundled scenarios for load tests, played through by a crowd."""

from collections import Counter

import aiohttp
import pytest

from sandbox import mount
from sandbox.durations import SECOND
from tests.rehearsal.stage import GONE, SLUGS, Stage, code, crowd, said, together
from tests.support.checked import Wire


async def test_one_call_in_a_hundred_is_lost_and_one_message_not_delivered(stage: Stage) -> None:
    await stage.pick("one-percent-loss")
    wires = [await stage.wire(slug, to) for slug in ("skycore", "bloomreach") for to in crowd(150)]
    heard = await together(*(_line(stage, wire) for wire in wires))
    await stage.settle()
    assert 1 <= heard.count(GONE) <= 10
    told = Counter(await stage.statuses())
    assert told.total() == len(wires) - heard.count(GONE)
    assert 1 <= told["undelivered"] <= 12


async def _line(stage: Stage, wire: Wire) -> str:
    try:
        return said(wire.slug, await stage.tell(wire))
    except aiohttp.ClientError:
        return GONE


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second by which an answer is delayed passes in a millisecond."""
    monkeypatch.setattr(mount, "SECOND", 1000 * SECOND)


@pytest.mark.usefixtures("hurry")
async def test_black_friday_is_a_mix_of_everything(stage: Stage) -> None:
    await stage.pick("black-friday")
    wires = [await stage.wire(slug, to) for slug in SLUGS for to in crowd(100)]
    heard = Counter(await together(*(_line(stage, wire) for wire in wires)))
    assert heard["accept"] > 0.9 * len(wires)
    assert heard[GONE] >= 1
    assert {code(slug, word) for slug in SLUGS for word in ("throttled", "unavailable")} & {*heard}
    await stage.settle()
    reports = await stage.reports()
    assert {"sent", "delivered", "undelivered"} <= {report.status for report in reports}
    assert 2 in Counter((report.to, report.status, report.body) for report in reports).values()
    assert max(report.at for report in reports) > 60


@pytest.mark.usefixtures("hurry")
async def test_black_friday_takes_two_hundred_a_second_of_an_account(stage: Stage) -> None:
    await stage.pick("black-friday")
    wires = [await stage.wire("skycore", to) for to in crowd(203)]
    heard = await together(*(_line(stage, wire) for wire in wires))
    assert await stage.hits() == {"two hundred a second": 3, "busy": 200}
    assert heard.count(code("skycore", "throttled")) >= 3
    await stage.advance("1s")
    await _line(stage, wires[0])
    assert (await stage.hits())["busy"] == 201
