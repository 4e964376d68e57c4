"""Linking a whole set of profiles at once: what `carethread match` does with a file.

Blocks, comparisons, decisions and clusters are those of the stream. Where no model is given one is estimated
from the profiles themselves. Profiles are put in an order of their own first, so that theirs does not matter.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from services.domain.identity.agreement import Comparison
from services.domain.identity.blocking import keys
from services.domain.identity.clustering import Member, cluster
from services.domain.identity.comparison import compare
from services.domain.identity.decision import Decision, Grade, decide, decide_compared
from services.domain.identity.estimation import at_random, estimate, starting_model
from services.domain.identity.model import Model
from services.domain.identity.profile import Profile
from services.domain.identity.rulings import Pair
from services.domain.identity.twins import twins_weight

Places = Sequence[int]
"""Places of profiles, as an array."""

Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and of how much."""


class Linked(NamedTuple):
    """What linking came to."""

    clusters: list[int]
    """The cluster of each profile, in the order given; numbered from 1 by first appearance."""
    model: Model
    """The model given, or the one estimated."""
    review: list[tuple[int, int, int]]
    """Pairs for a steward to judge: two places, and the weight in thousandths of a bit; the heaviest first."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pairs of profiles that share a blocking key, compared."""

    ones: Places
    others: Places
    which: Places
    """For each pair the place of its comparison among `comparisons`."""
    comparisons: list[Comparison]

    def __iter__(self) -> Iterator[tuple[int, int, Comparison]]:
        for one, other, place in zip(self.ones, self.others, self.which, strict=True):
            yield one, other, self.comparisons[place]


CompareAll = Callable[[Sequence[Profile], Places, Places, Progress], Candidates]
"""Compares the profiles at the places in the first array with those in the second."""


def link(
    profiles: Sequence[Profile],
    model: Model | None = None,
    progress: Progress = lambda step, done, total: None,
    compare_all: CompareAll | None = None,
) -> Linked:
    """Which of the profiles are of one person, under `model` or under one estimated from them."""
    order = sorted(range(len(profiles)), key=lambda place: repr(profiles[place]))
    known = [profiles[place] for place in order]
    start = model or starting_model(f"estimated from {len(known)} records", known)
    ones, others = candidate_pairs(known, start, progress)
    candidates = (compare_all or compare_here)(known, ones, others, progress)
    chosen = model or _estimated(known, start, candidates, progress)
    decisions = decide_all(known, candidates, chosen)
    groups = _clusters(known, decisions, chosen, progress)
    back = {place: at for at, place in enumerate(order)}
    numbers: dict[int, int] = {}
    clusters = [numbers.setdefault(groups[back[place]], len(numbers) + 1) for place in range(len(profiles))]
    return Linked(clusters, chosen, _for_review(decisions, groups, order))


