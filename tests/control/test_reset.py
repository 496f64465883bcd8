"""Reset: as if nothing had happened, in this space alone."""

from tests.control.documented import Documented
from tests.support.consumer import Consumer


async def test_reset_says_how_much_of_each_it_removed(sandbox: Documented, consumer: Consumer) -> None:
    await sandbox.freeze()
    await sandbox.send("namirial", "+447700900902", callback=consumer.url)
    await sandbox.send("namirial", "+447700900064")
    await sandbox.advance("1s")
    removed = await sandbox.post("/reset")
    assert removed == {"messages": 1, "requests": 2, "callbacks": 1, "pending": 1, "hits": 2}
    for name in ("messages", "requests", "callbacks"):
        assert (await sandbox.get(f"/{name}"))["total"] == 0
    assert (await sandbox.settle())["fired"] == []


async def test_reset_keeps_scenario_and_clock_and_zeroes_counters(sandbox: Documented) -> None:
    await sandbox.put("/clock", {"mode": "manual", "now": "2030-01-01T00:00:00Z"})
    await sandbox.play({"rules": [{"name": "first fails", "respond": [{"error": "unavailable"}, "accept"]}]})
    answers = [(await sandbox.send("skycore"))[1]["status"] for _ in range(2)]
    await sandbox.post("/reset")
    assert answers == ["Failure", "Success"]
    assert (await sandbox.send("skycore"))[1]["status"] == "Failure"
    assert (await sandbox.get("/clock"))["now"] == "2030-01-01T00:00:00Z"
    assert (await sandbox.get("/scenario"))["name"] == "test"


async def test_reset_leaves_the_neighbour_alone(sandbox: Documented) -> None:
    await sandbox.put("/spaces/t1", {})
    await sandbox.within("t1").send("skycore")
    await sandbox.post("/reset")
    assert (await sandbox.within("t1").get("/messages"))["total"] == 1


async def test_a_reset_takes_no_wishes(sandbox: Documented) -> None:
    await sandbox.refused("POST", "/reset", "invalid", json={"scenario": "default"})
