"""Folding keeps its laws: no order matters, no sender's two things are folded, no chain joins what is far apart."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.decision import Grade
from services.domain.identity.rulings import Pair, Verdict, pair
from services.domain.record.duplicates.decision import Decision
from services.domain.record.duplicates.folding import MARGIN, fold

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


def within(senders: dict[bytes, str], found: dict[Pair, Decision]) -> dict[Pair, Decision]:
    """The decisions on things that are there."""
    return {both: one for both, one in found.items() if senders.keys() >= set(both)}


@given(things, decided, st.randoms(use_true_random=False))
def test_no_order_matters(senders: dict[bytes, str], found: dict[Pair, Decision], dice: object) -> None:
    """Neither of the things nor of the decisions."""
    found = within(senders, found)
    turned, told = list(senders.items()), list(found.items())
    dice.shuffle(turned)  # type: ignore[attr-defined]
    dice.shuffle(told)  # type: ignore[attr-defined]
    assert fold(dict(turned), dict(told), {}) == fold(senders, found, {})


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


@given(things, decided)
def test_what_is_decided_elsewhere_does_not_matter(
    senders: dict[bytes, str], found: dict[Pair, Decision]
) -> None:
    """Each component by itself comes to the same: what touches one entry reads no other."""
    found = within(senders, found)
    whole = fold(senders, found, {})
    left = dict(senders)
    while left:
        component, grown = {min(left)}, True
        while grown:
            more = {key for both in found for key in both if not component.isdisjoint(both)} - component
            component |= more
            grown = bool(more)
        part = {key: senders[key] for key in component}
        assert fold(part, within(part, found), {}) == {key: whole[key] for key in component}
        left = {key: sender for key, sender in left.items() if key not in component}


@given(things, decided, rulings)
def test_rulings_have_the_last_word(
    senders: dict[bytes, str], found: dict[Pair, Decision], ruled: dict[Pair, Verdict]
) -> None:
    """What is ruled apart is apart; what is ruled one is one, unless that would join what is ruled apart."""
    found, ruled = (
        within(senders, found),
        {both: one for both, one in ruled.items() if senders.keys() >= set(both)},
    )
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
