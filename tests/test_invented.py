"""What is made up: seeded, reserved, and only when somebody asks for it."""

import re
import subprocess
import sys

import pytest

from sandbox.invented import HANDSETS, TEST_NETWORKS, Invented, Operator
from sandbox.sms import links

FICTION = re.compile(r"\+447700900[0-9]{3}")


def test_a_number_keeps_its_operator_whatever_was_asked_before() -> None:
    first, second = Invented(7), Invented(7)
    second.operator("+447700900902")
    second.inbound_text()
    assert first.operator("+447700900901") == second.operator("+447700900901")


def test_without_a_seed_a_number_keeps_its_operator_too() -> None:
    assert Invented().operator("+447700900901") == Invented().operator("+447700900901")


def test_seeds_and_numbers_make_different_operators() -> None:
    numbers = [f"{HANDSETS}{n:03d}" for n in range(50)]
    by_number = {Invented(7).operator(number) for number in numbers}
    assert len(by_number) > 25
    assert by_number != {Invented(8).operator(number) for number in numbers}


def test_an_operator_is_of_a_test_network_in_no_country_there_is() -> None:
    operator = Invented(1).operator("anything at all \x00")
    assert isinstance(operator, Operator)
    assert operator.mcc == TEST_NETWORKS
    assert re.fullmatch(r"[0-9]{2}", operator.mnc)
    assert all(isinstance(part, str) and part for part in operator)


def test_handsets_are_in_the_range_reserved_for_fiction() -> None:
    invented = Invented(3)
    handsets = [invented.handset() for _ in range(300)]
    assert all(FICTION.fullmatch(handset) for handset in handsets)
    assert len(set(handsets)) > 100


@pytest.mark.parametrize("made", [Invented.handset, Invented.inbound_text])
def test_the_same_seed_makes_up_the_same_one_after_the_other(made) -> None:
    first, second = Invented(11), Invented(11)
    assert [made(first) for _ in range(5)] == [made(second) for _ in range(5)]
    assert [made(first) for _ in range(20)] != [made(Invented(12)) for _ in range(20)]


def test_two_spaces_without_a_seed_do_not_echo_each_other() -> None:
    first, second = Invented(), Invented()
    assert [first.handset() for _ in range(20)] != [second.handset() for _ in range(20)]


def test_spaces_that_take_turns_do_not_disturb_each_other() -> None:
    alone, other, shared = Invented(5), Invented(6), Invented(5)
    expected = [alone.handset() for _ in range(10)]
    got = []
    for _ in range(10):
        got.append(shared.handset())
        other.handset()
    assert got == expected


def test_texts_have_no_gaps_and_name_no_number_and_no_link() -> None:
    invented = Invented(2)
    texts = [invented.inbound_text() for _ in range(200)]
    assert all(texts)
    assert not any("{{" in text or "}}" in text for text in texts)
    assert not any(re.search(r"\+?[0-9]{7,}", text) for text in texts)
    assert not any(links.find(text) for text in texts)


def test_faker_is_imported_only_when_something_is_made_up() -> None:
    ask = "import sys; from sandbox.invented import Invented; Invented(1); sys.exit('faker' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", ask], check=False).returncode == 0
