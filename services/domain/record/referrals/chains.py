"""Which referrals belong to one referral thread: those that were passed on, made anew, or told again.

A referral belongs to the one that it is based on or replaces; to one of another system that has an identifier
in common with it; and, on one journey, to the latest before it that asked for another service, or for the
same where another system tells the same again.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.domain.record.referrals.journeys import Journeys
from services.domain.record.referrals.organisations import Directory
from services.domain.record.referrals.referral import Referral, is_told_again, read_referral
from services.domain.record.referrals.ties import references
from services.domain.record.word import Word


@dataclass(frozen=True, slots=True)
class InThread:
    """A referral in its thread."""

    referral: Referral
    """Its moment is never before that of the referral it follows."""
    follows: tuple[int, ...]
    """The places in the thread of those it was passed on from, made anew for, or follows on its journey."""
    replaced: bool
    """Whether another referral of the thread replaces it."""


class _Tie(NamedTuple):
    """What ties a referral to another, by their places."""

    later: int
    earlier: int
    replaces: bool = False

    def moved(self, place_of: Sequence[int]) -> "_Tie":
        return _Tie(place_of[self.later], place_of[self.earlier], self.replaces)


def chains(requests: Sequence[Word], journeys: Journeys, directory: Directory) -> list[list[InThread]]:
    """The referrals of each thread, what follows another after it, else in order of asking."""
    entries: defaultdict[bytes, list[Word]] = defaultdict(list)
    for word in requests:
        entries[word.entry_key].append(word)
    told = sorted((read_referral(words, directory) for words in entries.values()), key=_when)
    ties = [*_by_reference(told), *_by_identifier(told), *_by_journey(told, journeys)]
    referrals, place_of = _told_once(told, ties, directory)
    within = [tie.moved(place_of) for tie in ties if place_of[tie.later] != place_of[tie.earlier]]
    threads = _Groups(len(referrals))
    for tie in within:
        threads.join(tie.later, tie.earlier)
    ties_of: defaultdict[int, list[_Tie]] = defaultdict(list)
    for tie in within:
        ties_of[threads.least(tie.later)].append(tie)
    return [
        _in_order({place: referrals[place] for place in places}, ties_of[least])
        for least, places in threads.groups().items()
    ]


def _told_once(
    told: Sequence[Referral], ties: Sequence[_Tie], directory: Directory
) -> tuple[list[Referral], list[int]]:
    """The referrals with what was told again in one, in order of asking; and the place of each that was told."""
    same = _Groups(len(told))
    sources = {place: set(one.sources) for place, one in enumerate(told)}
    for tie in ties:
        if not tie.replaces and is_told_again(told[tie.later], told[tie.earlier]):
            one, other = same.least(tie.later), same.least(tie.earlier)
            # A third system's word does not make one referral of two that one system tells of.
            if sources[one].isdisjoint(sources[other]):
                same.join(one, other)
                less, more = sorted((sources[one], sources[other]), key=len)
                more |= less
                sources[same.least(one)] = more
    once = {
        least: told[least]
        if len(places) == 1
        else read_referral([word for place in places for word in told[place].words], directory)
        for least, places in same.groups().items()
    }
    order = sorted(once, key=lambda least: _when(once[least]))
    place_of = {least: place for place, least in enumerate(order)}
    return [once[least] for least in order], [place_of[same.least(place)] for place in range(len(told))]


def _when(referral: Referral) -> tuple[int, bytes]:
    return referral.asked.ticks, referral.key


def _by_reference(told: Sequence[Referral]) -> Iterator[_Tie]:
    """To the first referral that a token names."""
    first: dict[str, int] = {}
    for place, referral in enumerate(told):
        for name in referral.names:
            first.setdefault(name, place)
    for place, referral in enumerate(told):
        for field in ("basedOn", "replaces"):
            for token in sorted({token for word in referral.words for token in references(word, field)}):
                if (earlier := first.get(token, place)) != place:
                    yield _Tie(place, earlier, field == "replaces")


def _by_identifier(told: Sequence[Referral]) -> Iterator[_Tie]:
    """To the first referral that any of its names names; one system's own two are not tied by a name."""
    first: dict[str, int] = {}
    for place, referral in enumerate(told):
        for name in sorted(referral.names):
            earliest = first.setdefault(name, place)
            if earliest != place and told[earliest].sources.isdisjoint(referral.sources):
                yield _Tie(place, earliest)


def _by_journey(told: Sequence[Referral], journeys: Journeys) -> Iterator[_Tie]:
    latest: defaultdict[str, list[int]] = defaultdict(list)
    for place, referral in enumerate(told):
        if not referral.performer.name:
            continue
        for journey in journeys.of_request(referral.words, referral.names):
            before = latest[journey]
            for earlier in before:
                if not _one_service(told[earlier], referral) or is_told_again(referral, told[earlier]):
                    yield _Tie(place, earlier)
                    break
            # Of each service only the latest counts, and of services only the latest two.
            others = [one for one in before if not _one_service(told[one], referral)]
            latest[journey] = [place, *others[:1]]


def _one_service(one: Referral, other: Referral) -> bool:
    return one.performer.key == other.performer.key


def _in_order(referrals: dict[int, Referral], ties: Sequence[_Tie]) -> list[InThread]:
    """The referrals with none before what it follows; where they follow each other, the earliest first."""
    before: dict[int, set[int]] = {place: set() for place in referrals}
    after: defaultdict[int, set[int]] = defaultdict(set)
    for tie in ties:
        before[tie.later].add(tie.earlier)
        after[tie.earlier].add(tie.later)
    replaced = {tie.earlier for tie in ties if tie.replaces}
    waiting = {place: len(earlier) for place, earlier in before.items()}
    ready = [place for place, left in waiting.items() if not left]
    rest = sorted(referrals, reverse=True)
    heapq.heapify(ready)
    place_in: dict[int, int] = {}
    thread: list[InThread] = []
    while len(thread) < len(referrals):
        place = heapq.heappop(ready) if ready else rest.pop()
        if place in place_in:
            continue
        place_in[place] = len(thread)
        follows = sorted(place_in[one] for one in before[place] if one in place_in)
        own = referrals[place].asked
        ticks = max((own.ticks, *(thread[one].referral.asked.ticks for one in follows)))
        referral = replace(referrals[place], asked=own._replace(ticks=ticks))
        thread.append(InThread(referral, tuple(follows), place in replaced))
        for later in after[place]:
            waiting[later] -= 1
            if waiting[later] == 0:
                heapq.heappush(ready, later)
    return thread


class _Groups:
    """Places joined in groups, each known by its least."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def least(self, place: int) -> int:
        while self._parent[place] != place:
            self._parent[place] = self._parent[self._parent[place]]
            place = self._parent[place]
        return place

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.least(one), self.least(other)))
        self._parent[high] = low

    def groups(self) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for place in range(len(self._parent)):
            found[self.least(place)].append(place)
        return found
