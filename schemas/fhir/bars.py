"""The Booking and Referral Standard (BaRS Core 1.5.0): what it asks of its messages."""

from typing import Any

from schemas.fhir.note import Note


def bars_notes(bundle: dict[str, Any]) -> list[Note]:
    """The deviations from BaRS that are taken as they are; nothing where the message is none of BaRS.

    Raises:
        Refused: the message breaks a rule by which BaRS refuses (400 invariant, 422 not-supported).
    """
    return []
