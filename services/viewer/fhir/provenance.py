"""Who told a resource, when, and in which message: a FHIR Provenance for each."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schemas.fhir.response import MESSAGE_KEY_SYSTEM, SOFTWARE
from services.domain.record.instant import instant_text
from services.platform.access import Partner
from services.viewer.fhir.things import Thing
from services.viewer.referral_check import ODS_SYSTEM

_AUTHOR = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "author"}
    ]
}


def provenance(thing: Thing, names: Mapping[str, Partner]) -> dict[str, Any]:
    """What is known of where a thing as it stands comes from; the same for the same version of it.

    `recorded` is when its system told it. The entities are the message, and what that system itself calls the thing.
    """
    version = thing.resource["meta"]["versionId"]
    sources = [{"system": MESSAGE_KEY_SYSTEM, "value": thing.message_key.hex()}]
    if thing.told_id:
        sources.append({"system": f"{SOFTWARE}/partner/{thing.sender}", "value": thing.told_id})
    return {
        "resourceType": "Provenance",
        "id": str(UUID(bytes=hashlib.sha256(thing.key + version.encode()).digest()[:16])),
        "target": [{"reference": thing.address}],
        "recorded": instant_text(thing.rank.instant),
        "agent": [{"type": _AUTHOR, "who": _organisation(thing.sender, names)}],
        "entity": [{"role": "source", "what": {"identifier": one}} for one in sources if one["value"]],
    }


def _organisation(sender: str, names: Mapping[str, Partner]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "Organization",
        "identifier": {"system": ODS_SYSTEM, "value": sender},
    }
    return told | ({"display": names[sender].name} if sender in names else {})
