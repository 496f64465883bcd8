"""How a text travels: GSM-7 or UCS-2, and in how many segments (GSM 03.38, 3GPP TS 23.038/23.040).

GSM-7: 160 septets in one part, 153 in each of several; UCS-2: 70 and 67 UTF-16 units. Ten
characters cost two septets. Neither an escape pair nor a surrogate pair may be split over two
parts, so the count is no plain division. No national shift tables.
"""

from collections.abc import Iterable
from typing import NamedTuple

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
GSM7 = BASIC | EXTENSION


class Encoded(NamedTuple):
    """``encoding`` is ``gsm7`` or ``ucs2``; ``units`` septets or UTF-16 units."""

    encoding: str
    units: int
    segments: int


def encode(text: str) -> Encoded:
    """``encode("€")`` → ``("gsm7", 2, 1)``; ``encode("😀" * 67)`` → ``("ucs2", 134, 3)``."""
    letters = frozenset(text)
    if letters <= BASIC:
        return Encoded("gsm7", len(text), _even(len(text), 160, 153))
    if letters <= GSM7:
        costs = [2 if char in EXTENSION else 1 for char in text]
        return Encoded("gsm7", sum(costs), _packed(costs, 160, 153))
    if max(letters) < "\U00010000":
        return Encoded("ucs2", len(text), _even(len(text), 70, 67))
    costs = [2 if char >= "\U00010000" else 1 for char in text]
    return Encoded("ucs2", sum(costs), _packed(costs, 70, 67))


def foreign(text: str) -> list[str]:
    """The characters that force UCS-2, each once, in the order of the text."""
    return [char for char in dict.fromkeys(text) if char not in GSM7]


def _even(units: int, single: int, part: int) -> int:
    return 1 if units <= single else -(-units // part)


def _packed(costs: Iterable[int], single: int, part: int) -> int:
    parts, room, total = 1, part, 0
    for cost in costs:
        total += cost
        if cost > room:
            parts, room = parts + 1, part
        room -= cost
    return 1 if total <= single else parts
