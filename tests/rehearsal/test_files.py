"""Scenario files that change while the server runs: read again, played by whoever played them, or left as they were."""

import logging
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import StreamReader

from sandbox import housekeeping, opening
from sandbox.scenario import shelf
from sandbox.wire import decode
from tests.support.server import Server, running

CALM = "description: calm\nrules:\n  - {name: all, report: delivered}\n"
DOWN = "rules:\n  - {name: all, respond: {error: unavailable}}\n"
BROKEN = "rules:\n  - {name: all, respond: {error: unavailible}}\n"
HELD = "rules:\n  - {name: outage, active: {end: 10m}, hold: true}\n"
WHY = ':2:34: "unavailible" is no error; did you mean "unavailable"?'


def write(file: Path, text: str) -> None:
    """At one stroke, for somebody looks all the time."""
    draft = file.with_name(f".{file.name}")
    draft.write_text(text)
    draft.replace(file)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked at in no time."""
    monkeypatch.setattr(housekeeping, "PERIOD", 0.005)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "mine.yaml", CALM)
    return tmp_path


class Watched:
    """A server, and the stream of its events."""

    def __init__(self, server: Server, stream: StreamReader) -> None:
        self.server = server
        self._stream = stream

    async def read_again(self) -> Any:
        """What the next look at the files comes to; by then it is in force."""
        while line := await self._stream.readline():
            if line.startswith(b"data: ") and "problems" in (told := decode(line.partition(b": ")[2])):
                return told
        raise AssertionError("the stream has ended")

    async def heard(self, space: str = "default") -> str:
        _, answer = await self.server.within(space).send("skycore")
        return str(answer.get("error-code", "accept"))

    async def playing(self, space: str = "default") -> tuple[str, int]:
        told = await self.server.within(space).get("/scenario")
        return told["name"], told["generation"]

    async def problems(self) -> list[str]:
        status, told = await self.server.call("GET", "/readyz")
        assert (status, told["status"]) == (200, "ready")
        return list(told["problems"])


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[Watched]:
    async with server.session.get(f"{server.root}/_sandbox/events") as response:
        yield Watched(server, response.content)


@asynccontextmanager
async def watched(**settings: Any) -> AsyncIterator[Watched]:
    async with running(**settings) as server, listening(server) as house:
        yield house


async def test_a_changed_file_is_played_by_the_spaces_that_played_it(folder: Path) -> None:
    async with watched(scenarios=folder, scenario="mine") as house:
        await house.server.put("/spaces/named", {"scenario": "mine"})
        await house.server.put("/spaces/own", {"scenario": {"name": "mine", "rules": []}})
        await house.server.put("/spaces/other", {"scenario": "throttled"})
        assert [await house.heard(space) for space in ("default", "named", "own", "other")] == ["accept"] * 4
        write(folder / "mine.yaml", DOWN)
        told = await house.read_again()
        assert (told["changed"], told["removed"], told["problems"]) == (["mine"], [], [])
        heard = [await house.heard(space) for space in ("default", "named", "own", "other", "fresh")]
        assert heard == ["E503", "E503", "accept", "accept", "E503"]
        assert await house.playing() == ("mine", 2)
        assert [rule["hits"] for rule in (await house.server.get("/scenario"))["rules"]] == [1]
        write(folder / "mine.yaml", CALM)
        await house.read_again()
        assert (await house.heard(), await house.playing()) == ("accept", ("mine", 3))


async def test_content_is_compared_and_not_times(folder: Path) -> None:
    """A bind mount may show another text under the same inode, size and time."""
    file = folder / "mine.yaml"
    before = file.stat()
    async with watched(scenarios=folder, scenario="mine") as house:
        with file.open("r+") as opened:
            opened.write(CALM.replace("delivered", "undelivrd").replace("undelivrd", "rejected "))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
        assert (await house.read_again())["changed"] == ["mine"]
        assert "rejected" in (await house.server.get("/scenario"))["source"]


async def test_a_config_map_is_swapped(tmp_path: Path) -> None:
    """Its files are links through ``..data``, which is a link that is replaced."""
    _version(tmp_path, "..one", mine=CALM, second=CALM)
    (tmp_path / "..data").symlink_to("..one")
    for name in ("mine.yaml", "second.yaml"):
        (tmp_path / name).symlink_to(Path("..data") / name)
    async with watched(scenarios=tmp_path, scenario="mine") as house:
        await house.server.put("/spaces/second", {"scenario": "second"})
        _version(tmp_path, "..two", mine=DOWN, second=DOWN)
        (tmp_path / "..data_tmp").symlink_to("..two")
        (tmp_path / "..data_tmp").rename(tmp_path / "..data")
        assert sorted((await house.read_again())["changed"]) == ["mine", "second"]
        assert [await house.heard(), await house.heard("second")] == ["E503", "E503"]


def _version(folder: Path, name: str, **files: str) -> None:
    (folder / name).mkdir()
    for stem, text in files.items():
        (folder / name / f"{stem}.yaml").write_text(text)


async def test_a_broken_file_leaves_everything_as_it_was_and_is_told(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder / "other.yaml", CALM)
    async with watched(scenarios=folder, scenario="mine") as house:
        await house.server.put("/spaces/other", {"scenario": "other"})
        assert await house.problems() == []
        with caplog.at_level(logging.WARNING):
            write(folder / "other.yaml", DOWN)  # whether it is seen at once or together with the next
            write(folder / "mine.yaml", BROKEN)
            while not (told := await house.read_again())["problems"]:
                assert told["changed"] == ["other"]
        (problem,) = told["problems"]
        assert problem == f"{folder / 'mine.yaml'}{WHY}"
        assert await house.problems() == [problem]
        assert [record.getMessage() for record in caplog.records if problem in record.getMessage()] == [
            f"scenario files stay as they were: {problem}"
        ]
        assert (await house.heard(), await house.playing()) == ("accept", ("mine", 1))
        write(folder / "mine.yaml", DOWN)
        assert "mine" in (await house.read_again())["changed"]
        assert (await house.problems(), await house.heard(), await house.heard("other")) == ([], "E503", "E503")


async def test_a_file_may_come_and_go(folder: Path) -> None:
    """What plays a file that is gone plays on."""
    async with watched(scenarios=folder) as house:
        write(folder / "late.yaml", DOWN)
        assert (await house.read_again())["changed"] == ["late"]
        await house.server.put("/spaces/late", {"scenario": "late"})
        (folder / "late.yaml").unlink()
        assert (await house.read_again())["removed"] == ["late"]
        assert (await house.server.call("GET", "/_sandbox/scenarios/late"))[0] == 404
        assert (await house.heard("late"), await house.playing("late")) == ("E503", ("late", 2))


async def test_a_changed_comment_changes_nothing_and_ties_no_space_loose(folder: Path) -> None:
    write(folder / "mine.yaml", HELD)
    async with watched(scenarios=folder, scenario="mine") as house:
        await house.server.freeze()
        await house.server.send("namirial")
        write(folder / "mine.yaml", f"# a remark\n{HELD}")
        await house.read_again()
        assert await house.playing() == ("mine", 1)
        (message,) = (await house.server.get("/messages"))["items"]
        (planned,) = (await house.server.get(f"/messages/{message['id']}"))["planned"]
        assert planned["held"] == "outage"
        write(folder / "mine.yaml", DOWN)
        await house.read_again()
        assert (await house.playing(), await house.heard()) == (("mine", 2), "E503")
        planned = (await house.server.get(f"/messages/{message['id']}"))["planned"]
        assert [step["status"] for step in planned] == ["sent", "delivered"]


async def test_a_folder_s_file_comes_before_a_bundled_one_of_its_name(tmp_path: Path) -> None:
    async with watched(scenarios=tmp_path) as house:
        assert await house.heard() == "accept"
        write(tmp_path / "default.yaml", DOWN)
        await house.read_again()
        assert await house.heard() == "E503"
        (tmp_path / "default.yaml").unlink()
        await house.read_again()
        assert await house.heard() == "accept"


async def test_the_opening_file_is_read_again_too(folder: Path) -> None:
    file = folder / "mine.yaml"
    async with watched(scenario=str(file)) as house:
        assert await house.playing() == ("mine", 1)
        assert await house.heard("before") == "accept"
        write(file, DOWN)
        assert (await house.read_again())["changed"] == ["mine"]
        assert [await house.heard(space) for space in ("default", "before", "after")] == ["E503"] * 3
        assert await house.playing() == ("mine", 2)


async def test_an_opening_file_that_breaks_leaves_what_was_and_is_told(folder: Path) -> None:
    file = folder / "mine.yaml"
    async with watched(scenario=str(file)) as house:
        write(file, BROKEN)
        assert (await house.read_again())["problems"] == [f"{file}{WHY}"]
        assert await house.problems() == [f"{file}{WHY}"]
        assert [await house.heard(), await house.heard("new")] == ["accept"] * 2
        file.unlink()
        assert "cannot read" in (await house.read_again())["problems"][0]
        write(file, CALM)
        assert (await house.read_again())["problems"] == []
        assert (await house.problems(), await house.playing()) == ([], ("mine", 1))


async def test_after_a_restart_a_space_still_follows_its_file(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.db"
    async with watched(scenarios=folder, data=data) as house:
        await house.server.put("/spaces/named", {"scenario": "mine"})
    async with watched(scenarios=folder, data=data) as house:
        assert await house.heard("named") == "accept"
        write(folder / "mine.yaml", DOWN)
        await house.read_again()
        assert await house.heard("named") == "E503"


async def test_every_space_that_plays_a_file_hears_of_it_and_no_other(folder: Path) -> None:
    write(folder / "other.yaml", CALM)
    async with watched(scenarios=folder) as house, AsyncExitStack() as stack:
        spaces = {}
        for name, scenario in {"one": "mine", "two": "mine", "else": "other"}.items():
            await house.server.put(f"/spaces/{name}", {"scenario": scenario})
            spaces[name] = await stack.enter_async_context(listening(house.server.within(name)))
        for text, count in ((DOWN, 0), (BROKEN, 1)):
            write(folder / "mine.yaml", text)
            for told in [await each.read_again() for each in (house, spaces["one"], spaces["two"])]:
                assert (told["changed"], len(told["problems"])) == ([] if count else ["mine"], count)
        write(folder / "mine.yaml", CALM)
        write(folder / "other.yaml", DOWN)
        assert "other" in (await spaces["else"].read_again())["changed"]


async def test_files_are_read_beside_the_loop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: dict[str, set[threading.Thread]] = {"folder": set(), "opening": set()}
    for name, room in (("folder", shelf), ("opening", opening)):

        def noted(*given: Any, name: str = name, read: Callable[..., Any] = room.load, **options: Any) -> Any:
            threads[name].add(threading.current_thread())
            return read(*given, **options)

        monkeypatch.setattr(room, "load", noted)
    write(folder / "first.yaml", CALM)
    async with watched(scenarios=folder, scenario=str(folder / "first.yaml")) as house:
        for seen in threads.values():
            seen.clear()
        for name in ("mine", "first"):
            write(folder / f"{name}.yaml", DOWN)
            await house.read_again()
    assert all(threads.values())
    assert threading.current_thread() not in {thread for seen in threads.values() for thread in seen}
