"""Folding keeps its laws: no order matters, no sender's two things are folded, no chain joins what is far apart."""

from itertools import combinations
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.decision import Grade
from services.domain.identity.rulings import Pair, Verdict, pair
from services.domain.record.duplicates.decision import Decision
from services.domain.record.duplicates.folding import MARGIN, fold
from services.domain.record.duplicates.rulings import RULED, overruled, rulings_among

T = TypeVar("T")

KEYS = [bytes([number]) for number in range(7)]
things = st.dictionaries(st.sampled_from(KEYS), st.sampled_from("ABC"), max_size=7)
decisions = st.builds(
    Decision,
    st.sampled_from([Grade.CERTAIN, Grade.CERTAIN, Grade.POSSIBLE]),
    st.just("rule"),
    st.integers(1, 100).map(lambda hundreds: hundreds * 100),
)
pairs = st.lists(st.sampled_from(KEYS), min_size=2, max_size=2, unique=True).map(lambda both: pair(*both))
decided = st.dictionaries(pairs, decisions, max_size=14)
rulings = st.dictionaries(pairs, st.sampled_from([Verdict.SAME, Verdict.NOT_SAME]), max_size=4)


def within(senders: dict[bytes, str], found: dict[Pair, T]) -> dict[Pair, T]:
    """What is decided of things that are there."""
    return {both: one for both, one in found.items() if senders.keys() >= set(both)}


@given(things, decided, rulings, st.randoms(use_true_random=False))
def test_no_order_matters(
    senders: dict[bytes, str], found: dict[Pair, Decision], ruled: dict[Pair, Verdict], dice: object
) -> None:
    """Neither of the things nor of the decisions, nor of the rulings."""
    found, ruled = within(senders, found), within(senders, ruled)
    turned, told, said = list(senders.items()), list(found.items()), list(ruled.items())
    for one in (turned, told, said):
        dice.shuffle(one)  # type: ignore[attr-defined]
    assert fold(dict(turned), dict(told), dict(said)) == fold(senders, found, ruled)


@given(things, decided)
def test_every_two_of_an_entry_are_certain_duplicates_of_two_senders(
    senders: dict[bytes, str], found: dict[Pair, Decision]
) -> None:
    """Complete linkage; and an entry has the key of its least thing."""
    found = within(senders, found)
    entries = fold(senders, found, {})
    assert entries.keys() == senders.keys()
    for one, other in combinations(sorted(senders), 2):
        if entries[one] == entries[other]:
            assert found[one, other].grade is Grade.CERTAIN
            assert senders[one] != senders[other]
    assert all(entries[key] <= key and entries[entries[key]] == entries[key] for key in senders)


@given(things, decided, rulings)
def test_what_is_decided_elsewhere_does_not_matter(
    senders: dict[bytes, str], found: dict[Pair, Decision], ruled: dict[Pair, Verdict]
) -> None:
    """Each component by itself comes to the same: what touches one entry reads no other. What leads from one thing to
    another is what certainly makes them one; that two are ruled two leads nowhere, and need not be known elsewhere."""
    found, ruled = within(senders, found), within(senders, ruled)
    whole = fold(senders, found, ruled)
    leads = {both for both, one in found.items() if one.grade is Grade.CERTAIN and both not in ruled}
    leads |= {both for both, verdict in ruled.items() if verdict is Verdict.SAME}
    left = dict(senders)
    while left:
        component, grown = {min(left)}, True
        while grown:
            more = {key for both in leads for key in both if not component.isdisjoint(both)} - component
            component |= more
            grown = bool(more)
        part = {key: senders[key] for key in component}
        known = {
            both: one for both, one in ruled.items() if one is Verdict.NOT_SAME or component.issuperset(both)
        }
        assert fold(part, within(part, found), known) == {key: whole[key] for key in component}
        left = {key: sender for key, sender in left.items() if key not in component}


