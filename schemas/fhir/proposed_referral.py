"""The body of POST /fhir/ServiceRequest/$check: the referral that somebody thinks of making, and for whom."""

import re
from dataclasses import dataclass
from typing import Any

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.parse import parse_and_write
from schemas.fhir.repair import repair
from schemas.fhir.subject import objects, subjects_of
from schemas.fhir.validate import resource_issues

PARAMETER = "referral"
"""The name of the parameter that holds it."""

_BY_ID = re.compile(r"(?:.*/)?Patient/([0-9a-fA-F]{32})(?:/_history/[^/]+)?")
_WHO = (
    "Say whom it is for: subject.identifier with the NHS number, or subject.reference 'Patient/' and any id that "
    "Carethread has for the person."
)


@dataclass(frozen=True, slots=True)
class ProposedReferral:
    """A ServiceRequest that has not been made yet."""

    person: str
    """The NHS number, or an id of the person in hexadecimal."""
    resource: dict[str, Any]


def read_proposed_referral(body: bytes) -> ProposedReferral:
    """Read the ServiceRequest in `body`, which is itself one or a Parameters that holds one.

    Raises:
        Refused: what is wrong, where, and what to send; 400 where it is no valid FHIR R4, 422 where it is no
            ServiceRequest or does not name one person.
    """
    document, written = parse_and_write(body)
    repair(document, written)
    if issues := resource_issues(document):
        raise Refused(issues)
    resource = _referral_in(document)
    return ProposedReferral(_person_of(resource), resource)


def _referral_in(document: dict[str, Any]) -> dict[str, Any]:
    if document.get("resourceType") == "ServiceRequest":
        return document
    if document.get("resourceType") != "Parameters":
        raise _refused("Send a ServiceRequest, or a Parameters that holds one.", "")
    held = [one for one in objects(document.get("parameter")) if one.get("name") == PARAMETER]
    found = [one.get("resource") for one in held]
    if len(found) != 1 or not isinstance(found[0], dict) or found[0]["resourceType"] != "ServiceRequest":
        text = f"Send one parameter named '{PARAMETER}' whose resource is a ServiceRequest."
        raise _refused(text, "Parameters.parameter")
    resource: dict[str, Any] = found[0]
    return resource


def _person_of(resource: dict[str, Any]) -> str:
    """The one person that the subject names."""
    (subject,) = [one for one in subjects_of(resource) if one.place == "subject"]
    reference = subject.reference.get("reference")
    by_id = _BY_ID.fullmatch(reference) if isinstance(reference, str) else None
    named = {*subject.numbers, *([by_id[1].lower()] if by_id else [])}
    if len(named) != 1:
        raise _refused(
            f"The subject names {'several people' if named else 'nobody'} here. {_WHO}",
            "ServiceRequest.subject",
        )
    return named.pop()


def _refused(text: str, place: str) -> Refused:
    return Refused([Issue("processing", text, place)], status=422)
