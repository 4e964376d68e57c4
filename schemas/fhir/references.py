"""What references name: a type that their element allows, and a contained resource that is there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from schemas.fhir.explain import issue
from schemas.fhir.issue import Issue
from schemas.fhir.r4 import RESOURCE_TYPES
from schemas.fhir.reference_plan import Resource, Targets, plan_of, references_in
from schemas.fhir.resource_tree import Path, Placed

_TYPE_URL = "http://hl7.org/fhir/StructureDefinition/"
_LITERAL = re.compile(
    r"(?P<base>https?://\S+/)?(?P<type>[A-Za-z]+)/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?"
)
"""A literal reference, relative or absolute (references.html#literal)."""

_Types = Mapping[str, str]
"""Resource types by what refers to them: a fullUrl, or '#' and the id of a contained resource."""


def check_references(tree: Sequence[Placed]) -> tuple[Sequence[Issue], Sequence[Path]]:
    """What is wrong with the references in the resources of a valid document, outermost first.

    And where it refers by urn:uuid or urn:oid to what no entry of a Bundle has as its fullUrl.
    """
    by_url = types_by_url(tree[0][1])
    if not any("contained" in resource for _, resource in tree):
        if _fit([resource for _, resource in tree], by_url):
            return (), ()
    elif all(
        _fit([resource, *resource.get("contained", ())], _with_contained(resource, by_url))
        for path, resource in tree
        if "contained" not in path
    ):
        return (), ()
    return _look(tree[0][1]["resourceType"], [one for one in tree if "contained" not in one[0]], by_url)


def types_by_url(document: Resource) -> dict[str, str]:
    """The resource types of a Bundle's entries by fullUrl."""
    if document["resourceType"] != "Bundle":
        return {}
    return {
        entry["fullUrl"]: entry["resource"]["resourceType"]
        for entry in document.get("entry", ())
        if "fullUrl" in entry and "resource" in entry
    }


def _with_contained(resource: Resource, by_url: _Types) -> _Types:
    contained = resource.get("contained", ())
    local = {f"#{one['id']}": one["resourceType"] for one in contained if "id" in one}
    return {**by_url, **local, "#": resource["resourceType"]}


def _placed(path: Path, resource: Resource) -> Iterator[tuple[Path, Resource, Targets]]:
    parts = [(path, resource)]
    parts += [((*path, "contained", number), one) for number, one in enumerate(resource.get("contained", ()))]
    for start, part in parts:
        for place, reference, targets in references_in(part):
            yield (*start, *place), reference, targets


def _fit(resources: Iterable[Resource], types: _Types) -> bool:
    """Whether all is as nearly always; what is not is looked at again, with its place."""
    waiting = [(one, plan_of(one["resourceType"])) for one in resources]
    for node, plan in waiting:  # grows while it is walked
        for name in node:
            if name in plan:
                targets, is_reference, below = plan[name]
                told = node[name]
                for one in told if type(told) is list else (told,):
                    if is_reference:
                        named = types.get(one.get("reference"))
                        if (named not in targets or "type" in one) and not _fits(one, targets, types):
                            return False
                        if len(one) == 1:  # the reference alone, as nearly always
                            continue
                    waiting.append((one, below))
    return True


def _fits(reference: Resource, targets: Targets, types: _Types) -> bool:
    url = reference.get("reference")
    if url is None:
        return "type" not in reference
    named = types.get(url)
    if named is None:
        if "/" not in url:
            return False
        named = url.rsplit("/", 2)[-2]
    return named in (targets or RESOURCE_TYPES) and ("type" not in reference or reference["type"] == named)


def _look(kind: str, uncontained: Iterable[Placed], by_url: _Types) -> tuple[list[Issue], list[Path]]:
    issues, unresolved = [], []
    for path, resource in uncontained:
        types = _with_contained(resource, by_url)
        for place, reference, targets in _placed(path, resource):
            for rule, text, name in _faults(reference, targets, types):
                issues.append(issue(rule, text, kind, (*place, name)))
            url = reference.get("reference", "")
            if url not in by_url and url.startswith(("urn:uuid:", "urn:oid:")):
                unresolved.append(place)
    return issues, unresolved


def _faults(reference: Resource, targets: Targets, types: _Types) -> Iterator[tuple[str, str, str]]:
    """Rule, words, and the element of the Reference that is wrong."""
    url = reference.get("reference")
    named = None if url is None else types.get(url) or _literal_type(url)
    allowed = f"This may refer only to {', '.join(sorted(targets))}."
    if url is not None and url.startswith("#") and named is None:
        yield "reference-resolves", "No contained resource has this id.", "reference"
    elif named is not None and named not in RESOURCE_TYPES:
        yield "r4-reference-type", "This names no resource type of R4.", "reference"
    elif named is not None and targets and named not in targets:
        yield "r4-reference-type", allowed, "reference"
    said = reference.get("type", "").removeprefix(_TYPE_URL)
    if said not in RESOURCE_TYPES:  # the binding is extensible: anything else says nothing
        return
    if targets and said not in targets:
        yield "r4-reference-type", allowed, "type"
    elif named is not None and said != named:
        yield "r4-reference-type", "This is another type than the reference names.", "type"


def _literal_type(url: str) -> str | None:
    """The type that a literal reference names; an absolute URL need not be of a FHIR server."""
    found = _LITERAL.fullmatch(url)
    if found is None or (found["base"] and found["type"] not in RESOURCE_TYPES):
        return None
    return found["type"]
