"""Which resources are versions of one thing, and which identifiers name it in every system."""

import hashlib
from collections.abc import Iterable
from typing import Any

SHARED_SYSTEMS = frozenset(
    {
        "https://fhir.nhs.uk/Id/UBRN",  # e-Referral Service: unique booking reference number
        "https://fhir.nhs.uk/Id/BaRS-Identifier",  # Booking and Referral Standard, core guide 1.5.0
    }
)
"""Identifier systems whose values name the same thing in every organisation's system."""

_ODS = ("/id/ods-organization-code", "/id/ods-site-code")
"""How identifier systems of the Organisation Data Service end: of organisations, and of their sites."""

KEY_BYTES = 16


def named_identity(resource: dict[str, Any]) -> tuple[str, ...] | None:
    """What names the thing `resource` is a version of, within one source record; None where nothing does.

    It is the least business identifier, else the sender's logical id. A person has one Patient a source
    record, whatever it is called in a message.
    """
    kind: str = resource["resourceType"]
    if kind == "Patient":
        return (kind,)
    if named := identifiers(resource):
        return (kind, "identifier", *min(named))
    if logical_id := resource.get("id"):
        return (kind, "id", logical_id)
    return None


def resource_key(source_record: bytes, identity: tuple[str, ...]) -> bytes:
    """The key of the thing that `identity` names for this source record's system."""
    return _key(b"resource", source_record, *identity)


def identifiers(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """The (system, value) pairs of a resource, or of a reference by identifier."""
    given = resource.get("identifier", [])
    listed = given if isinstance(given, list) else [given]
    return [(one["system"], one["value"]) for one in listed if one.get("system") and one.get("value")]


def ods_code(named: Iterable[tuple[str, str]]) -> str:
    """The ODS code among (system, value) pairs, in capitals; of several the first by system; empty where none is."""
    found = sorted(one for one in named if one[0].lower().endswith(_ODS))
    return next((code for _, value in found if (code := value.strip().upper())), "")


def _key(label: bytes, source_record: bytes, *parts: str) -> bytes:
    hasher = hashlib.sha256(label + len(source_record).to_bytes(2, "big") + source_record)
    for part in parts:
        data = part.encode()
        hasher.update(len(data).to_bytes(8, "big") + data)
    return hasher.digest()[:KEY_BYTES]
