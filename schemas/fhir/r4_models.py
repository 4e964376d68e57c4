"""What the R4B models of fhir.resources know of each element, read once and set right for R4 4.0.1."""

from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from fhir.resources.R4B import get_fhir_model_class

from schemas.fhir import r4
from schemas.fhir.primitives import ELEMENT_ID

Model = Any
"""A class of fhir.resources; its __name__ is the model's name, such as EncounterStatusHistory."""

ANY_RESOURCE = "Resource"

SIBLING = "Element"
"""The model of what stands beside a primitive: its id and its extensions."""

TAKEN = r4.RESOURCE_TYPES - r4.NOT_MODELLED
"""The resource types of R4 that can be checked."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a model, by its JSON name."""

    name: str
    datatype: str
    """Name of a primitive, of a model, or ANY_RESOURCE."""
    model: Model | None
    """None for a primitive and for a resource of any type."""
    many: bool
    required: bool
    choice: str = ""
    """The choice element it is one type of, such as 'deceased'."""
    codes: tuple[str, ...] = ()
    """The required value set of a code; empty for any code."""
    targets: frozenset[str] = frozenset()
    """The types a reference may name; empty for any."""
    sibling: str = ""
    """Where the id and extensions of a primitive are told; empty where it can have none."""

    @property
    def is_needed(self) -> bool:
        """Whether it must be there by its own name: no other type and no extension can stand in for it."""
        return self.required and not self.choice and not self.sibling


def model_of(resource_type: str) -> Model:
    """The model of a resource type or datatype."""
    return get_fhir_model_class(resource_type)


def is_resource(model: Model) -> bool:
    """Whether a model is a resource's, and no datatype's or backbone element's."""
    return bool(model.has_resource_base())


@cache
def elements_of(model: Model) -> tuple[Element, ...]:
    """The elements of a model in R4 4.0.1."""
    name = model.__name__
    dropped = {"fhir_comments", *r4.NOT_R4_ELEMENTS.get(name, ())}
    found = [
        _element(name, field.alias or field_name, field)
        for field_name, field in model.model_fields.items()
        if not field_name.endswith("__ext") and (field.alias or field_name) not in dropped
    ]
    choice = next((one for one in found if one.choice), None)
    for added, datatype in r4.R4_ONLY_ELEMENTS.get(name, {}).items():
        assert choice is not None, name
        found.append(Element(added, datatype, model_of(datatype), False, choice.required, choice.choice))
    return tuple(found)


def _element(model_name: str, name: str, field: Any) -> Element:
    known = field.json_schema_extra or {}
    many, annotation = _item(field.annotation)
    model = annotation.get_model_klass() if hasattr(annotation, "get_model_klass") else None
    datatype = model.__name__ if model else _primitive(annotation)
    if (name, datatype) == ("id", "string"):
        datatype = ELEMENT_ID
    choice = known.get("one_of_many", "")
    required = (
        known.get("one_of_many_required") if choice else field.is_required() or known.get("element_required")
    )
    place = (model_name, name)
    extensible = model is None and datatype != "xhtml" and name != "id" and place != ("Extension", "url")
    return Element(
        name=name,
        datatype=datatype,
        model=None if datatype == ANY_RESOURCE else model,
        many=many,
        required=bool(required),
        choice=choice,
        codes=r4.REQUIRED_CODES.get(place, tuple(known.get("enum_values", ()))),
        targets=r4.REFERENCE_TARGETS.get(place, _targets(known)),
        sibling=f"_{name}" if extensible else "",
    )


def _targets(known: dict[str, Any]) -> frozenset[str]:
    names = frozenset(known.get("enum_reference_types", ()))
    return frozenset() if ANY_RESOURCE in names else names


def _item(annotation: Any) -> tuple[bool, Any]:
    """Whether it is a list, and the annotation of one item, without None."""
    origin = get_origin(annotation)
    if origin is list:
        return True, _item(get_args(annotation)[0])[1]
    if origin in (Union, UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        if len(rest) == 1:
            return _item(rest[0])
    return False, annotation


def _primitive(annotation: Any) -> str:
    if annotation is bool:
        return "boolean"
    for mark in annotation.__metadata__:
        if name := getattr(mark, "__visit_name__", None):
            return str(name)
    return "uuid"  # the one primitive that fhir.resources takes from pydantic as it is
