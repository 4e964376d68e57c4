"""How confidential a resource says it is."""

from typing import Any

from services.domain.access.sight import Label
from services.domain.record.words import objects

_LABELS = {"R": Label.RESTRICTED, "V": Label.VERY_RESTRICTED}
"""HL7 v3 Confidentiality; its other codes (U, L, M, N) ask for no more than a care record gives anyway."""


def label_of(resource: dict[str, Any]) -> Label:
    """The highest label of meta.security. The code decides, whatever system it is said to be of: PDS and others
    spell the system in several ways, and a label that is overlooked shows what must not be shown."""
    meta = resource.get("meta")
    codes = (one.get("code") for one in objects(meta.get("security") if isinstance(meta, dict) else None))
    return max((_label(code) for code in codes), default=Label.NORMAL)


def _label(code: Any) -> Label:
    return _LABELS.get(code.strip().upper(), Label.NORMAL) if isinstance(code, str) else Label.NORMAL
