"""Identifiers: random, or fixed by a seed and what they are for, never by the order of arrival."""

import random
import re
import string
from collections.abc import Callable
from hashlib import shake_128
from itertools import count

_ALNUM = string.ascii_letters + string.digits
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_FREE, _VERSION_4 = 0xFFFFFFFF_FFFF_0FFF_3FFF_FFFFFFFFFFFF, 0x4000_8000_000000000000
_HEX = frozenset("0123456789abcdef")
_RANDOM = random.Random().getrandbits


class Ids:
    """A source of identifiers. ``Ids()`` is random; ``Ids.fixed(7, "namirial", "+44…", 0)`` repeats."""

    __slots__ = ("_bits",)

    def __init__(self, bits: Callable[[int], int] = _RANDOM) -> None:
        self._bits = bits

    @classmethod
    def fixed(cls, *scope: object) -> "Ids":
        """What is drawn hangs on ``scope`` and on how much was drawn before."""
        seed = "\x1f".join(map(str, scope)).encode("utf-8", "surrogatepass")
        turns = count()

        def bits(width: int) -> int:
            drawn = shake_128(b"%d\x1f%b" % (next(turns), seed)).digest(-(-width // 8))
            return int.from_bytes(drawn) >> -width % 8

        return cls(bits)

    def uuid(self) -> str:
        """A version 4 UUID; random bytes as text cost a tenth of ``uuid.uuid4()``."""
        h = (self._bits(128) & _FREE | _VERSION_4).to_bytes(16).hex()
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    def alnum(self, length: int) -> str:
        drawn, letters = self._bits(6 * length + 64), []
        for _ in range(length):
            drawn, place = divmod(drawn, len(_ALNUM))
            letters.append(_ALNUM[place])
        return "".join(letters)

    def hex(self, length: int) -> str:
        return f"{self._bits(4 * length):0{length}x}"

    def stranger(self, known: str) -> str:
        """An identifier of the same shape that names nothing: a UUID for a UUID, else letters for letters, digits
        for digits, and no letter beyond f in what may be hexadecimal."""
        if _UUID.fullmatch(known):
            return self.uuid()
        hexadecimal = all(char in _HEX or not char.isalnum() for char in known)
        kinds = (string.digits, "abcdef" if hexadecimal else string.ascii_lowercase, string.ascii_uppercase)
        return "".join(self._swap(char, kinds) for char in known)

    def _swap(self, char: str, kinds: tuple[str, ...]) -> str:
        return next((kind[self._bits(32) % len(kind)] for kind in kinds if char in kind), char)
