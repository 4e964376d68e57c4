"""The entries that what is told comes to, with no database: for tests that read a stream as it will stand."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from itertools import combinations
from typing import NamedTuple

from services.domain.identity.rulings import Pair, pair
from services.domain.record.duplicates.decision import Decision, decide, tokens
from services.domain.record.duplicates.facet import Facet
from services.domain.record.duplicates.folding import fold


class Told(NamedTuple):
    """What one sender tells of one thing of a person."""

    sender: str
    person: Hashable
    facet: Facet


class Folded(NamedTuple):
    """What was decided of pairs of things, and the entry of each."""

    decided: dict[Pair, Decision]
    entries: dict[bytes, bytes]


def folded(things: Mapping[bytes, Told]) -> Folded:
    """Fold things, by resource key, as the record does."""
    near: defaultdict[tuple[Hashable, str], list[bytes]] = defaultdict(list)
    for key, one in things.items():
        for token in tokens(one.facet):
            near[one.person, token].append(key)
    decided: dict[Pair, Decision] = {}
    for group in near.values():
        for both in combinations(group, 2):
            ours, theirs = (things[key] for key in both)
            decision = decide(ours.facet, theirs.facet) if ours.sender != theirs.sender else None
            if decision:
                decided[pair(*both)] = decision
    return Folded(decided, fold({key: one.sender for key, one in things.items()}, decided, {}))
