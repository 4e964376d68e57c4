"""The interactions of the Booking and Referral Standard (BaRS), as tables.

What a message is follows from its event, its reason and the status of its root resource (BaRS Core 1.5.0,
'Process a message' and the use cases). A row with a deviation is off the guide's text and taken all the same,
because it can only mean one thing and real senders, the published examples among them, write it so.
"""

from typing import NamedTuple

from schemas.fhir.rules import Rule

EVENT_SYSTEM = "https://fhir.nhs.uk/CodeSystem/message-events-bars"
REASON_SYSTEM = "https://fhir.nhs.uk/CodeSystem/message-reason-bars"
CATEGORY_SYSTEM = "https://fhir.nhs.uk/CodeSystem/message-category-servicerequest"
DEFINITION_BASE = "https://fhir.nhs.uk/MessageDefinition/"

MAJOR_VERSION = "1"
"""The major version of the standard that is spoken: of the API (1.4.0) and of a message's payload alike."""

REASONS = ("new", "update", "delete")
WITHDRAWN = ("revoked", "cancelled", "entered-in-error")


class Interaction(NamedTuple):
    """One row: with this reason, a root resource of one of these statuses makes the message this."""

    reason: str
    statuses: str
    is_a: str
    deviation: str = ""


class Event(NamedTuple):
    """One event of BaRS, what its root resource is, and its interactions."""

    code: str
    root: str
    answers: bool
    """Whether it answers an earlier message, which its header then names."""
    interactions: tuple[Interaction, ...]

    def interaction(self, reason: str, status: str) -> Interaction | None:
        """The row that fits, if any."""
        return _ROWS.get((self.code, reason, status))


REFERRAL_REQUEST = (
    Interaction("new", "active", "new request"),
    Interaction("new", "on-hold", "new request", "bars-request-status"),
    Interaction("new", "revoked entered-in-error", "cancellation", "bars-cancel-reason"),
    Interaction("update", "active on-hold completed", "update"),
    Interaction("update", "revoked entered-in-error", "cancellation"),
    Interaction("delete", "revoked entered-in-error", "cancellation", "bars-cancel-reason"),
)
REFERRAL_RESPONSE = (
    Interaction("new", "active on-hold completed", "response"),
    Interaction("new", "revoked", "response that the person did not attend"),
    Interaction("new", "entered-in-error", "response", "bars-response-status"),
    Interaction("update", "active on-hold completed revoked entered-in-error", "update of a response"),
    Interaction("delete", "revoked entered-in-error", "update of a response", "bars-cancel-reason"),
)
BOOKING_REQUEST = (
    Interaction("new", "booked", "new booking"),
    Interaction("new", "proposed pending waitlist", "new booking", "bars-booking-status"),
    Interaction("new", "arrived checked-in fulfilled noshow", "new booking", "bars-booking-status"),
    Interaction("new", "cancelled entered-in-error", "cancellation", "bars-cancel-reason"),
    Interaction("update", "booked arrived checked-in fulfilled noshow", "update"),
    Interaction("update", "proposed pending waitlist", "update", "bars-booking-status"),
    Interaction("update", "cancelled entered-in-error", "cancellation"),
    Interaction("delete", "cancelled entered-in-error", "cancellation", "bars-cancel-reason"),
)
BOOKING_RESPONSE = (
    Interaction("new", "booked arrived checked-in fulfilled noshow", "response"),
    Interaction("new", "proposed pending waitlist", "response", "bars-booking-status"),
    Interaction("new", "cancelled entered-in-error", "response that declines the booking"),
    Interaction("update", "booked arrived checked-in fulfilled noshow", "update of a response"),
    Interaction("update", "proposed pending waitlist", "update of a response", "bars-booking-status"),
    Interaction("update", "cancelled entered-in-error", "update of a response"),
    Interaction("delete", "cancelled entered-in-error", "update of a response", "bars-cancel-reason"),
)

