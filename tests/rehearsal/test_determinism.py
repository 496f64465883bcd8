"""The same seed and the same calls give the same world, over HTTP, in any number of spaces at once."""

import random
from typing import Any

from sandbox.client import wires
from sandbox.providers import discover
from tests.rehearsal.stage import NINE, SLUGS, Stage, crowd, together
from tests.support.checked import Checked
from tests.support.consumer import Consumer

SPACES = 4
MIX = [
    {"weight": 5, "accept": {}},
    {"weight": 3, "error": "unavailable"},
    {"weight": 2, "error": "internal", "stored": True},
]
WILD: dict[str, Any] = {
    "name": "wild",
    "timelines": {
        "late": [
            {"after": "1s..90s", "status": "sent", "lag": "1s..9s"},
            {"after": {"lognormal": {"median": "9s", "sigma": 1}}, "status": "delivered", "times": 2},
        ]
    },
    "rules": [
        {"name": "sometimes", "chance": "20%", "respond": {"error": "throttled", "retry_after": "3s"}},
        {
            "name": "mixed",
            "per": ["provider", "to"],
            "respond": [
                {"mix": MIX},
                "accept",
            ],
            "report": {"late": 5, "delivered": 3, "none": 1},
            "callback": {"order": "shuffled", "lag": "1s..3s"},
        },
    ],
}  # fmt: skip
CALLS = [(slug, to) for slug in SLUGS for to in crowd(5) for _ in range(2)]


async def _world(sandbox: Checked, consumer: Consumer, name: str, order: list[Any], **wishes: Any) -> Checked:
    """A space in which these calls were made, and everything has come of them."""
    space = sandbox.within(name)
    unnamed = [slug for slug in SLUGS if not discover()[slug].callback_in_request]
    await sandbox.put(
        f"/spaces/{name}",
        {"clock": {"mode": "manual", "now": NINE}, "callbacks": dict.fromkeys(unnamed, consumer.url), **wishes},
    )
    for slug, to in order:
        await space.plain(slug, wires.wire_of(slug).login("app"), to=to, callback=consumer.url)
    await space.settle()
    return space


def _bare(value: Any, *names: str) -> Any:
    """Without what no two runs have in common."""
    return {key: item for key, item in value.items() if key not in names}


async def _seen(space: Checked, *but: str) -> dict[str, Any]:
    """What a space holds, by what it is about, in no order but each recipient's own."""
    kept: dict[str, Any] = {}
    messages = (await space.get("/messages?limit=1000"))["items"]
    numbers = {message["id"]: f"{message['provider']} {message['to']}" for message in messages}
    for message in reversed(messages):
        kept.setdefault(numbers[message["id"]], []).append(_bare(message, "space", *but))
    for row in reversed((await space.get("/callbacks?limit=1000"))["items"]):
        attempts = [
            (attempt["at"], attempt["state"], "id" in but or attempt["request"]["body"]) for attempt in row["attempts"]
        ]
        told = (row["status"], row["happened_at"], attempts, None if "id" in but else row["id"])
        kept.setdefault(f"reports of {numbers[row['message']]}", []).append(told)
    return {name: sorted(rows, key=str) for name, rows in kept.items()}


async def _answers(space: Checked, *but: str) -> dict[str, list[Any]]:
    """What each recipient's calls were answered, in their order."""
    found: dict[str, list[Any]] = {}
    for request in reversed((await space.get("/requests?limit=1000"))["items"]):
        if request["to"]:
            key = f"{request['provider']} {request['to']}"
            answer = (request["outcome"], request["error"], request["rule"], request["answer"]["status"])
            named = None if "id" in but else (request["id"], request["answer"]["body"])
            found.setdefault(key, []).append((*answer, named))
    return found


def _shuffled(turn: int) -> list[Any]:
    """Recipients in another order, each one's own calls in theirs."""
    calls = {to: iter([call for call in CALLS if call[1] == to]) for _, to in CALLS}
    order = random.Random(turn).sample(CALLS, len(CALLS))
    return [next(calls[to]) for _, to in order]


async def test_a_scenario_s_seed_fixes_answers_reports_and_times(stage: Stage) -> None:
    names = [f"{stage.sandbox.space}-{turn}" for turn in range(SPACES)]
    worlds = await together(
        *(
            _world(stage.sandbox, stage.consumer, name, _shuffled(turn), scenario={**WILD, "seed": 7})
            for turn, name in enumerate(names)
        )
    )
    ids = ("id", "provider_ids")
    first, *others = [(await _answers(world, *ids), await _seen(world, *ids)) for world in worlds]
    assert all(other == first for other in others)
    assert {outcome for answers in first[0].values() for outcome, *_ in answers} == {"accepted", "rejected"}
    assert len(first[1]) > len(CALLS) / 2
    different = await _world(stage.sandbox, stage.consumer, f"{names[0]}-x", CALLS, scenario={**WILD, "seed": 8})
    assert (await _answers(different, *ids), await _seen(different, *ids)) != first


async def test_a_space_s_seed_fixes_ids_too_whatever_the_scenario_s(stage: Stage) -> None:
    names = [f"{stage.sandbox.space}-{turn}" for turn in range(SPACES)]
    worlds = await together(
        *(
            _world(stage.sandbox, stage.consumer, name, _shuffled(turn), scenario={**WILD, "seed": turn}, seed=11)
            for turn, name in enumerate(names)
        )
    )
    first, *others = [(await _answers(world), await _seen(world)) for world in worlds]
    assert all(other == first for other in others)


async def test_after_a_reset_it_begins_again(stage: Stage) -> None:
    space = await _world(stage.sandbox, stage.consumer, f"{stage.sandbox.space}-again", CALLS, scenario=WILD, seed=3)
    first = await _answers(space)
    await space.post("/reset")
    for slug, to in CALLS:
        await space.plain(slug, wires.wire_of(slug).login("app"), to=to, callback=stage.consumer.url)
    assert await _answers(space) == first


async def test_without_any_seed_two_worlds_differ(stage: Stage) -> None:
    names = [f"{stage.sandbox.space}-{turn}" for turn in range(2)]
    one, other = [await _world(stage.sandbox, stage.consumer, name, CALLS, scenario=WILD) for name in names]
    assert await _answers(one, "id") != await _answers(other, "id")
