"""How confidential a resource says that it is."""

from typing import Any

from services.domain.access.sight import Label
from services.domain.record.words import objects

_SYSTEMS = ("confidentiality", "2.16.840.1.113883.5.25")
"""What the code system of HL7 v3 Confidentiality has in its name in FHIR R4, in STU3 and as an OID."""

_LABELS = {"R": Label.RESTRICTED, "V": Label.VERY_RESTRICTED}
"""N and what is less confidential than that needs no more than anything does."""


def label_of(resource: dict[str, Any]) -> Label:
    """The most confidential of its labels (meta.security, FHIR R4).

    A code without a system counts, and so does each way of naming the system: a label that is overlooked shows what
    must not be shown.
    """
    meta = resource.get("meta")
    told = objects(meta.get("security")) if isinstance(meta, dict) else []
    codes = (
        _LABELS.get(str(one.get("code")).upper()) for one in told if _is_confidentiality(one.get("system"))
    )
    return max((one for one in codes if one is not None), default=Label.NORMAL)


def _is_confidentiality(system: Any) -> bool:
    return not isinstance(system, str) or any(name in system.lower() for name in _SYSTEMS)
