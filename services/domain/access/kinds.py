"""Which kinds of entry a role needs of what other organisations tell: one table, closed where it says nothing."""

from collections.abc import Mapping
from enum import StrEnum

from services.domain.record.kinds import AGREEMENT, CONTEXT, KINDS


class Need(StrEnum):
    """Whether somebody needs a kind of entry to do their part."""

    SEEN = "seen"
    OWN = "own referrals"
    """Where it asks their own organisation, or their own organisation asks."""
    CLOSED = "closed"


ALL_KINDS = frozenset({one.name for one in KINDS.values()} | {AGREEMENT, CONTEXT})

MINIMUM: Mapping[str, Need] = {
    "Referral": Need.OWN,
    "Referral answer": Need.OWN,
    "Contact": Need.SEEN,
    "Assessment score": Need.CLOSED,
    "Questionnaire": Need.CLOSED,
    "Plan": Need.CLOSED,
    AGREEMENT: Need.CLOSED,
    "Goal": Need.SEEN,
    "Note": Need.CLOSED,
    "Appointment": Need.SEEN,
    "Flag": Need.SEEN,
    "Consent": Need.CLOSED,
    "Condition": Need.CLOSED,
    "Procedure": Need.CLOSED,
    "Allergy": Need.CLOSED,
    "Medicine": Need.CLOSED,
    "Immunisation": Need.CLOSED,
    "Document": Need.CLOSED,
    "Episode of care": Need.SEEN,
    "Care team": Need.SEEN,
    "Family or carer": Need.SEEN,
    CONTEXT: Need.CLOSED,
}
"""What a peer worker needs of other organisations' words: who is involved, what the person hopes for, when they are
seen, and what keeps them safe. Context is closed, for whatever is no entry of its own may be anything."""

MINIMUM_SEEN = frozenset(kind for kind, need in MINIMUM.items() if need is Need.SEEN)
MINIMUM_OWN = frozenset(kind for kind, need in MINIMUM.items() if need is Need.OWN)


def kinds_of(resource_type: str) -> frozenset[str]:
    """Every kind that resources of a type may be told as; none where they are no entries."""
    told = {KINDS[resource_type].name} if resource_type in KINDS else set()
    return frozenset(told | ({AGREEMENT} if resource_type == "Task" else set()))


_ACCOMPANYING = frozenset(
    {
        "HealthcareService", "Location", "MessageHeader", "Organization", "Patient", "Practitioner",
        "PractitionerRole", "Schedule", "Slot",
    }
)  # fmt: skip
"""What goes with entries of any kind: who and where. Other types that are no entries may say anything of a person."""


def goes_with(resource_type: str, kinds: frozenset[str] | None) -> bool:
    """Whether a resource of this type, where it is no entry, is seen with these kinds of entry; None is all kinds."""
    return kinds is None or resource_type in KINDS or resource_type in _ACCOMPANYING
