"""The plain words in which the steps of a referral are told."""

import re
from typing import Any

from services.domain.record.kinds import at_path
from services.domain.record.referrals.state import State
from services.domain.record.words import Resource, first, objects, values

REFERRAL = {
    State.IN_TRIAGE: "in triage",
    State.REJECTED: "sent back",
    State.WITHDRAWN: "withdrawn",
    State.COMPLETED: "closed",
}
"""By what a ServiceRequest's own status says of its state; that it is asked is told with whom and by whom."""

_UNDATED = {
    # by resource type and status; one that is not here is no step, or is told with its day
    "Task": {
        "received": "received",
        "accepted": "accepted",
        "ready": "ready to begin",
        "rejected": "rejected",
        "failed": "could not be done",
        "cancelled": "called off",
        "on-hold": "put on hold",
        "in-progress": "under way",
        "completed": "completed",
    },
    "Encounter": {
        "triaged": "triaged",
        **dict.fromkeys(("arrived", "in-progress", "onleave", "finished"), "met"),
    },
    "EpisodeOfCare": {
        "planned": "to be taken on",
        "waitlist": "on the waiting list",
        "active": "taken on",
        "onhold": "put on hold",
        "finished": "care ended",
        "cancelled": "care called off",
    },
    "Communication": dict.fromkeys(("preparation", "in-progress", "completed", "unknown"), "note"),
}
_DATED = {
    # by resource type and status: before the day on which it is or was to be, and where no day is told
    "Appointment": {
        "proposed": ("offered for", "offered"),
        "pending": ("offered for", "offered"),
        "booked": ("booked for", "booked"),
        "waitlist": ("on the waiting list for", "on the waiting list"),
        "arrived": ("attended on", "attended"),
        "checked-in": ("attended on", "attended"),
        "fulfilled": ("attended on", "attended"),
        "noshow": ("did not attend on", "did not attend"),
        "cancelled": ("called off the booking for", "booking called off"),
    },
    "Encounter": {
        "planned": ("to meet on", "to meet"),
        "cancelled": ("called off the meeting on", "meeting called off"),
    },
}
_STARTS = {"Appointment": "start", "Encounter": "period.start"}

_SAID = {
    # where the words stand that are told with it: the first field that has any
    "Task": ("statusReason",),
    "Appointment": ("cancelationReason",),
    "Encounter": ("type", "serviceType"),
}

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DAY = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(\d\d)(?:T.*)?", re.DOTALL)
_INTRODUCES = re.compile(r"introduc(tion|ed) to\b", re.IGNORECASE)


def what_happened(resource: Resource) -> str:
    """What an answer, a booking, a contact, an episode or a note says has happened; empty where it is no step."""
    kind, status = resource["resourceType"], resource.get("status")
    if not isinstance(status, str):
        return ""
    dated, undated = _DATED.get(kind, {}).get(status, ("", ""))
    start = at_path(resource, _STARTS.get(kind, ""))
    if dated and isinstance(start, str) and start:
        return f"{dated} {day(start)}"
    return undated or _UNDATED.get(kind, {}).get(status, "")


def what_was_said(resource: Resource) -> str:
    """The words told with it: why, of what kind, what came of it, what was written."""
    if resource["resourceType"] == "Communication":
        told = (one for part in objects(resource.get("payload")) for one in first(part.get("contentString")))
        return " ".join(one for one in told if one)
    fields = _SAID.get(resource["resourceType"], ())
    said = [next((one for field in fields for one in first(resource.get(field)) if one), "")]
    if resource["resourceType"] == "Task":
        said += _outcomes(resource.get("output"))
    return "; ".join(dict.fromkeys(one for one in said if one))


def day(text: str) -> str:
    """The day of a FHIR date or dateTime as people write it: '11 November 2026'; any other text as it is."""
    found = _DAY.fullmatch(text)
    return f"{int(found[3])} {_MONTHS[int(found[2]) - 1]} {found[1]}" if found else text


def introduces(service: str) -> bool:
    """Whether the words of a referral say that it introduces the person to whom it asks."""
    return _INTRODUCES.match(service) is not None


def _outcomes(node: Any) -> list[str]:
    return [one for output in objects(node) for one in values(output)]
