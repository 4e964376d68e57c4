"""From decisions to entries: the same things, decisions and rulings give the same entries, in whatever order.

Certain duplicates are taken nearest first and joined while every two of the group are certain duplicates of each other
(complete linkage), so that no chain of tolerances folds what is far apart; and never two of one sender. Where a
thing is as near to each of two things of one sender, it is folded with neither, for a person to judge.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

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
    same = {both for both, verdict in rulings.items() if verdict is Verdict.SAME}
    apart = {both for both, verdict in rulings.items() if verdict is Verdict.NOT_SAME}
    certain = {
        both: one.nearness
        for both, one in decisions.items()
        if one.grade is Grade.CERTAIN and senders[both[0]] != senders[both[1]]
    }
    unclear = set(_unclear(senders, certain)) - same
    fits = (certain.keys() - unclear - apart) | same
    groups: dict[bytes, list[bytes]] = {key: [key] for key in senders}
    ruled_first = sorted(fits, key=lambda both: (both not in same, -certain.get(both, 0), both))
    for one, other in ruled_first:
        left, right = groups[one], groups[other]
        if left is right:
            continue
        across = {pair(a, b) for a in left for b in right}
        joins = across.isdisjoint(apart) if (one, other) in same else across <= fits
        if joins:
            left.extend(right)
            groups |= dict.fromkeys(right, left)
    return {key: min(group) for key, group in groups.items()}


def _unclear(senders: Mapping[bytes, str], certain: Mapping[Pair, int]) -> Iterator[Pair]:
    """Of a thing's certain duplicates, those that another thing of the same sender is as near as."""
    near: defaultdict[tuple[bytes, str], list[tuple[int, bytes]]] = defaultdict(list)
    for (one, other), nearness in certain.items():
        near[one, senders[other]].append((nearness, other))
        near[other, senders[one]].append((nearness, one))
    for (thing, _), found in near.items():
        ranked = sorted(found, reverse=True)
        if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN:
            yield from (pair(thing, other) for _, other in ranked)
