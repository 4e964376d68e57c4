"""Bookings that name no referral: to which they belong where only one can be meant."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.domain.record.instant import DAY
from services.domain.record.referrals.moments import happened
from services.domain.record.referrals.organisations import Directory
from services.domain.record.referrals.referral import Referral
from services.domain.record.referrals.state import Standing
from services.domain.record.referrals.ties import points_at
from services.domain.record.word import Word

DAYS = 28
"""Days after a referral was asked or answered in which a booking is made for it: Carethread's own rule, four weeks."""


class Candidate(NamedTuple):
    """A referral, how it stands without such bookings, and which thread it is in."""

    referral: Referral
    standing: Standing
    thread: int

    def fits(self, made: int) -> bool:
        """Whether a booking made at this moment, in ticks, can be for it.

        It was asked by then, had not ended yet, and was asked or answered not longer than DAYS before.
        """
        moments = (self.referral.asked.ticks, self.standing.since)
        latest = max((one for one in moments if one <= made), default=None)
        ended = not self.standing.state.is_open and self.standing.since <= made
        return (
            latest is not None
            and latest >= self.referral.asked.ticks
            and not ended
            and made - latest <= DAYS * DAY
        )


def presumed(
    candidates: Sequence[Candidate], loose: Iterable[Word], directory: Directory
) -> dict[bytes, int]:
    """The place among `candidates` of the referral that each booking is taken to be for, by resource key.

    `loose` are words that belong to no referral. A booking that names none is for the one thread that was open
    with the organisation that tells of it; where several were, it is for none. Of the referrals of one thread it
    is for the last.
    """
    asked: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(candidates):
        if one.referral.performer.name and not one.referral.taken_back:
            asked[one.referral.performer.key].append(place)
    found: dict[bytes, int] = {}
    for word in loose:
        if word.resource["resourceType"] == "Appointment" and not points_at(word):
            made = happened(word).ticks
            fit = [one for one in asked.get(directory.sender(word).key, ()) if candidates[one].fits(made)]
            if len({candidates[one].thread for one in fit}) == 1:
                found[word.resource_key] = fit[-1]
    return found
