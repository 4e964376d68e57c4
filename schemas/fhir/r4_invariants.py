"""Invariants of R4 that a document must hold to, of the models that messages carry.

Each is one constraint of severity error in the R4 4.0.1 definitions, by its key there, as JSON Schema. Those
that compare values or read codings (per-1, con-4, ait-1) are left out, and so is what is asked of Narrative.
"""

from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One constraint; `element` is where it is told, relative to the model."""

    key: str
    says: str
    schema: Schema
    element: str = ""


def present(*names: str) -> Schema:
    """One of the elements is there, as a value or as its extensions."""
    return {"anyOf": [{"required": [one]} for name in names for one in (name, f"_{name}")]}


def absent(*names: str) -> Schema:
    """None of the elements is there."""
    return {"not": {"type": "object", **present(*names)}}


def _needs(name: str, *others: str) -> Schema:
    return {"dependencies": {name: present(*others)}}


def _never_both(name: str, *others: str) -> Schema:
    return {"dependencies": {name: absent(*others)}}


def _is(name: str, *codes: str) -> Schema:
    return {"required": [name], "properties": {name: {"enum": list(codes)}}}


def _all_entries(schema: Schema) -> Schema:
    return {"properties": {"entry": {"items": schema}}}


def _where(condition: Schema, then: Schema, otherwise: Schema) -> Schema:
    return {"anyOf": [{"allOf": [condition, then]}, {"allOf": [{"not": condition}, otherwise]}]}


_VALUES = tuple(
    f"value{datatype}"
    for datatype in (
        "Quantity", "CodeableConcept", "String", "Boolean", "Integer", "Range", "Ratio", "SampledData", "Time",
        "DateTime", "Period",
    )
)  # fmt: skip
_QUANTITY = Invariant("qty-3", "a code for the unit needs its system", _needs("code", "system"))
_DOCUMENT = _is("type", "document")

INVARIANTS: dict[str, tuple[Invariant, ...]] = {
    "Appointment": (
        Invariant(
            "app-2", "start and end are given together",
            {"allOf": [_needs("start", "end"), _needs("end", "start")]},
        ),
        Invariant(
            "app-3",
            "only a proposed, cancelled or waitlisted appointment has no start and end",
            {"anyOf": [present("start"), present("end"), _is("status", "proposed", "cancelled", "waitlist")]},
        ),
        Invariant(
            "app-4",
            "only a cancelled or missed appointment has a cancelationReason",
            {"anyOf": [absent("cancelationReason"), _is("status", "cancelled", "noshow")]}, "status",
        ),
    ),
    "AppointmentParticipant": (Invariant("app-1", "it has a type or an actor", present("type", "actor")),),
    "AppointmentResponse": (
        Invariant("apr-1", "it has a participantType or an actor", present("participantType", "actor")),
    ),
    "Attachment": (Invariant("att-1", "data needs a contentType", _needs("data", "contentType")),),
    "Bundle": (
        Invariant(
            "bdl-1", "only a searchset or a history has a total",
            {"anyOf": [absent("total"), _is("type", "searchset", "history")]}, "total",
        ),
        Invariant(
            "bdl-2", "only entries of a searchset have search",
            {"anyOf": [_is("type", "searchset"), _all_entries(absent("search"))]}, "entry",
        ),
        Invariant(
            "bdl-3", "the entries of a batch, transaction or history have a request, and no others",
            _where(_is("type", "batch", "transaction", "history"),
                   _all_entries(present("request")), _all_entries(absent("request"))), "entry",
        ),
        Invariant(
            "bdl-4", "the entries of a response or history have a response, and no others",
            _where(_is("type", "batch-response", "transaction-response", "history"),
                   _all_entries(present("response")), _all_entries(absent("response"))), "entry",
        ),
        Invariant(
            "bdl-9", "a document has an identifier with its system and value",
            {"anyOf": [{"not": _DOCUMENT}, {
                "required": ["identifier"],
                "properties": {"identifier": {"allOf": [present("system"), present("value")]}},
            }]}, "identifier",
        ),
        Invariant(
            "bdl-10", "a document has a timestamp", {"anyOf": [{"not": _DOCUMENT}, {"required": ["timestamp"]}]},
            "timestamp",
        ),
    ),
    "BundleEntry": (
        Invariant(
            "bdl-8", "a fullUrl names no version",
            {"not": {"required": ["fullUrl"], "properties": {"fullUrl": {"pattern": "/_history/"}}}}, "fullUrl",
        ),
    ),
    "CarePlanActivity": (
        Invariant("cpl-3", "it has a detail or a reference, never both", _never_both("detail", "reference")),
    ),
    "CompositionSection": (
        Invariant("cmp-1", "it has text, entries or sections", present("text", "entry", "section")),
        Invariant("cmp-2", "only without entries it has an emptyReason", _never_both("emptyReason", "entry")),
    ),
    "ConditionEvidence": (Invariant("con-2", "it has a code or a detail", present("code", "detail")),),
    "ConditionStage": (
        Invariant("con-1", "it has a summary or an assessment", present("summary", "assessment")),
    ),
    "Consent": (Invariant("ppc-1", "it has a policy or a policyRule", present("policy", "policyRule")),),
    "ContactPoint": (Invariant("cpt-2", "a value needs its system", _needs("value", "system")),),
    "Expression": (
        Invariant("exp-1", "it has an expression or a reference", present("expression", "reference")),
    ),
    "ImmunizationEducation": (
        Invariant("imm-1", "it has a documentType or a reference", present("documentType", "reference")),
    ),
    "List": (Invariant("lst-1", "only without entries it has an emptyReason", _never_both("emptyReason", "entry")),),
    "Observation": (
        Invariant(
            "obs-6", "only without a value it has a dataAbsentReason", _never_both("dataAbsentReason", *_VALUES)
        ),
    ),
    "ObservationReferenceRange": (
        Invariant("obs-3", "it has a low, a high or a text", present("low", "high", "text")),
    ),
    "Organization": (Invariant("org-1", "it has an identifier or a name", present("identifier", "name")),),
    "PatientContact": (
        Invariant(
            "pat-1", "it has a name, telecom, address or organization",
            present("name", "telecom", "address", "organization"),
        ),
    ),
    "Quantity": (_QUANTITY,),
    "QuestionnaireResponseItem": (
        Invariant("qrs-1", "its items are below it or below its answers, never both", _never_both("answer", "item")),
    ),
    "ServiceRequest": (Invariant("prr-1", "orderDetail needs a code", _needs("orderDetail", "code")),),
    "TimingRepeat": (
        Invariant("tim-1", "a duration needs its durationUnit", _needs("duration", "durationUnit")),
        Invariant("tim-2", "a period needs its periodUnit", _needs("period", "periodUnit")),
        Invariant("tim-6", "periodMax needs a period", _needs("periodMax", "period")),
        Invariant("tim-7", "durationMax needs a duration", _needs("durationMax", "duration")),
        Invariant("tim-8", "countMax needs a count", _needs("countMax", "count")),
        Invariant("tim-10", "it has timeOfDay or when, never both", _never_both("timeOfDay", "when")),
    ),
}  # fmt: skip
"""By model."""
