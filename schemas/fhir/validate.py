"""Whether a document is valid FHIR R4, and what is wrong where it is not."""

from functools import cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

from schemas.fhir.issue import Issue, Refused

_MOST_ISSUES = 20
_ISSUE_CODES = {
    "missing": "required",
    "model_field_validation.missing": "required",
    "extra_forbidden": "structure",
    "value_error": "value",
}


def resource_issues(document: Any) -> list[Issue]:
    """What is wrong with a document as an R4 resource of any type, at most 20; nothing where it is valid."""
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        return []
    try:
        _check_resource_types(document)
        _check_r4(document)
    except Refused as refused:
        return refused.issues
    return []


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
