"""How confidential a resource says that it is."""

from typing import Any

from services.domain.access.sight import Label
from services.domain.record.words import objects

_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_LABELS = {"R": Label.RESTRICTED, "V": Label.VERY_RESTRICTED}
"""HL7 v3 Confidentiality; N and what is less confidential than that needs no more than anything does."""


def label_of(resource: dict[str, Any]) -> Label:
    """The most confidential of its labels (meta.security, FHIR R4)."""
    meta = resource.get("meta")
    told = objects(meta.get("security")) if isinstance(meta, dict) else []
    codes = [_LABELS.get(str(one.get("code")), Label.NORMAL) for one in told if one.get("system") == _SYSTEM]
    return max(codes, default=Label.NORMAL)
