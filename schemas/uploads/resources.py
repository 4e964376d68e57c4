"""The FHIR resources by which each kind of row tells what happened."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from schemas.uploads.templates import ENTERED_IN_ERROR

Resource = dict[str, Any]

HOME = "https://carethread.example"
"""What our own identifier and code systems begin with."""

ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_IN_ERROR = "entered-in-error"

_CLASSES = {
    "in person": (_ACT, "AMB", "ambulatory"),
    "home visit": (_ACT, "HH", "home health"),
    "in the community": (_ACT, "FLD", "field"),
    "by phone": (_ACT, "VR", "virtual"),
    "online": (_ACT, "VR", "virtual"),
    "": ("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK", "unknown"),
}
"""Encounter.class (R4, value set ActEncounterCode, extensible): a class must be there, so unknown is said."""

_CONTACT_STATUS = {
    "happened": "finished",
    "did not attend": "cancelled",
    "cancelled": "cancelled",
    "planned": "planned",
    ENTERED_IN_ERROR: _IN_ERROR,
}
_REFERRAL_STATUS = {
    "requested": "active",
    "accepted": "active",
    "rejected": "active",
    "started": "active",
    "on hold": "on-hold",
    "completed": "completed",
    "withdrawn": "revoked",
    ENTERED_IN_ERROR: _IN_ERROR,
}
_ANSWER_STATUS = {
    "accepted": "accepted",
    "rejected": "rejected",
    "started": "in-progress",
    "completed": "completed",
}
"""The answer is a Task, as in Gravity's closed-loop referral: the referral itself says what was asked."""

_INTRODUCTION_STATUS = {"yes": "completed", "no": "revoked", "not yet": "active", ENTERED_IN_ERROR: _IN_ERROR}
_PRIORITY = {"routine": "routine", "urgent": "urgent", "emergency": "stat"}


class Registered:
    """The partners' names: a sheet calls organisations by these, and messages by ODS code."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` by ODS code; one that is no more than its code is none."""
        self._names = {ods: name for ods, name in sorted(names.items()) if name and name != ods}
        self._codes: dict[str, list[str]] = {}
        for ods, name in self._names.items():
            self._codes.setdefault(_compared(name), []).append(ods)

    def reference(self, ods: str) -> Resource:
        """The reference to a partner: its code, and its name where it has one."""
        name = self._names.get(ods)
        return {"identifier": {"system": ODS, "value": ods}} | ({"display": name} if name else {})

    def called(self, text: str) -> Resource:
        """The reference to the one partner of this name; empty where there is none, or are several."""
        codes = self._codes.get(_compared(text), [])
        return {"type": "Organization", **self.reference(codes[0])} if len(codes) == 1 else {}


UNKNOWN = Registered({})
"""Where no names are known."""


class Teller(NamedTuple):
    """Who tells, of which row, about whom: what every resource of a row is built with."""

    sender: str
    kind: str
    reference: str
    subject: Resource
    told: dict[str, str]
    registered: Registered = UNKNOWN

    @property
    def identifier(self) -> list[Resource]:
        """The row's own identifier: the sender's reference, or the derived one."""
        form, _, value = self.reference.partition("|")
        return [{"system": f"{HOME}/Id/upload/{self.sender}/{self.kind}/{form}", "value": value}]

    @property
    def organisation(self) -> Resource:
        """The sender, by its ODS code and name."""
        return self.registered.reference(self.sender)

    @property
    def asking(self) -> Resource:
        """Who asks: the partner or the worker that the row names, else the sender."""
        if by := self.says("by"):
            return self.registered.called(by) or {"type": "Practitioner", "display": by}
        return self.organisation

    def refers_to(self, resource_type: str) -> Resource:
        """A reference to what the row tells of this type."""
        return {"reference": url_of(resource_type, self.identifier[0])}

    def says(self, column: str) -> str:
        """What the row says in this column; empty where it says nothing."""
        return self.told.get(column, "")

    def notes(self, *first: str) -> Resource:
        """Notes of the row: ours first, then its own."""
        texts = [text for text in (*first, self.says("note")) if text]
        return {"note": [{"text": text} for text in texts]} if texts else {}


def full_url(resource: Resource) -> str:
    """The urn:uuid by which entries of a message refer to a resource: that of its first identifier."""
    return url_of(resource["resourceType"], resource["identifier"][0])


def url_of(resource_type: str, identifier: Resource) -> str:
    """The urn:uuid of the resource of this type that has this identifier."""
    return uuid5(NAMESPACE_URL, f"{identifier['system']}/{resource_type}/{identifier['value']}").urn