EVENTS = {
    event.code: event
    for event in (
        Event("servicerequest-request", "ServiceRequest", False, REFERRAL_REQUEST),
        Event("servicerequest-response", "ServiceRequest", True, REFERRAL_RESPONSE),
        Event("booking-request", "Appointment", False, BOOKING_REQUEST),
        Event("booking-response", "Appointment", True, BOOKING_RESPONSE),
    )
}

COMPANIONS = {
    # category of a new request: the statuses that what comes with it has
    "referral": {"CarePlan": ("completed",), "Encounter": ("triaged", "finished")},
    "validation": {"CarePlan": ("active",), "Encounter": ("triaged", "in-progress")},
}

COMPANION_DEVIATIONS = {"CarePlan": "bars-care-plan", "Encounter": "bars-encounter"}

COMPANION_STATUSES = {
    # of any new request: another status makes no sense beside one
    kind: {status for statuses in COMPANIONS.values() for status in statuses[kind]}
    for kind in COMPANION_DEVIATIONS
}

DEVIATIONS = {
    # Every deviation by its name, which never changes: partners count by it.
    "bars-version-missing": Rule(
        "Bundle.meta.versionId names the version of the standard; it is taken as of major version 1.",
        "BaRS Core 1.5.0, Versioning",
    ),
    "bars-reason-missing": Rule(
        "MessageHeader.reason is new, update or delete; it is taken from the status of what is sent.",
        "BaRS Core 1.5.0, MessageHeader",
    ),
    "bars-reason-system": Rule(
        "MessageHeader.reason is of the code system message-reason-bars; one of another is taken alike.",
        "BaRS Core 1.5.0, MessageHeader",
    ),
    "bars-category": Rule(
        "ServiceRequest.category says referral or validation; without it the request is taken as a referral.",
        "BaRS Core 1.5.0, ServiceRequest",
    ),
    "bars-care-plan": Rule(
        "A new referral comes with a completed CarePlan, a new validation with an active one.",
        "BaRS Core 1.5.0, Process a message",
    ),
    "bars-encounter": Rule(
        "A new referral comes with a triaged or finished Encounter, a new validation with one that is triaged "
        "or in progress.",
        "BaRS Core 1.5.0, Process a message",
    ),
    "bars-focus": Rule(
        "MessageHeader.focus names the root resource; the first one in the message is taken as such.",
        "BaRS Core 1.5.0, MessageHeader",
    ),
    "bars-root-missing": Rule(
        "A response carries the ServiceRequest or Appointment that it answers.", "BaRS Core 1.5.0, Responses"
    ),
    "bars-response-missing": Rule(
        "MessageHeader.response names the message that is answered.", "BaRS Core 1.5.0, Responses"
    ),
    "bars-cancel-reason": Rule(
        "What is withdrawn is sent with reason update; it is taken as withdrawn.",
        "BaRS Core 1.5.0, Cancellation",
    ),
    "bars-request-status": Rule(
        "The ServiceRequest of a new request is active.", "BaRS Core 1.5.0, Process a message"
    ),
    "bars-response-status": Rule(
        "A new response leaves the ServiceRequest active, or revoked where the person did not attend.",
        "BaRS Core 1.5.0, Responses",
    ),
    "bars-booking-status": Rule(
        "An Appointment is sent as booked, or cancelled; it is kept with the status it has.",
        "BaRS Core 1.5.0, Booking",
    ),
    "bars-last-updated": Rule(
        "Every resource has meta.lastUpdated; without it the message's own instant counts.",
        "BaRS Core 1.5.0, Messages",
    ),
    "bars-request-id": Rule(
        "A request has the header X-Request-Id, so that a retry is known as one.", "BaRS API 1.4.0, Headers"
    ),
    "bars-correlation-id": Rule("A request has the header X-Correlation-Id.", "BaRS API 1.4.0, Headers"),
    "request-id-reused": Rule(
        "A new message has an X-Request-Id of its own; this one was that of another message.",
        "BaRS API 1.4.0, Retries",
    ),
}

_ROWS = {
    (event.code, row.reason, status): row
    for event in EVENTS.values()
    for row in event.interactions
    for status in row.statuses.split()
}
