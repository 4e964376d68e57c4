"""From received bytes to the message Bundle that the record reads: the one way in.

Parse, repair, validate, bring into the shape of a message, and hold it to the rules of messages. What is
accepted is read again from the same bytes by `reread.reread`, which repairs and shapes alike and checks nothing.
"""

from dataclasses import dataclass
from typing import Any

from schemas.fhir.bars import bars_notes
from schemas.fhir.bundle_rules import message_issues
from schemas.fhir.issue import Issue, Refused
from schemas.fhir.listing import is_listing, listing_issues
from schemas.fhir.note import Note
from schemas.fhir.parse import parse_and_write
from schemas.fhir.repair import repair
from schemas.fhir.ruling import is_ruling, ruling_issues
from schemas.fhir.shapes import as_message
from schemas.fhir.validate import check_resource


@dataclass(frozen=True, slots=True)
class Reading:
    """A message that may be accepted: parsed JSON, not a model, for a model's round trip loses digits."""

    bundle: dict[str, Any]
    notes: list[Note]
    """Repairs made and deviations taken."""


def read_message_bytes(body: bytes) -> Reading:
    """Read what a partner sent, whatever its shape, and check it.

    Raises:
        Refused: what is wrong and where; 413 if too large, 422 if it is sound FHIR but neither a message about
            one person nor a ruling nor a listing, else 400.
    """
    document, written = parse_and_write(body)
    notes = repair(document, written)
    issues, deviations = check_resource(document)
    if issues:
        raise Refused(issues)
    notes += deviations
    bundle, left_out = as_message(document)
    notes += left_out
    if issues := _issues(bundle):
        raise Refused(issues, status=422)
    return Reading(bundle, notes + bars_notes(bundle))


def _issues(bundle: dict[str, Any]) -> list[Issue]:
    if is_ruling(bundle):
        return ruling_issues(bundle)
    return listing_issues(bundle) if is_listing(bundle) else message_issues(bundle)
