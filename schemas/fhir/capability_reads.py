"""What of a person is read over FHIR, as a CapabilityStatement lists it."""

from typing import Any

SEARCHED = (
    "AllergyIntolerance",
    "Appointment",
    "CarePlan",
    "CareTeam",
    "Communication",
    "Condition",
    "Consent",
    "DocumentReference",
    "Encounter",
    "EpisodeOfCare",
    "Flag",
    "Goal",
    "Immunization",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Procedure",
    "QuestionnaireResponse",
    "RelatedPerson",
    "ServiceRequest",
    "Task",
)
"""The resource types that are searched by person: those of entries."""
READ_ALONE = (
    "HealthcareService",
    "Location",
    "MessageHeader",
    "Organization",
    "Practitioner",
    "PractitionerRole",
)
"""Those to which references lead; any other type that was told is read by its id too."""

MOST_A_PAGE = 500
"""Resources in one answer."""

_READ = {"code": "read"}
_SEARCH = {"code": "search-type"}
_UPDATED = {
    "name": "_lastUpdated",
    "definition": "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated",
    "type": "date",
    "documentation": "gt, ge, lt or le a day or an instant: what the source itself says, and not when it came here.",
}
_WHOSE = {
    "name": "patient",
    "type": "reference",
    "documentation": (
        "Needed: any id of the person, or patient:identifier=https://fhir.nhs.uk/Id/nhs-number|[NHS number]."
    ),
}
_EVERYTHING = {
    "name": "everything",
    "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    "documentation": (
        "The whole record of one person, a page at a time (_count, _since), with who told each resource."
    ),
}
_MATCH = {
    "name": "match",
    "definition": "http://hl7.org/fhir/OperationDefinition/Patient-match",
    "documentation": "Who may be the Patient in the body, graded as the records themselves are joined.",
}


def resources_read(operations: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The resources of the statement; `operations` are more of theirs, by type."""
    return [
        _patient(),
        *(_searched(name, operations.get(name, [])) for name in SEARCHED),
        *map(_read, READ_ALONE),
    ]


def _patient() -> dict[str, Any]:
    return {
        "type": "Patient",
        "interaction": [_READ, _SEARCH],
        "versioning": "versioned",
        "searchParam": [
            {"name": "identifier", "type": "token"},
            {
                "name": "family",
                "type": "string",
                "documentation": "With birthdate; as it is normally written.",
            },
            {"name": "given", "type": "string"},
            {"name": "birthdate", "type": "date", "documentation": "One day."},
        ],
        "operation": [_EVERYTHING, _MATCH],
    }


def _searched(name: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": name,
        "interaction": [_READ, _SEARCH],
        "versioning": "versioned",
        "searchRevInclude": ["Provenance:target"],
        "searchParam": [_WHOSE, _UPDATED],
    }
    return told | ({"operation": operations} if operations else {})


def _read(name: str) -> dict[str, Any]:
    return {"type": name, "interaction": [_READ], "versioning": "versioned"}
