"""Gaps: stretches in which no contact is told while a referral, a plan or an episode of care was open."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from services.domain.record.continuity.answers import Answer
from services.domain.record.continuity.contacts import Contact
from services.domain.record.continuity.things import Things, moment, status_of
from services.domain.record.instant import DAY
from services.domain.record.kinds import occurred

DAYS = 28
"""The longest stretch without a contact that is no gap, unless a partnership says otherwise: four weeks."""

_OPEN_ENDED = 1 << 62
_NEVER_OPEN = frozenset({"draft", "planned", "waitlist", "cancelled"})
_REFERRAL_OVER = frozenset({"completed", "revoked"})
_OVER = frozenset({"completed", "revoked", "finished"})


class Period(NamedTuple):
    """From `since` until `until`, in ticks."""

    since: int
    until: int

    @property
    def days(self) -> int:
        """Whole days."""
        return (self.until - self.since) // DAY


def gaps(
    things: Things, answered: dict[bytes, Answer], found: list[Contact], days: int = DAYS
) -> list[Period]:
    """The stretches of more than `days` whole days between two contacts in which something was open all along.

    `answered` are the answers to referrals (answers.answers). A contact counts with whomever it was. The time before
    the first contact is a wait, and the time since the last one has no end yet: neither is a gap.
    """
    met = _united(Period(one.since, one.until) for one in found)
    between = [Period(one.until, other.since) for one, other in pairwise(met)]
    shared = _shared(between, _united(_open_periods(things, answered)))
    return [one for one in shared if one.days > days]


def longest(found: list[Period]) -> Period | None:
    """The longest gap, of equals the first; None where there is none."""
    return min(found, key=lambda one: (one.since - one.until, one.since), default=None)


def _open_periods(things: Things, answered: dict[bytes, Answer]) -> Iterator[Period]:
    for word in things.of_kind("CarePlan", "EpisodeOfCare"):
        if status_of(word) not in _NEVER_OPEN:
            ended = moment(word.resource, "period.end")
            last = word.instant if status_of(word) in _OVER else _OPEN_ENDED
            yield Period(occurred(word.resource, word.instant), last if ended is None else ended)
    for words in things.entries("ServiceRequest"):
        if status_of(words[0]) not in _NEVER_OPEN:
            ends = [word.instant for word in words if status_of(word) in _REFERRAL_OVER]
            answer = answered.get(words[0].entry_key)
            if answer and not answer.taken_on:
                ends.append(answer.at)
            asked = occurred(words[0].resource, words[0].instant)
            yield Period(asked, min(ends, default=_OPEN_ENDED))


def _united(periods: Iterable[Period]) -> list[Period]:
    """The same time as `periods`, in order and without overlaps."""
    kept: list[Period] = []
    for one in sorted(periods):
        if kept and one.since <= kept[-1].until:
            kept[-1] = Period(kept[-1].since, max(kept[-1].until, one.until))
        elif one.since <= one.until:
            kept.append(one)
    return kept


def _shared(one: list[Period], other: list[Period]) -> list[Period]:
    """The time in both of two lists of periods that are in order and do not overlap."""
    kept = []
    first = second = 0
    while first < len(one) and second < len(other):
        since = max(one[first].since, other[second].since)
        until = min(one[first].until, other[second].until)
        if since < until:
            kept.append(Period(since, until))
        if one[first].until < other[second].until:
            first += 1
        else:
            second += 1
    return kept
