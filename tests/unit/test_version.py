"""Versions: one total order, and content that is the same however its source wrote it."""

import random
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.instant import instant_ticks
from services.domain.record.version import (
    CORRECTION,
    NO_VERSION_ID,
    OWN,
    Rank,
    as_served,
    canonical,
    head_element,
    version_element,
    version_id,
)

ranks = st.builds(
    Rank, st.integers(0, 3), st.integers(-1, 2), st.sampled_from([OWN, CORRECTION]), st.binary(max_size=2)
)


@given(st.lists(ranks, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_highest_rank_is_the_same_in_any_order(found: list[Rank], dice: random.Random) -> None:
    """Ranks are totally ordered: equal only where instant, version id and content are."""
    assert max(dice.sample(found, len(found))) == max(found)


def test_what_decides_a_rank() -> None:
    """First the instant, then the numeric version id, then whose word it is, and last the content's hash."""
    ordered = [
        Rank(1, 9, OWN, b"z"),
        Rank(2, NO_VERSION_ID, OWN, b"z"),
        Rank(2, 9, CORRECTION, b"z"),
        Rank(2, 9, OWN, b"a"),
        Rank(2, 9, OWN, b"b"),
        Rank(2, 10, CORRECTION, b"a"),
    ]
    assert all(sorted(order) == ordered for order in permutations(ordered))


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("9", 9),
        ("10", 10),
        ("007", 7),
        ("", NO_VERSION_ID),
        ("v2", NO_VERSION_ID),
        ("-1", NO_VERSION_ID),
        ("1.5", NO_VERSION_ID),
        ("²", NO_VERSION_ID),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, NO_VERSION_ID),
        (None, NO_VERSION_ID),
    ],
)
def test_a_version_id_counts_where_it_is_a_number(told: Any, number: int) -> None:
    """ASCII digits that fit sixty-four bits; anything else says nothing of the order."""
    assert version_id({"versionId": told}) == number


def test_no_meta_has_no_version_id() -> None:
    """A resource that says nothing of its version ranks below one that does."""
    assert version_id({}) == NO_VERSION_ID < version_id({"versionId": "0"})


def test_content_is_the_same_however_it_is_written() -> None:
    """The order of keys and the stamps of a version are no content; a profile in meta is."""
    one = {
        "resourceType": "Goal",
        "id": "1",
        "meta": {"lastUpdated": "2026-05-04T10:00:00Z", "versionId": "3"},
    }
    other = {"id": "1", "resourceType": "Goal"}
    assert canonical(one) == canonical(other)
    assert canonical({**other, "meta": {"profile": ["p"]}}) != canonical(other)
    assert canonical({**other, "id": "2"})[1] != canonical(other)[1]


def test_canonical_leaves_the_resource_alone() -> None:
    """Reading the content of a resource does not take its stamps away."""
    resource = {"resourceType": "Goal", "meta": {"versionId": "3"}}
    canonical(resource)
    assert resource["meta"] == {"versionId": "3"}


def test_as_served_shows_the_rank() -> None:
    """What is shown has the rank as its stamps, and no version id where its source gave none."""
    content, content_hash = canonical({"resourceType": "Goal", "meta": {"profile": ["p"]}})
    instant = instant_ticks("2026-05-04T11:00:00.25+01:00") or 0
    shown = as_served(content, Rank(instant, 3, OWN, content_hash))
    assert shown["meta"] == {
        "lastUpdated": "2026-05-04T10:00:00.2500000Z",
        "versionId": "3",
        "profile": ["p"],
    }
    assert "versionId" not in as_served(content, Rank(instant, NO_VERSION_ID, OWN, content_hash))["meta"]
    assert canonical(shown)[0] == content


def test_each_part_of_a_version_shows_in_its_element() -> None:
    """Changing any one thing gives another element of the digest."""
    rank = Rank(1, 2, OWN, b"h")
    others = [
        Rank(2, 2, OWN, b"h"),
        Rank(1, 3, OWN, b"h"),
        Rank(1, 2, CORRECTION, b"h"),
        Rank(1, 2, OWN, b"H"),
    ]
    told = [
        (b"s", b"r", rank),
        (b"S", b"r", rank),
        (b"s", b"R", rank),
        *((b"s", b"r", one) for one in others),
    ]
    assert len({version_element(*one) for one in told}) == len(told)


def test_current_and_kept_are_different_elements() -> None:
    """A version that is kept does not stand for the one that is current."""
    assert head_element(b"s", b"r", b"e", "Goal", b"h") != version_element(b"s", b"r", Rank(1, 2, OWN, b"h"))
