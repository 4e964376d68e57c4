"""Postcodes, telephone numbers and e-mail addresses: one way of writing each."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.contacts import email, outcode, parsed_phone, phone, postcode
from tests.unit.identity_pairs import table

CONTACTS = table("contacts")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXY"
districts = "[1-9]|[1-9][0-9]|[1-9][A-H]"
codes = st.from_regex(rf"\A[{LETTERS}]([A-HJ-Y])?({districts})[0-9][ABD-HJLNP-UW-Z]{{2}}\Z")
national = st.from_regex(r"\A[1-37-9][0-9]{9}\Z")
ways_to_dial = st.sampled_from(["0{}", "+44{}", "0044{}", "+44 (0){}", "00440{}", "44{}", "+44-{}"])
numbers = st.text(st.sampled_from("0123456789+() -x"), max_size=24)


def _says(row: dict[str, Any]) -> str:
    return str(row["says"])


READ = {"postcode": postcode, "outcode": outcode, "phone": phone, "email": email}


@pytest.mark.parametrize(("kind", "row"), [(kind, row) for kind in READ for row in CONTACTS[kind]], ids=str)
def test_each_sentence(kind: str, row: dict[str, Any]) -> None:
    """Each sentence of the tables."""
    assert READ[kind](row["text"]) == row["gives"]


@given(codes)
def test_a_sound_postcode_is_only_spaced(code: str) -> None:
    """Nothing is put right where nothing is wrong; the district is all but the last three."""
    assert postcode(code.lower()) == f"{code[:-3]} {code[-3:]}" == postcode(f" {code[:2]} {code[2:]}")
    assert outcode(postcode(code)) == code[:-3]


@given(codes, st.data())
def test_a_slip_of_the_sector_is_put_right(code: str, data: st.DataObject) -> None:
    """The sector is a figure, whatever stands before it."""
    slipped = {"0": "O", "1": "I"}.get(code[-3], code[-3])
    assert postcode(code[:-3] + slipped + code[-2:]) == postcode(code)


@given(national, ways_to_dial)
def test_the_quick_way_reads_as_the_tables_do(number: str, way: str) -> None:
    """For a number of the United Kingdom of ten digits the tables of libphonenumber say the same."""
    dialled = way.format(number)
    if len(set(number)) > 1:
        assert phone(dialled) == parsed_phone(re.sub(r"[^+0-9]", "", dialled)) == f"+44{number}"


@given(st.text() | numbers)
def test_a_number_read_again_is_the_same(text: str) -> None:
    """Reading never fails; what was read is a plus at most and digits, and reads as itself."""
    known = phone(text)
    assert phone(known) == known
    assert re.fullmatch(r"(\+?[0-9]{7,})?", known)


@given(st.text() | st.text(st.sampled_from("NR1O0I9ZA xz"), max_size=9))
def test_a_postcode_read_again_is_the_same(text: str) -> None:
    """Reading never fails, and the district is always the beginning of the code."""
    known = postcode(text)
    assert postcode(known) == known
    assert known.startswith(outcode(known))
    assert bool(outcode(known)) is bool(known)


@given(st.text() | st.emails() | st.text(st.sampled_from("ab.+@ gmailcom_-"), max_size=24))
def test_an_address_read_again_is_the_same(text: str) -> None:
    """Reading never fails; what was read has one @ and reads as itself."""
    known = email(text)
    assert email(known) == known
    assert known.count("@") == bool(known)
