"""From decisions to entries: the same things, decisions and rulings give the same entries, in whatever order.

What stewards ruled one is one thing from the start, unless that would bring two together that are ruled two; of two
such rulings that cannot both be followed, the one on the lesser pair is. Then certain duplicates are taken nearest
first and joined while every two of the group are certain duplicates of each other (complete linkage), so that no
chain of tolerances folds what is far apart; and never two of one sender. Where a thing is as near to each of two
things of one sender, it is folded with neither, for a person to judge.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from services.domain.identity.decision import Grade
from services.domain.identity.rulings import Pair, Verdict, pair
from services.domain.record.duplicates.decision import Decision

MARGIN = 100
"""Of 10,000: duplicates of one thing that differ by less are equally near."""


def fold(
    senders: Mapping[bytes, str], decisions: Mapping[Pair, Decision], rulings: Mapping[Pair, Verdict]
) -> dict[bytes, bytes]:
    """The entry of each thing, by resource key; an entry's key is that of its least thing.

    `senders` names who tells of each; these are whole components: everything that a decision or a ruling leads to.
    """
    apart = {both for both, verdict in rulings.items() if verdict is Verdict.NOT_SAME}
    ruled = _ruled_one(senders, rulings, apart)
    told_by = {min(group): frozenset(senders[key] for key in group) for group in ruled.values()}
    certain = _certain(ruled, decisions, rulings)
    fits = {
        both: nearness
        for both, nearness in certain.items()
        if told_by[both[0]].isdisjoint(told_by[both[1]])
        and apart.isdisjoint(_across(ruled[both[0]], ruled[both[1]]))
    }
    clear = fits.keys() - set(_unclear(told_by, fits))
    groups = {name: [name] for name in told_by}
    for one, other in sorted(clear, key=lambda both: (-fits[both], both)):
        left, right = groups[one], groups[other]
        if left is not right and _across(left, right) <= clear:
            _join(groups, left, right)
    return {key: min(groups[min(group)]) for key, group in ruled.items()}


def _ruled_one(
    senders: Iterable[bytes], rulings: Mapping[Pair, Verdict], apart: set[Pair]
) -> dict[bytes, list[bytes]]:
    """Of each thing, all that stewards ruled one with it, and itself."""
    groups = {key: [key] for key in senders}
    for one, other in sorted(both for both, verdict in rulings.items() if verdict is Verdict.SAME):
        left, right = groups[one], groups[other]
        if left is not right and apart.isdisjoint(_across(left, right)):
            _join(groups, left, right)
    return groups


def _certain(
    ruled: Mapping[bytes, list[bytes]], decisions: Mapping[Pair, Decision], rulings: Mapping[Pair, Verdict]
) -> dict[Pair, int]:
    """How near what is ruled one is to what else is ruled one, each by its least key, by the rules alone."""
    found: dict[Pair, int] = {}
    for both, decision in decisions.items():
        if decision.grade is not Grade.CERTAIN or both in rulings:
            continue
        one, other = (min(ruled[key]) for key in both)
        if one != other:
            found[pair(one, other)] = max(decision.nearness, found.get(pair(one, other), 0))
    return found


def _across(left: Iterable[bytes], right: Iterable[bytes]) -> set[Pair]:
    return {pair(one, other) for one, other in product(left, right)}


def _join(groups: dict[bytes, list[bytes]], left: list[bytes], right: list[bytes]) -> None:
    left.extend(right)
    groups |= dict.fromkeys(right, left)


def _unclear(told_by: Mapping[bytes, frozenset[str]], certain: Mapping[Pair, int]) -> Iterator[Pair]:
    """Of a thing's certain duplicates, those that another thing of the same sender is as near as."""
    near: defaultdict[tuple[bytes, str], list[tuple[int, bytes]]] = defaultdict(list)
    for (one, other), nearness in certain.items():
        for thing, duplicate in ((one, other), (other, one)):
            for sender in told_by[duplicate]:
                near[thing, sender].append((nearness, duplicate))
    for (thing, _), found in near.items():
        ranked = sorted(found, reverse=True)
        if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN:
            yield from (pair(thing, other) for _, other in ranked)
