"""What was acknowledged survives a killed process, whole; nothing is half there; the file is free again."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.store.base import Limits
from sandbox.store.rows import ATTEMPT, TIMELINE, Filter
from sandbox.store.sqlite import SqliteStore
from tests.store.made import SPACE

ROOT = Path(__file__).parents[2]


def killed(path: Path, after: int) -> list[int]:
    """Run the victim, kill it without warning once it has said ``after`` lines; all that it had acknowledged."""
    command = [sys.executable, "-m", "tests.store.victim", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline() for _ in range(after)]
        victim.kill()
        said += victim.stdout.readlines()
    return [int(line) for line in said if line.endswith("\n")]


@pytest.mark.parametrize("seed", range(4))
async def test_what_was_committed_survives_a_kill_at_any_moment(tmp_path: Path, seed: int) -> None:
    path, acknowledged = tmp_path / "sandbox.db", list[int]()
    for _ in range(2):
        acknowledged += killed(path, random.Random(seed).randint(1, 3000))
        store = SqliteStore.open(str(path), Limits(messages=10_000_000))
        assert store._database.all("PRAGMA integrity_check") == [("ok",)]
        await _whole(store, acknowledged)
        await store.close()


async def _whole(store: SqliteStore, acknowledged: list[int]) -> None:
    found = await store.by_seq([seq + twin for seq in acknowledged for twin in (0, 1)])
    assert len(found) == 2 * len(acknowledged) > 0
    page = await store.messages(SPACE, Filter(limit=10_000_000))
    seqs = {message.seq for message in page.items}
    assert page.total == len(seqs) == (await store.counts(SPACE)).messages
    requests = await store.requests(SPACE, Filter(limit=10_000_000))
    firsts = {entry.seq for entry in requests.items}
    assert seqs == firsts | {first + 1 for first in firsts}
    assert store.number() > max(seqs)
    await _nothing_lost(store, firsts)


async def _nothing_lost(store: SqliteStore, firsts: set[int]) -> None:
    """Every message has its step due, its post under way (an orphan) or the next attempt due."""
    rows = await store.due(SPACE, 9_999_999, 10_000_000)
    posts = await store.callbacks_by_seq([row.seq for row in rows if row.kind == ATTEMPT])
    due = {row.seq for row in rows if row.kind == TIMELINE} | {post.message for post in posts.values()}
    orphans = {callback.message for callback in await store.orphans()}
    assert due | orphans == firsts
    assert not due & orphans
