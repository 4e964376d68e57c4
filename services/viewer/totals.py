"""How many entries a timeline has: counted once, for as long as the record and what is opened of it are the same."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from cachetools import LRUCache


class Totals(NamedTuple):
    """What is counted of one person, as far as whoever reads may see it."""

    entries: int
    context: int
    """Things that are kept and are no entry."""


def remembered(state: Sequence[Any]) -> Totals | None:
    """What was counted when the query `state` found these rows of the person; None where nobody did."""
    return _remembered.get(tuple(state))


def counted(state: Sequence[Any], rows: Sequence[Any]) -> Totals:
    """What the query `totals` found at this state; it is remembered."""
    (row,) = rows
    found = _remembered[tuple(state)] = Totals(*row)
    return found


_remembered: LRUCache[tuple[Any, ...], Totals] = LRUCache(1000)
"""By the source records with their sums and what of them is opened: nothing is counted twice of one record."""
