"""Builds what systems say in FHIR R4: the message, and what it tells of the care."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from services.workbench.synth.organisations import ORGANISATIONS, Organisation
from services.workbench.synth.patient import Resource, patient
from services.workbench.synth.source_records import SourceRecord
from services.workbench.synth.words import REASONS

Entry = dict[str, Any]
"""An entry of a message: a resource and the fullUrl that references name it by."""

_NHS = "https://fhir.nhs.uk"
_HL7 = "http://terminology.hl7.org/CodeSystem"

_STEMS = {
    "ServiceRequest": "referral", "Encounter": "contact", "Observation": "score", "Communication": "note",
    "Appointment": "booking", "CarePlan": "plan", "Consent": "consent", "Task": "answer",
}  # fmt: skip
_UUID_HEADS = {
    kind: [f"{0x9E3779B1 * (12 * one.place + code + 1) % 2**32:08x}-5a1d-4c{code:02x}-8d{one.place:02x}-"
           for one in ORGANISATIONS]
    for code, kind in enumerate(("Bundle", "MessageHeader", "Patient", *_STEMS))
}  # fmt: skip

CLASSES = tuple(
    {"system": f"{_HL7}/v3-ActCode", "code": code, "display": display}
    for code, display in (("AMB", "ambulatory"), ("HH", "home health"), ("VR", "virtual"))
)
"""Where a contact was: at the organisation, at home, by telephone."""


class Measure(NamedTuple):
    """A questionnaire whose total is sent."""

    code: Resource
    most: int
    """The highest total."""


MEASURES = tuple(
    Measure(
        {"coding": [{"system": "http://loinc.org", "code": code, "display": display}], "text": text}, most
    )
    for code, display, text, most in (
        (
            "44261-6",
            "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]",
            "PHQ-9 total score",
            27,
        ),
        ("70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score", "GAD-7 total score", 21),
    )
)

BOOKED_AHEAD = 7
"""Days at most to a booking from the day on which it is made."""

_SURVEY = [{"coding": [{"system": f"{_HL7}/observation-category", "code": "survey", "display": "Survey"}]}]
_REFERRAL = [
    {"coding": [{"system": f"{_NHS}/CodeSystem/message-category-servicerequest", "code": "referral"}]}
]
_PRIVACY = {"coding": [{"system": f"{_HL7}/consentscope", "code": "patient-privacy"}]}
_DIRECT_CARE = [
    {
        "coding": [
            {"system": f"{_NHS}/CodeSystem/consent-categories-bars", "code": "DRC", "display": "Direct care"}
        ]
    }
]
_OPT_IN = {"coding": [{"system": f"{_HL7}/v3-ActCode", "code": "OPTIN"}]}


class Teller(NamedTuple):
    """Who tells, of whom and when: the same for all that one message says."""

    record: SourceRecord
    second: int
    """Of the day, by the wall clock."""

    at: str
    """The instant, as its system writes it."""

    worker: str
    subject: Resource
    """The reference to the Patient of the message."""

    @property
    def organisation(self) -> Organisation:
        """The sender."""
        return self.record.organisation


def uuid(organisation: Organisation, kind: str, serial: int) -> str:
    """The same for the same resource of the same organisation, in every message; it tells nothing else."""
    return f"{_UUID_HEADS[kind][organisation.place]}{serial:012x}"


def subject(record: SourceRecord) -> Resource:
    """The reference to the Patient that a source record becomes."""
    return {"reference": f"urn:uuid:{uuid(record.organisation, 'Patient', int(record.local[-7:]))}"}


def resource_id(kind: str, serial: int) -> str:
    """The logical id of the organisation's resource."""
    return f"{_STEMS[kind]}-{serial:08d}"


def message(teller: Teller, serial: int, event: str, entries: Sequence[Entry]) -> Resource:
    """A message Bundle about one person; the first entry is what it is about."""
    organisation, at = teller.organisation, teller.at
    header = {
        "resourceType": "MessageHeader",
        "id": f"header-{serial:08d}",
        "meta": {"lastUpdated": at},
        "eventCoding": {"system": f"{organisation.home}/event", "code": event},
        "source": {"name": organisation.name, "endpoint": f"{organisation.home}/fhir"},
        "sender": organisation.reference,
        "focus": [{"reference": entries[0]["fullUrl"]}],
    }
    return {
        "resourceType": "Bundle",
        "id": uuid(organisation, "Bundle", serial),
        "type": "message",
        "timestamp": at,
        "entry": [
            {"fullUrl": f"urn:uuid:{uuid(organisation, 'MessageHeader', serial)}", "resource": header},
            {"fullUrl": teller.subject["reference"], "resource": patient(teller.record)},
            *entries,
        ],
    }


class Request(NamedTuple):
    """A referral as it was made: what every system that tells of it has in common."""

    event: int
    """The truth: which referral it is."""

    by: Organisation
    to: Organisation
    reason: int
    """The place in `words.REASONS`."""

    ubrn: str
    """The number of the e-Referral Service; empty where it did not go through that."""

    day: int
    second: int
    """When it was made, by the wall clock."""


