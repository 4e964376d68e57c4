"""Names: what is written around them goes, forms of one name are one, and spellings of one sound share a code."""

from itertools import combinations
from typing import Any

import jellyfish
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.names import (
    family_name,
    family_parts,
    folded,
    given_names,
    sound,
    split_full_name,
)
from services.domain.identity.nicknames import forms_key, same_name
from services.domain.identity.remembered import LONGEST_TEXT
from tests.unit.identity_pairs import table

NAMES = table("names")
FORMS = table("forms")
HEARD_ALIKE = [tuple(pair.split()) for pair in " ".join([str(table("sounds")["heard_alike"])]).split(",")]

texts = st.text() | st.text(st.sampled_from("abdeilmnorstv '’-–.,()/\"Mßøéİ\u0301"), max_size=20)
forms = st.sampled_from(
    sorted({one for row in FORMS["same"] + FORMS["different"] for one in row["pair"]})
) | st.sampled_from(["al", "jan", "max", "toni", "kay", "lou", "ali", "mo", "marie", "harry", "zebedee"])


def _says(row: dict[str, Any]) -> str:
    return str(row["says"])


@pytest.mark.parametrize("row", NAMES["given_names"], ids=_says)
def test_given_names(row: dict[str, Any]) -> None:
    """Each sentence of the table."""
    assert given_names(row["text"]) == tuple(row["gives"])


@pytest.mark.parametrize("row", NAMES["family_name"], ids=_says)
def test_family_name(row: dict[str, Any]) -> None:
    """Each sentence of the table."""
    assert family_name(row["text"]) == row["gives"]


@pytest.mark.parametrize("row", NAMES["family_parts"], ids=_says)
def test_family_parts(row: dict[str, Any]) -> None:
    """Each sentence of the table."""
    assert family_parts(row["text"]) == frozenset(row["gives"])


@pytest.mark.parametrize("row", NAMES["split_full_name"], ids=_says)
def test_a_whole_name_is_split(row: dict[str, Any]) -> None:
    """Each sentence of the table."""
    assert split_full_name(row["text"]) == tuple(row["gives"])


@given(texts)
def test_a_name_read_again_is_the_same(text: str) -> None:
    """Whatever is written, reading ends, and what was read reads as itself."""
    family, given_ones = family_name(text), given_names(text)
    assert family_name(family) == family
    assert given_names(" ".join(given_ones)) == given_ones
    assert folded(folded(text)) == folded(text)


@given(texts)
def test_what_is_read_of_a_name_is_plain(text: str) -> None:
    """No part is empty, none has a space, and only a family name has a hyphen, and only between parts."""
    assert all(one and not set(one) & set(" -'.") for one in given_names(text))
    family = family_name(text)
    assert " " not in family
    assert not family or all(family.split("-"))
    assert all(isinstance(one, str) for one in split_full_name(text))


@given(st.text(st.sampled_from("abdeilmnorstv '-.,()/éøł"), max_size=20))
def test_capitals_and_spaces_around_do_not_matter(text: str) -> None:
    """The same name in capitals is the same name."""
    assert given_names(f"  {text.upper()} ") == given_names(text)
    assert family_name(f"  {text.upper()} ") == family_name(text)


def test_a_name_of_megabytes_is_read_in_part() -> None:
    """Time and memory are bounded, whatever a sender writes."""
    assert given_names("wren " * 1_000_000) == given_names("wren " * 1_000)
    assert len(family_name("wren-" * 1_000_000)) <= LONGEST_TEXT


@pytest.mark.parametrize("row", FORMS["same"], ids=_says)
def test_forms_of_one_name(row: dict[str, Any]) -> None:
    """Each sentence of the table, in either order."""
    one, other = row["pair"]
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize("row", FORMS["different"], ids=_says)
def test_forms_of_two_names(row: dict[str, Any]) -> None:
    """Each sentence of the table, in either order."""
    one, other = row["pair"]
    assert not same_name(one, other)
    assert not same_name(other, one)


@given(forms, forms)
def test_names_are_the_same_where_they_share_a_name_in_full(one: str, other: str) -> None:
    """So a search by the names in full misses no pair; and the order of two names does not matter."""
    assert same_name(one, other) is same_name(other, one)
    if one and other:
        assert same_name(one, other) is bool(set(forms_key(one)) & set(forms_key(other)))


@given(texts)
def test_every_name_has_a_name_in_full(name: str) -> None:
    """Sorted and without repeats; none for no name alone."""
    keys = forms_key(name)
    assert list(keys) == sorted(set(keys))
    assert bool(keys) is bool(name)


def _together(code: dict[str, str]) -> tuple[int, int]:
    """How many pairs that are heard alike share a code, and how many others do."""
    alike = {frozenset(pair) for pair in HEARD_ALIKE}
    shared = [frozenset(pair) for pair in combinations(code, 2) if code[pair[0]] == code[pair[1]]]
    found = sum(pair in alike for pair in shared)
    return found, len(shared) - found


def test_the_sound_puts_more_spellings_together_than_other_codes() -> None:
    """Of the table's pairs at least 85%, more than Soundex, with far fewer strangers than Soundex."""
    names = sorted({name for pair in HEARD_ALIKE for name in pair})
    found, strangers = _together({name: sound(name) for name in names})
    soundex_found, soundex_strangers = _together({name: jellyfish.soundex(name) for name in names})
    metaphone_found, _ = _together({name: jellyfish.metaphone(name) for name in names})
    assert found >= 0.85 * len(HEARD_ALIKE)
    assert found > max(soundex_found, metaphone_found)
    assert strangers < 0.75 * soundex_strangers


@pytest.mark.parametrize(
    "pair", ["philips phillips", "clark clarke", "thomson thompson", "catherine kathryn"]
)
def test_the_sound_of_well_known_spellings(pair: str) -> None:
    """These are met every day."""
    one, other = pair.split()
    assert sound(one) == sound(other)


@given(texts)
def test_only_no_name_has_no_sound(text: str) -> None:
    """A name in another script than Latin is its own code."""
    for name in (family_name(text), *given_names(text)):
        assert bool(sound(name)) is bool(name)
    assert sound("李") == "李"
