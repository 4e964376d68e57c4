"""The body of POST /fhir/Patient/$match: who is looked for, how surely, and how many answers are wanted."""

from typing import Any, NamedTuple

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.parse import parse_and_write
from schemas.fhir.repair import repair
from schemas.fhir.subject import objects
from schemas.fhir.validate import resource_issues

USUAL, MOST = 10, 20
"""Answers where nobody says how many, and at most."""


class MatchRequest(NamedTuple):
    """Who is looked for."""

    patient: dict[str, Any]
    only_certain: bool
    """Whether nobody but the one person of whom it is certain is to be told."""
    most: int


def read_match_request(body: bytes) -> MatchRequest:
    """Read the Parameters in `body` (FHIR R4, OperationDefinition/Patient-match), or the Patient alone.

    Raises:
        Refused: 400, it is no valid FHIR R4; 422, it does not ask for one Patient, or asks what cannot be done.
    """
    document, written = parse_and_write(body)
    repair(document, written)
    if issues := resource_issues(document):
        raise Refused(issues)
    if document.get("resourceType") == "Patient":
        return MatchRequest(document, only_certain=False, most=USUAL)
    if document.get("resourceType") != "Parameters":
        raise _refused("Send a Parameters with a Patient as 'resource'.", "")
    given = objects(document.get("parameter"))
    resources = [one.get("resource") for one in given if one.get("name") == "resource"]
    if len(resources) != 1 or not isinstance(resources[0], dict):
        raise _refused(
            "Send one parameter named 'resource', which holds the Patient.", "Parameters.parameter"
        )
    if resources[0]["resourceType"] != "Patient":
        raise _refused("Only a Patient can be looked for.", "Parameters.parameter")
    only_certain = _value(given, "onlyCertainMatches", "valueBoolean")
    count = _value(given, "count", "valueInteger")
    if count is not None and count < 1:
        raise _refused("Ask for at least one answer.", "Parameters.parameter")
    return MatchRequest(resources[0], only_certain is True, USUAL if count is None else min(count, MOST))


def _value(given: list[dict[str, Any]], name: str, element: str) -> Any:
    found = [one for one in given if one.get("name") == name]
    if not found:
        return None
    if len(found) > 1 or element not in found[0]:
        raise _refused(f"Give {name} once, as {element}.", "Parameters.parameter")
    return found[0][element]


def _refused(text: str, place: str) -> Refused:
    return Refused([Issue("processing", text, place)], status=422)
