"""Which referrals are read: of many, those that have surely ended are left out, by what their traces tell."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from services.domain.record.instant import DAY
from services.domain.record.introductions import WITHIN_DAYS
from services.domain.record.referrals.presuming import DAYS
from services.domain.record.referrals.traces import Move, Trace


class Kept(NamedTuple):
    """What is to be read so that every referral which is open, or ended lately, is told whole."""

    keys: frozenset[bytes]
    """Of the things that are a referral, or may belong to one."""
    since: int | None
    """Of those that had ended by this, in ticks, not all are read; None where nothing is left out."""
    contacts_left_out: bool
    """Whether the referrals that are read have earlier contacts or notes that are not."""


def keep(traces: Sequence[Trace], since: int, ended: int, contacts: int) -> Kept:
    """Choose, of all that is told of one person, what the open referrals and the latest ended ones need.

    Kept is every referral that may be open; of the others the `ended` that ended last, each that ended at or after
    `since`, in ticks, and all that were asked after the first of those ended; whatever is of one thread with one of
    these; and what may belong to them, but of each one's contacts and notes the first and the latest `contacts`. For
    the bookings among them, which belong to the one that ran at the time, it is also what ran at the time.
    """
    found = _Found(traces)
    if len(found.referrals) <= ended:
        return Kept(frozenset(one.resource_key for one in traces), None, contacts_left_out=False)
    over = {key: at for key, one in found.referrals.items() if (at := one.ended(found.shared)) is not None}
    latest = sorted(over, key=lambda key: (-over[key], key))[:ended]
    first = min([since, *(over[key] for key in latest)])
    chosen = {
        key for key, one in found.referrals.items() if over.get(key, since) >= since or one.asked >= first
    }
    chosen |= found.asked_after_introductions(chosen.union(latest))
    whole = found.with_their_threads(chosen.union(latest))
    bookings = found.bookings_for(whole, contacts, over)
    whole = found.with_their_threads(whole | found.running_at((one.ticks for one in bookings), over))
    told = found.answers_to_plans() | {one.resource_key for one in bookings}
    contacts_left_out = False
    for key in whole:
        some = found.referrals[key].told(contacts, over.get(key))
        told.update(one.resource_key for one in some)
        contacts_left_out |= len(some) < len(found.referrals[key])
    left_out = first if len(whole) < len(found.referrals) else None
    return Kept(frozenset(told), left_out, contacts_left_out)


def _latest_first(one: Trace) -> tuple[int, bytes]:
    return -one.ticks, one.resource_key


def _first_running(met: Sequence[Trace], ended: int | None) -> Iterator[Trace]:
    """That with which it began to run, by contacts in order from the latest."""
    running = [one for one in met if one.move == Move.RUNS and (ended is None or one.ticks > ended)]
    yield from running[-1:]


class _Referral:
    """One referral: what every system tells of it, and what may belong to it."""

    def __init__(self) -> None:
        self.own: list[Trace] = []
        self._attached: dict[bytes, Trace] = {}

    @property
    def attached(self) -> Iterable[Trace]:
        """What may belong to it: more than does, where others are on its journey or in its group."""
        return self._attached.values()

    @cached_property
    def _names(self) -> set[int]:
        return {token for one in self.own for token in one.names}

    @property
    def asked(self) -> int:
        """When it was asked for, in ticks, as the latest of its words has it."""
        return max(one.asked for one in self.own)

    @property
    def asked_first(self) -> int:
        """The same, as the first of its words has it."""
        return min(one.asked for one in self.own)

    def ended(self, shared: Set[bytes]) -> int | None:
        """When it has surely ended, in ticks; None where it may be open.

        It has where a word of its own, or an answer to it alone, ends it, and nothing that may belong to it and shows
        it to run came about after that (state.standing). What may belong to several, or is told by several, by the
        keys `shared`, may end none.
        """
        if all(one.move == Move.NEVER for one in self.own):
            return max(one.ticks for one in self.own)
        ends = [one.ticks for one in self.own if one.move == Move.ENDS]
        runs = [one.ticks for one in self.own if one.move == Move.RUNS]
        for one in self.attached:
            if one.answers:
                about = one.resource_key not in shared and not self._names.isdisjoint(one.answers)
                ends += [one.ticks] * about
            elif one.move == Move.RUNS:
                runs.append(one.ticks)
        last = max(ends, default=None)
        return None if last is None or max(runs, default=-1) > last else last

    def told(self, contacts: int, ended: int | None) -> list[Trace]:
        """Its words and what may belong to it; of contacts and notes the latest, and the first that shows it to run."""
        met = sorted((one for one in self.attached if one.is_contact), key=_latest_first)
        some = {one.resource_key: one for one in (*met[:contacts], *_first_running(met, ended))}
        return [*self.own, *(one for one in self.attached if not one.is_contact), *some.values()]

    def __len__(self) -> int:
        """How many things `told` has where no contact is left out."""
        return len(self.own) + len(self._attached)

    def attach(self, one: Trace) -> bool:
        """Whether it is new."""
        if one.resource_key in self._attached:
            return False
        self._attached[one.resource_key] = one
        return True


class _Found:
    """The referrals by entry, and what leads to each over however many steps."""

    def __init__(self, traces: Sequence[Trace]) -> None:
        self.referrals: defaultdict[bytes, _Referral] = defaultdict(_Referral)
        self._journeys: defaultdict[int, set[int]] = defaultdict(set)
        self._pointing: defaultdict[int, list[Trace]] = defaultdict(list)
        self._plans: list[Trace] = []
        self._bookings: list[Trace] = []
        for one in traces:
            if one.is_request:
                self.referrals[one.entry_key].own.append(one)
                continue
            if one.is_plan:
                self._plans.append(one)
                continue
            if one.is_booking and not one.points:
                self._bookings.append(one)
            for token in one.points:
                self._pointing[token].append(one)
            for token in one.names if one.journeys else ():
                self._journeys[token].update(one.journeys)
        for referral in self.referrals.values():
            self._attach(referral)
        times = Counter(one.resource_key for referral in self.referrals.values() for one in referral.attached)
        words = Counter(one.entry_key for one in traces)
        self.shared = {
            one.resource_key for one in traces if times[one.resource_key] > 1 or words[one.entry_key] > 1
        }
        """The things that may belong to several referrals, or of which another word may be the one that counts."""

    def bookings_for(self, keys: Iterable[bytes], contacts: int, over: Mapping[bytes, int]) -> list[Trace]:
        """Bookings that name no referral and may be presumed to be for one of these (presuming.presumed)."""
        attached = {one.resource_key for referral in self.referrals.values() for one in referral.attached}
        loose = [one for one in self._bookings if one.resource_key not in attached]
        found: dict[bytes, Trace] = {}
        for referral, ended in ((self.referrals[key], over.get(key)) for key in keys if loose):
            moments = [one.ticks for one in referral.told(contacts, ended)] + [
                one.asked for one in referral.own
            ]
            for one in loose:
                if any(moment <= one.ticks <= moment + DAYS * DAY for moment in moments):
                    found[one.resource_key] = one
        return [*found.values()]

    def running_at(self, moments: Iterable[int], over: Mapping[bytes, int]) -> set[bytes]:
        """The referrals that had been asked for and may not have ended at one of these moments, in ticks."""
        every = [*moments]
        return {
            key
            for key, one in (self.referrals.items() if every else ())
            if any(one.asked_first <= at <= over.get(key, at) for at in every)
        }

    def asked_after_introductions(self, chosen: Iterable[bytes]) -> set[bytes]:
        """What was asked for in the days after those of these that introduce somebody (introductions.WITHIN_DAYS)."""
        made = (self.referrals[key] for key in chosen)
        spans = [(one.asked_first, one.asked) for one in made if any(own.introduces for own in one.own)]
        return {
            key
            for key, one in (self.referrals.items() if spans else ())
            if any(
                since <= one.asked and one.asked_first <= until + WITHIN_DAYS * DAY for since, until in spans
            )
        }

    def answers_to_plans(self) -> set[bytes]:
        """The things that plans are and that are about a plan."""
        plans = [one.resource_key for one in self._plans]
        about = (
            thing for one in self._plans for token in one.names for thing in self._pointing.get(token, ())
        )
        return {*plans, *(one.resource_key for one in about if not one.is_contact)}

    def with_their_threads(self, chosen: Iterable[bytes]) -> set[bytes]:
        """These, and every other that a token ties to one of them, over however many steps."""
        holders: defaultdict[int | bytes, list[bytes]] = defaultdict(list)
        for key, referral in self.referrals.items():
            for token in self._ties(referral):
                holders[token].append(key)
        found, ahead = set(chosen), [*chosen]
        while ahead:
            for token in self._ties(self.referrals[ahead.pop()]):
                new = [one for one in holders.pop(token, ()) if one not in found]
                found.update(new)
                ahead += new
        return found

    def _ties(self, referral: _Referral) -> set[int | bytes]:
        """What it has in common with what is of one thread with it, or what may belong to either."""
        tied = {token for one in referral.own for token in (*one.names, *one.points, *one.groups)}
        if self._journeys:
            on = (token for thing in referral.attached for token in thing.journeys)
            tied |= self._on_journeys([*tied, *on])
        return {*tied, *(one.resource_key for one in referral.attached if one.resource_key in self.shared)}

    def _on_journeys(self, tokens: Iterable[int]) -> set[int]:
        """The journeys, by all their names, that these name or are contacts on."""
        found: set[int] = set()
        ahead = [*tokens]
        while ahead:
            if (named := self._journeys.get(ahead.pop())) and (new := named - found):
                found |= new
                ahead += new
        return found

    def _attach(self, referral: _Referral) -> None:
        ahead = [token for one in referral.own for token in (*one.names, *one.groups)]
        if self._journeys:
            ahead += self._on_journeys(token for one in referral.own for token in one.points)
        followed: set[int] = set()
        while ahead:
            token = ahead.pop()
            if token in followed or token not in self._pointing:
                continue
            followed.add(token)
            for one in self._pointing[token]:
                if referral.attach(one):
                    ahead += one.names
                    ahead += (*one.journeys, *self._on_journeys(one.journeys)) if one.journeys else ()
