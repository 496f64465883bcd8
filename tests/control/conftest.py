"""The server of this room's tests answers as its document says, or the test fails."""

from collections.abc import AsyncIterator

import pytest

from tests.control.documented import Documented
from tests.support.server import running


@pytest.fixture
async def sandbox() -> AsyncIterator[Documented]:
    async with running() as server:
        yield Documented(server.url, server.session, server.services)
