"""Made-up data (Faker, seeded): operators, handsets, texts. Never ids, never numbers outside reserved ranges.

Handsets are in +447700900xxx, which Ofcom keeps for fiction; mobile country code 001 is the ITU's for test networks;
operators and countries are those of no atlas.
"""

import random
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from faker import Faker, Generator

HANDSETS = "+447700900"
TEST_NETWORKS = "001"

_BIRDS = ("Bittern", "Curlew", "Dunlin", "Fieldfare", "Goldcrest", "Kittiwake", "Lapwing", "Sandpiper", "Wryneck")
_NETWORKS = ("Mobile", "Telecom", "Cellular", "Wireless")
_COUNTRIES = ("Barataria", "Erewhon", "Graustark", "Laputa", "Lilliput", "Ruritania", "Utopia", "Zembla")
_INBOUND = (
    "STOP",
    "HELP",
    "YES",
    "No thanks",
    "Ok, see you {{day_of_week}}",
    "Hi, {{first_name}} here. Can I come at {{hour}} instead?",
    "Who is this?",
    "Thanks {{first_name}}!",
    "Which number do I call? 📞",
)


class Operator(NamedTuple):
    """A mobile network: ``name`` of who runs it, ``carrier`` of the network; ``mcc`` and ``mnc`` as digits."""

    name: str
    carrier: str
    mcc: str
    mnc: str
    country: str


class SmsProvider:
    """What Faker does not know: ``faker.add_provider(SmsProvider)`` teaches it (and its templates) these words."""

    def __init__(self, generator: "Generator") -> None:
        self._generator = generator

    @property
    def _random(self) -> random.Random:
        return self._generator.random

    def operator_name(self) -> str:
        return f"{self._random.choice(_BIRDS)} {self._random.choice(_NETWORKS)}"

    def operator(self) -> Operator:
        name = self.operator_name()
        mnc = f"{self._random.randrange(1, 100):02d}"
        return Operator(name, f"{name.split()[0]} Networks", TEST_NETWORKS, mnc, self._random.choice(_COUNTRIES))

    def handset(self) -> str:
        return f"{HANDSETS}{self._random.randrange(1000):03d}"

    def hour(self) -> str:
        return f"{self._random.randrange(8, 20)}:{self._random.choice(('00', '30'))}"

    def inbound_text(self) -> str:
        return str(self._generator.parse(self._random.choice(_INBOUND)))


class Invented:
    """What one space makes up. The same seed gives the same; without one only ``operator`` repeats itself."""

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._stream = random.Random(seed)

    def operator(self, key: str) -> Operator:
        """The network that ``key`` (a number, mostly) belongs to, whatever else was asked for before."""
        found: Operator = _faker(f"{self._seed}\x1f{key}").operator()
        return found

    def handset(self) -> str:
        """An MSISDN of the range for fiction."""
        return str(self._next().handset())

    def inbound_text(self) -> str:
        """What somebody might send to us from a handset."""
        return str(self._next().inbound_text())

    def _next(self) -> "Faker":
        return _faker(str(self._stream.getrandbits(64)))


def _faker(seed: str) -> "Faker":
    """Faker at the beginning of the draws that ``seed`` fixes: every draw is seeded, so that one serves all spaces."""
    faker = _taught()
    faker.seed_instance(seed)
    return faker


@cache
def _taught() -> "Faker":
    from faker import Faker  # 95 ms, and few need it

    faker = Faker("en_GB")
    faker.add_provider(SmsProvider)
    return faker
