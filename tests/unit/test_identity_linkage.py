"""Linking a whole set at once: what it finds depends on the rows, and not on their order nor on how many there are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.identity.blocking import keys
from services.domain.identity.clustering import Member, cluster
from services.domain.identity.decision import Grade, decide
from services.domain.identity.linkage import Linked, connected, link
from services.domain.identity.model import to_json
from services.domain.identity.numbers import renamed, renames
from services.domain.identity.profile import Profile, Told, profile
from services.domain.identity.rulings import pair
from services.record.model import load_model
from tests.unit.identity_pairs.pool import profiles

MODEL = load_model()
EVERYBODY = replace(MODEL, population=2, block=32)
"""The same for so few records that every value is a key: all who share anything are compared."""

WREN = profile(Told(names=[("Wren", "Quillfeather")], birth_date="1990-04-02", phones=["07700 900101"]))


def partition(clusters: Sequence[int]) -> set[frozenset[int]]:
    """The clusters as sets of places."""
    return {
        frozenset(place for place, one in enumerate(clusters) if one == number) for number in set(clusters)
    }


def in_order_of(
    order: Sequence[int], linked: Linked
) -> tuple[set[frozenset[int]], set[tuple[int, int, int]]]:
    """Clusters and review of rows that stood in this order, by where they stood before."""
    found = {frozenset(order[place] for place in group) for group in partition(linked.clusters)}
    review = {(*pair_of(order[one], order[other]), weight) for one, other, weight in linked.review}
    return found, review


def pair_of(one: int, other: int) -> tuple[int, int]:
    """Two places, the lesser first."""
    return (one, other) if one < other else (other, one)


rows = st.lists(profiles, min_size=1, max_size=8, unique=True)


@given(rows, st.data(), st.sampled_from([MODEL, EVERYBODY]))
def test_the_order_of_rows_does_not_matter(found: list[Profile], data: st.DataObject, model: object) -> None:
    """Clusters and review of a shuffled set are those of the set, under a model that is given."""
    order = data.draw(st.permutations(range(len(found))))
    chosen = MODEL if model is MODEL else EVERYBODY
    shuffled = link([found[place] for place in order], chosen)
    assert in_order_of(order, shuffled) == in_order_of(range(len(found)), link(found, chosen))


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2]), max_size=9), rows, st.data())
def test_rows_that_are_the_same_stand_for_each_other(
    which: list[int], found: list[Profile], data: st.DataObject
) -> None:
    """With copies among them, the persons told of are the same, though which copy is whose cannot be told."""
    copied = [found[place % len(found)] for place in which]
    order = data.draw(st.permutations(copied))
    persons = [
        Counter(
            tuple(sorted(repr(told[place]) for place in group))
            for group in partition(link(told, MODEL).clusters)
        )
        for told in (copied, order)
    ]
    assert persons[0] == persons[1]


@settings(max_examples=25)
@given(rows, st.data())
def test_nor_where_the_model_is_estimated(found: list[Profile], data: st.DataObject) -> None:
    """The estimated model is the same to the last byte, and so is all that follows from it."""
    order = data.draw(st.permutations(range(len(found))))
    straight, shuffled = link(found), link([found[place] for place in order])
    assert to_json(shuffled.model) == to_json(straight.model)
    assert in_order_of(order, shuffled) == in_order_of(range(len(found)), straight)


@given(rows)
def test_clusters_are_those_of_the_stream(found: list[Profile]) -> None:
    """The same as of source records of which those that share a key are compared, one component at a time."""
    linked = link(found, EVERYBODY)
    order = sorted(range(len(found)), key=lambda place: repr(found[place]))
    members = [Member(bytes([at]), found[place]) for at, place in enumerate(order)]
    decisions = {
        pair(one.id, other.id): decide(one.profile, other.profile, EVERYBODY)
        for at, one in enumerate(members)
        for other in members[at + 1 :]
        if keys(one.profile, EVERYBODY) & keys(other.profile, EVERYBODY)
    }
    joining = [(one[0], other[0]) for (one, other), decision in decisions.items() if decision.links]
    components = connected(len(found), joining)
    expected: dict[bytes, bytes] = {}
    for component in set(components):
        inside = [one for one in members if components[one.id[0]] == component]
        known = {one.id for one in inside}
        within = {both: one for both, one in decisions.items() if known.issuperset(both)}
        expected |= cluster(inside, within, {}, EVERYBODY)
    groups = {
        frozenset(order[one[0]] for one, of in expected.items() if of == person)
        for person in expected.values()
    }
    assert partition(linked.clusters) == groups


@given(rows)
def test_review_has_whom_the_model_doubts_and_no_others(found: list[Profile]) -> None:
    """Each pair that is not joined though it is not out of the question, once, the heaviest first."""
    linked = link(found, EVERYBODY)
    weights = [weight for _, _, weight in linked.review]
    assert weights == sorted(weights, reverse=True)
    assert len({(one, other) for one, other, _ in linked.review}) == len(linked.review)
    for one, other, weight in linked.review:
        assert one < other
        assert linked.clusters[one] != linked.clusters[other]
        decision = decide(found[one], found[other], EVERYBODY)
        assert decision.weight == weight
        assert decision.grade is not Grade.CERTAINLY_NOT


@given(rows)
def test_no_cluster_holds_two_numbers_that_differ(found: list[Profile]) -> None:
    """Unless one of them was replaced by the other, by the word of any record."""
    linked = link(found, EVERYBODY)
    old = renames(found)
    for group in partition(linked.clusters):
        told = [set(renamed(found[place], old).numbers) for place in group]
        for at, one in enumerate(told):
            for other in told[at + 1 :]:
                assert not (one and other and one.isdisjoint(other))


@given(rows)
def test_clusters_are_numbered_by_first_appearance(found: list[Profile]) -> None:
    """The first row is in cluster 1, and no number is left out."""
    seen: list[int] = []
    for number in link(found, MODEL).clusters:
        if number not in seen:
            seen.append(number)
    assert seen == list(range(1, len(seen) + 1))


def test_no_rows() -> None:
    """Nobody is nobody, and the model is a starting point."""
    linked = link([])
    assert (linked.clusters, linked.review) == ([], [])
    assert linked.model.version == "estimated from 0 records"


@pytest.mark.parametrize("model", [None, MODEL], ids=["estimated", "given"])
def test_one_row(model: object) -> None:
    """Somebody is one person."""
    linked = link([WREN], MODEL if model else None)
    assert (linked.clusters, linked.review) == ([1], [])


def test_rows_that_are_all_the_same() -> None:
    """One person with a birth date and a telephone stays one, however often they are told of."""
    assert set(link([WREN] * 60, MODEL).clusters) == {1}


_FEW = pytest.mark.xfail(strict=True, reason="what every row has tells nothing apart, and so links nobody")


@pytest.mark.parametrize(
    ("people", "copies"),
    [
        pytest.param(1, 60, marks=_FEW),
        (2, 2),
        (3, 3),
        (5, 4),
        (8, 2),
        (8, 30),
    ],
)
def test_copies_are_found_where_the_model_is_estimated_from_them(people: int, copies: int) -> None:
    """Rows that are equal in name, birth date and telephone are of one person, in however small a file."""
    names = [
        "Wren Quillfeather",
        "Mabel Oduya",
        "Tom Fenn",
        "Ada Larter",
        "Ben Osby",
        "Cat Pike",
        "Dee Marsh",
        "Jo Drift",
    ]
    told = [
        profile(Told(names=[(name, "")], birth_date=f"{1960 + at}-04-{at + 11}", phones=[f"07700 90010{at}"]))
        for at, name in enumerate(names[:people])
    ]
    assert link([one for one in told for _ in range(copies)]).clusters == [
        at for at in range(1, people + 1) for _ in range(copies)
    ]


def test_rows_that_tell_nothing() -> None:
    """Everybody of whom nothing is known is somebody else, and nobody has to look at them."""
    for model in (None, MODEL):
        linked = link([Profile()] * 40, model)
        assert linked.clusters == list(range(1, 41))
        assert linked.review == []


def test_two_hundred_people_of_whom_a_name_is_known() -> None:
    """Names alone link nobody under the model that is shipped; equal ones are for a steward at most."""
    families = ["Quillfeather", "Oduya", "Fenn", "Larter", "Osby"]
    given_names = ["Wren", "Mabel", "Tom", "Jayden"]
    people = [
        profile(Told(names=[(given_names[at % 4], families[at // 4 % 5] + "abcdefghij"[at // 20])]))
        for at in range(200)
    ]
    linked = link(people, MODEL)
    assert linked.clusters == list(range(1, 201))
    assert len(link(people).clusters) == 200


@given(st.integers(1, 12).flatmap(lambda size: st.tuples(
    st.just(size), st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=12))))  # fmt: skip
def test_connected_places_have_one_least(told: tuple[int, list[tuple[int, int]]]) -> None:
    """Whoever is reached through others has the least place among them."""
    size, joined = told
    found = connected(size, joined)
    for place in range(size):
        reached = {place}
        while more := {
            there for both in joined if not reached.isdisjoint(both) for there in both if there not in reached
        }:
            reached |= more
        assert found[place] == min(reached)
