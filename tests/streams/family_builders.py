"""FHIR R4 builders for families and their tables: kin, meetings, shared plans, who agreed, who is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.streams.fhir_builders import (
    CONTACT_CLASSES,
    HL7,
    NHS,
    Demographics,
    Organisation,
    Resource,
    SourceRecord,
    concept,
    organisation_reference,
    reference,
)

SOCIAL_WORKER = ("http://snomed.info/sct", "106328005", "Social worker")
BARS_IDENTIFIER = f"{NHS}/Id/BaRS-Identifier"
UBRN = f"{NHS}/Id/UBRN"


@dataclass(frozen=True)
class Worker:
    """Somebody who works beside people: a professional, a volunteer or a neighbour."""

    name: str
    role: str
    works_for: Organisation

    @property
    def told(self) -> str:
        """The name with the role behind it, as most systems write it."""
        return f"{self.name}, {self.role}"


Party = Organisation | Worker | Resource
"""Who has a part in something: an organisation, a worker, or a reference to the person or a relative."""


class Step(NamedTuple):
    """One step of a plan, who takes it, and how far it is (CarePlan.activity.detail.status)."""

    what: str
    by: Party
    status: str = "in-progress"


def party_reference(one: Party) -> Resource:
    """A reference to a party, whichever it is."""
    if isinstance(one, Organisation):
        return organisation_reference(one)
    return {"type": "Practitioner", "display": one.told} if isinstance(one, Worker) else one


def kin(who: SourceRecord, local: str, other: Demographics, relationship: str) -> Resource:
    """A RelatedPerson: somebody of the person's own, identified by what this system calls that other person.

    Patient.link would say that two Patients are one person (R4 patient.html, 'Linking Patients'), which a brother
    is not.
    """
    return {
        "resourceType": "RelatedPerson",
        "id": f"{who.patient['id']}-and-{local}",
        "identifier": [{"system": f"{who.held_by.home}/person-id", "value": local}],
        "active": True,
        "patient": who.reference,
        "relationship": [concept(relationship)],
        "name": [{"family": other.family, "given": [other.given]}],
    }


def spoken(relative: Resource) -> str:
    """A relative's name as it is spoken."""
    name = relative["name"][0]
    return f"{name['given'][0]} {name['family']}"


def kin_reference(who: SourceRecord, relative: Resource) -> Resource:
    """A reference to a relative who is in the message, by name."""
    return {**reference(who.held_by, relative), "display": spoken(relative)}


def own_reference(who: SourceRecord) -> Resource:
    """A reference to the person themselves, by name: they have a part in their own plan."""
    name = who.patient["name"][0]
    return {**who.reference, "display": f"{name['given'][0]} {name['family']}"}


def seat(who: SourceRecord, worker: Worker) -> Resource:
    """The PractitionerRole of somebody at the table: a name alone does not say from which organisation."""
    local = worker.name.lower().replace(" ", "-")
    return {
        "resourceType": "PractitionerRole",
        "id": f"role-{local}",
        "identifier": [{"system": f"{who.held_by.home}/worker-id", "value": local}],
        "practitioner": {"display": worker.name},
        "organization": organisation_reference(worker.works_for),
        "code": [concept(worker.role.capitalize())],
    }


def gathering(
    who: SourceRecord,
    local: str,
    what: str,
    start: str,
    end: str,
    *,
    workers: Sequence[Worker],
    family: Sequence[Resource] = (),
    kind: str = "AMB",
    shared_id: str = "",
) -> list[Resource]:
    """An Encounter at which several sat together, then those who sat there.

    Participants can be workers and relatives (R4 Encounter.participant.individual); the person is the subject. The
    BaRS identifier is what several systems' copies of one meeting share.
    """
    seats = [seat(who, worker) for worker in workers]
    at_work: list[Resource] = [
        {
            "type": [concept(worker.role.capitalize())],
            "individual": {**reference(who.held_by, chair), "display": worker.told},
        }
        for worker, chair in zip(workers, seats, strict=True)
    ]
    at_home: list[Resource] = [
        {"type": one["relationship"], "individual": kin_reference(who, one)} for one in family
    ]
    identifiers = [{"system": f"{who.held_by.home}/contact-id", "value": local}]
    if shared_id:
        identifiers.append({"system": BARS_IDENTIFIER, "value": shared_id})
    encounter: Resource = {
        "resourceType": "Encounter",
        "id": local,
        "identifier": identifiers,
        "status": "finished",
        "class": {"system": f"{HL7}/v3-ActCode", "code": kind, "display": CONTACT_CLASSES[kind]},
        "type": [concept(what)],
        "subject": who.reference,
        "participant": [*at_work, *at_home],
        "period": {"start": start, "end": end},
        "serviceProvider": organisation_reference(who.held_by),
    }
    return [encounter, *seats, *family]