def candidate_pairs(profiles: Sequence[Profile], model: Model, progress: Progress) -> tuple[Places, Places]:
    """The pairs of places whose profiles share a blocking key, each once, in order."""
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(profiles):
        if place % _STEP == 0:
            progress("Reading", place, len(profiles))
        for key in keys(one, model):
            blocks[key].append(place)
    size = len(profiles)
    pairs = {one * size + other for block in blocks.values() for one, other in combinations(block, 2)}
    ones, others = array("I"), array("I")
    for both in sorted(pairs):
        ones.append(both // size)
        others.append(both % size)
    return ones, others


def compare_here(profiles: Sequence[Profile], ones: Places, others: Places, progress: Progress) -> Candidates:
    """Compare in this process."""
    places: dict[Comparison, int] = {}
    which = array("I")
    for at, (one, other) in enumerate(zip(ones, others, strict=True)):
        if at % _STEP == 0:
            progress("Comparing", at, len(ones))
        which.append(places.setdefault(compare(profiles[one], profiles[other]), len(places)))
    return Candidates(ones, others, which, list(places))


_STEP = 1000


def _estimated(
    profiles: Sequence[Profile], start: Model, candidates: Candidates, progress: Progress
) -> Model:
    """The model estimated from the profiles: once as they are, and once more with every person counted once."""
    progress("Estimating", 0, 3)
    random = at_random(profiles)
    compared = Counter(
        {candidates.comparisons[place]: count for place, count in Counter(candidates.which).items()}
    )
    progress("Estimating", 1, 3)
    first = estimate(start, compared, random)
    sizes = _sizes(len(profiles), candidates, first)
    once = starting_model(start.version, profiles, [1 / size for size in sizes])
    progress("Estimating", 2, 3)
    second = estimate(replace(first, rarity=once.rarity), compared, random)
    progress("Estimating", 3, 3)
    return replace(second, twins=twins_weight(second, candidates, sizes))


def _sizes(records: int, candidates: Candidates, model: Model) -> list[int]:
    """How many records the person of each record seems to have."""
    weights = [model.total(one) for one in candidates.comparisons]
    pairs = [
        (one, other)
        for one, other, place in zip(candidates.ones, candidates.others, candidates.which, strict=True)
        if weights[place] >= model.link
    ]
    groups = connected(records, pairs)
    counts = Counter(groups)
    return [counts[group] for group in groups]


def connected(records: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """The least place among those that each place is connected with, directly or through others."""
    least = list(range(records))

    def find(place: int) -> int:
        while least[place] != place:
            least[place] = least[least[place]]
            place = least[place]
        return place

    for one, other in pairs:
        a, b = find(one), find(other)
        least[max(a, b)] = min(a, b)
    return [find(place) for place in range(records)]


def decide_all(
    profiles: Sequence[Profile], candidates: Candidates, model: Model
) -> dict[tuple[int, int], Decision]:
    """What is decided of each pair of candidates that links, excludes or is for review."""
    weights = [model.total(one) for one in candidates.comparisons]
    numbers = [frozenset(one.numbers) for one in profiles]
    replaced = {place for place, one in enumerate(profiles) if one.replaced}
    found: dict[tuple[int, int], Decision] = {}
    for one, other, place in zip(candidates.ones, candidates.others, candidates.which, strict=True):
        weight = weights[place]
        if one in replaced or other in replaced:
            decision = decide(profiles[one], profiles[other], model)
        elif weight < model.review and numbers[one].isdisjoint(numbers[other]):
            continue
        else:
            comparison = candidates.comparisons[place]
            decision = decide_compared(profiles[one], profiles[other], comparison, weight, model)
        if decision.grade is not Grade.CERTAINLY_NOT or decision.excludes:
            found[one, other] = decision
    return found


def _clusters(
    profiles: Sequence[Profile],
    decisions: Mapping[tuple[int, int], Decision],
    model: Model,
    progress: Progress,
) -> list[int]:
    """The group of each place."""
    components = connected(len(profiles), (both for both, decision in decisions.items() if decision.links))
    members: defaultdict[int, list[int]] = defaultdict(list)
    for place, component in enumerate(components):
        members[component].append(place)
    inside: defaultdict[int, dict[Pair, Decision]] = defaultdict(dict)
    for (one, other), decision in decisions.items():
        if components[one] == components[other]:
            inside[components[one]][_id(one), _id(other)] = decision
    groups = list(range(len(profiles)))
    for done, (component, places) in enumerate(members.items()):
        if done % _STEP == 0:
            progress("Linking", done, len(members))
        if len(places) > 1:
            persons = cluster(
                [Member(_id(place), profiles[place]) for place in places], inside[component], {}, model
            )
            for place in places:
                groups[place] = int.from_bytes(persons[_id(place)], "big")
    progress("Linking", len(members), len(members))
    return groups


def _id(place: int) -> bytes:
    return place.to_bytes(4, "big")


def _for_review(
    decisions: Mapping[tuple[int, int], Decision], groups: Sequence[int], order: Sequence[int]
) -> list[tuple[int, int, int]]:
    doubtful = [
        (-decision.weight, *sorted((order[one], order[other])))
        for (one, other), decision in decisions.items()
        if groups[one] != groups[other] and decision.grade is not Grade.CERTAINLY_NOT
    ]
    return [(one, other, -weight) for weight, one, other in sorted(doubtful)]
