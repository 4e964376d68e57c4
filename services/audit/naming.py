"""Whether a message that was not accepted is about one of these source records, as far as it can be read."""

from collections.abc import Collection
from typing import Any

import orjson

from schemas.fhir.salvage import nodes
from services.domain.identity.source_record import local_identity, source_record_id

_UNREADABLE = (AttributeError, LookupError, TypeError, ValueError, RecursionError)


def names_one_of(body: bytes, sender: str, partnership_key: bytes, records: Collection[bytes]) -> bool:
    """Whether a Patient in it, with the sender's own number for them, is one of these."""
    try:
        patients = [one for one in nodes(orjson.loads(body)) if one.get("resourceType") == "Patient"]
    except _UNREADABLE:
        return False
    return any(_is_one_of(one, sender, partnership_key, records) for one in patients)


def _is_one_of(
    patient: dict[str, Any], sender: str, partnership_key: bytes, records: Collection[bytes]
) -> bool:
    try:
        return source_record_id(partnership_key, sender, local_identity(patient)) in records
    except _UNREADABLE:
        return False
