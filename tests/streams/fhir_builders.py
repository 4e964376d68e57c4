"""Small functions that build the FHIR R4 resources of the scenario streams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Resource = dict[str, Any]

NHS = "https://fhir.nhs.uk"
CARE_RECORD = "https://fhir.hl7.org.uk"
HL7 = "http://terminology.hl7.org/CodeSystem"
SCORES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "PHQ-9": (
        ("http://loinc.org", "44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]"),
        ("http://snomed.info/sct", "720433000", "Patient Health Questionnaire Nine Item score"),
    ),
    "GAD-7": (("http://loinc.org", "70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score"),),
    "ReQoL-10": (),
}
CONTACT_CLASSES = {"AMB": "ambulatory", "HH": "home health", "VR": "virtual"}


@dataclass(frozen=True)
class Organisation:
    """One partner of the service, and the web address its own identifiers start with."""

    ods: str
    name: str
    sector: str
    home: str


@dataclass(frozen=True)
class Demographics:
    """What an organisation may know of who a person is; empty means not known."""

    given: str
    family: str
    gender: str
    birth_date: str
    nhs_number: str = ""
    phone: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class SourceRecord:
    """One organisation's own record of a person."""

    held_by: Organisation
    patient: Resource

    @property
    def reference(self) -> Resource:
        """The reference its resources point to the person with."""
        return reference(self.held_by, self.patient)


def concept(text: str = "", *codings: tuple[str, str, str]) -> Resource:
    """A CodeableConcept of (system, code, display) codings and a text."""
    coded = [
        {"system": system, "code": code} | ({"display": display} if display else {})
        for system, code, display in codings
    ]
    return ({"coding": coded} if coded else {}) | ({"text": text} if text else {})


def full_url(holder: Organisation, resource: Resource) -> str:
    """The same urn:uuid for the same resource of the same organisation, in every message."""
    return uuid5(NAMESPACE_URL, f"{holder.home}/{resource['resourceType']}/{resource['id']}").urn


def reference(holder: Organisation, resource: Resource) -> Resource:
    """A reference to another entry of the same message."""
    return {"reference": full_url(holder, resource)}


def organisation_reference(organisation: Organisation) -> Resource:
    """A reference to an organisation by its ODS code."""
    identifier = {"system": f"{NHS}/Id/ods-organization-code", "value": organisation.ods}
    return {"identifier": identifier, "display": organisation.name}


def known_to(holder: Organisation, local: str, who: Demographics, updated: str) -> SourceRecord:
    """The Patient that an organisation keeps of a person under a local number."""
    identifiers: list[Resource] = [{"system": f"{holder.home}/person-id", "value": local}]
    if who.nhs_number:
        number: Resource = {"system": f"{NHS}/Id/nhs-number", "value": who.nhs_number}
        if holder.sector == "NHS":
            system = f"{CARE_RECORD}/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
            url = f"{CARE_RECORD}/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
            verified = concept("", (system, "01", "Number present and verified"))
            number = {"extension": [{"url": url, "valueCodeableConcept": verified}], **number}
        identifiers.append(number)
    patient: Resource = {
        "resourceType": "Patient",
        "id": f"person-{local}",
        "meta": {"lastUpdated": updated},
        "identifier": identifiers,
        "name": [{"use": "official", "family": who.family, "given": [who.given]}],
        "gender": who.gender,
        "birthDate": who.birth_date,
    }
    if who.phone:
        patient["telecom"] = [{"system": "phone", "value": who.phone, "use": "mobile"}]
    if who.postcode:
        place = {"line": [who.street], "city": who.town, "postalCode": who.postcode}
        patient["address"] = [{"use": "home", **place}]
    return SourceRecord(holder, patient)


