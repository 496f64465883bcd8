"""Large scenarios are read beside the loop: nobody else waits for them."""

import asyncio

import pytest

from sandbox.scenario.source import MOST_BYTES
from tests.support.server import Server

LARGE = "rules:\n- when:\n    text:\n" + "".join(f"    - a{number}\n" for number in range(12_000))
BROKEN = LARGE + "  respnd: accept\n"


@pytest.mark.parametrize(("text", "expected"), [(LARGE, 200), (BROKEN, 422)])
async def test_sends_are_answered_while_a_large_scenario_is_read(sandbox: Server, text: str, expected: int) -> None:
    upload = asyncio.create_task(sandbox.call("PUT", "/_sandbox/scenario", data=text))
    answered = 0
    while not upload.done():
        assert (await sandbox.send("namirial"))[0] == 200
        answered += 1
    assert (await upload)[0] == expected
    assert answered > 3


async def test_one_byte_too_many_is_refused_unread(sandbox: Server) -> None:
    status, problem = await sandbox.call("PUT", "/_sandbox/scenario", data=b"#" * (MOST_BYTES + 1))
    assert (status, problem["errors"][0]["line"]) == (422, 1)
