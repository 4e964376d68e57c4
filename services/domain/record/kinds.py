"""The kinds of entry a record shows, and where each FHIR R4 resource says when and what it was."""

from dataclasses import dataclass
from typing import Any

from services.domain.record.instant import moment_ticks

CONTEXT = "context"
"""The kind of a resource that is kept but is not an entry of its own: a header, a place, a practitioner."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one resource type is told: its plain name, and the paths to its moment and its words, best first."""

    name: str
    when: tuple[str, ...]
    what: tuple[str, ...]


_MEDICINE = ("medicationCodeableConcept", "medicationReference")

KINDS = {
    "ServiceRequest": Kind(
        "Referral",
        ("authoredOn", "occurrenceDateTime", "occurrencePeriod.start"),
        ("code", "category", "reasonCode"),
    ),
    "Task": Kind(
        "Referral answer", ("lastModified", "authoredOn"), ("code", "description", "businessStatus")
    ),
    "Encounter": Kind("Contact", ("period.start",), ("type", "serviceType", "reasonCode", "class")),
    "Observation": Kind(
        "Assessment score",
        ("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued"),
        ("code",),
    ),
    "QuestionnaireResponse": Kind("Questionnaire", ("authored",), ("questionnaire.display",)),
    "CarePlan": Kind("Plan", ("period.start", "created"), ("title", "category", "description")),
    "Goal": Kind("Goal", ("startDate", "statusDate"), ("description",)),
    "Communication": Kind("Note", ("sent", "received"), ("topic", "category", "reasonCode")),
    "Appointment": Kind(
        "Appointment", ("start", "created"), ("description", "appointmentType", "serviceType")
    ),
    "Flag": Kind("Flag", ("period.start",), ("code", "category")),
    "Consent": Kind("Consent", ("dateTime",), ("category", "scope")),
    "Condition": Kind("Condition", ("recordedDate", "onsetDateTime", "onsetPeriod.start"), ("code",)),
    "Procedure": Kind("Procedure", ("performedDateTime", "performedPeriod.start"), ("code",)),
    "AllergyIntolerance": Kind("Allergy", ("recordedDate", "onsetDateTime"), ("code",)),
    "MedicationStatement": Kind(
        "Medicine", ("dateAsserted", "effectiveDateTime", "effectivePeriod.start"), _MEDICINE
    ),
    "MedicationRequest": Kind("Medicine", ("authoredOn",), _MEDICINE),
    "Immunization": Kind("Immunisation", ("occurrenceDateTime", "recorded"), ("vaccineCode",)),
    "DocumentReference": Kind("Document", ("date",), ("description", "type", "category")),
    "EpisodeOfCare": Kind("Episode of care", ("period.start",), ("type",)),
    "CareTeam": Kind("Care team", ("period.start",), ("name", "category")),
    "RelatedPerson": Kind("Family or carer", ("period.start",), ("relationship",)),
}


AGREEMENT = "Agreement to a plan"
"""The kind of a Task by which somebody says yes or no to a plan; it answers no referral."""


def kind_of(resource_type: str) -> str:
    """The kind of entry that a resource type tells of, or CONTEXT."""
    return KINDS[resource_type].name if resource_type in KINDS else CONTEXT


def entry_kind(resource: dict[str, Any]) -> str:
    """The kind of entry that this resource tells of, or CONTEXT."""
    return AGREEMENT if answers_a_plan(resource) else kind_of(resource["resourceType"])


def answers_a_plan(resource: dict[str, Any]) -> bool:
    """Whether it is a Task about a CarePlan, by what the reference in its focus says itself."""
    focus = resource.get("focus")
    if resource["resourceType"] != "Task" or not isinstance(focus, dict):
        return False
    literal = focus.get("reference")
    return focus.get("type") == "CarePlan" or (isinstance(literal, str) and "CarePlan/" in literal)


def said_when(resource: dict[str, Any]) -> str:
    """The date or dateTime at which the resource says it happened; empty where it says none that can be read."""
    kind = KINDS.get(resource["resourceType"])
    for path in kind.when if kind else ():
        text = at_path(resource, path)
        if isinstance(text, str) and moment_ticks(text) is not None:
            return text
    return ""


def occurred(resource: dict[str, Any], instant: int) -> int:
    """When the entry happened, in ticks: what the resource says, else the instant of its version."""
    ticks = moment_ticks(said_when(resource))
    return instant if ticks is None else ticks


def at_path(resource: dict[str, Any], path: str) -> Any:
    """What stands at a dotted path of element names; None where nothing does."""
    if "." not in path:
        return resource.get(path)
    node: Any = resource
    for step in path.split("."):
        node = node.get(step) if isinstance(node, dict) else None
    return node
