"""One thing that somebody did, as a FHIR R4 AuditEvent: who, in which role, what, why and about whom.

Nothing of what was read is in it. People are named by the ids of their records, and words that somebody searched for
by a keyed hash alone.
"""

from base64 import b64encode
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from services.domain.access.audited import Kind
from services.domain.access.reader import Reader

_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_RECORD_IDS = "urn:carethread:record"
_OWN = "urn:carethread:audit"
_ROLES = "urn:carethread:role"
_ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
_INTERACTION = "http://hl7.org/fhir/restful-interaction"
_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"


class Outcome(StrEnum):
    """How it ended (FHIR R4, audit-event-outcome)."""

    DONE = "0"
    REFUSED = "4"
    FAILED = "8"


class Purpose(StrEnum):
    """Why (HL7 v3 ActReason)."""

    TREATMENT = "TREAT"
    EMERGENCY = "ETREAT"
    OPERATIONS = "HOPERAT"
    PERSON_ASKED = "PATRQT"


class Event(NamedTuple):
    """What happened, before it is written."""

    kind: Kind
    reader: Reader | None
    """Who did it; None where that is not known."""
    doing: str
    """By what: a route's method and pattern, or a command. No id and no words of anybody's."""
    persons: tuple[bytes, ...] = ()
    """The ids of the persons, or of source records, whose data it concerns."""
    things: tuple[str, ...] = ()
    """Ids of other things that it concerns, such as messages."""
    outcome: Outcome = Outcome.DONE
    purpose: Purpose = Purpose.TREATMENT
    searched: bytes = b""
    """Keyed hash of the words that were searched for."""


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    return {"system": system, "code": str(code), "display": str(display)}


_TYPES = {
    Kind.SEARCH: _coding(_DICOM, "110112", "Query"),
    Kind.DELIVERY: _coding(_DICOM, "110104", "DICOM Instances Transferred"),
    Kind.EXPORT: _coding(_DICOM, "110106", "Export"),
    Kind.BREAK_GLASS: _coding(_DICOM, "110113", "Security Alert"),
    Kind.REFUSAL: _coding(_DICOM, "110113", "Security Alert"),
    Kind.SIGN_IN: _coding(_DICOM, "110114", "User Authentication"),
}
_PATIENT_RECORD = _coding(_DICOM, "110110", "Patient Record")
_SUBTYPES = {
    Kind.READ: [_coding(_INTERACTION, "read", "read")],
    Kind.SEARCH: [_coding(_INTERACTION, "search", "search")],
    Kind.SIGN_IN: [_coding(_DICOM, "110122", "Login")],
    Kind.BREAK_GLASS: [_coding(_DICOM, "110127", "Emergency Override Started")],
}
_SYSTEM_OBJECT = _coding(_ENTITY, "2", "System Object")
_ACTIONS = {Kind.RULING: "U", Kind.CHANGE: "U", Kind.SEARCH: "E", Kind.SIGN_IN: "E", Kind.BREAK_GLASS: "E"}


def audit_event(event: Event, source: str, recorded: datetime) -> dict[str, Any]:
    """The AuditEvent; `source` is the process that writes it."""
    return {
        "resourceType": "AuditEvent",
        "type": _TYPES.get(event.kind, _PATIENT_RECORD),
        "subtype": [_coding(_OWN, event.kind, event.kind), *_SUBTYPES.get(event.kind, ())],
        "action": _ACTIONS.get(event.kind, "R"),
        "recorded": recorded.astimezone(UTC).isoformat(timespec="microseconds"),
        "outcome": str(event.outcome),
        "purposeOfEvent": [{"coding": [{"system": _REASON, "code": str(event.purpose)}]}],
        "agent": [_agent(event.reader)],
        "source": {"observer": {"display": source}},
        "entity": [
            {"name": event.doing, "type": _SYSTEM_OBJECT},
            *map(_person, event.persons),
            *map(_thing, event.things),
            *_query(event.searched),
        ],
    }


def _agent(reader: Reader | None) -> dict[str, Any]:
    if reader is None:
        return {"who": {"display": "not known"}, "requestor": True}
    who: dict[str, Any] = {}
    if reader.organisation:
        who["assigner"] = {"identifier": {"system": _ODS, "value": reader.organisation}}
    if reader.user:
        who["value"] = reader.user
    named = {"display": reader.name} if reader.name else {}
    role = {"coding": [{"system": _ROLES, "code": str(reader.role)}]}
    return {"role": [role], "who": {"identifier": who, **named}, "requestor": True}


def about_value(id_: str) -> dict[str, Any]:
    """As much of an entity as tells that it is of this id, whatever it is."""
    return {"what": {"identifier": {"value": id_}}}


def _person(id_: bytes) -> dict[str, Any]:
    return {
        "what": {"identifier": {"system": _RECORD_IDS, "value": id_.hex()}},
        "type": _coding(_ENTITY, "1", "Person"),
        "role": _coding(_OBJECT_ROLE, "1", "Patient"),
    }


def _thing(id_: str) -> dict[str, Any]:
    return {"what": {"identifier": {"system": _OWN, "value": id_}}, "type": _SYSTEM_OBJECT}


def _query(searched: bytes) -> list[dict[str, Any]]:
    if not searched:
        return []
    role = _coding(_OBJECT_ROLE, "24", "Query")
    return [{"role": role, "query": b64encode(searched).decode()}]
