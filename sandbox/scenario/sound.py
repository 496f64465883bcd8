"""What is left of a scenario without its misshapen parts, so that the words of the rest are told in the same answer."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.errors import Problem

_STAND_INS: Mapping[str, Any] = {
    "rules": {},
    "expect": {"retries": "honoured"},
    "timelines": [{"status": "sent"}],
    "accounts": [],
}
"""What takes the place of a misshapen part, so that nothing else is wrong for want of it."""


def without(data: Any, misshapen: Iterable[Problem]) -> Mapping[str, Any] | None:
    """None where a whole section is misshapen or misspelt: what it should have said, nobody knows."""
    places = [problem.pointer.split("/")[1:3] for problem in misshapen]
    if any(len(place) < 2 or place[0] not in _STAND_INS for place in places):
        return None
    rest = {**data}
    for section, part in places:
        rest[section] = _replaced(rest[section], part.replace("~1", "/").replace("~0", "~"), _STAND_INS[section])
    return rest


def _replaced(section: Any, part: str, stand_in: Any) -> Any:
    if isinstance(section, Mapping):
        return {**section, part: stand_in}
    return [stand_in if str(index) == part else item for index, item in enumerate(section)]
