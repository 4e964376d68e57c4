"""Chance that falls alike on every version of Python, for the same seed."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice(Random):
    """Seeded chance drawn from `random()` alone, the one method whose sequence Python promises to keep.

    (Python library reference, random, 'Notes on Reproducibility'.)
    """

    def chance(self, probability: float) -> bool:
        """True with `probability`."""
        return self.random() < probability

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        return least + int(self.random() * (most - least + 1))

    def pick(self, among: Sequence[T]) -> T:
        """Any of `among`, each as likely."""
        return among[int(self.random() * len(among))]

    def shuffled(self, among: Iterable[T]) -> list[T]:
        """All of `among`, in any order."""
        return sorted(among, key=lambda _: self.random())


class Weighted(Generic[T]):
    """Values of which some are drawn more often than others."""

    def __init__(self, values: Sequence[T], weights: Iterable[float]) -> None:
        """`weights` are relative. They are added up one by one: the result of `sum` depends on the version."""
        self._values = values
        self._reached = [*accumulate(weights)]
        self._total = self._reached[-1]
        self._last = len(values) - 1

    def pick(self, dice: Dice) -> T:
        """One of the values, as often as its weight says."""
        return self._values[bisect(self._reached, dice.random() * self._total, 0, self._last)]


def by_rank(values: Sequence[T], offset: float) -> Weighted[T]:
    """Values in order of frequency, each as frequent as 1 / (rank + offset): the law of Zipf and Mandelbrot."""
    return Weighted(values, [1 / (rank + offset) for rank in range(1, len(values) + 1)])
