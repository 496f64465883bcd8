"""Numbers: kept as + and digits, whatever notation a provider uses (PROVIDERS.md §0, Numbers)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sms import msisdn

DIGITS = st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True)


@given(DIGITS, st.sampled_from(["+", "00", ""]))
def test_every_notation_of_a_number_is_kept_alike(digits, prefix):
    assert msisdn.e164(prefix + digits) == f"+{digits}"


@given(DIGITS)
def test_what_is_kept_is_kept_the_same_again(digits):
    assert msisdn.e164(msisdn.e164(digits)) == msisdn.e164(digits)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("447700900901", "+447700900901"),
        ("+447700900901", "+447700900901"),
        ("00447700900901", "+447700900901"),
        ("00123456789012345", "+123456789012345"),
        ("123456789", "+123456789"),
        ("12345678", "12345678"),
        ("00000", "00000"),
        ("+12345678", "+12345678"),
        ("1234567890123456", "1234567890123456"),
        ("BANK", "BANK"),
        ("3Mobile", "3Mobile"),
        ("44 7700 900901", "44 7700 900901"),
        ("٤٤٧٧٠٠٩٠٠٩٠١", "٤٤٧٧٠٠٩٠٠٩٠١"),
        ("447700900901\n", "447700900901\n"),
    ],
)
def test_a_long_sender_is_a_number_and_a_short_code_or_a_name_stays_as_sent(sent, kept):
    assert msisdn.sender(sent) == kept


@pytest.mark.parametrize("sent", [None, ""])
def test_no_sender_is_none(sent):
    assert msisdn.sender(sent) is None


@given(DIGITS.filter(lambda digits: len(digits) > 8))
def test_a_sender_is_kept_as_a_recipient_would_be(digits):
    assert msisdn.sender(digits) == msisdn.sender(f"+{digits}") == msisdn.sender(f"00{digits}") == msisdn.e164(digits)
