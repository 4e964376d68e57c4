"""FHIR R4 builders for community assets, introductions to them, and meetings in which all take part alike."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.streams.fhir_builders import (
    CONTACT_CLASSES,
    HL7,
    NHS,
    Organisation,
    Resource,
    SourceRecord,
    concept,
    organisation_reference,
    reference,
)

DIRECTORY = "https://neighbourhood-directory.example"
"""The directory of community assets that all partners look things up in: its numbers are theirs in common."""

INTRODUCTION = ("https://carethread.example/CodeSystem/request-category", "introduction", "")
RELATIONSHIP = f"{HL7}/v3-RoleCode"

Voice = str | Resource
"""Somebody who takes part: a name and what they are, or a Reference to them."""


@dataclass(frozen=True)
class CommunityAsset:
    """A place or group that anybody may go to, and who runs it."""

    number: str
    name: str
    offers: str
    where: str
    run_by: str
    ods: str = ""

    @property
    def identifier(self) -> Resource:
        """Its number in the directory."""
        return {"system": f"{DIRECTORY}/asset-id", "value": self.number}

    @property
    def reference(self) -> Resource:
        """The reference to it by its number, which any system can make."""
        return {"type": "HealthcareService", "identifier": self.identifier, "display": self.name}


def listing(teller: Organisation, asset: CommunityAsset, updated: str) -> tuple[Resource, Resource]:
    """The asset as a HealthcareService, and the Organization that runs it, as the teller has both on file."""
    known_by = {"system": f"{DIRECTORY}/provider-id", "value": f"P-{asset.number}"}
    if asset.ods:
        known_by = {"system": f"{NHS}/Id/ods-organization-code", "value": asset.ods}
    provider: Resource = {
        "resourceType": "Organization",
        "id": f"provider-{asset.number}",
        "meta": {"lastUpdated": updated},
        "identifier": [known_by],
        "active": True,
        "type": [concept("Community group")],
        "name": asset.run_by,
    }
    service: Resource = {
        "resourceType": "HealthcareService",
        "id": f"asset-{asset.number}",
        "meta": {"lastUpdated": updated},
        "identifier": [asset.identifier],
        "active": True,
        "providedBy": reference(teller, provider),
        "category": [concept("Community asset")],
        "location": [{"display": asset.where}],
        "name": asset.name,
        "comment": asset.offers,
    }
    return service, provider


def introduction(
    who: SourceRecord,
    local: str,
    asset: CommunityAsset,
    hope: str,
    *,
    on: str,
    by: str,
    words: str = "",
    coded: bool = True,
) -> Resource:
    """A ServiceRequest that introduces the person to an asset.

    It is active until it is known whether they went. Where it is not `coded` its category has the words alone.
    """
    category = concept("Introduction", INTRODUCTION) if coded else concept("Introduction")
    return {
        "resourceType": "ServiceRequest",
        "id": local,
        "identifier": [{"system": f"{who.held_by.home}/introduction-id", "value": local}],
        "status": "active",
        "intent": "order",
        "category": [category],
        "code": concept(words or f"Introduction to {asset.name}"),
        "subject": who.reference,
        "authoredOn": on,
        "requester": {"type": "Practitioner", "display": by},
        "performer": [asset.reference],
        "reasonCode": [concept(hope)],
    }


def outcome(
    who: SourceRecord,
    local: str,
    request: Resource,
    asset: CommunityAsset,
    status: str,
    words: str,
    *,
    on: str,
) -> Resource:
    """A Task with what came of an introduction: completed where they went, failed where they did not.

    The states are those of the HL7 Gravity project's closed loop with community organisations.
    """
    return {
        "resourceType": "Task",
        "id": local,
        "status": status,
        "statusReason": concept(words),
        "intent": "order",
        "code": concept("Whether they went"),
        "focus": reference(who.held_by, request),
        "for": who.reference,
        "authoredOn": on,
        "lastModified": on,
        "requester": request["requester"],
        "owner": asset.reference,
    }


def visit(
    who: SourceRecord,
    local: str,
    asset: CommunityAsset,
    request: Resource,
    start: str,
    end: str,
    *people: Voice,
    what: str = "",
) -> Resource:
    """An Encounter: the first time that the person went to an asset, and who went along."""
    encounter: Resource = {
        "resourceType": "Encounter",
        "id": local,
        "status": "finished",
        "class": {"system": f"{HL7}/v3-ActCode", "code": "FLD", "display": "field"},
        "type": [concept(what or f"First visit to {asset.name}")],
        "subject": who.reference,
        "basedOn": [by_identifier(request)],
        "period": {"start": start, "end": end},
        "location": [{"location": {"display": asset.where}}],
        "serviceProvider": organisation_reference(who.held_by),
    }
    if people:
        encounter["participant"] = [{"individual": _named(one)} for one in people]
    return encounter


def relative(
    who: SourceRecord, local: str, name: str, relationship: str, code: str, updated: str, *, phone: str = ""
) -> Resource:
    """A RelatedPerson: family or a friend, by a code of HL7 v3 RoleCode and in plain words."""
    return {
        "resourceType": "RelatedPerson",
        "id": local,
        "meta": {"lastUpdated": updated},
        "active": True,
        "patient": who.reference,
        "relationship": [concept(relationship, (RELATIONSHIP, code, ""))],
        "name": [{"text": name}],
    } | ({"telecom": [{"system": "phone", "value": phone, "use": "mobile"}]} if phone else {})


def one_of(who: SourceRecord, related: Resource) -> Resource:
    """The reference to a RelatedPerson of the same message, with who they are to the person."""
    words = f"{related['name'][0]['text']}, {related['relationship'][0]['text'].lower()}"
    return reference(who.held_by, related) | {"display": words}


def meeting(
    who: SourceRecord,
    local: str,
    what: str,
    start: str,
    end: str,
    *voices: Voice,
    kind: str = "HH",
    journey: Resource | None = None,
    ubrn: str = "",
) -> Resource:
    """An Encounter in which nobody leads: each participant is told alike, as v3-ParticipationType PART.

    The person is told as its subject and, by name, as one of those who took part: in R4 a participant may not
    refer to a Patient.
    """
    alike = [concept("", (f"{HL7}/v3-ParticipationType", "PART", "Participation"))]
    encounter: Resource = {
        "resourceType": "Encounter",
        "id": local,
        "status": "finished",
        "class": {"system": f"{HL7}/v3-ActCode", "code": kind, "display": CONTACT_CLASSES[kind]},
        "type": [concept(what)],
        "subject": who.reference,
        "participant": [{"type": alike, "individual": _named(one)} for one in (_name_of(who), *voices)],
        "period": {"start": start, "end": end},
        "serviceProvider": organisation_reference(who.held_by),
    }
    if journey:
        encounter["episodeOfCare"] = [by_identifier(journey)]
    if ubrn:
        encounter["basedOn"] = [
            {"type": "ServiceRequest", "identifier": {"system": f"{NHS}/Id/UBRN", "value": ubrn}}
        ]
    return encounter


def written_together(
    who: SourceRecord,
    local: str,
    title: str,
    words: str,
    *authors: Voice,
    on: str,
    during: Resource | None = None,
) -> Resource:
    """A DocumentReference whose authors are the person and those who wrote with them, all alike.

    Of the R4 resources that hold what was said it alone is shown and has several authors, and a Patient and
    RelatedPersons may be among them: a Communication has one sender, a QuestionnaireResponse one author, and a
    Composition is sent within a document. Attachment.title is 'a label or set of text to display in place of
    the data', so the words are readable where nothing decodes them.
    """
    document: Resource = {
        "resourceType": "DocumentReference",
        "id": local,
        "identifier": [{"system": f"{who.held_by.home}/document-id", "value": local}],
        "status": "current",
        "docStatus": "final",
        "type": concept("Notes of a network meeting"),
        "description": title,
        "subject": who.reference,
        "date": on,
        "author": [who.reference | {"display": _name_of(who)}, *(_named(one) for one in authors)],
        "custodian": organisation_reference(who.held_by),
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "language": "en-GB",
                    "data": b64encode(words.encode()).decode(),
                    "title": words,
                }
            }
        ],
    }
    if during:
        document["context"] = {"encounter": [reference(who.held_by, during)]}
    return document


def agreed(
    who: SourceRecord, local: str, title: str, *steps: str, since: str, contributors: Sequence[Voice]
) -> Resource:
    """A CarePlan without an author: all who agreed it are its contributors, the person first."""
    return {
        "resourceType": "CarePlan",
        "id": local,
        "status": "active",
        "intent": "plan",
        "title": title,
        "subject": who.reference,
        "period": {"start": since},
        "contributor": [who.reference | {"display": _name_of(who)}, *(_named(one) for one in contributors)],
        "activity": [{"detail": {"status": "in-progress", "description": step}} for step in steps],
    }


def network(who: SourceRecord, local: str, name: str, *members: Voice, since: str) -> Resource:
    """A CareTeam of the person and everybody around them; each has what they are to the person as their role."""
    everybody = [(who.reference | {"display": _name_of(who)}, "the person")]
    for member in map(_named, members):
        called, _, role = member["display"].partition(", ")
        everybody.append((member | {"display": called}, role))
    return {
        "resourceType": "CareTeam",
        "id": local,
        "status": "active",
        "name": name,
        "subject": who.reference,
        "period": {"start": since},
        "participant": [{"role": [concept(role)], "member": member} for member, role in everybody],
    }


def journey(
    who: SourceRecord, local: str, what: str, *asked: str, since: str, answers: str, until: str = ""
) -> Resource:
    """An EpisodeOfCare: its identifier is the journey id, which others tell of their contacts with too.

    `asked` are the local numbers of the referrals that it answers; `answers` is the worker who answers for it.
    """
    system = f"{who.held_by.home}/referral-id"
    return {
        "resourceType": "EpisodeOfCare",
        "id": local,
        "identifier": [{"system": f"{who.held_by.home}/journey-id", "value": local}],
        "status": "finished" if until else "active",
        "type": [concept(what)],
        "patient": who.reference,
        "managingOrganization": organisation_reference(who.held_by),
        "period": {"start": since} | ({"end": until} if until else {}),
        "referralRequest": [
            {"type": "ServiceRequest", "identifier": {"system": system, "value": number}} for number in asked
        ],
        "careManager": {"display": answers},
    }


def invited(booked: Resource, *voices: Voice) -> Resource:
    """The Appointment with everybody who is asked along; here R4 lets the person be a participant like the others."""
    others = [{"actor": _named(one), "status": "accepted"} for one in voices]
    return booked | {"participant": [booked["participant"][0], *others]}


def by_identifier(resource: Resource) -> Resource:
    """The reference to what another message told, by its own system's first identifier."""
    return {"type": resource["resourceType"], "identifier": resource["identifier"][0]}


def also_called(known: SourceRecord, given: str) -> SourceRecord:
    """The source record of a person who goes by another given name, too."""
    names = known.patient["name"]
    nickname = {"use": "nickname", "family": names[0]["family"], "given": [given]}
    return replace(known, patient=known.patient | {"name": [*names, nickname]})


def with_email(known: SourceRecord, address: str) -> SourceRecord:
    """The source record of a person whose e-mail address is known too."""
    telecom = [*known.patient.get("telecom", []), {"system": "email", "value": address}]
    return replace(known, patient=known.patient | {"telecom": telecom})


def _named(voice: Voice) -> Resource:
    return {"display": voice} if isinstance(voice, str) else voice


def _name_of(who: SourceRecord) -> str:
    name = who.patient["name"][0]
    return " ".join([*name["given"], name["family"]])