def contact(teller: Teller) -> list[Resource]:
    """The Encounter, and what was said of it as a Communication: an Encounter has no place for a note."""
    outcome = teller.says("outcome") or "happened"
    system, code, display = _CLASSES[teller.says("how")]
    encounter: Resource = {
        "resourceType": "Encounter",
        "identifier": teller.identifier,
        "status": _CONTACT_STATUS[outcome],
        "class": {"system": system, "code": code, "display": display},
        "type": [{"text": teller.says("what")}],
        "subject": teller.subject,
        "period": {"start": teller.says("date")},
        "serviceProvider": teller.organisation,
    }
    if by := teller.says("by"):
        encounter["participant"] = [{"individual": {"display": by}}]
    said = " ".join(
        text
        for text in ("Did not attend." if outcome == "did not attend" else "", teller.says("note"))
        if text
    )
    if not said:
        return [encounter]
    communication: Resource = {
        "resourceType": "Communication",
        "identifier": teller.identifier,
        "status": _IN_ERROR if outcome == ENTERED_IN_ERROR else "completed",
        "category": [{"text": "Note of a contact"}],
        "topic": {"text": teller.says("what")},
        "subject": teller.subject,
        "encounter": teller.refers_to("Encounter"),
        "sent": teller.says("date"),
        "sender": {"type": "Practitioner", "display": by} if by else teller.organisation,
        "payload": [{"contentString": said}],
    }
    return [encounter, communication]


def referral(teller: Teller) -> list[Resource]:
    """The ServiceRequest, and a Task where the service has answered."""
    status = teller.says("status") or "requested"
    to = teller.registered.called(teller.says("to"))
    to = to or {"type": "Organization", "display": teller.says("to")}
    request = _request(teller, _REFERRAL_STATUS[status], teller.says("what"), to)
    request["priority"] = _PRIORITY[teller.says("urgency") or "routine"]
    request |= teller.notes()
    if status not in _ANSWER_STATUS:
        return [request]
    task: Resource = {
        "resourceType": "Task",
        "identifier": teller.identifier,
        "status": _ANSWER_STATUS[status],
        "intent": "order",
        "code": {"text": f"Answer of {teller.says('to')}"},
        "focus": teller.refers_to("ServiceRequest"),
        "for": teller.subject,
        "owner": to,
    }
    if answered := teller.says("answered"):
        task["lastModified"] = answered
    if answer := teller.says("answer"):
        task["statusReason"] = {"text": answer}
    return [request, task]


def introduction(teller: Teller) -> list[Resource]:
    """The ServiceRequest to the place, the place, and their first visit where its day is known."""
    went, place = teller.says("went") or "not yet", teller.says("place")
    service: Resource = {
        "resourceType": "HealthcareService",
        "identifier": [{"system": f"{HOME}/Id/upload/{teller.sender}/place", "value": place.casefold()}],
        "name": place,
    }
    at = {"reference": full_url(service), "display": place}
    request = _request(teller, _INTRODUCTION_STATUS[went], f"Introduction to {place}", at)
    request["category"] = [
        {"coding": [{"system": f"{HOME}/CodeSystem/request-category", "code": "introduction"}]}
    ]
    request |= teller.notes({"yes": "They went.", "no": "They did not go."}.get(went, ""))
    if went != "yes" or not teller.says("went_on"):
        return [request, service]
    system, code, display = _CLASSES["in the community"]
    visit: Resource = {
        "resourceType": "Encounter",
        "identifier": teller.identifier,
        "status": "finished",
        "class": {"system": system, "code": code, "display": display},
        "type": [{"text": f"First visit to {place}"}],
        "subject": teller.subject,
        "basedOn": [teller.refers_to("ServiceRequest")],
        "period": {"start": teller.says("went_on")},
    }
    return [request, service, visit]


def _request(teller: Teller, status: str, what: str, to: Resource) -> Resource:
    request: Resource = {
        "resourceType": "ServiceRequest",
        "identifier": teller.identifier,
        "status": status,
        "intent": "order",
        "code": {"text": what},
        "subject": teller.subject,
        "authoredOn": teller.says("date"),
        "requester": teller.asking,
        "performer": [to],
    }
    if why := teller.says("why"):
        request["reasonCode"] = [{"text": _sentence(why)}]
    return request


def _compared(name: str) -> str:
    return " ".join(name.casefold().split())


def _sentence(text: str) -> str:
    """The words with a full stop: what stands after them in the timeline begins anew."""
    return f"{text}." if text[-1].isalnum() else text
