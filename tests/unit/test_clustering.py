"""Clustering: a pure function of records, decisions and rulings, in which nobody is joined with whom they exclude."""

from collections.abc import Iterable, Mapping
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.clustering import Member, cluster
from services.domain.identity.decision import Decision, Grade, decide
from services.domain.identity.numbers import renamed, renames
from services.domain.identity.profile import Profile, Told, profile
from services.domain.identity.rulings import Pair, Verdict, pair
from services.record.model import load_model

MODEL = load_model()
A, B, C = "9990000018", "9990000026", "9990000034"
WREN = ("Wren", "Quillfeather")

profiles = st.builds(
    lambda name, born, numbers, phone, replaced: profile(
        Told(
            names=[name] if any(name) else [],
            birth_date=born,
            numbers=sorted(numbers),
            phones=[phone] if phone else [],
            replaced=replaced,
        )
    ),
    st.sampled_from(
        [WREN, ("Jayden", "Quillfeather"), ("Hayden", "Quillfeather"), ("Maya", "Fenn"), ("", "")]
    ),
    st.sampled_from(["", "1990", "1990-04-02", "1991-05-03"]),
    st.sets(st.sampled_from([A, B]), max_size=2),
    st.sampled_from(["", "07700 900101", "07700 900110"]),
    st.sampled_from([[], [], [], [(A, B)], [(B, C)]]),
)
members = st.lists(
    st.builds(lambda id_, told: Member(bytes([id_]), told), st.integers(0, 9), profiles),
    max_size=7,
    unique_by=lambda one: one.id,
)
rulings = st.dictionaries(
    st.sets(st.integers(0, 9), min_size=2, max_size=2).map(lambda ids: pair(*(bytes([one]) for one in ids))),
    st.sampled_from([Verdict.SAME, Verdict.NOT_SAME]),
    max_size=3,
)


def decide_all(found: Iterable[Member]) -> dict[Pair, Decision]:
    """What the model decides of every two."""
    return {pair(a.id, b.id): decide(a.profile, b.profile, MODEL) for a, b in combinations(found, 2)}


def in_groups(found: list[Member], ruled: Mapping[Pair, Verdict]) -> dict[bytes, bytes]:
    """The person of each, with the rulings that are about two of them."""
    known = {one.id for one in found}
    within = {both: verdict for both, verdict in ruled.items() if known.issuperset(both)}
    return cluster(found, decide_all(found), within, MODEL)


@given(members, rulings, st.randoms(use_true_random=False))
def test_order_decides_nothing(found: list[Member], ruled: dict[Pair, Verdict], dice: object) -> None:
    """Any order of the same records gives the same persons."""
    shuffled = list(found)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_groups(shuffled, ruled) == in_groups(found, ruled)


@given(members, rulings)
def test_decisions_that_neither_link_nor_are_in_doubt_may_be_left_out(
    found: list[Member], ruled: dict[Pair, Verdict]
) -> None:
    """They are kept nowhere, and made again where they are needed."""
    kept = {both: one for both, one in decide_all(found).items() if one.links or one.grade is Grade.POSSIBLE}
    known = {one.id for one in found}
    within = {both: verdict for both, verdict in ruled.items() if known.issuperset(both)}
    assert cluster(found, kept, within, MODEL) == in_groups(found, ruled)


@given(members, rulings)
def test_no_person_contains_a_pair_that_excludes_each_other(
    found: list[Member], ruled: dict[Pair, Verdict]
) -> None:
    """Neither directly nor through a third record; what a third says of replaced numbers is taken into account."""
    persons = in_groups(found, ruled)
    old = renames(one.profile for one in found)
    for one, other in combinations(found, 2):
        verdict = ruled.get(pair(one.id, other.id))
        decision = decide(renamed(one.profile, old), renamed(other.profile, old), MODEL)
        if verdict is Verdict.NOT_SAME or (verdict is None and decision.excludes):
            assert persons[one.id] != persons[other.id]


