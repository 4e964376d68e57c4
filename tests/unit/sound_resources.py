"""Valid R4 resources of many shapes, from which tests spoil one thing at a time. All of it is invented."""

from copy import deepcopy
from typing import Any

Resource = dict[str, Any]

ABSENT: Resource = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
WREN: Resource = {"reference": "Patient/wren"}

_PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "wren",
    "meta": {
        "versionId": "3",
        "lastUpdated": "2026-05-04T10:15:30.1234567+01:00",
        "profile": ["urn:a:profile"],
    },
    "language": "en-GB",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Wren</div>'},
    "contained": [{"resourceType": "Organization", "id": "surgery", "name": "Fen Surgery"}],
    "extension": [
        {"url": "urn:a:flag", "valueBoolean": True},
        {"url": "urn:a:story", "extension": [{"url": "part", "valueString": "Told once"}]},
    ],
    "modifierExtension": [{"url": "urn:a:modifier", "valueCode": "yes"}],
    "identifier": [
        {
            "use": "official",
            "system": "https://fhir.nhs.uk/Id/nhs-number",
            "value": "9991042172",
            "period": {"start": "2001", "end": "2026-02-28"},
            "assigner": {"display": "NHS England"},
        }
    ],
    "active": True,
    "name": [{"id": "n1", "use": "official", "family": "Quillfeather", "given": ["Wren", "Isolde"]}],
    "telecom": [{"system": "phone", "value": "07700900112", "use": "mobile", "rank": 1}],
    "gender": "female",
    "birthDate": "1990-04-02",
    "deceasedBoolean": False,
    "address": [{"use": "home", "line": ["1 Reed Lane"], "city": "Norwich", "postalCode": "ZZ99 3WZ"}],
    "maritalStatus": {"text": "Not asked"},
    "multipleBirthInteger": 2,
    "photo": [{"contentType": "image/png", "data": "iVBORw0K", "size": 6, "url": "https://a.example/wren"}],
    "contact": [{"name": {"text": "Lark"}, "gender": "unknown"}],
    "communication": [{"language": {"text": "English"}, "preferred": True}],
    "generalPractitioner": [{"reference": "#surgery", "type": "Organization"}],
    "link": [{"other": {"reference": "Patient/wren-before"}, "type": "replaces"}],
}
_OBSERVATION: Resource = {
    "resourceType": "Observation",
    "id": "score",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
    "subject": WREN,
    "effectivePeriod": {"start": "2026-05-04T10:00:00Z", "end": "2026-05-04T10:20:00Z"},
    "issued": "2026-05-04T10:21:00Z",
    "valueQuantity": {
        "value": 14.50,
        "comparator": "<=",
        "unit": "score",
        "system": "http://unitsofmeasure.org",
        "code": "1",
    },
    "referenceRange": [{"low": {"value": 0}, "high": {"value": 27}}],
    "component": [{"code": {"text": "Sleep"}, "valueInteger": -1}],
}
_REQUEST: Resource = {
    "resourceType": "ServiceRequest",
    "id": "request",
    "status": "active",
    "intent": "order",
    "code": {"text": "Garden group"},
    "orderDetail": [{"text": "Tuesdays"}],
    "subject": WREN,
    "occurrenceTiming": {
        "repeat": {
            "frequency": 1,
            "period": 1,
            "periodUnit": "wk",
            "dayOfWeek": ["tue"],
            "timeOfDay": ["10:30:00"],
        }
    },
    "asNeededBoolean": True,
    "requester": {"reference": "https://broadland.example/fhir/Practitioner/sam/_history/2"},
    "performer": [{"identifier": {"system": "urn:a:ods", "value": "ZZT41"}, "type": "Organization"}],
    "note": [{"authorString": "Sam", "time": "2026-05-04", "text": "Prefers **mornings**"}],
}
_ENCOUNTER: Resource = {
    "resourceType": "Encounter",
    "status": "triaged",
    "statusHistory": [{"status": "arrived", "period": {"start": "2026-05-04T09:00:00Z"}}],
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
    "subject": WREN,
    "participant": [{"individual": {"reference": "Practitioner/sam"}}],
    "location": [{"location": {"reference": "Location/plot-1"}, "status": "active"}],
    "diagnosis": [{"condition": {"reference": "Condition/low-mood"}, "rank": 1}],
}
_APPOINTMENT: Resource = {
    "resourceType": "Appointment",
    "status": "booked",
    "priority": 0,
    "start": "2026-05-05T10:00:00+01:00",
    "end": "2026-05-05T11:00:00+01:00",
    "minutesDuration": 60,
    "slot": [{"reference": "Slot/s1"}],
    "participant": [{"actor": WREN, "required": "required", "status": "accepted"}],
}
_PLAN: Resource = {
    "resourceType": "CarePlan",
    "status": "active",
    "intent": "plan",
    "subject": WREN,
    "activity": [{"detail": {"status": "scheduled", "kind": "Task", "scheduledString": "On Tuesdays"}}],
}
_CONSENT: Resource = {
    "resourceType": "Consent",
    "status": "active",
    "scope": {"text": "Sharing"},
    "category": [{"text": "Direct care"}],
    "patient": WREN,
    "policy": [{"uri": "https://broadland.example/policy"}],
    "provision": {"type": "permit", "provision": [{"type": "deny"}]},
}
_ANSWERS: Resource = {
    "resourceType": "QuestionnaireResponse",
    "questionnaire": "https://broadland.example/Questionnaire/garden|2",
    "status": "completed",
    "subject": WREN,
    "item": [
        {"linkId": "1", "answer": [{"valueDate": "2026-05"}, {"valueTime": "07:30:00"}]},
        {"linkId": "2", "item": [{"linkId": "2.1", "answer": [{"valueDecimal": 0.40}]}]},
    ],
}
_QUESTIONNAIRE: Resource = {
    "resourceType": "Questionnaire",
    "status": "active",
    "subjectType": ["Patient"],
    "item": [
        {"linkId": "1", "type": "choice", "answerOption": [{"valueCoding": {"code": "a"}}], "required": True}
    ],
}
_SEARCHSET: Resource = {
    "resourceType": "Bundle",
    "type": "searchset",
    "total": 1,
    "link": [{"relation": "self", "url": "https://broadland.example/fhir/Patient?family=Q"}],
    "entry": [
        {
            "fullUrl": "https://broadland.example/fhir/Patient/wren",
            "resource": _PATIENT,
            "search": {"mode": "match", "score": 1},
        }
    ],
}
_BATCH: Resource = {
    "resourceType": "Bundle",
    "type": "batch",
    "entry": [{"request": {"method": "GET", "url": "Patient/wren"}}],
}
_DOCUMENT: Resource = {
    "resourceType": "Bundle",
    "identifier": {"system": "urn:a:documents", "value": "1"},
    "type": "document",
    "timestamp": "2026-05-04T10:15:30Z",
    "entry": [
        {
            "fullUrl": "urn:uuid:0f0f0f0f-0000-4000-8000-00000000000c",
            "resource": {
                "resourceType": "Composition",
                "status": "final",
                "type": {"text": "Story"},
                "date": "2026-05-04",
                "author": [{"display": "Sam"}],
                "title": "What matters",
                "confidentiality": "N",
                "section": [{"title": "Home", "text": {"status": "empty", "div": "<div>Home</div>"}}],
            },
        }
    ],
}
_PARAMETERS: Resource = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "plain", "valueUri": "urn:a:b"},
        {"name": "parts", "part": [{"name": "resource", "resource": _OBSERVATION}]},
    ],
}
_MEDICATION: Resource = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"text": "Melatonin"},
    "subject": WREN,
    "dosageInstruction": [
        {
            "timing": {
                "repeat": {"boundsDuration": {"value": 2, "system": "urn:a:u", "code": "wk"}, "when": ["HS"]}
            },
            "asNeededBoolean": True,
            "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "mg"}}],
        }
    ],
}
_OUTCOME: Resource = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "code-invalid", "expression": ["Patient.gender"]}],
}
_PROVENANCE: Resource = {
    "resourceType": "Provenance",
    "target": [{"reference": "Observation/score"}],
    "recorded": "2026-05-04T10:15:30Z",
    "agent": [{"who": {"reference": "Practitioner/sam"}}],
    "signature": [
        {
            "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}],
            "when": "2026-05-04T10:15:30Z",
            "who": {"reference": "Practitioner/sam"},
            "data": "c2lnbmVk",
        }
    ],
}
_APPOINTMENT_REPLY: Resource = {
    "resourceType": "AppointmentResponse",
    "appointment": {"reference": "Appointment/a1"},
    "participantStatus": "accepted",
    "actor": WREN,
}
_LIST: Resource = {
    "resourceType": "List",
    "status": "current",
    "mode": "working",
    "entry": [{"item": {"reference": "Goal/choir"}, "date": "2026", "deleted": False}],
}

_ALL = (
    _PATIENT, _OBSERVATION, _REQUEST, _ENCOUNTER, _APPOINTMENT, _PLAN, _CONSENT, _ANSWERS, _QUESTIONNAIRE,
    _PARAMETERS, _MEDICATION, _OUTCOME, _PROVENANCE, _APPOINTMENT_REPLY, _LIST,
)  # fmt: skip
SOUND: dict[str, Resource] = {
    **{one["resourceType"]: one for one in _ALL},
    "a searchset": _SEARCHSET,
    "a batch": _BATCH,
    "a document": _DOCUMENT,
}
"""By resource type, Bundles by what they are."""


def sound(name: str) -> Resource:
    """A copy of a valid document, to spoil."""
    return deepcopy(SOUND[name])
