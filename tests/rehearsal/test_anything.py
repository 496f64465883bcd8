"""Whatever ``check`` accepts, the server plays: no 500 of its own, no traceback, and the clock goes on."""

import json
from typing import Any

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.errors import ScenarioError
from sandbox.scenario.load import load
from tests.rehearsal.stage import SLUGS, VOCABULARIES, Stage, together
from tests.rehearsal.test_bulk import bulk
from tests.scenario.test_anything import SCENARIO
from tests.support.checked import Wire

NAMES = {"terse": st.sampled_from(SLUGS), "eloquent": st.sampled_from(SLUGS)}
NUMBERS = ("+447700900001", "+447700900064", "+447700900503")
TEXTS = ("a", "hello *b*", "ж" * 71)
PLAYED = settings(suppress_health_check=list(HealthCheck), max_examples=25, derandomize=True)


def _fitted(value: Any, names: dict[str, str]) -> Any:
    """A scenario of made-up providers as one of real ones, whose answers take no real time."""
    if isinstance(value, dict):
        kept = {key: _fitted(item, names) for key, item in value.items()}
        return {**kept, **{key: "1ms" for key in ("delay", "over") if key in kept}}
    if isinstance(value, list):
        return [_fitted(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _holds(scenario: Any) -> bool:
    try:
        load(json.dumps(scenario), file="inline", vocabularies=VOCABULARIES, uploaded=True)
    except ScenarioError:
        return False
    return True


async def _told(stage: Stage, wire: Wire) -> None:
    """Whatever it says, it is in somebody's words: ours are plain text."""
    try:
        told = await stage.tell(wire, 0.1)
    except (aiohttp.ClientError, TimeoutError):
        return
    assert b"sms-sandbox" not in told.body
    assert b"500 Internal Server Error" not in told.body


@given(SCENARIO, st.fixed_dictionaries(NAMES))
@PLAYED
async def test_what_is_accepted_is_played(stage: Stage, scenario: Any, names: dict[str, str]) -> None:
    await stage.play()
    calls = [await stage.wire(slug, to, text=text) for slug in SLUGS for to, text in zip(NUMBERS, TEXTS, strict=True)]
    calls.append(await bulk(stage, {"to": NUMBERS}, {"text": TEXTS[2], "validityPeriodMinutes": 1}))
    fitted = {**_fitted(scenario, names), "name": "anything"}
    status, answer = await stage.sandbox.call("PUT", "/_sandbox/scenario", json=fitted)
    assert status == (200 if _holds(fitted) else 422), answer
    if status == 200:
        await together(*(_told(stage, call) for call in calls))
        await _goes_on(stage)


async def _goes_on(stage: Stage) -> None:
    """The clock can still be walked, and what is due happens."""
    walk = await stage.sandbox.post("/clock/advance", {"by": "1h", "timeout": "20s"})
    assert walk["settled"]
    assert stage.sandbox.services.scheduler.ticking
    await stage.play()
    await stage.sandbox.post("/reset")
    stage.consumer.received.clear()
    assert await stage.send("skycore") == "accept"
    walk = await stage.advance("3s")
    assert [step["status"] for step in walk["fired"] if step["kind"] == "callback"] == ["sent", "delivered"]
