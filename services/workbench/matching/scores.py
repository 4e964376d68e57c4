"""How right a linkage is, where it is known who is who: over pairs of rows, and over whole persons."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Pair = tuple[int, int]
"""Two places of rows, the lesser first."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is true, what was found, and what of it is right."""

    true: int
    found: int
    right: int

    @property
    def precision(self) -> float | None:
        """The share of what was found that is right; None where nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The share of what is true that was found; None where nothing is true."""
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where there is nothing true and nothing was found."""
        either = self.true + self.found
        return 2 * self.right / either if either else None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True, slots=True)
class Scores:
    """How right a linkage is."""

    basis: str
    """What is scored: 'persons', 'pairs' or 'labelled pairs'."""
    pairs: Counts
    persons: Counts | None
    """A person found is right where exactly the rows of a true one were found; None where labels are of pairs alone."""
    false_merges: int
    """Persons found that have rows of two people or more."""
    out_of: int
    """Persons found that are scored."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "basis": self.basis,
            "pairs": self.pairs.as_dict(),
            "persons": self.persons.as_dict() if self.persons else None,
            "false_merges": self.false_merges,
            "persons_scored": self.out_of,
        }


def score_persons(found: Mapping[int, int], true: Mapping[int, Hashable]) -> Scores:
    """Scores over the rows of which it is known who they are; `found` has the cluster of every row.

    A cluster is looked at without its rows that nothing is known of.
    """
    clusters, persons = _groups({row: found[row] for row in true}), _groups(true)
    both = Counter((found[row], person) for row, person in true.items())
    pairs = Counts(_pairs(map(len, persons)), _pairs(map(len, clusters)), _pairs(both.values()))
    right = len(set(map(frozenset, clusters)) & set(map(frozenset, persons)))
    mixed = sum(len({true[row] for row in rows}) > 1 for rows in clusters)
    return Scores("persons", pairs, Counts(len(persons), len(clusters), right), mixed, len(clusters))


def score_pairs(found: Sequence[int], true: Iterable[Pair]) -> Scores:
    """Scores where the pairs are all the true ones, as they stand; persons are what the pairs join up."""
    pairs = set(true)
    clusters = _groups(dict(enumerate(found)))
    right = sum(found[one] == found[other] for one, other in pairs)
    joined = _joined(len(found), pairs)
    whole = score_persons(dict(enumerate(found)), dict(enumerate(joined)))
    counts = Counts(len(pairs), _pairs(map(len, clusters)), right)
    return Scores("pairs", counts, whole.persons, whole.false_merges, whole.out_of)


def score_labels(found: Sequence[int], true: Iterable[Pair], false: Iterable[Pair]) -> Scores:
    """Scores over labelled pairs alone: of all others it is not known what they are."""
    same, different = set(true), set(false)
    right = sum(found[one] == found[other] for one, other in same)
    wrong = [found[one] for one, other in different if found[one] == found[other]]
    scored = {found[row] for pair in same | different for row in pair}
    counts = Counts(len(same), right + len(wrong), right)
    return Scores("labelled pairs", counts, None, len(set(wrong)), len(scored))


def _groups(group_of: Mapping[int, Hashable]) -> list[list[int]]:
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row, group in group_of.items():
        groups[group].append(row)
    return list(groups.values())


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _joined(rows: int, pairs: Iterable[Pair]) -> list[int]:
    """The group of each row where every pair is joined."""
    least = list(range(rows))

    def first(row: int) -> int:
        while least[row] != row:
            least[row] = least[least[row]]
            row = least[row]
        return row

    for one, other in pairs:
        a, b = sorted((first(one), first(other)))
        least[b] = a
    return [first(row) for row in range(rows)]