def referral(
    who: SourceRecord,
    local: str,
    to: Organisation,
    text: str,
    why: str,
    *,
    on: str,
    ubrn: str = "",
    by: Organisation | None = None,
    status: str = "active",
    urgent: bool = False,
) -> Resource:
    """A ServiceRequest; the UBRN is what two systems' copies of one referral share."""
    identifiers = [{"system": f"{who.held_by.home}/referral-id", "value": local}]
    if ubrn:
        identifiers.append({"system": f"{NHS}/Id/UBRN", "value": ubrn})
    category = (f"{NHS}/CodeSystem/message-category-servicerequest", "referral", "")
    return {
        "resourceType": "ServiceRequest",
        "id": local,
        "identifier": identifiers,
        "status": status,
        "intent": "order",
        "category": [concept("", category)],
        "priority": "urgent" if urgent else "routine",
        "code": concept(text),
        "subject": who.reference,
        "authoredOn": on,
        "requester": organisation_reference(by or who.held_by),
        "performer": [organisation_reference(to)],
        "reasonCode": [concept(why)],
    }


def answer(
    who: SourceRecord, local: str, request: Resource, status: str, reason: str, *, on: str
) -> Resource:
    """A Task that accepts or rejects a referral, and says why."""
    return {
        "resourceType": "Task",
        "id": local,
        "status": status,
        "statusReason": concept(reason),
        "intent": "order",
        "code": concept("Respond to referral"),
        "focus": reference(who.held_by, request),
        "for": who.reference,
        "authoredOn": on,
        "lastModified": on,
        "requester": request["requester"],
        "owner": organisation_reference(who.held_by),
    }


def contact(
    who: SourceRecord,
    local: str,
    what: str,
    start: str,
    end: str,
    *people: str,
    kind: str = "AMB",
    ubrn: str = "",
) -> Resource:
    """An Encounter that has taken place, with those who took part by name."""
    encounter: Resource = {
        "resourceType": "Encounter",
        "id": local,
        "status": "finished",
        "class": {"system": f"{HL7}/v3-ActCode", "code": kind, "display": CONTACT_CLASSES[kind]},
        "type": [concept(what)],
        "subject": who.reference,
        "participant": [{"individual": {"display": name}} for name in people],
        "period": {"start": start, "end": end},
        "serviceProvider": organisation_reference(who.held_by),
    }
    if ubrn:
        identifier = {"system": f"{NHS}/Id/UBRN", "value": ubrn}
        encounter["basedOn"] = [{"type": "ServiceRequest", "identifier": identifier}]
    return encounter


def score(
    who: SourceRecord,
    local: str,
    measure: str,
    value: int,
    *,
    on: str,
    by: str,
    during: Resource | None = None,
    status: str = "final",
) -> Resource:
    """An Observation with the total of a questionnaire; ReQoL is a quantity, the others an integer."""
    observation: Resource = {
        "resourceType": "Observation",
        "id": local,
        "status": status,
        "category": [concept("", (f"{HL7}/observation-category", "survey", "Survey"))],
        "code": concept(f"{measure} total score", *SCORES[measure]),
        "subject": who.reference,
        "effectiveDateTime": on,
        "performer": [{"display": by}],
    }
    if during:
        observation["encounter"] = reference(who.held_by, during)
    if measure == "ReQoL-10":
        return observation | {"valueQuantity": {"value": value, "unit": "score"}}
    return observation | {"valueInteger": value}


def goal(who: SourceRecord, local: str, text: str, achievement: str, *, since: str, by: str = "") -> Resource:
    """A Goal in the person's own words, completed once it is achieved."""
    return {
        "resourceType": "Goal",
        "id": local,
        "lifecycleStatus": "completed" if achievement == "achieved" else "active",
        "achievementStatus": concept("", (f"{HL7}/goal-achievement", achievement, "")),
        "description": concept(text),
        "subject": who.reference,
        "startDate": since,
    } | ({"expressedBy": {"display": by}} if by else {})


