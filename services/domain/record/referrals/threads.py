"""A person's referral threads: each one referral's life across organisations, whatever order it was told in."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.domain.record.instant import DAY
from services.domain.record.referrals.attaching import attached
from services.domain.record.referrals.chains import InThread, chains
from services.domain.record.referrals.holding import (
    Course,
    Held,
    deciding,
    hand_overs,
    holders,
    returns,
    waiting,
)
from services.domain.record.referrals.journeys import Journeys
from services.domain.record.referrals.likeness import DAYS
from services.domain.record.referrals.organisations import Directory, Organisation
from services.domain.record.referrals.presuming import Candidate, presumed
from services.domain.record.referrals.referral import Referral
from services.domain.record.referrals.state import Outside, Sign, State, outside, signs, standing
from services.domain.record.referrals.steps import Step, steps
from services.domain.record.referrals.ties import TIED
from services.domain.record.telling import WITHDRAWN
from services.domain.record.word import Word


@dataclass(frozen=True, slots=True)
class Thread:
    """One referral, with whatever it led to: triage, answers, bookings, contacts, onward referrals."""

    key: bytes
    """The entry of the referral it began with."""
    entries: tuple[bytes, ...]
    """The entries of all its referrals, in order."""
    service: str
    """What was asked for at first, in words; empty where nobody said."""
    reason: str
    """Why, in words."""
    requester: Organisation
    performer: Organisation
    """Who was asked at first; without a name where nobody was named."""
    asked_last: Organisation
    """Who was asked by the referral that decides its state."""
    asked: int
    """When it was first asked, in ticks."""
    state: State
    since: int
    """When it came to be in that state, in ticks."""
    outside: tuple[Outside, ...]
    """The states of BaRS and of Tasks, bookings and contacts that its state comes from."""
    held: tuple[Held, ...]
    """Who had to act, one after the other; empty where nobody was named."""
    waiting: tuple[Held, ...]
    """Who was asked and has neither answered nor passed it on, and since when."""
    returns: int
    """How often it came back to an organisation that had held it, and had passed it on or rejected it."""
    steps: tuple[Step, ...]
    alike: frozenset[str]
    """Signatures of what was asked for and why (likeness.signatures)."""
    asked_again: bytes | None = None
    """The key of the thread in which, after a rejection, the like was asked of somebody else."""

    @property
    def returned(self) -> bool:
        """Whether it goes back and forth."""
        return self.returns > 0

    @property
    def holder(self) -> Organisation | None:
        """Who has to act now; nobody once it is completed, withdrawn or entered in error."""
        return self.held[-1].organisation if self.held and self._is_held else None

    @property
    def _is_held(self) -> bool:
        return self.state.is_open or self.state is State.REJECTED


def threads(words: Iterable[Word], partners: Mapping[str, str] = {}) -> list[Thread]:
    """The referral threads in what all systems currently say of one person, in order of asking.

    `words` holds one word a resource, in any order; of several of one resource the latest counts. `partners` are the
    names of organisations by ODS code, for those of which no word tells the name. A thread begins with a ServiceRequest
    that follows no other (chains), and its state is that of the newest of its referrals that runs (holding.deciding).
    """
    found, belonging, directory, presumed_keys = _read(words, partners)
    each = iter(belonging)
    told = [_thread(thread, [next(each) for _ in thread], directory, presumed_keys) for thread in found]
    return _asked_again(sorted(told, key=lambda one: (one.asked, one.key)))


def each_referral(words: Iterable[Word]) -> list[tuple[Referral, State]]:
    """Every referral, once however many systems tell of it, and how it stands by itself, whatever it led to."""
    return [(one, standing(one, told).state) for one, told in each_told(words)]


def each_told(words: Iterable[Word]) -> list[tuple[Referral, list[Sign]]]:
    """The same, each with what everything that belongs to it says of its state, in order."""
    found, belonging, *_ = _read(words)
    referrals = (placed.referral for thread in found for placed in thread)
    return [(one, signs(one, _folded(about))) for one, about in zip(referrals, belonging, strict=True)]


class _Read(NamedTuple):
    """Referrals by thread, and for each of them, one after the other, what else belongs to it."""

    found: list[list[InThread]]
    belonging: list[list[Word]]
    directory: Directory
    presumed_keys: Set[bytes]


def _read(words: Iterable[Word], partners: Mapping[str, str] = {}) -> _Read:
    kept = _current(words)
    directory, journeys = Directory(kept, partners), Journeys(kept)
    requests = [word for word in kept if word.resource["resourceType"] == "ServiceRequest"]
    found = chains(requests, journeys, directory)
    referrals = [placed.referral for thread in found for placed in thread]
    others = [word for word in kept if word.resource["resourceType"] in TIED]
    belonging = attached(referrals, others, journeys, directory)
    return _Read(found, belonging, directory, _presume(found, belonging, others, directory))


def waiting_days(thread: Thread, as_of: int) -> int:
    """The whole days for which an answer has been waited for at `as_of`, in ticks; 0 where none is."""
    return max((max(0, as_of - one.since) // DAY for one in thread.waiting), default=0)


def _current(words: Iterable[Word]) -> list[Word]:
    ordered = sorted(words, key=lambda word: (word.instant, word.resource_key, word.sender, word.entry_key))
    return list({word.resource_key: word for word in ordered}.values())


def _presume(
    found: Sequence[Sequence[InThread]],
    belonging: Sequence[list[Word]],
    others: Iterable[Word],
    directory: Directory,
) -> Set[bytes]:
    """Puts bookings that name no referral where only one can be meant; which those are, by resource key."""
    attached_to = {word.entry_key for words in belonging for word in words}
    loose = [
        word
        for word in others
        if word.resource["resourceType"] == "Appointment" and word.entry_key not in attached_to
    ]
    if not loose:
        return frozenset()
    numbered = [(number, placed.referral) for number, thread in enumerate(found) for placed in thread]
    candidates = [
        Candidate(referral, standing(referral, signs(referral, _folded(words))), number)
        for (number, referral), words in zip(numbered, belonging, strict=True)
    ]
    places = presumed(candidates, loose, directory)
    for word in loose:
        if (place := places.get(word.resource_key)) is not None:
            belonging[place].append(word)
    return places.keys()


def _thread(
    thread: Sequence[InThread],
    belonging: Sequence[Sequence[Word]],
    directory: Directory,
    presumed_keys: Set[bytes],
) -> Thread:
    folded = [_folded(words) for words in belonging]
    courses = []
    for placed, words in zip(thread, folded, strict=True):
        told = signs(placed.referral, words)
        courses.append(
            Course(placed, standing(placed.referral, told), holders(placed.referral, told, directory))
        )
    referrals = [placed.referral for placed in thread]
    decides = deciding(courses)
    held = hand_overs(courses, decides)
    every = {
        word.resource_key: word
        for words in (*(referral.words for referral in referrals), *belonging)
        for word in words
    }
    return Thread(
        key=referrals[0].key,
        entries=tuple(dict.fromkeys(word.entry_key for referral in referrals for word in referral.words)),
        service=referrals[0].service,
        reason=referrals[0].reason,
        requester=referrals[0].requester,
        performer=referrals[0].performer,
        asked_last=referrals[decides].performer,
        asked=referrals[0].asked.ticks,
        state=courses[decides].standing.state,
        since=courses[decides].standing.since,
        outside=outside(every.values()),
        held=held,
        waiting=waiting(courses, decides),
        returns=returns(held),
        steps=steps(referrals, folded, directory, presumed_keys),
        alike=frozenset(sign for referral in referrals for sign in referral.alike),
    )


def _folded(words: Iterable[Word]) -> list[Word]:
    """One word an entry, the latest that does not take it back; none of an entry that all have taken back."""
    ordered = sorted(words, key=lambda word: (word.instant, word.resource_key))
    return list(
        {word.entry_key: word for word in ordered if word.resource.get("status") != WITHDRAWN}.values()
    )


def _asked_again(told: Sequence[Thread]) -> list[Thread]:
    """The threads, in order of asking, each rejected one with the first that asked the like of somebody else.

    That is within DAYS of the rejection, for the same service or the same reason (likeness), of another
    organisation than the one that rejected it.
    """
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for place, thread in enumerate(told):
        if thread.performer.name:
            for sign in thread.alike:
                alike[sign].append(place)
    index = {sign: _Alike(told, places) for sign, places in alike.items()}
    found = []
    for thread in told:
        signs_of = sorted(thread.alike & index.keys()) if thread.state is State.REJECTED else ()
        later = (index[sign].next_elsewhere(thread) for sign in signs_of)
        after = [place for place in later if place is not None]
        again = told[min(after)] if after else None
        lately = again is not None and again.asked - thread.since <= DAYS * DAY
        found.append(replace(thread, asked_again=again.key) if again and lately else thread)
    return found


class _Alike:
    """The threads that ask for one thing, in order of asking."""

    def __init__(self, told: Sequence[Thread], places: Sequence[int]) -> None:
        self._places = places
        self._asked = [told[place].asked for place in places]
        self._whom = [told[place].performer.key for place in places]
        self._elsewhere = [len(places)] * len(places)
        for at in range(len(places) - 2, -1, -1):
            same = self._whom[at] == self._whom[at + 1]
            self._elsewhere[at] = self._elsewhere[at + 1] if same else at + 1

    def next_elsewhere(self, thread: Thread) -> int | None:
        """The place of the first after the thread was rejected that asks another organisation."""
        at = bisect_right(self._asked, thread.since)
        if at < len(self._whom) and self._whom[at] == thread.asked_last.key:
            at = self._elsewhere[at]
        return self._places[at] if at < len(self._places) else None