@given(things, decided, rulings)
def test_rulings_have_the_last_word(
    senders: dict[bytes, str], found: dict[Pair, Decision], ruled: dict[Pair, Verdict]
) -> None:
    """What is ruled apart is apart; what is ruled one is one, unless that would join what is ruled apart."""
    found, ruled = within(senders, found), within(senders, ruled)
    entries = fold(senders, found, ruled)
    for (one, other), verdict in ruled.items():
        if verdict is Verdict.NOT_SAME:
            assert entries[one] != entries[other]
    if Verdict.NOT_SAME not in ruled.values():
        assert all(entries[one] == entries[other] for one, other in ruled)


def test_what_is_as_near_to_two_of_one_sender_is_folded_with_neither() -> None:
    """A person judges; unless one is nearer by the margin."""
    a, b, c = KEYS[:3]
    senders = {a: "A", b: "B", c: "B"}

    def folded(nearer: int) -> dict[bytes, bytes]:
        near = {pair(a, b): 5000 + nearer, pair(a, c): 5000}
        return fold(senders, {both: Decision(Grade.CERTAIN, "rule", one) for both, one in near.items()}, {})

    assert folded(MARGIN - 1) == {a: a, b: b, c: c}
    assert folded(MARGIN) == {a: a, b: a, c: c}


def certainly(*both: Pair) -> dict[Pair, Decision]:
    """By rules alone these are certainly one."""
    return {one: Decision(Grade.CERTAIN, "rule", 5000) for one in both}


A1, A2, B1, C1 = KEYS[:4]
SENDERS = {A1: "A", A2: "A", B1: "B", C1: "C"}
SAME, NOT_SAME = Verdict.SAME, Verdict.NOT_SAME


def entries_of(found: dict[Pair, Decision], ruled: dict[Pair, Verdict]) -> list[set[bytes]]:
    """The entries of more than one thing."""
    entries = fold(SENDERS, found, ruled)
    groups = [{key for key in SENDERS if entries[key] == entry} for entry in sorted(set(entries.values()))]
    return [group for group in groups if len(group) > 1]


def test_a_ruling_joins_all_that_is_certainly_one_with_either() -> None:
    """What the third tells is certainly what the first tells, and so what the second does."""
    assert entries_of(certainly((A1, C1)), {(A1, B1): SAME}) == [{A1, B1, C1}]


def test_two_things_of_one_sender_are_one_where_that_is_ruled_and_nowhere_else() -> None:
    """Then nobody else's is torn between the two; and what is ruled one with the one is not folded with the other."""
    torn = certainly((A1, B1), (A2, B1))
    assert entries_of(torn, {}) == []
    assert entries_of(torn, {(A1, A2): SAME}) == [{A1, A2, B1}]
    assert entries_of(torn, {(A2, B1): SAME}) == [{A2, B1}]
    assert entries_of(torn, {(A1, B1): NOT_SAME}) == [{A2, B1}]
    assert entries_of(certainly((A1, B1)), {(A2, B1): SAME}) == [{A2, B1}]


def test_what_is_ruled_two_is_not_joined_by_what_is_ruled_one() -> None:
    """Of two rulings that cannot both be followed, that on the lesser pair is."""
    assert entries_of({}, {(A1, B1): SAME, (B1, C1): SAME, (A1, C1): NOT_SAME}) == [{A1, B1}]
    assert entries_of(certainly((A1, B1), (A1, C1), (B1, C1)), {(B1, C1): NOT_SAME}) == [{A1, B1}]


@given(decided, rulings)
def test_a_verdict_takes_the_place_of_what_a_rule_said(
    found: dict[Pair, Decision], ruled: dict[Pair, Verdict]
) -> None:
    """And is read again from what is decided."""
    decided_now = overruled(found, ruled)
    assert rulings_among(decided_now) == ruled
    assert {both for both, one in decided_now.items() if one.rule == RULED} == ruled.keys()
    assert all(decided_now[both] == found[both] for both in found.keys() - ruled.keys())