@given(members, rulings)
def test_a_person_is_named_by_the_least_of_its_members(
    found: list[Member], ruled: dict[Pair, Verdict]
) -> None:
    """Every record has a person, and the person's id is a member's."""
    persons = in_groups(found, ruled)
    assert persons.keys() == {one.id for one in found}
    for person in persons.values():
        assert person == min(id_ for id_, of in persons.items() if of == person)


def record(
    id_: int, numbers: str = "", born: str = "1990-04-02", name: tuple[str, str] = WREN, **told: str
) -> Member:
    """A source record known by these numbers (letters), this birth date, this name, and perhaps a phone."""
    known = {"A": A, "B": B, "C": C}
    replaced = told.get("replaced", "")
    return Member(
        bytes([id_]),
        profile(
            Told(
                names=[name] if any(name) else [],
                birth_date=born,
                numbers=sorted(known[letter] for letter in numbers),
                phones=[told["phone"]] if "phone" in told else [],
                replaced=[(known[replaced[0]], known[replaced[1]])] if replaced else [],
            )
        ),
    )


def bare(id_: int) -> Member:
    """A source record of which number A alone is known."""
    return record(id_, "A", born="", name=("", ""))


TABLE = [
    pytest.param(
        [record(1, "A"), record(2, "A")],
        {1: 1, 2: 1},
        id="the same number and the same birth date are one person",
    ),
    pytest.param(
        [record(1, "A", "1958-02-11"), record(2, "A", "1989-11-27")],
        {1: 1, 2: 2},
        id="one number with two birth dates is a father and a son",
    ),
    pytest.param(
        [record(1, "A"), record(2, "B")],
        {1: 1, 2: 2},
        id="two numbers are two people, however alike",
    ),
    pytest.param(
        [record(1, "A"), record(2, "B"), record(3, "B", replaced="AB")],
        {1: 1, 2: 1, 3: 1},
        id="a number that was replaced and the one in its place are one person",
    ),
    pytest.param(
        [record(1, "A"), record(2, "B"), record(3)],
        {1: 1, 2: 2, 3: 3},
        id="a record that could be either of two who exclude each other is neither",
    ),
    pytest.param(
        [record(1, "A", "1958-02-11"), record(2, "A", "1989-11-27"), bare(3)],
        {1: 1, 2: 2, 3: 3},
        id="a number alone is nobody's where two have it",
    ),
    pytest.param(
        [record(1, "A"), bare(2), bare(3)],
        {1: 1, 2: 1, 3: 1},
        id="a number alone is the one's who has it",
    ),
    pytest.param([record(1), record(2)], {1: 1, 2: 1}, id="name and full birth date are one person"),
    pytest.param(
        [record(1, name=("", "")), record(2, name=("", ""))],
        {1: 1, 2: 2},
        id="a birth date alone links nobody",
    ),
    pytest.param([bare(1)], {1: 1}, id="a number alone is a person"),
    pytest.param([], {}, id="no records are no persons"),
]


@pytest.mark.parametrize(("found", "expected"), TABLE)
def test_who_is_who(found: list[Member], expected: dict[int, int]) -> None:
    """The same persons in each order of the records."""
    for order in permutations(found):
        assert in_groups(list(order), {}) == {bytes([one]): bytes([of]) for one, of in expected.items()}


def test_a_ruling_outranks_weights_and_no_other_exclusion() -> None:
    """'Same' joins whom the model does not, unless their numbers differ; 'not the same' parts whom it joins."""
    one, other, third = record(1, "A"), record(2, born="1950-01-31", name=("Maya", "Fenn")), record(3, "B")
    same, apart = {pair(one.id, other.id): Verdict.SAME}, {pair(one.id, third.id): Verdict.SAME}
    assert in_groups([one, other], same) == {one.id: one.id, other.id: one.id}
    assert in_groups([one, third], apart) == {one.id: one.id, third.id: third.id}
    alike = record(4, "A")
    assert in_groups([one, alike], {pair(one.id, alike.id): Verdict.NOT_SAME})[alike.id] == alike.id


def test_an_empty_profile_says_nothing() -> None:
    """Nobody is linked by what is not known."""
    assert decide(Profile(), Profile(), MODEL).links is False
