"""The kinds of entry a record shows, and where each FHIR R4 resource says when and what it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.domain.record.instant import instant_text, moment_ticks

CONTEXT = "context"
"""The kind of a resource that is kept but is not an entry of its own: a header, a place, a practitioner."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one resource type is told: its plain name, and the paths to its moment and its words, best first."""

    name: str
    when: tuple[str, ...]
    what: tuple[str, ...]


KINDS = {
    "ServiceRequest": Kind(
        "Referral", ("authoredOn", "occurrenceDateTime"), ("code", "category", "reasonCode")
    ),
    "Task": Kind(
        "Referral answer", ("lastModified", "authoredOn"), ("code", "description", "businessStatus")
    ),
    "Encounter": Kind("Contact", ("period.start",), ("type", "serviceType", "reasonCode", "class")),
    "Observation": Kind(
        "Assessment score", ("effectiveDateTime", "effectivePeriod.start", "issued"), ("code",)
    ),
    "QuestionnaireResponse": Kind("Questionnaire", ("authored",), ("questionnaire",)),
    "CarePlan": Kind("Plan", ("period.start", "created"), ("title", "category", "description")),
    "Goal": Kind("Goal", ("startDate", "statusDate"), ("description",)),
    "Communication": Kind("Note", ("sent", "received"), ("topic", "category", "reasonCode")),
    "Appointment": Kind(
        "Appointment", ("start", "created"), ("description", "appointmentType", "serviceType")
    ),
    "Flag": Kind("Flag", ("period.start",), ("code", "category")),
    "Consent": Kind("Consent", ("dateTime",), ("category", "scope")),
    "Condition": Kind("Condition", ("recordedDate", "onsetDateTime"), ("code",)),
    "Procedure": Kind("Procedure", ("performedDateTime", "performedPeriod.start"), ("code",)),
    "AllergyIntolerance": Kind("Allergy", ("recordedDate", "onsetDateTime"), ("code",)),
    "MedicationStatement": Kind(
        "Medicine", ("dateAsserted", "effectiveDateTime"), ("medicationCodeableConcept",)
    ),
    "MedicationRequest": Kind("Medicine", ("authoredOn",), ("medicationCodeableConcept",)),
    "Immunization": Kind("Immunisation", ("occurrenceDateTime",), ("vaccineCode",)),
    "DocumentReference": Kind("Document", ("date",), ("description", "type")),
    "EpisodeOfCare": Kind("Episode of care", ("period.start",), ("type",)),
    "CareTeam": Kind("Care team", ("period.start",), ("name", "category")),
    "RelatedPerson": Kind("Family or carer", ("period.start",), ("relationship",)),
}


@dataclass(frozen=True, slots=True)
class Telling:
    """What one system says of an entry, in words a person reads."""

    when: str
    """The moment as its source gave it, or the version's own instant where it gave none."""
    title: str
    status: str
    detail: str


def kind_of(resource_type: str) -> str:
    """The kind of entry that a resource type tells of, or CONTEXT."""
    return KINDS[resource_type].name if resource_type in KINDS else CONTEXT


def occurred(resource: dict[str, Any], instant: int) -> int:
    """When the entry happened, in ticks: what the resource says, else the instant of its version."""
    ticks = moment_ticks(_when(resource))
    return instant if ticks is None else ticks


def tell(resource: dict[str, Any], instant: int) -> Telling:
    """The words of a resource whose type is in KINDS."""
    kind = KINDS[resource["resourceType"]]
    when = _when(resource)
    return Telling(
        when=when if moment_ticks(when) is not None else instant_text(instant),
        title=next((words for path in kind.what for words in _words(_at(resource, path))), kind.name),
        status=_status(resource),
        detail=_detail(resource),
    )


def _when(resource: dict[str, Any]) -> str:
    kind = KINDS.get(resource["resourceType"])
    found = (_at(resource, path) for path in (kind.when if kind else ()))
    return next((text for text in found if isinstance(text, str)), "")


def _at(resource: dict[str, Any], path: str) -> Any:
    node: Any = resource
    for step in path.split("."):
        node = node.get(step) if isinstance(node, dict) else None
    return node


def _words(node: Any) -> Iterator[str]:
    """The plain words of a string, Coding, CodeableConcept or a list of them, best first."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for one in node:
            yield from _words(one)
    elif isinstance(node, dict):
        for field in ("text", "display"):
            if isinstance(node.get(field), str):
                yield node[field]
        yield from _words(node.get("coding", []))
        if isinstance(node.get("code"), str):
            yield node["code"]


def _status(resource: dict[str, Any]) -> str:
    for field in ("status", "lifecycleStatus", "clinicalStatus"):
        if words := next(_words(resource.get(field)), ""):
            return words
    return ""


def _detail(resource: dict[str, Any]) -> str:
    parts = [
        *_score(resource),
        *(one.get("contentString") for one in _objects(resource.get("payload"))),
        *_words(resource.get("statusReason")),
        *(one.get("text") for one in _objects(resource.get("note"))),
    ]
    return " ".join(dict.fromkeys(part for part in parts if isinstance(part, str)))


def _score(resource: dict[str, Any]) -> Iterator[str]:
    if "valueInteger" in resource:
        yield str(resource["valueInteger"])
    for quantity in _objects([resource.get("valueQuantity")]):
        if "value" in quantity:
            yield f"{quantity['value']} {quantity.get('unit', '')}".strip()
    if isinstance(resource.get("valueString"), str):
        yield resource["valueString"]
    yield from list(_words(resource.get("valueCodeableConcept")))[:1]


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        yield from (one for one in node if isinstance(one, dict))
