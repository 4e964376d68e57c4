"""Whether a document is valid FHIR R4 4.0.1, and what is wrong where it is not.

jsonschema-rs decides by the strict schema, in microseconds; only what it refuses is looked at for words.
"""

from collections.abc import Iterable
from typing import Any

from schemas.fhir.bundle_rules import bundle_issues, unresolved_note
from schemas.fhir.explain import explain, issue
from schemas.fhir.issue import Issue
from schemas.fhir.note import Note
from schemas.fhir.primitive_arrays import without_nulls
from schemas.fhir.r4 import NOT_MODELLED
from schemas.fhir.r4_models import TAKEN
from schemas.fhir.references import check_references
from schemas.fhir.resource_tree import Path, Placed, resources_in
from schemas.fhir.strict_schema import strict_schema

MOST_ISSUES = 20


def resource_issues(document: Any) -> list[Issue]:
    """What is wrong with a document as an R4 resource of any type, at most 20; nothing where it is valid.

    A Bundle's entries and contained resources are looked at too. A CloudEvent is no resource: it has nothing
    wrong here.
    """
    return check_resource(document)[0]


def check_resource(document: Any) -> tuple[list[Issue], list[Note]]:
    """What is wrong with a document, as `resource_issues` says, and what is taken though it should not be."""
    if not isinstance(document, dict):
        return [
            issue("r4-type", "This is no FHIR resource, such as a Bundle: it is no object.", None, ())
        ], []
    if "specversion" in document and "resourceType" not in document:
        return [], []
    tree = resources_in(document)
    by_type = _by_type(tree)
    if by_type is None:
        return _type_issues(document, tree), []
    validator = strict_schema(by_type.keys()).validator
    if not validator.is_valid(by_type):
        filled = [(path, without_nulls(one)) for path, one in tree]
        if not validator.is_valid(_by_type(filled)):
            return explain(filled, document["resourceType"], MOST_ISSUES), []
    in_bundles = [fault for bundle in by_type.get("Bundle", ()) for fault in bundle_issues(bundle)]
    wrong, unresolved = check_references(tree)
    is_message = document.get("type") == "message" and document["resourceType"] == "Bundle"
    notes = [unresolved_note(unresolved)] if unresolved and is_message else []
    return [*in_bundles, *wrong][:MOST_ISSUES], notes


def _by_type(tree: Iterable[Placed]) -> dict[str, list[dict[str, Any]]] | None:
    """The resources by type; None where one is of no type that can be checked, or contained in a contained one."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, one in tree:
        name = one.get("resourceType")
        if not isinstance(name, str) or name not in TAKEN or ("contained" in one and "contained" in path):
            return None
        if name in found:
            found[name].append(one)
        else:
            found[name] = [one]
    return found


def _type_issues(document: dict[str, Any], tree: Iterable[Placed]) -> list[Issue]:
    kind = document.get("resourceType")
    issues = []
    for path, one in tree:
        name = one.get("resourceType")
        if not isinstance(name, str) or name not in TAKEN:
            issues.append(_of_no_type(name, kind, path))
        if "contained" in one and "contained" in path:
            text = "A contained resource may contain none itself."
            issues.append(issue("r4-contained", text, kind, (*path, "contained")))
    return issues[:MOST_ISSUES]


def _of_no_type(name: object, kind: object, path: Path) -> Issue:
    if name is None:
        text = "A resource names its type: resourceType is missing."
    elif isinstance(name, str) and name in NOT_MODELLED:
        text = f"{name} is not taken: R4B dropped or rewrote it."
    else:
        text = "resourceType names no resource type of R4 (4.0.1)."
    return issue("r4-type", text, kind if path else None, (*path, "resourceType"))
