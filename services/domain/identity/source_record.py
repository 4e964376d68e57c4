"""A source record: one system's view of a person, and the id that hides whose it is."""

import hashlib
import hmac
from typing import Any

from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS, nhs_numbers

ID_BYTES = 16


def local_identity(patient: dict[str, Any]) -> str:
    """What the sender's own system calls this person.

    It is the least (system, value) among the identifiers that are not NHS numbers; else a hash of NHS number
    as given, birth date and family name, for published messages often carry nothing but a number, and the
    same number on different people. Patient.id is not used: few senders keep it stable.
    """
    own = [
        (one.get("system", ""), one["value"])
        for one in patient.get("identifier", [])
        if one.get("value") and one.get("system") not in NHS_NUMBER_SYSTEMS
    ]
    if own:
        system, value = min(own)
        return f"identifier|{len(system)}|{system}|{value}"
    family = next((name["family"] for name in patient.get("name", []) if name.get("family")), "")
    known = "|".join([*sorted(nhs_numbers(patient)), patient.get("birthDate", ""), family.casefold().strip()])
    return f"known|{hashlib.sha256(known.encode()).hexdigest()}"


def source_record_id(partnership_key: bytes, sender: str, local: str) -> bytes:
    """The source record's id: a keyed hash, so that nobody can enumerate people or test a guess."""
    told = f"{len(sender)}|{sender}|{local}".encode()
    return hmac.new(partnership_key, told, hashlib.sha256).digest()[:ID_BYTES]
