"""Clustering: a pure function of the set of records, in which nobody is joined with whom they exclude."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.clustering import Member, cluster, exclusion, links

A, B = "9990000018", "9990000026"

members = st.lists(
    st.builds(
        lambda id_, numbers, born: Member(
            bytes([id_]), frozenset(numbers), born, born if len(born) == 10 else None
        ),
        st.integers(0, 9),
        st.sets(st.sampled_from([A, B]), max_size=2),
        st.sampled_from(["", "1990", "1990-04", "1990-04-02", "1991-05-03"]),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


def record(id_: int, numbers: str, born: str) -> Member:
    """A source record known by these numbers (letters) and this birth date."""
    known = frozenset({"A": A, "B": B}[letter] for letter in numbers)
    return Member(bytes([id_]), known, born, born if len(born) == 10 else None)


@given(members, st.randoms(use_true_random=False))
def test_order_and_repetition_decide_nothing(found: list[Member], dice: object) -> None:
    """Any order of the same records, some given twice, gives the same persons."""
    shuffled = [*found, *found[:3]]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert cluster(shuffled) == cluster(found)


@given(members)
def test_no_person_contains_a_pair_that_excludes_each_other(found: list[Member]) -> None:
    """Neither directly nor through a third record."""
    persons = cluster(found)
    for one, other in combinations(found, 2):
        if exclusion(one, other):
            assert persons[one.id] != persons[other.id]


@given(members)
def test_a_person_is_named_by_the_least_of_its_members(found: list[Member]) -> None:
    """Every record has a person, and the person's id is a member's."""
    persons = cluster(found)
    assert persons.keys() == {one.id for one in found}
    for person in persons.values():
        assert person == min(id_ for id_, of in persons.items() if of == person)


@given(members)
def test_who_shares_no_link_stays_alone(found: list[Member]) -> None:
    """A record without a link to any other is a person of its own."""
    linked = {id_ for pair in links(found) for id_ in pair}
    persons = cluster(found)
    for one in found:
        if one.id not in linked:
            assert [id_ for id_, of in persons.items() if of == persons[one.id]] == [one.id]


TABLE = [
    pytest.param(
        [record(1, "A", "1990-04-02"), record(2, "A", "1990-04-02")],
        {1: 1, 2: 1},
        id="the same number and the same birth date are one person",
    ),
    pytest.param(
        [record(1, "A", "1958-02-11"), record(2, "A", "1989-11-27")],
        {1: 1, 2: 2},
        id="one number with two birth dates is a father and a son",
    ),
    pytest.param(
        [record(1, "A", "1990-04-02"), record(2, "B", "1990-04-02")],
        {1: 1, 2: 2},
        id="two numbers with one birth date are two people",
    ),
    pytest.param(
        [record(1, "A", "1990-04-02"), record(2, "B", "1990-04-02"), record(3, "AB", "1990-04-02")],
        {1: 1, 2: 2, 3: 1},
        id="a record with both numbers joins one and never bridges two that exclude each other",
    ),
    pytest.param(
        [record(3, "A", "1990-04-02"), record(2, "B", "1990-04-02"), record(1, "AB", "1990-04-02")],
        {1: 1, 2: 1, 3: 3},
        id="the lesser key decides which of two it joins, whoever came first",
    ),
    pytest.param(
        [record(1, "A", "1990-04"), record(2, "A", "1990-04-02")],
        {1: 1, 2: 2},
        id="a month alone is too little for a certain link",
    ),
    pytest.param(
        [record(1, "", "1990-04-02"), record(2, "", "1990-04-02")],
        {1: 1, 2: 2},
        id="a birth date alone links nobody",
    ),
    pytest.param([record(1, "A", "")], {1: 1}, id="a number alone is a person"),
    pytest.param([], {}, id="no records are no persons"),
]


@pytest.mark.parametrize(("found", "expected"), TABLE)
def test_who_is_who(found: list[Member], expected: dict[int, int]) -> None:
    """The same persons in each order of the records."""
    for order in permutations(found):
        assert cluster(order) == {bytes([one]): bytes([person]) for one, person in expected.items()}
