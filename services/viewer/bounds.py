"""How much of a long record its story is read from, and what that leaves out."""

from typing import NamedTuple

from services.domain.record.kinds import KINDS

GROWING = frozenset(
    KINDS[name].name
    for name in ("Encounter", "Communication", "Observation", "QuestionnaireResponse", "Appointment")
)
"""The kinds of entry of which somebody in care has more every week."""


class Limits(NamedTuple):
    """The most that a story is read from; what lasts, and what is open, is read whole."""

    recent: int
    """Entries of the kinds that grow: how continuous the care is, and who is in the team, is told of these."""
    scores: int
    """Of each measure."""
    ended: int
    """Referrals that have ended; more where they ended lately."""
    contacts: int
    """Contacts and notes of one referral."""
    versions: int
    """Of one plan, team or episode of care: who was the named worker before is told in these."""


LIMITS = Limits(recent=40, scores=12, ended=3, contacts=8, versions=50)


class Bounds(NamedTuple):
    """What of a record is left out of its story."""

    recent: frozenset[bytes] | None = None
    """The entries of the kinds that grow of which continuity and team are told; None where that is all of them."""
    since: int = 0
    """When the first of those happened, in ticks; 0 where that is all of them."""
    ended_since: int | None = None
    """Referrals that ended before this, in ticks, are left out; None where none are."""
    contacts: bool = False
    """Whether contacts and notes are left out of the steps of referrals."""
    scores: int | None = None
    """Of each measure only so many of the latest scores are told; None where all are."""


WHOLE = Bounds()
