"""The directory of services: what a message that lists one says of it, and about whom it is, which is nobody."""

from dataclasses import dataclass
from typing import Any

from services.domain.identity.source_record import source_record_id
from services.domain.record.business_identity import identifiers, named_identity, resource_key
from services.domain.record.instant import instant_ticks
from services.domain.record.version import Rank, canonical, version_id

_ENTRIES = ["MessageHeader", "HealthcareService"]
_DIRECTORY = "directory"
"""Stands for the local identity of a source record: what one sender lists is about no person."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One version of a service in the directory, as one sender lists it."""

    key: bytes
    """Of the service: by its identifier, within what its sender lists."""
    rank: Rank
    content: bytes
    """The HealthcareService in canonical JSON."""
    names: tuple[str, ...]
    """What referrals name it by: its identifiers, as `system|value`."""


def is_listing(bundle: dict[str, Any]) -> bool:
    """Whether a checked message Bundle lists a service: what is accepted otherwise has other entries than these."""
    entries = bundle["entry"]
    return len(entries) == len(_ENTRIES) and [one["resource"]["resourceType"] for one in entries] == _ENTRIES


def directory_id(sender: str, partnership_key: bytes) -> bytes:
    """What stands for the source record of all that a sender lists: the id of no person's."""
    return source_record_id(partnership_key, sender, _DIRECTORY)


def read_listing(bundle: dict[str, Any], directory: bytes, own: int) -> Listing:
    """What a checked message Bundle lists in the directory with this id.

    Raises:
        ValueError: neither the service nor the Bundle has an instant that can be ranked, or nothing names the service.
    """
    service = bundle["entry"][1]["resource"]
    meta = service.get("meta", {})
    told = (instant_ticks(meta.get("lastUpdated", "")), instant_ticks(bundle["timestamp"]))
    instant = next((one for one in told if one is not None), None)
    identity = named_identity(service)
    if instant is None or identity is None:
        raise ValueError("a listing without an instant, or of a service without an identifier")
    content, content_hash = canonical(service)
    return Listing(
        resource_key(directory, identity),
        Rank(instant, version_id(meta), own, content_hash),
        content,
        tuple(sorted(f"{system}|{value}" for system, value in identifiers(service))),
    )