def plan(
    who: SourceRecord,
    local: str,
    title: str,
    *steps: str,
    since: str,
    by: str,
    goals: Sequence[Resource] = (),
) -> Resource:
    """A CarePlan: what was agreed, step by step, and the worker who answers for it."""
    return {
        "resourceType": "CarePlan",
        "id": local,
        "status": "active",
        "intent": "plan",
        "title": title,
        "subject": who.reference,
        "period": {"start": since},
        "author": {"display": by},
        "contributor": [organisation_reference(who.held_by)],
        "activity": [{"detail": {"status": "in-progress", "description": step}} for step in steps],
    } | ({"goal": [reference(who.held_by, item) for item in goals]} if goals else {})


def note(
    who: SourceRecord, local: str, text: str, *, on: str, by: str, kind: str = "Peer-support note"
) -> Resource:
    """A Communication: a note of what was said and done together."""
    return {
        "resourceType": "Communication",
        "id": local,
        "status": "completed",
        "category": [concept(kind)],
        "subject": who.reference,
        "sent": on,
        "sender": {"display": by},
        "payload": [{"contentString": text}],
    }


def booking(
    who: SourceRecord,
    local: str,
    what: str,
    start: str,
    end: str,
    *,
    with_whom: str,
    shared_id: str = "",
    status: str = "booked",
) -> Resource:
    """An Appointment; the BaRS identifier is what two systems' copies of one booking share."""
    identifiers = [{"system": f"{who.held_by.home}/booking-id", "value": local}]
    if shared_id:
        identifiers.append({"system": f"{NHS}/Id/BaRS-Identifier", "value": shared_id})
    return {
        "resourceType": "Appointment",
        "id": local,
        "identifier": identifiers,
        "status": status,
        "description": what,
        "start": start,
        "end": end,
        "participant": [
            {"actor": who.reference, "status": "accepted"},
            {"actor": {"display": with_whom}, "status": "accepted"},
        ],
    }


def safety_flag(who: SourceRecord, local: str, text: str, *, since: str, until: str = "") -> Resource:
    """A safeguarding Flag, inactive once it has an end."""
    return {
        "resourceType": "Flag",
        "id": local,
        "status": "inactive" if until else "active",
        "category": [concept("", (f"{NHS}/CodeSystem/flag-categories-bars", "SG", "Safeguarding"))],
        "code": concept(text),
        "subject": who.reference,
        "period": {"start": since} | ({"end": until} if until else {}),
        "author": organisation_reference(who.held_by),
    }


def consent(who: SourceRecord, local: str, decision: str, *others: Organisation, on: str) -> Resource:
    """A Consent: whether the person's record may be shared with the organisations named."""
    role = concept("", (f"{HL7}/v3-ParticipationType", "IRCP", "information recipient"))
    rule = "OPTIN" if decision == "permit" else "OPTOUT"
    return {
        "resourceType": "Consent",
        "id": local,
        "status": "active",
        "scope": concept("", (f"{HL7}/consentscope", "patient-privacy", "Privacy Consent")),
        "category": [concept("", (f"{NHS}/CodeSystem/consent-categories-bars", "DRC", "Direct care"))],
        "patient": who.reference,
        "dateTime": on,
        "organization": [organisation_reference(who.held_by)],
        "policyRule": concept("", (f"{HL7}/v3-ActCode", rule, "")),
        "provision": {
            "type": decision,
            "actor": [{"role": role, "reference": organisation_reference(other)} for other in others],
        },
    }


def answers(who: SourceRecord, local: str, form: str, *items: tuple[str, str], on: str) -> Resource:
    """A QuestionnaireResponse with the person's own answers in words."""
    return {
        "resourceType": "QuestionnaireResponse",
        "id": local,
        "questionnaire": f"{who.held_by.home}/Questionnaire/{form}",
        "status": "completed",
        "subject": who.reference,
        "authored": on,
        "item": [
            {"linkId": str(number), "text": question, "answer": [{"valueString": words}]}
            for number, (question, words) in enumerate(items, start=1)
        ],
    }
