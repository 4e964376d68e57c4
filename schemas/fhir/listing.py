"""The message by which an organisation lists a service of the community in the directory: a MessageHeader and a
HealthcareService.

It has no Patient, for it is about a service that anybody may go to, and about no person.
"""

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson

from schemas.fhir.issue import Issue
from schemas.fhir.response import SOFTWARE

EVENT_SYSTEM = f"{SOFTWARE}/fhir/CodeSystem/directory-events"
EVENT = "service-listing"

Resource = dict[str, Any]

_RULE = "listing"
_SERVICE = "Bundle.entry[1].resource"
_KINDS = ["MessageHeader", "HealthcareService"]


def listing_bundle(service: Resource, at: str) -> Resource:
    """The message that lists a service as it is at an instant; the same service at one instant is the same message."""
    names = [_uuid(part, service, at) for part in ("bundle", "header", "service")]
    header = {
        "resourceType": "MessageHeader",
        "eventCoding": {"system": EVENT_SYSTEM, "code": EVENT},
        "source": {"name": "Carethread", "endpoint": SOFTWARE},
        "focus": [{"reference": f"urn:uuid:{names[2]}"}],
    }
    return {
        "resourceType": "Bundle",
        "id": names[0],
        "type": "message",
        "timestamp": at,
        "entry": [
            {"fullUrl": f"urn:uuid:{names[1]}", "resource": header},
            {"fullUrl": f"urn:uuid:{names[2]}", "resource": service},
        ],
    }


def is_listing(bundle: Resource) -> bool:
    """Whether a valid Bundle says that it lists a service."""
    if bundle.get("type") != "message":
        return False
    coding = bundle["entry"][0]["resource"].get("eventCoding")
    return coding is not None and coding.get("system") == EVENT_SYSTEM


def listing_issues(bundle: Resource) -> list[Issue]:
    """What keeps a valid Bundle that says it lists a service from doing so."""
    if [entry["resource"]["resourceType"] for entry in bundle["entry"]] != _KINDS:
        text = (
            "A listing is a MessageHeader and a HealthcareService, and nothing else: it tells of no person."
        )
        return [Issue("structure", text, "Bundle.entry", _RULE)]
    header, service = (entry["resource"] for entry in bundle["entry"])
    return [*_header_issues(bundle, header), *_service_issues(service)]


def _header_issues(bundle: Resource, header: Resource) -> Iterator[Issue]:
    if header["eventCoding"].get("code") != EVENT:
        text = f"There is no such event here; there is {EVENT}."
        yield Issue("not-supported", text, "Bundle.entry[0].resource.eventCoding.code", _RULE)
    if not bundle.get("timestamp"):
        text = "A listing says of when it is: of two of one service the later one holds."
        yield Issue("required", text, "Bundle.timestamp", _RULE)


def _service_issues(service: Resource) -> Iterator[Issue]:
    if not (service.get("name") or "").strip():
        yield Issue("required", "A service has a name, by which people know it.", f"{_SERVICE}.name", _RULE)
    if not any(one.get("system") and one.get("value") for one in service.get("identifier") or []):
        text = "A service has an identifier with system and value, by which referrals name it."
        yield Issue("required", text, f"{_SERVICE}.identifier", _RULE)


def _uuid(part: str, service: Resource, at: str) -> str:
    told = orjson.dumps([part, at, service], option=orjson.OPT_SORT_KEYS)
    return str(UUID(bytes=hashlib.sha256(told).digest()[:16], version=4))
