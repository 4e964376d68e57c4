"""When each thing happened, in ticks and as its source told it."""

from typing import Any, NamedTuple

from services.domain.record.instant import instant_text, moment_ticks
from services.domain.record.kinds import at_path
from services.domain.record.word import Word


class Moment(NamedTuple):
    """A moment in a referral's life."""

    ticks: int
    """In ticks of 100 ns (services.domain.record.instant)."""
    text: str
    """As its source gave it, else the instant of the version that told it."""


_MADE = "authoredOn"
_WANTED = ("occurrenceDateTime", "occurrencePeriod.start")

_PATHS = {
    # by resource type and status; a status that is not here has no moment of its own
    "Appointment": {
        **dict.fromkeys(("proposed", "pending", "booked", "waitlist"), "created"),
        **dict.fromkeys(("arrived", "checked-in", "fulfilled", "noshow"), "start"),
    },
    "Encounter": dict.fromkeys(("arrived", "triaged", "in-progress", "onleave", "finished"), "period.start"),
    "EpisodeOfCare": {
        **dict.fromkeys(("waitlist", "active", "onhold"), "period.start"),
        "finished": "period.end",
    },
}
_ALWAYS = {"Task": "lastModified", "Communication": "sent"}


def moment(word: Word, told: Any) -> Moment:
    """The moment of a date or dateTime in the resource; the version's instant where it is none.

    A date, which has no time, is that of the version's instant where that is on the same day.
    """
    ticks = moment_ticks(told) if isinstance(told, str) else None
    if ticks is None:
        return Moment(word.instant, instant_text(word.instant))
    on_that_day = "T" not in told and instant_text(word.instant).startswith(told)
    return Moment(word.instant if on_that_day else ticks, told)


def asked(word: Word) -> Moment | None:
    """When a ServiceRequest was written, where it says so."""
    told = word.resource.get(_MADE)
    return moment(word, told) if isinstance(told, str) and moment_ticks(told) is not None else None


def asked_by(word: Word) -> Moment:
    """The latest moment at which a ServiceRequest was made: nobody is asked after it was wanted."""
    told = (at_path(word.resource, path) for path in _WANTED)
    return min(moment(word, told_at) for told_at in (*told, None))


def happened(word: Word) -> Moment:
    """When what the resource tells came about.

    A booking is made when it is created, or told; a contact, and a booking that is over, when it begins; an
    answer when it was last modified. A status without a moment of its own came about with its version.
    """
    kind, status = word.resource["resourceType"], word.resource.get("status")
    by_status = _PATHS.get(kind, {}).get(status) if isinstance(status, str) else None
    path = _ALWAYS.get(kind, by_status)
    return moment(word, at_path(word.resource, path) if path else None)
