"""This room's tests share a server and its loop; every answer and callback in them is held against its document."""

from pathlib import Path

import pytest

from tests.support.shared import consumer, house, no_traceback, sandbox, share_loop

__all__ = ["consumer", "house", "no_traceback", "sandbox"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share_loop(items, Path(__file__).parent)
