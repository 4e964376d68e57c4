"""Where the References of a resource are: only elements that can bear one are visited.

The plan of a model is made once from the R4B models. It goes into extensions of resources and of elements on
the way to references, not into those of other datatypes, such as of a name.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from schemas.fhir.r4_models import Model, elements_of, model_of
from schemas.fhir.resource_tree import Path

Resource = dict[str, Any]
Targets = frozenset[str]
"""The resource types that a reference may name; empty for any."""

Plan = dict[str, tuple[Targets, bool, Any]]
"""By element: targets, whether it is a Reference itself, and the plan of what is below."""


def references_in(resource: Resource) -> Iterator[tuple[Path, Resource, Targets]]:
    """Every Reference in a valid resource, without what it contains, each with its path within the resource."""
    return _placed(resource, plan_of(resource["resourceType"]), ())


def _placed(node: Resource, plan: Plan, path: Path) -> Iterator[tuple[Path, Resource, Targets]]:
    for name, told in node.items():
        if name not in plan:
            continue
        targets, is_reference, below = plan[name]
        many = isinstance(told, list)
        for number, one in enumerate(told if many else [told]):
            place = (*path, name, number) if many else (*path, name)
            if is_reference:
                yield place, one, targets
            yield from _placed(one, below, place)


@cache
def plan_of(resource_type: str) -> Plan:
    """Where the References of this type are."""
    return _plan(model_of(resource_type), {})


def _plan(model: Model, known: dict[Model, Plan]) -> Plan:
    if model not in known:
        known[model] = {}
        for one in elements_of(model):
            if one.model is not None and _bears(one.model):
                below = _plan(one.model, known)
                known[model][one.name] = (one.targets, one.datatype == "Reference", below)
    return known[model]


def _bears(model: Model) -> bool:
    return model.__name__ == "Extension" or _reaches(model)


@cache
def _reaches(model: Model) -> bool:
    """Whether a Reference is the model or below it, other than in an extension."""
    seen, waiting = {model}, [model]
    while waiting:
        below = {one.model for one in elements_of(waiting.pop()) if one.model is not None}
        below = {one for one in below if one.__name__ != "Extension"} - seen
        seen |= below
        waiting += below
    return any(one.__name__ == "Reference" for one in seen)
