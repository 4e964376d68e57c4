"""From decisions to persons: the same records, decisions and rulings give the same persons, in whatever order.

Links are taken heaviest first and joined, Kruskal-fashion, while no exclusion is broken. Exclusions are edges
too: no third record joins two that can never share a person. A record that could as well belong to either of
two such is joined to neither, for a steward to judge.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.domain.identity.agreement import Comparison
from services.domain.identity.comparison import compare
from services.domain.identity.decision import Decision, Grade, Rule, decide, may_be_a_slip
from services.domain.identity.model import Model
from services.domain.identity.numbers import renamed, renames
from services.domain.identity.profile import Profile
from services.domain.identity.rulings import Pair, Verdict, pair


@dataclass(frozen=True, slots=True)
class Member:
    """A source record as clustering sees it."""

    id: bytes
    profile: Profile


Decisions = Mapping[Pair, Decision]
"""What was decided of the pairs that share a blocking key; those that neither link nor exclude may be left out."""


def cluster(
    members: Iterable[Member], decisions: Decisions, rulings: Mapping[Pair, Verdict], model: Model
) -> dict[bytes, bytes]:
    """The person of each source record; a person's id is that of its least member.

    `members` are whole components: every record that a link leads to, directly or through others.
    """
    known = {one.id: one.profile for one in members}
    groups = _Groups(known, decisions, rulings, model)
    certain, weighed, alone = groups.edges()
    for one, other in certain:
        groups.join(one, other, whole=False)
    unclear = groups.unclear(weighed)
    for one, other in weighed:
        if (one, other) not in unclear:
            groups.join(one, other, whole=True)
    groups.join_bare(alone)
    return groups.persons()


class _Groups:
    """Source records joined so far, and what keeps two groups apart."""

    def __init__(
        self, known: dict[bytes, Profile], decisions: Decisions, rulings: Mapping[Pair, Verdict], model: Model
    ) -> None:
        old = renames(known.values())
        self._profiles = {id_: renamed(profile, old) for id_, profile in known.items()}
        self._rulings = rulings
        self._model = model
        # A decision holds whatever a third record says of numbers, unless one of its own was replaced.
        self._decided = {
            both: decision
            for both, decision in decisions.items()
            if all(self._profiles[one] is known[one] for one in both)
        }
        self._holders: defaultdict[str, list[bytes]] = defaultdict(list)
        for id_, profile in self._profiles.items():
            for number in profile.numbers:
                self._holders[number].append(id_)
        self._links = {both for both, decision in decisions.items() if decision.links} | self._of_one_number()
        self._groups: dict[bytes, list[bytes]] = {id_: [id_] for id_ in known}

    def edges(self) -> tuple[list[Pair], list[Pair], list[Pair]]:
        """What links: certain or ruled, by weight, and by a number alone; each the heaviest first."""
        ruled = sorted(both for both, verdict in self._rulings.items() if verdict is Verdict.SAME)
        certain: list[Pair] = []
        weighed: list[Pair] = []
        alone: list[Pair] = []
        for both in sorted(self._links - set(self._rulings), key=lambda one: (-self._likeness(one), one)):
            decision = self._decide(*both)
            if decision.rule is Rule.NUMBER_ALONE and any(self._profiles[one].is_bare for one in both):
                alone.append(both)
            elif decision.links:
                (certain if decision.rule is Rule.SAME_NUMBER else weighed).append(both)
        return certain + ruled, weighed, alone

    def unclear(self, weighed: list[Pair]) -> set[Pair]:
        """Links of a record to one of two that exclude each other, with nearly as strong a link to the other."""
        near: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for one, other in weighed:
            near[one].append(other)
            near[other].append(one)
        found: set[Pair] = set()
        for middle, others in near.items():
            ranked = [(self._likeness(pair(middle, other)), other) for other in others]
            for place, (weight, other) in enumerate(ranked):
                for rival_weight, rival in ranked[place + 1 :]:
                    if abs(weight - rival_weight) < self._model.margin and self._excluded(other, rival):
                        found |= {pair(middle, other), pair(middle, rival)}
        return found

    def join(self, one: bytes, other: bytes, *, whole: bool) -> None:
        """Make one group of those of two records, unless an exclusion is broken; with `whole`, only if the groups
        are alike on average."""
        left, right = self._groups[one], self._groups[other]
        if left is right:
            return
        across = [(a, b) for a in left for b in right]
        if any(self._excluded(a, b) for a, b in across):
            return
        if whole and sum(self._decide(a, b).weight for a, b in across) < self._model.group * len(across):
            return
        left.extend(right)
        for moved in right:
            self._groups[moved] = left

    def join_bare(self, alone: list[Pair]) -> None:
        """Join records of which a number alone is known to the one group that has it, where there is only one."""
        holders: defaultdict[bytes, dict[int, bytes]] = defaultdict(dict)
        for one, other in alone:
            for bare, holder in ((one, other), (other, one)):
                if self._profiles[bare].is_bare:
                    holders[bare].setdefault(id(self._groups[holder]), holder)
        for bare, groups in sorted(holders.items()):
            known = {
                id(self._groups[holder]): holder
                for holder in groups.values()
                if not self._profiles[holder].is_bare
            }
            if len(known) <= 1:
                for holder in sorted(known.values() or groups.values()):
                    self.join(bare, holder, whole=False)

    def persons(self) -> dict[bytes, bytes]:
        """The least member of the group of each record."""
        return {id_: min(group) for id_, group in self._groups.items()}

    def _of_one_number(self) -> set[Pair]:
        """Pairs that have one number now that the old ones were replaced."""
        return {
            pair(one, other)
            for group in self._holders.values()
            for place, one in enumerate(group)
            for other in group[place + 1 :]
            if pair(one, other) not in self._decided
        }

    def _decide(self, one: bytes, other: bytes) -> Decision:
        both = pair(one, other)
        if both not in self._decided:
            self._decided[both] = decide(self._profiles[both[0]], self._profiles[both[1]], self._model)
        return self._decided[both]

    def _likeness(self, both: Pair) -> int:
        """How alike two are, which sets one link before another: one home speaks for it, whoever else lives there."""
        return self._model.likeness(self._compare(*both))

    def _compare(self, one: bytes, other: bytes) -> Comparison:
        return compare(self._profiles[one], self._profiles[other])

    def _excluded(self, one: bytes, other: bytes) -> bool:
        ruling = self._rulings.get(pair(one, other))
        if ruling is Verdict.NOT_SAME:
            return True
        decision = self._decide(one, other)
        if ruling is Verdict.SAME:
            return decision.rule is Rule.DIFFERENT_NUMBERS
        return decision.excludes and not (decision.grade is Grade.POSSIBLE and self._bridged(one, other))

    def _bridged(self, one: bytes, other: bytes) -> bool:
        """Whether a third record says that two which look apart are one: what has one of the two names and, by its
        number, is certainly of the other (Joesph is a slip of Joseph, whom friends call Joey)."""
        return any(
            self._same_by_number(middle, near) and self._of_one_name(middle, far)
            for near, far in ((one, other), (other, one))
            for number in self._profiles[near].numbers
            for middle in self._holders[number]
            if middle not in (one, other) and self._profiles[middle].birth_date
        )

    def _same_by_number(self, one: bytes, other: bytes) -> bool:
        return self._decide(one, other).grade is Grade.CERTAIN and self._of_one_name(one, other)

    def _of_one_name(self, one: bytes, other: bytes) -> bool:
        """Whether two are linked, no steward says otherwise, and no name or birth date speaks against it."""
        return (
            self._rulings.get(pair(one, other)) is not Verdict.NOT_SAME
            and self._decide(one, other).links
            and may_be_a_slip(self._compare(one, other))
        )
