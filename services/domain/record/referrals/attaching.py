"""Which answers, bookings, contacts and notes belong to which referral."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from services.domain.record.instant import DAY
from services.domain.record.referrals.journeys import Journeys
from services.domain.record.referrals.moments import happened
from services.domain.record.referrals.organisations import Directory
from services.domain.record.referrals.referral import Referral
from services.domain.record.referrals.ties import groups_of, names_of, points_at, shared_identifiers
from services.domain.record.word import Word


def attached(
    referrals: Sequence[Referral], others: Sequence[Word], journeys: Journeys, directory: Directory
) -> list[list[Word]]:
    """What belongs to each referral.

    It is what points at it, or has its identifier of a shared system as its own; else what points at
    something that does; else what was made in its group, where that is a group of one; else a contact on its
    journey with the organisation that was asked, the latest before it where several were.
    """
    found = _pointing(referrals, others)
    rest = [word for word in others if word.resource_key not in found]
    found |= _in_groups(referrals, rest)
    found |= _on_journeys(
        referrals, [word for word in rest if word.resource_key not in found], journeys, directory
    )
    by_referral: list[list[Word]] = [[] for _ in referrals]
    for word in others:
        for place in sorted(_in_time(word, found.get(word.resource_key, set()), referrals)):
            by_referral[place].append(word)
    return by_referral


def _in_time(word: Word, places: set[int], referrals: Sequence[Referral]) -> set[int]:
    """Of several referrals that it leads to, those that were asked by then; all, where none was.

    One episode of care can answer referrals that came one after the other: a contact that names the episode and
    none of them belongs to the latest. Of what tells a day alone it is not known but that it came after the asking.
    """
    came_about = happened(word)
    at = came_about.ticks if "T" in came_about.text else came_about.ticks + DAY - 1
    asked = {place for place in places if referrals[place].asked.ticks <= at}
    if len(places) < 2 or not asked:
        return places
    told = points_at(word)
    if word.resource["resourceType"] == "Encounter" and all(
        told.isdisjoint(referrals[place].names) for place in places
    ):
        return {max(asked, key=lambda place: (referrals[place].asked.ticks, place))}
    return asked


def _pointing(referrals: Sequence[Referral], others: Iterable[Word]) -> dict[bytes, set[int]]:
    """The referrals of each resource that leads to one, by the fewest steps."""
    pointing: defaultdict[str, list[Word]] = defaultdict(list)
    for word in others:
        for token in points_at(word) | shared_identifiers(word.resource):
            pointing[token].append(word)
    reached: dict[bytes, set[int]] = {}
    followed: set[str] = set()
    names = _all_names((referral.names, {place}) for place, referral in enumerate(referrals))
    while names:
        step: dict[bytes, tuple[Word, set[int]]] = {}
        # The words that point with a token are reached by it once; to look again would only take time.
        for token in (name for name in names if name not in followed):
            for word in pointing.get(token, ()):
                if word.resource_key not in reached:
                    step.setdefault(word.resource_key, (word, set()))[1].update(names[token])
        followed.update(names)
        reached.update((key, places) for key, (_, places) in step.items())
        names = _all_names((names_of(word), places) for word, places in step.values())
    return reached


def _all_names(told: Iterable[tuple[Iterable[str], set[int]]]) -> dict[str, set[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for names, places in told:
        for name in names:
            found[name] |= places
    return found


def _in_groups(referrals: Sequence[Referral], rest: Iterable[Word]) -> dict[bytes, set[int]]:
    groups: defaultdict[str, set[int]] = defaultdict(set)
    for place, referral in enumerate(referrals):
        for group in referral.groups:
            groups[group].add(place)
    alone = {group: places for group, places in groups.items() if len(places) == 1}
    return {
        word.resource_key: places
        for word in rest
        for group in sorted(groups_of(word))
        if (places := alone.get(group))
    }


def _on_journeys(
    referrals: Sequence[Referral], rest: Iterable[Word], journeys: Journeys, directory: Directory
) -> Mapping[bytes, set[int]]:
    asked: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for place, referral in enumerate(referrals):
        for journey in journeys.of_request(referral.words, referral.names):
            asked[journey, referral.performer.key].append((referral.asked.ticks, place))
    for several in asked.values():
        several.sort()
    found: dict[bytes, set[int]] = {}
    for word in rest if asked else ():
        on = journeys.of_contact(word) if word.resource["resourceType"] == "Encounter" else None
        if not on or not journeys.follows(word):
            continue
        named = directory.organisation(word, word.resource.get("serviceProvider"))
        with_whom = named if named.name else directory.sender(word)
        for journey in on:
            several = asked.get((journey, with_whom.key), [])
            before = bisect_right(several, (happened(word).ticks, len(referrals)))
            if before:
                found.setdefault(word.resource_key, set()).add(several[before - 1][1])
    return found
