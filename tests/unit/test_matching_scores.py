"""Scores against counting every pair one by one."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.workbench.matching.scores import Counts, score_labels, score_pairs, score_persons

LABELS = st.lists(
    st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(1, 5))), min_size=1, max_size=14
)


def pairs_of(groups: dict[int, int]) -> set[tuple[int, int]]:
    """Every pair of rows in one group."""
    return {(a, b) for a, b in combinations(sorted(groups), 2) if groups[a] == groups[b]}


def sets_of(groups: dict[int, int]) -> set[frozenset[int]]:
    """The rows of each group."""
    return {frozenset(row for row in groups if groups[row] == group) for group in groups.values()}


@given(LABELS)
def test_over_persons_it_is_what_counting_gives(rows: list[tuple[int, int | None]]) -> None:
    """Rows of which nothing is known are left out of both sides."""
    true = {row: person for row, (_, person) in enumerate(rows) if person is not None}
    found = {row: rows[row][0] for row in true}
    scores = score_persons(dict(enumerate(group for group, _ in rows)), true)
    assert scores.pairs == Counts(
        len(pairs_of(true)), len(pairs_of(found)), len(pairs_of(true) & pairs_of(found))
    )
    assert scores.persons == Counts(
        len(sets_of(true)), len(sets_of(found)), len(sets_of(true) & sets_of(found))
    )
    mixed = [rows for rows in sets_of(found) if len({true[row] for row in rows}) > 1]
    assert (scores.false_merges, scores.out_of) == (len(mixed), len(sets_of(found)))


@given(LABELS)
def test_all_true_pairs_score_as_their_persons_do(rows: list[tuple[int, int | None]]) -> None:
    """Where the pairs are all those of the persons."""
    true = {row: person or 0 for row, (_, person) in enumerate(rows)}
    found = [group for group, _ in rows]
    persons, pairs = score_persons(dict(enumerate(found)), true), score_pairs(found, pairs_of(true))
    assert pairs.basis == "pairs"
    assert (pairs.pairs, pairs.persons) == (persons.pairs, persons.persons)
    assert (pairs.false_merges, pairs.out_of) == (persons.false_merges, persons.out_of)


def test_pairs_are_taken_as_they_stand() -> None:
    """A chain of two pairs is of one person, but its ends are no pair that was told."""
    scores = score_pairs([1, 1, 1], [(0, 1), (1, 2)])
    assert scores.pairs == Counts(true=2, found=3, right=2)
    assert scores.persons == Counts(1, 1, 1)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=10), st.data())
def test_over_labels_it_is_what_counting_gives(found: list[int], data: st.DataObject) -> None:
    """Pairs without a label are neither right nor wrong."""
    every = list(combinations(range(len(found)), 2))
    labels = data.draw(
        st.lists(st.sampled_from([True, False, None]), min_size=len(every), max_size=len(every))
    )
    true = {pair for pair, label in zip(every, labels, strict=True) if label}
    false = {pair for pair, label in zip(every, labels, strict=True) if label is False}
    together = pairs_of(dict(enumerate(found)))
    scores = score_labels(found, true, false)
    assert scores.pairs == Counts(len(true), len(together & (true | false)), len(together & true))
    assert scores.persons is None
    assert scores.false_merges == len({found[a] for a, _ in together & false})


def test_shares() -> None:
    """Precision, recall and their harmonic mean; what nothing can be said of is None."""
    counts = Counts(true=4, found=2, right=1)
    assert (counts.precision, counts.recall) == (0.5, 0.25)
    assert counts.f1 == pytest.approx(1 / 3)
    assert (Counts(4, 0, 0).precision, Counts(4, 0, 0).recall, Counts(4, 0, 0).f1) == (None, 0.0, 0.0)
    assert (Counts(0, 0, 0).recall, Counts(0, 0, 0).f1) == (None, None)
