"""The organisation that a FHIR Reference names by its ODS code, in itself or in a contained resource."""

from collections.abc import Iterator
from typing import Any

from services.domain.record.business_identity import ods_code
from services.domain.record.words import contained, objects

Resource = dict[str, Any]

_PARTIES = {"ServiceRequest": ("requester", "performer"), "Task": ("requester", "owner")}
"""By resource type, where a referral or its answer says who asks and who is asked."""


def organisation_named(reference: Any, resource: Resource) -> str:
    """The ODS code that a reference within `resource` names, in capitals; empty where it names none."""
    if not isinstance(reference, dict):
        return ""
    told = [reference.get("identifier"), *objects(contained(resource, reference).get("identifier"))]
    return ods_code(pair for one in told if isinstance(one, dict) for pair in _pairs(one))


def is_referral_with(resource: Resource, organisation: str) -> bool:
    """Whether a referral, or the answer to one, is to or from an organisation, by the codes that it says itself."""
    paths = _PARTIES.get(str(resource.get("resourceType")), ())
    return bool(organisation) and organisation in {
        organisation_named(one, resource) for path in paths for one in _listed(resource.get(path))
    }


def is_in_team(resource: Resource, organisation: str) -> bool:
    """Whether a care team names an organisation, or somebody who acts for it, by the codes that it says itself."""
    if resource.get("resourceType") != "CareTeam" or not organisation:
        return False
    members = (
        one.get(path) for one in objects(resource.get("participant")) for path in ("onBehalfOf", "member")
    )
    told = [*members, *_listed(resource.get("managingOrganization"))]
    return organisation in {organisation_named(one, resource) for one in told}


def _listed(node: Any) -> list[Any]:
    return node if isinstance(node, list) else [node]


def _pairs(identifier: Resource) -> Iterator[tuple[str, str]]:
    system, value = identifier.get("system"), identifier.get("value")
    if isinstance(system, str) and isinstance(value, str):
        yield system, value
