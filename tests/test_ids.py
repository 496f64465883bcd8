"""Identifiers: random, or fixed by what they are for."""

import re
import uuid
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.ids import Ids

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
KINDS = {"uuid": lambda ids: ids.uuid(), "alnum": lambda ids: ids.alnum(12), "hex": lambda ids: ids.hex(10)}


@given(st.integers())
def test_a_uuid_is_of_version_4(seed):
    text = Ids.fixed(seed).uuid()
    assert UUID4.fullmatch(text)
    known = uuid.UUID(text)
    assert (known.version, known.variant) == (4, uuid.RFC_4122)


def test_all_variants_of_a_uuid_come_up():
    ids = Ids.fixed("variants")
    assert set(Counter(ids.uuid()[19] for _ in range(200))) == set("89ab")


@pytest.mark.parametrize("length", [1, 8, 12, 40])
def test_lengths_are_kept_leading_noughts_included(length):
    ids = Ids.fixed("lengths")
    for _ in range(100):
        assert re.fullmatch(rf"[A-Za-z0-9]{{{length}}}", ids.alnum(length))
        assert re.fullmatch(rf"[0-9a-f]{{{length}}}", ids.hex(length))


@pytest.mark.parametrize("kind", KINDS)
def test_a_random_identifier_never_comes_again(kind):
    ids = Ids()
    assert len({KINDS[kind](ids) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_purpose_gives_the_same_identifiers_in_the_same_order(kind):
    first, again, other = Ids.fixed(7, "namirial", "+1"), Ids.fixed(7, "namirial", "+1"), Ids.fixed(8, "namirial", "+1")
    told = [KINDS[kind](first) for _ in range(3)]
    assert told == [KINDS[kind](again) for _ in range(3)]
    assert not set(told) & {KINDS[kind](other) for _ in range(3)}


def test_a_purpose_is_its_parts_not_their_sum():
    assert Ids.fixed("ab", "c").uuid() != Ids.fixed("a", "bc").uuid()
    assert Ids.fixed(1, 2).uuid() != Ids.fixed(12).uuid()


def test_any_text_can_be_part_of_a_purpose():
    assert Ids.fixed("\ud800", "😀", None).uuid() == Ids.fixed("\ud800", "😀", None).uuid()


def test_fixed_identifiers_leave_the_random_ones_alone():
    assert Ids().uuid() != Ids.fixed(1).uuid() != Ids().uuid()


# --- strangers ----------------------------------------------------------------------------------------


def shape(text):
    """``a1-B2`` → ``a0-A0``"""
    return re.sub("[A-Z]", "A", re.sub("[a-z]", "a", re.sub("[0-9]", "0", text)))


@given(st.integers())
def test_the_stranger_of_a_uuid_is_a_uuid(seed):
    ids = Ids.fixed(seed)
    known = ids.uuid()
    stranger = ids.stranger(known)
    assert UUID4.fullmatch(stranger)
    assert stranger != known


@given(st.text(st.sampled_from("019afgzAFGZ-_. é"), min_size=1))
def test_a_stranger_has_the_same_shape(known):
    assert shape(Ids.fixed(known).stranger(known)) == shape(known)


@pytest.mark.parametrize("known", ["0123456789abcdef", "deadbeefcafe", "ab-12-ff"])
def test_the_stranger_of_hexadecimal_is_hexadecimal(known):
    for seed in range(50):
        assert re.fullmatch("[0-9a-f-]+", Ids.fixed(seed).stranger(known))


def test_the_stranger_of_a_number_is_a_number():
    assert all(Ids.fixed(seed).stranger("123456").isdigit() for seed in range(50))
