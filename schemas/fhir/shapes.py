"""The shapes in which partners send events, each brought into that of a message Bundle about one person.

Taken are a message Bundle, as it is; one resource about one person; a searchset or collection Bundle about
one person; and a CloudEvent of the NHS Multicast Notification Service.
"""

from typing import Any

from schemas.fhir.cloud_event import bundle_of_event
from schemas.fhir.issue import Issue, Refused
from schemas.fhir.note import Note
from schemas.fhir.one_person import Told, about_one_person
from schemas.fhir.subject import Resource

TAKEN = (
    "Taken are a FHIR message Bundle, one resource about one person, a searchset or collection Bundle about "
    "one person, and a CloudEvent of the Multicast Notification Service."
)
LEFT_OUT = {
    "outcome-left-out": "An OperationOutcome in a search answer says nothing of a person; it is left out."
}
_RULE = "message-shape"


def as_message(document: Any) -> tuple[Resource, list[Note]]:
    """The document as a Bundle with one Patient, and what its sender should know of that; it is used up.

    A pure function: the same document gives the same Bundle. Only a message Bundle has the type message.

    Raises:
        Refused: it has none of the shapes (400, or 422 where it is FHIR), or is not about one person (422).
    """
    kind = document.get("resourceType") if isinstance(document, dict) else None
    if not isinstance(document, dict) or (kind is None and "specversion" not in document):
        text = f"This is neither a FHIR resource nor a CloudEvent. {TAKEN}"
        raise Refused([Issue("structure", text, rule=_RULE)])
    if kind is None:
        return bundle_of_event(document), []
    if kind != "Bundle":
        return _of_resource(document), []
    if document.get("type") == "message":
        return document, []
    if document.get("type") not in ("searchset", "collection"):
        raise Refused(
            [Issue("value", f"A Bundle of this type is not taken. {TAKEN}", "Bundle.type", _RULE)], 422
        )
    return _of_collection(document)


def _of_resource(resource: Resource) -> Resource:
    kind = resource["resourceType"]
    place = kind if isinstance(kind, str) and kind.isalpha() else ""
    bundle: Resource = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": about_one_person([Told(place, {"resource": resource})], place),
    }
    # What the resource says of the person is as old as the resource.
    updated = resource["meta"].get("lastUpdated") if isinstance(resource.get("meta"), dict) else None
    return bundle | ({"timestamp": updated} if isinstance(updated, str) else {})


def _of_collection(bundle: Resource) -> tuple[Resource, list[Note]]:
    told, outcomes = [], []
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        place = f"Bundle.entry[{number}].resource"
        if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
            raise Refused([Issue("required", "The entry has no resource.", place, "bundle-entry")], 422)
        if entry["resource"].get("resourceType") == "OperationOutcome":
            outcomes.append(place)
        else:
            told.append(Told(place, entry))
    shaped = bundle | {"entry": about_one_person(told, "Bundle.entry")}
    return shaped, [
        Note("repair", name, text, outcomes[0], len(outcomes)) for name, text in LEFT_OUT.items() if outcomes
    ]
