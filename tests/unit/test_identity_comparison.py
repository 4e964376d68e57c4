"""Comparison: each field of two people gets the level that a reader would give it, whichever of them comes first."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from services.domain.identity.agreement import FIELDS, LEVELS, RARITY
from services.domain.identity.comparison import compare
from services.domain.identity.profile import Profile, Told, profile
from tests.unit.identity_pairs import table
from tests.unit.identity_pairs.people import person, sentences
from tests.unit.identity_pairs.pool import people, profiles

ROWS = [row for rows in table("levels").values() for row in rows]


@pytest.mark.parametrize("row", sentences(ROWS))
def test_levels(row: dict[str, Any]) -> None:
    """Each sentence of the table, in both directions: these fields have these levels, and no others have any."""
    one, other = person(row["one"]), person(row["other"])
    for ours, theirs in ((one, other), (other, one)):
        found = zip(FIELDS, compare(ours, theirs), strict=True)
        assert {field: agreement.level for field, agreement in found if agreement} == row["levels"]


def test_the_table_has_every_level() -> None:
    """All but that of one valid number, which a rule judges and no comparison gives."""
    told = {(field, level) for row in ROWS for field, level in row["levels"].items()}
    every = {(field, level) for field, levels in LEVELS.items() for level in levels}
    assert every - told == {("nhs_number", "same")}


@given(profiles, profiles)
def test_comparing_is_symmetric(one: Profile, other: Profile) -> None:
    """Who comes first does not matter, down to the value agreed on."""
    assert compare(one, other) == compare(other, one)


@given(st.text("abcdeé-", max_size=12), st.text("abcdeé-", max_size=12))
def test_likeness_is_symmetric(one: str, other: str) -> None:
    """The similarity that levels are cut from is the same both ways, to the last bit."""
    assert JaroWinkler.similarity(one, other) == JaroWinkler.similarity(other, one)


@given(profiles, profiles)
def test_only_levels_that_exist_are_given(one: Profile, other: Profile) -> None:
    """And a value goes with just those levels whose weight counts its rarity."""
    for field, agreement in zip(FIELDS, compare(one, other), strict=True):
        if agreement is not None:
            assert agreement.level in LEVELS[field]
            assert bool(agreement.value) == (agreement.level in RARITY.get(field, {}))


@given(profiles)
def test_what_is_not_told_is_no_evidence(one: Profile) -> None:
    """Nobody agrees or disagrees with an empty profile."""
    assert set(compare(one, Profile())) == {None}


@given(people, people)
def test_what_is_added_earlier_takes_no_agreement_away(one: Told, other: Told) -> None:
    """With one more address, telephone or e-mail address the best agreement is as good or better."""
    more = replace(
        one,
        addresses=[*one.addresses, *other.addresses],
        phones=[*one.phones, *other.phones],
        emails=[*one.emails, *other.emails],
    )
    for field in ("address", "phone", "email"):
        place = FIELDS.index(field)
        before = compare(profile(one), profile(other))[place]
        after = compare(profile(more), profile(other))[place]
        if before is not None:
            assert after is not None
            assert LEVELS[field].index(after.level) <= LEVELS[field].index(before.level)
