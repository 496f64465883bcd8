"""``PUT /_sandbox/scenario``: whole or not at all, with generation and hits, and what it leaves alone."""

from typing import Any

from tests.rehearsal.stage import SLUGS, TO, Stage, code

CALM = "name: calm\nrules:\n  - {name: all, report: delivered}\n"
BROKEN = "name: broken\nrules:\n  - {name: all, respond: {error: unavailable}}\n  - {name: b, report: late}\n"


async def _put(stage: Stage, text: str) -> tuple[int, Any]:
    return await stage.sandbox.call("PUT", "/_sandbox/scenario", data=text.encode())


async def test_one_mistake_refuses_it_whole(stage: Stage, slug: str) -> None:
    await _put(stage, CALM)
    await stage.send(slug)
    status, problem = await _put(stage, BROKEN)
    assert status == 422
    (error,) = problem["errors"]
    assert {"file": "inline", "line": 4, "column": 23}.items() <= error.items()
    assert await stage.send(slug) == "accept"
    now = await stage.sandbox.get("/scenario")
    assert (now["name"], now["generation"], await stage.hits()) == ("calm", 2, {"all": 2})


async def test_every_mistake_is_told_at_once(stage: Stage) -> None:
    _, problem = await _put(stage, "rules:\n  - {nmae: a}\n  - {report: [{after: 3, status: sent}]}\n")
    assert [(error["line"], error["column"]) for error in problem["errors"]] == [(2, 6), (3, 23)]


async def test_generation_and_hits_are_seen(stage: Stage, slug: str) -> None:
    await stage.play({"name": "a", "when": {"to": TO}}, {"name": "b"})
    await stage.sends(2, slug)
    await stage.send(slug, "+447700900001")
    first = await stage.sandbox.get("/scenario")
    second = await stage.play({"name": "a"})
    assert ([rule["hits"] for rule in first["rules"]], second["generation"]) == ([2, 1], first["generation"] + 1)
    assert await stage.hits() == {"a": 0}


async def test_equal_content_changes_nothing_not_even_a_counter(stage: Stage, slug: str) -> None:
    rule = {"name": "a", "respond": [{"error": "unavailable"}, {"error": "internal"}, "accept"]}
    one = await stage.play(rule)
    assert await stage.send(slug) == code(slug, "unavailable")
    same = await stage.sandbox.call("PUT", "/_sandbox/scenario", data=_yaml(rule))
    assert (same[1]["generation"], same[1]["changed"]) == (one["generation"], False)
    assert await stage.sends(2, slug) == [code(slug, "internal"), "accept"]
    assert await stage.hits() == {"a": 3}


def _yaml(rule: dict[str, Any]) -> bytes:
    """The same, in another order, as people write it."""
    return f"# by hand\nrules: [{{respond: {rule['respond']}, name: {rule['name']}}}]\nname: rehearsal\n".encode()


async def test_equal_content_does_not_let_go_what_is_held(stage: Stage, slug: str) -> None:
    for _ in range(2):
        await stage.play({"name": "outage", "active": {"end": "10m"}, "hold": True})
        await stage.send(slug)
        await stage.advance("1m")
    await stage.settle()
    assert await stage.told() == [("sent", 601)] * 2 + [("delivered", 603)] * 2


async def test_messages_and_planned_reports_are_kept(stage: Stage) -> None:
    await stage.play({"report": [{"after": "1h", "status": "undelivered"}]})
    for slug in SLUGS:
        await stage.send(slug)
    await stage.play({"report": "none"})
    assert await stage.stored() == len(SLUGS)
    await stage.settle()
    assert await stage.told() == [("undelivered", 3600)] * len(SLUGS)


async def test_words_of_the_old_scenario_hold_for_its_messages(stage: Stage, slug: str) -> None:
    stage.consumer.answers += [500, 500]
    await stage.play({"report": "rejected", "callback": {"retry": ["7s"]}})
    await stage.send(slug)
    await stage.play()
    await stage.settle()
    assert await stage.told() == [("rejected", 1), ("rejected", 8)]


async def test_accounts_change_with_the_scenario(stage: Stage) -> None:
    mine = {"username": f"u-{stage.sandbox.space}", "password": "secret"}
    await stage.play(accounts={"namirial": [mine]})
    assert await stage.send("namirial") == "63"
    assert await stage.send("namirial", login=mine) == "accept"
    await stage.play()
    assert await stage.send("namirial") == "accept"


async def test_a_space_is_put_with_its_scenario_whole_or_not_at_all(stage: Stage) -> None:
    name = f"{stage.sandbox.space}-new"
    status, problem = await stage.sandbox.call("PUT", f"/_sandbox/spaces/{name}", json={"scenario": BROKEN})
    (error,) = problem["errors"]
    assert (status, error["line"], error["column"]) == (422, 4, 23)
    assert (await stage.sandbox.call("GET", f"/_sandbox/spaces/{name}"))[0] == 404
