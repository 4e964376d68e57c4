"""Which person each source record of the touched components belongs to, once the batch has told what it tells."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.domain.identity.clustering import Member, cluster
from services.domain.identity.decision import Decision, Grade, Rule
from services.domain.identity.model import Model
from services.domain.identity.profile import Profile
from services.domain.identity.rulings import Pair, Ruling, Verdict, in_force
from services.platform.postgres import Connection
from services.record.profiles import from_row
from services.record.store import SourceRecord, fetch
from services.record.visible import Fresh


class Persons(NamedTuple):
    """The person of each member that has told something, and what a worker counts of it."""

    of: dict[bytes, bytes]
    outcomes: Counter[str]
    """Fresh records by the best that was found for each: exact, probable, conflict, review or new."""
    merges: int
    """Persons that are another's now."""
    unmerges: int
    """Persons that came out of another."""


async def decide_persons(
    connection: Connection,
    members: Mapping[bytes, SourceRecord],
    fresh: Mapping[bytes, Fresh],
    decided: Mapping[Pair, Decision],
    model: Model,
) -> Persons:
    """Cluster whole components anew. Of `members`, those without a profile have told nothing yet.

    `decided` are the pairs of the fresh records; those of the others are as they are stored.
    """
    if not members:
        return Persons({}, Counter(), 0, 0)
    ids = list(members)
    links = dict(decided)
    for one, other, grade, rule, weight in await fetch(connection, "links_within", ids=ids):
        if one not in fresh and other not in fresh:
            links[one, other] = Decision(Grade(grade), Rule(rule), weight)
    rows = await fetch(connection, "rulings_within", ids=ids)
    rulings = in_force(
        Ruling(instant, key, (one, other), Verdict(verdict)) for instant, key, one, other, verdict in rows
    )

    def decide_all() -> Persons:
        known = {id_: _profile(one, fresh) for id_, one in members.items() if one.profile is not None}
        of = _cluster_each(known, links, rulings, model)
        before = {id_: one.person for id_, one in members.items() if one.person is not None}
        outcomes = Counter(_outcomes(fresh, decided, of))
        return Persons(of, outcomes, _joined(before, of), _joined(of, before))

    return await asyncio.to_thread(decide_all)


def _profile(one: SourceRecord, fresh: Mapping[bytes, Fresh]) -> Profile:
    if one.id in fresh:
        return fresh[one.id].profile
    assert one.profile is not None
    return from_row(one.profile)


def _cluster_each(
    known: Mapping[bytes, Profile],
    links: Mapping[Pair, Decision],
    rulings: Mapping[Pair, Verdict],
    model: Model,
) -> dict[bytes, bytes]:
    """Each component by itself: what is known of people that nothing links must not meet."""
    joining = [both for both, decision in links.items() if decision.links]
    joining += [both for both, verdict in rulings.items() if verdict is Verdict.SAME]
    component = _components(known, joining)
    decided: defaultdict[bytes, dict[Pair, Decision]] = defaultdict(dict)
    for both, decision in links.items():
        if _within(both, component):
            decided[component[both[0]]][both] = decision
    ruled: defaultdict[bytes, dict[Pair, Verdict]] = defaultdict(dict)
    for both, verdict in rulings.items():
        if _within(both, component):
            ruled[component[both[0]]][both] = verdict
    members: defaultdict[bytes, list[Member]] = defaultdict(list)
    for id_, least in component.items():
        members[least].append(Member(id_, known[id_]))
    persons: dict[bytes, bytes] = {}
    for least, found in members.items():
        persons |= cluster(found, decided[least], ruled[least], model)
    return persons


def _components(known: Iterable[bytes], pairs: Iterable[Pair]) -> dict[bytes, bytes]:
    """Some one member of the component of each, the same for all of it."""
    groups = {id_: [id_] for id_ in known}
    for one, other in pairs:
        if one in groups and other in groups and groups[one] is not groups[other]:
            less, more = sorted((groups[one], groups[other]), key=len)
            more += less
            groups |= dict.fromkeys(less, more)
    return {id_: group[0] for id_, group in groups.items()}


def _within(both: Pair, component: Mapping[bytes, bytes]) -> bool:
    one, other = (component.get(id_) for id_ in both)
    return one is not None and one == other


_GRADES = {Grade.CERTAIN: "exact", Grade.PROBABLE: "probable"}
_ORDER = ("exact", "probable", "conflict", "review", "new")


def _outcomes(
    fresh: Iterable[bytes], decided: Mapping[Pair, Decision], of: Mapping[bytes, bytes]
) -> Iterable[str]:
    found: dict[bytes, set[str]] = {id_: {"new"} for id_ in fresh}
    for both, decision in decided.items():
        if decision.links and of.get(both[0]) == of.get(both[1]):
            outcome = _GRADES[decision.grade]
        else:
            outcome = "conflict" if decision.excludes else "review"
        for id_ in both:
            if id_ in found:
                found[id_].add(outcome)
    return (min(outcomes, key=_ORDER.index) for outcomes in found.values())


def _joined(before: Mapping[bytes, bytes], after: Mapping[bytes, bytes]) -> int:
    """How many groups of the one are gone because others took them in."""
    met: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for id_, person in after.items():
        if id_ in before:
            met[person].add(before[id_])
    return sum(len(persons) - 1 for persons in met.values())
