"""The acceptance of a FHIR message Bundle: R4, one MessageHeader, one person."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.parse import parse

_SUBJECT_FIELDS = ("subject", "patient", "for", "beneficiary")
_MOST_ISSUES = 20
_ISSUE_CODES = {
    "missing": "required",
    "model_field_validation.missing": "required",
    "extra_forbidden": "structure",
    "value_error": "value",
}


def check_message(body: bytes) -> dict[str, Any]:
    """The message Bundle in `body`, checked: parsed JSON, not a model, for a model's round trip loses digits.

    Raises:
        Refused: what is wrong and where; 413 if too large, 422 if it is sound FHIR but no message about one
            person, else 400.
    """
    document = parse(body)
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        found = document.get("resourceType") if isinstance(document, dict) else None
        told = (
            found
            if isinstance(found, str) and found.isalpha() and len(found) <= 64
            else type(document).__name__
        )
        raise Refused([Issue("structure", f"A FHIR Bundle is expected, and this is {told}.", "Bundle")])
    _check_resource_types(document)
    _check_r4(document)
    if issues := [*_message_issues(document)]:
        raise Refused(issues, status=422)
    return document


def _check_resource_types(bundle: dict[str, Any]) -> None:
    entries = bundle.get("entry")
    if not isinstance(entries, list) or not entries:
        raise Refused([Issue("required", "The Bundle has no entry.", "Bundle.entry")])
    issues = []
    for place, entry in enumerate(entries):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            issues.append(Issue("required", "The entry has no resource.", f"Bundle.entry[{place}].resource"))
        elif not _is_resource_type(resource.get("resourceType")):
            text = "resourceType does not name an R4 resource."
            issues.append(Issue("structure", text, f"Bundle.entry[{place}].resource.resourceType"))
    if issues:
        raise Refused(issues[:_MOST_ISSUES])


def _is_resource_type(name: object) -> bool:
    return isinstance(name, str) and _names_a_resource(name)


@cache
def _names_a_resource(name: str) -> bool:
    try:
        return issubclass(get_fhir_model_class(name), get_fhir_model_class("Resource"))
    except (KeyError, ValueError):
        return False


def _check_r4(bundle: dict[str, Any]) -> None:
    try:
        Bundle.model_validate(bundle)
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_input=False, include_context=False)
        raise Refused([_issue(one["loc"], one["type"], one["msg"]) for one in found[:_MOST_ISSUES]]) from None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        # The library lets these through for resources it cannot build, such as an unknown contained type.
        raise Refused(
            [Issue("structure", "The Bundle holds an element that R4 does not know.", "Bundle")]
        ) from None


def _issue(location: tuple[int | str, ...], kind: str, words: str) -> Issue:
    place = "Bundle"
    for step in location:
        if isinstance(step, int):
            place += f"[{step}]"
        elif step != "root":
            place += f".{step}"
    return Issue(_ISSUE_CODES.get(kind, "invalid"), words.removeprefix("Value error, "), place)


def _message_issues(bundle: dict[str, Any]) -> Iterator[Issue]:
    if bundle.get("type") != "message":
        yield Issue("value", "Bundle.type must be 'message'.", "Bundle.type")
    resources = [entry["resource"] for entry in bundle["entry"]]
    if resources[0]["resourceType"] != "MessageHeader":
        yield Issue(
            "required", "The first entry of a message is its MessageHeader.", "Bundle.entry[0].resource"
        )
    patients = [place for place, one in enumerate(resources) if one["resourceType"] == "Patient"]
    if not patients:
        yield Issue("required", "The message is about nobody: it needs one Patient.", "Bundle.entry")
    for place in patients[1:]:
        text = "A message is about one person, and this is a second Patient."
        yield Issue("business-rule", text, f"Bundle.entry[{place}].resource")
    if len(patients) == 1:
        yield from _foreign_subjects(bundle, patients[0])


def _foreign_subjects(bundle: dict[str, Any], patient: int) -> Iterator[Issue]:
    """What is said to be about somebody else: filing it here would put it in the wrong person's record."""
    entry = bundle["entry"][patient]
    own = {entry.get("fullUrl")} | (
        {f"Patient/{logical}"} if (logical := entry["resource"].get("id")) else set()
    )
    for place, other in enumerate(bundle["entry"]):
        for field in _SUBJECT_FIELDS:
            said = other["resource"].get(field)
            reference = said.get("reference") if isinstance(said, dict) else None
            if isinstance(reference, str) and "Patient/" in reference and reference not in own:
                text = "This is about another Patient than the message's."
                yield Issue("business-rule", text, f"Bundle.entry[{place}].resource.{field}")
