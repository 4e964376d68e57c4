"""From a row to the FHIR message that tells it, and from a row that changed to what it no longer tells."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from schemas.uploads.person import Known
from schemas.uploads.resources import (
    HOME,
    UNKNOWN,
    Registered,
    Resource,
    Teller,
    contact,
    full_url,
    introduction,
    referral,
)
from schemas.uploads.rows import Row, Told

EVENT_SYSTEM = f"{HOME}/event"
"""MessageHeader.eventCoding of uploads: upload-contact, upload-referral, upload-introduction, upload-withdrawal."""

_TELLS = {"contacts": contact, "referrals": referral, "introductions": introduction}
_EVENTS = {
    "contacts": "upload-contact",
    "referrals": "upload-referral",
    "introductions": "upload-introduction",
}
_TAKEN_BACK = frozenset({"Encounter", "Communication", "ServiceRequest", "Task"})
"""What a row tells that becomes an entry. Each has the status entered-in-error."""


def row_message(row: Row, kind: str, sender: str, instant: str, registered: Registered = UNKNOWN) -> bytes:
    """The message of a row that is not refused, as of the upload's FHIR instant. The same bytes for the same."""
    assert row.known is not None, "a row without a person has a problem"
    patient = _patient(row.known, row.told, sender)
    teller = Teller(sender, kind, row.reference, {"reference": full_url(patient)}, row.told, registered)
    told = _TELLS[kind](teller)
    entries = [(full_url(one), one) for one in (patient, *told)]
    return _bundle(entries, _EVENTS[kind], full_url(told[0]), teller, instant)


def withdrawal(
    before: bytes, after: bytes, kind: str, sender: str, reference: str, instant: str
) -> bytes | None:
    """The message that takes back what a row told in `before` and no longer tells in `after`; None where nothing is.

    A corrected birth date can make it another person's, and a deleted note is no note. It is the earlier message
    again, each thing of it at its earlier instant, but for what is taken back: that is entered in error as of now.
    """
    old, new = orjson.loads(before), orjson.loads(after)
    still = {_names(one) for one in _resources(new)} if _person(old) == _person(new) else set()
    entries = []
    gone = []
    for entry in old["entry"][1:]:
        one: Resource = entry["resource"]
        is_told = one["resourceType"] in _TAKEN_BACK and one["status"] != "entered-in-error"
        if is_told and _names(one) not in still:
            one["status"] = "entered-in-error"
            gone.append(entry["fullUrl"])
        else:
            one["meta"] = {"lastUpdated": old["timestamp"]}
        entries.append((entry["fullUrl"], one))
    teller = Teller(sender, kind, reference, {}, {})
    return _bundle(entries, "upload-withdrawal", gone[0], teller, instant) if gone else None


def _bundle(
    entries: list[tuple[str, Resource]], event: str, focus: str, teller: Teller, instant: str
) -> bytes:
    key = f"{HOME}/upload/{teller.sender}/{event}/{teller.kind}/{teller.reference}/{instant}"
    header: Resource = {
        "resourceType": "MessageHeader",
        "id": str(uuid5(NAMESPACE_URL, f"{key}/header")),
        "eventCoding": {"system": EVENT_SYSTEM, "code": event},
        "sender": teller.organisation,
        "source": {"name": "Sheet upload", "endpoint": f"{HOME}/upload/{teller.sender}"},
        "focus": [{"reference": focus}],
    }
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "id": str(uuid5(NAMESPACE_URL, key)),
        "type": "message",
        "timestamp": instant,
        "entry": [
            {"fullUrl": url, "resource": resource}
            for url, resource in [(f"urn:uuid:{header['id']}", header), *entries]
        ],
    }
    return orjson.dumps(bundle)


def _patient(person: Known, told: Told, sender: str) -> Resource:
    identifiers = [{"system": f"{HOME}/Id/upload/{sender}/{person.kind}", "value": person.value}]
    if number := told.get("nhs_number"):
        identifiers.append({"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number})
    patient: Resource = {"resourceType": "Patient", "identifier": identifiers}
    name: Resource = {"family": told["family_name"]} if "family_name" in told else {}
    if given := told.get("given_name"):
        name["given"] = given.split()
    if name:
        patient["name"] = [name]
    if born := told.get("birth_date"):
        patient["birthDate"] = born
    contacts = [{"system": system, "value": told[system]} for system in ("phone", "email") if system in told]
    if contacts:
        patient["telecom"] = contacts
    if postcode := told.get("postcode"):
        patient["address"] = [{"postalCode": postcode}]
    return patient


def _resources(bundle: Resource) -> list[Resource]:
    return [entry["resource"] for entry in bundle["entry"][1:]]


def _person(bundle: Resource) -> Any:
    return next(one["identifier"][0] for one in _resources(bundle) if one["resourceType"] == "Patient")


def _names(resource: Resource) -> tuple[str, str]:
    return resource["resourceType"], resource["identifier"][0]["value"]
