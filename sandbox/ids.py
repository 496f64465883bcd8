"""Identifiers: random, or fixed by a seed and what they are for, never by the order of arrival."""

import random
import re
import string
from hashlib import blake2b

_ALNUM = string.ascii_letters + string.digits
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_FREE, _VERSION_4 = 0xFFFFFFFF_FFFF_0FFF_3FFF_FFFFFFFFFFFF, 0x4000_8000_000000000000
_HEX = frozenset("0123456789abcdef")


class Ids:
    """A source of identifiers. ``Ids()`` is random; ``Ids.fixed(7, "namirial", "+44…", 0)`` repeats."""

    __slots__ = ("_bits", "_random")

    def __init__(self, source: random.Random | None = None) -> None:
        self._random = source or _SHARED
        self._bits = self._random.getrandbits

    @classmethod
    def fixed(cls, *scope: object) -> "Ids":
        digest = blake2b("\x1f".join(map(str, scope)).encode("utf-8", "surrogatepass"), digest_size=16)
        return cls(random.Random(digest.digest()))

    def uuid(self) -> str:
        """A version 4 UUID; formatting random bits costs a tenth of ``uuid.uuid4()``."""
        h = f"{self._bits(128) & _FREE | _VERSION_4:032x}"
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    def alnum(self, length: int) -> str:
        return "".join(self._random.choices(_ALNUM, k=length))

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
        return next((self._random.choice(kind) for kind in kinds if char in kind), char)


_SHARED = random.Random()