def referral(
    teller: Teller, serial: int, request: Request, made: str, wording: int, follows: Resource | None
) -> Entry:
    """A ServiceRequest: who asks whom for what, and why.

    `made` is when it was made, as this system has it; `follows` the first system's, where this one names it.
    """
    identifiers = [_local_identifier(teller, "ServiceRequest", serial)]
    if request.ubrn:
        identifiers.append({"system": f"{_NHS}/Id/UBRN", "value": request.ubrn})
    told: Resource = {
        "identifier": identifiers,
        "status": "active",
        "intent": "order",
        "category": _REFERRAL,
        "priority": "routine",
        "code": {"text": request.to.service[wording]},
        "subject": teller.subject,
        "authoredOn": made,
        "requester": request.by.reference,
        "performer": [request.to.reference],
        "reasonCode": [{"text": REASONS[request.reason][wording]}],
    }
    if follows:
        told["basedOn"] = [{"type": "ServiceRequest", "identifier": follows["identifier"][0]}]
    return _entry(teller, "ServiceRequest", serial, told)


def contact(teller: Teller, serial: int, title: str, where: int, start: str, end: str) -> Entry:
    """An Encounter that took place; `where` is the place in `CLASSES`."""
    return _entry(
        teller,
        "Encounter",
        serial,
        {
            "status": "finished",
            "class": CLASSES[where],
            "type": [{"text": title}],
            "subject": teller.subject,
            "participant": [{"individual": {"display": teller.worker}}],
            "period": {"start": start, "end": end},
            "serviceProvider": teller.organisation.reference,
        },
    )


def score(teller: Teller, serial: int, measure: Measure, points: int, during: Entry | None) -> Entry:
    """An Observation with the total of a questionnaire, where it was filled in during a contact with it."""
    told: Resource = {
        "status": "final",
        "category": _SURVEY,
        "code": measure.code,
        "subject": teller.subject,
        "effectiveDateTime": teller.at,
        "performer": [{"display": teller.worker}],
        "valueInteger": points,
    }
    if during:
        told["encounter"] = {"reference": during["fullUrl"]}
    return _entry(teller, "Observation", serial, told)


def note(teller: Teller, serial: int, text: str) -> Entry:
    """A Communication: what was said and done."""
    return _entry(
        teller,
        "Communication",
        serial,
        {
            "status": "completed",
            "category": [{"text": "Note of a conversation"}],
            "subject": teller.subject,
            "sent": teller.at,
            "sender": {"display": teller.worker},
            "payload": [{"contentString": text}],
        },
    )


def booking(teller: Teller, serial: int, title: str, start: str, end: str) -> Entry:
    """An Appointment that is booked."""
    return _entry(
        teller,
        "Appointment",
        serial,
        {
            "identifier": [_local_identifier(teller, "Appointment", serial)],
            "status": "booked",
            "description": title,
            "start": start,
            "end": end,
            "participant": [
                {"actor": teller.subject, "status": "accepted"},
                {"actor": {"display": teller.worker}, "status": "accepted"},
            ],
        },
    )


def plan(teller: Teller, serial: int, steps: Sequence[str]) -> Entry:
    """A CarePlan: what was agreed."""
    return _entry(
        teller,
        "CarePlan",
        serial,
        {
            "status": "active",
            "intent": "plan",
            "title": f"{teller.organisation.service[0]}: what we agreed",
            "subject": teller.subject,
            "period": {"start": teller.at[:10]},
            "author": {"display": teller.worker},
            "activity": [{"detail": {"status": "in-progress", "description": step}} for step in steps],
        },
    )


def consent(teller: Teller, serial: int) -> Entry:
    """A Consent: the person's record may be shared for direct care."""
    return _entry(
        teller,
        "Consent",
        serial,
        {
            "status": "active",
            "scope": _PRIVACY,
            "category": _DIRECT_CARE,
            "patient": teller.subject,
            "dateTime": teller.at,
            "organization": [teller.organisation.reference],
            "policyRule": _OPT_IN,
            "provision": {"type": "permit"},
        },
    )


def answer(teller: Teller, serial: int, request: Resource, *, accepted: bool, words: str) -> Entry:
    """A Task that accepts or rejects the ServiceRequest `request`, by the identifier that it was sent with."""
    return _entry(
        teller,
        "Task",
        serial,
        {
            "status": "accepted" if accepted else "rejected",
            "statusReason": {"text": words},
            "intent": "order",
            "code": {"text": "Respond to referral"},
            "focus": {"type": "ServiceRequest", "identifier": request["identifier"][-1]},
            "for": teller.subject,
            "authoredOn": teller.at,
            "lastModified": teller.at,
            "requester": request["requester"],
            "owner": teller.organisation.reference,
        },
    )


def revised(entry: Entry, at: str, changes: Resource) -> Entry:
    """The second version of what an entry tells."""
    meta = {"versionId": "2", "lastUpdated": at}
    return {"fullUrl": entry["fullUrl"], "resource": entry["resource"] | {"meta": meta} | changes}


def _local_identifier(teller: Teller, kind: str, serial: int) -> Resource:
    system = f"{teller.organisation.home}/{_STEMS[kind]}-id"
    return {"system": system, "value": resource_id(kind, serial)}


def _entry(teller: Teller, kind: str, serial: int, told: Resource) -> Entry:
    head = {
        "resourceType": kind,
        "id": resource_id(kind, serial),
        "meta": {"versionId": "1", "lastUpdated": teller.at},
    }
    return {"fullUrl": f"urn:uuid:{uuid(teller.organisation, kind, serial)}", "resource": head | told}