def shared_plan(
    who: SourceRecord,
    local: str,
    kind: str,
    title: str,
    *steps: Step,
    since: str,
    by: Worker,
    contributors: Sequence[Party],
) -> Resource:
    """A CarePlan made by several: who contributed to it, and who takes each step.

    CarePlan.contributor says who had a hand in the plan, and nothing of whether they agree: that is `agreement`.
    """
    return {
        "resourceType": "CarePlan",
        "id": local,
        "identifier": [{"system": f"{who.held_by.home}/plan-id", "value": local}],
        "status": "active",
        "intent": "plan",
        "category": [concept(kind)],
        "title": title,
        "subject": who.reference,
        "period": {"start": since},
        "author": {"display": by.told},
        "contributor": [party_reference(one) for one in contributors],
        "activity": [
            {
                "detail": {
                    "status": step.status,
                    "performer": [party_reference(step.by)],
                    "description": step.what,
                }
            }
            for step in steps
        ],
    }


def agreement(
    who: SourceRecord,
    local: str,
    plan: Resource,
    of: Organisation,
    status: str,
    words: str,
    *,
    on: str,
    owner: Party | None = None,
) -> Resource:
    """A Task by which one of those at the table agrees to the plan of another's system, or says why not.

    A Task alone has all that is needed: whose answer it is (owner: an organisation, a relative or the person), a
    status that can be a refusal, a reason for it, and what it is about (R4 task.html). CarePlan.contributor has
    neither status nor reason, and a Consent is the person's word on a policy, not an agency's on a plan.
    """
    return {
        "resourceType": "Task",
        "id": local,
        "identifier": [{"system": f"{who.held_by.home}/agreement-id", "value": local}],
        "status": status,
        "statusReason": concept(words),
        "intent": "proposal",
        "code": concept("Agreement to the shared plan"),
        "focus": {
            "type": "CarePlan",
            "identifier": {"system": f"{of.home}/plan-id", "value": plan["id"]},
            "display": plan["title"],
        },
        "for": who.reference,
        "authoredOn": on,
        "lastModified": on,
        "requester": organisation_reference(of),
        "owner": party_reference(owner or who.held_by),
    }


def episode(
    who: SourceRecord, local: str, kind: str, *, since: str, manager: Worker, until: str = ""
) -> Resource:
    """An EpisodeOfCare: the time through which an organisation answers for somebody, and the worker it names."""
    return {
        "resourceType": "EpisodeOfCare",
        "id": local,
        "identifier": [{"system": f"{who.held_by.home}/episode-id", "value": local}],
        "status": "finished" if until else "active",
        "type": [concept(kind)],
        "patient": who.reference,
        "managingOrganization": organisation_reference(who.held_by),
        "period": {"start": since} | ({"end": until} if until else {}),
        "careManager": {"type": "Practitioner", "display": manager.told},
    }


def circle(
    who: SourceRecord,
    local: str,
    name: str,
    *,
    workers: Sequence[Worker],
    family: Sequence[Resource] = (),
    since: str,
) -> Resource:
    """A CareTeam: workers and family in one list, each with a role; here the role stands apart from the name."""
    at_work = [
        {
            "role": [_role(worker)],
            "member": {"type": "Practitioner", "display": worker.name},
            "onBehalfOf": organisation_reference(worker.works_for),
        }
        for worker in workers
    ]
    at_home = [{"role": one["relationship"], "member": kin_reference(who, one)} for one in family]
    return {
        "resourceType": "CareTeam",
        "id": local,
        "status": "active",
        "name": name,
        "subject": who.reference,
        "period": {"start": since},
        "participant": [*at_work, *at_home],
        "managingOrganization": [organisation_reference(who.held_by)],
    }


def onward(request: Resource, ubrn: str) -> Resource:
    """The referral as one that goes on from an earlier one, which its UBRN names."""
    earlier = {"type": "ServiceRequest", "identifier": {"system": UBRN, "value": ubrn}}
    return request | {"basedOn": [earlier]}


def shared_as(resource: Resource, bars_identifier: str) -> Resource:
    """The resource with the BaRS identifier that several systems' copies of it share."""
    return resource | {
        "identifier": [
            *resource.get("identifier", []),
            {"system": BARS_IDENTIFIER, "value": bars_identifier},
        ]
    }


def in_error(resource: Resource) -> Resource:
    """The resource as its source takes it back."""
    return resource | {"status": "entered-in-error"}


def _role(worker: Worker) -> Resource:
    text = worker.role.capitalize()
    return concept(text, SOCIAL_WORKER) if "social worker" in worker.role else concept(text)
