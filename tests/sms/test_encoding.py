"""GSM-7 or UCS-2, and how many segments (PROVIDERS.md §0, Segments); held against ``smsutil`` where that is right.

``smsutil`` 1.1.3 differs in two places, both stated below: it counts the bare escape character as one septet of the
alphabet, and calls the empty text UCS-2. It tears neither escape nor surrogate pairs.
"""

import pytest
import smsutil  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st
from smsutil.codecs import GSM_BASIC_CHARSET, GSM_EXT_CHARSET  # type: ignore[import-untyped]

from sandbox.sms import encoding
from sandbox.sms.encoding import BASIC, EXTENSION, GSM7, Encoded, encode, foreign

ESCAPE = "\x1b"
ALPHABETS = {
    "plain": st.sampled_from(sorted(BASIC)),
    "extended": st.sampled_from(sorted(GSM7)),
    "pairs": st.sampled_from("a€"),
    "national": st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"], exclude_characters=ESCAPE),
    "emoji": st.sampled_from("я😀👍"),
    "anything": st.characters(exclude_categories=["Cs"], exclude_characters=ESCAPE),
}
TEXTS = st.one_of([
    st.tuples(st.text(letters, min_size=1, max_size=20), st.integers(1, 40)).map(lambda drawn: drawn[0] * drawn[1])
    for letters in ALPHABETS.values()
])  # fmt: skip
"""Short pieces said over and over: long enough for several segments, and every boundary is hit."""


def theirs(text):
    """What ``smsutil`` says, in our words."""
    split = smsutil.split(text)
    gsm = split.encoding == "gsm0338"
    return Encoded("gsm7" if gsm else "ucs2", split.total_bytes // (1 if gsm else 2), len(split.parts))


def units(text):
    """The reference count of units, character by character."""
    wide = EXTENSION if set(text) <= GSM7 else {char for char in text if ord(char) > 0xFFFF}
    return sum(2 if char in wide else 1 for char in text)


# --- the contract's examples --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("", ("gsm7", 0, 1)),
        ("a" * 160, ("gsm7", 160, 1)),
        ("a" * 161, ("gsm7", 161, 2)),
        ("a" * 306, ("gsm7", 306, 2)),
        ("a" * 307, ("gsm7", 307, 3)),
        ("€" * 80, ("gsm7", 160, 1)),
        ("a" * 159 + "€", ("gsm7", 161, 2)),
        ("a" * 152 + "€" + "b" * 152, ("gsm7", 306, 3)),
        ("a" * 151 + "€" + "b" * 153, ("gsm7", 306, 2)),
        ("я" * 70, ("ucs2", 70, 1)),
        ("я" * 71, ("ucs2", 71, 2)),
        ("я" * 134, ("ucs2", 134, 2)),
        ("я" * 135, ("ucs2", 135, 3)),
        ("😀" * 35, ("ucs2", 70, 1)),
        ("😀" * 36, ("ucs2", 72, 2)),
        ("😀" * 66, ("ucs2", 132, 2)),
        ("😀" * 67, ("ucs2", 134, 3)),
        ("я" * 66 + "😀" + "я" * 66, ("ucs2", 134, 3)),
        ("a" * 66 + "😀" + "€" * 66, ("ucs2", 134, 3)),
    ],
)
def test_segments_are_counted_as_the_contract_has_it(text, encoded):
    assert encode(text) == encoded


@pytest.mark.parametrize("char", [*"^{}\\[~]|€", "\f"])
def test_the_ten_characters_of_the_extension_cost_two_septets(char):
    assert encode(char) == ("gsm7", 2, 1)
    assert len(EXTENSION) == 10


@pytest.mark.parametrize("char", [*"ç`´“”–…", "\t", "\xa0", "ı", "ё", "中", "\0"])
def test_a_character_outside_the_alphabet_makes_the_text_ucs2(char):
    assert encode("a" * 69 + char) == ("ucs2", 70, 1)
    assert encode("a" * 70 + char) == ("ucs2", 71, 2)


def test_foreign_characters_are_told_once_each_in_the_texts_order():
    assert foreign("“Ça va” – ça va, “où”?") == ["“", "”", "–", "ç"]
    assert foreign("".join(GSM7)) == []


# --- against smsutil ----------------------------------------------------------------------------------


def test_the_alphabet_is_smsutils_but_for_the_escape_itself():
    assert set(GSM_BASIC_CHARSET) - BASIC == {ESCAPE}
    assert set(GSM_BASIC_CHARSET) >= BASIC
    assert set(GSM_EXT_CHARSET) == EXTENSION


@given(TEXTS)
@example("a" * 152 + "€" + "b" * 152)
@example("😀" * 67)
def test_we_count_as_smsutil_counts(text):
    assert encode(text) == theirs(text)


@given(TEXTS)
def test_smsutil_tears_no_pair_and_loses_nothing(text):
    split = smsutil.split(text)
    assert "".join(part.content for part in split.parts) == text
    most = 160 if split.encoding == "gsm0338" else 140
    assert all(part.bytes <= most for part in split.parts)


@given(st.text(st.sampled_from(sorted(GSM7)), max_size=200), st.text(st.sampled_from(sorted(GSM7)), max_size=200))
def test_smsutil_takes_a_bare_escape_for_a_septet_and_we_for_a_character_that_the_alphabet_lacks(before, after):
    """On a handset an escape would change the character after it; only UCS-2 carries it as itself."""
    text = before + ESCAPE + after
    assert theirs(text).encoding == "gsm7"
    assert encode(text).encoding == "ucs2"
    assert foreign(text) == [ESCAPE]
    assert encode(text).units == len(text)


def test_smsutil_calls_the_empty_text_ucs2_and_we_gsm7():
    assert theirs("") == ("ucs2", 0, 1)
    assert encode("") == ("gsm7", 0, 1)


# --- by itself ----------------------------------------------------------------------------------------


@given(TEXTS)
def test_units_are_the_sum_of_the_characters(text):
    assert encode(text).units == units(text)


@given(TEXTS)
def test_segments_are_never_fewer_than_division_gives_and_one_only_while_one_holds_all(text):
    alphabet, count, segments = encode(text)
    single, part = (160, 153) if alphabet == "gsm7" else (70, 67)
    assert (segments == 1) is (count <= single)
    assert segments == 1 or -(-count // part) <= segments <= -(-count // (part - 1))


@given(TEXTS, st.sampled_from(["a", "€", "я", "😀"]))
def test_a_longer_text_never_takes_fewer_segments(text, more):
    assert encode(text + more).segments >= encode(text).segments


def test_the_alphabets_do_not_overlap():
    assert not BASIC & EXTENSION
    assert len(BASIC) == 127
    assert encoding.GSM7 == BASIC | EXTENSION
