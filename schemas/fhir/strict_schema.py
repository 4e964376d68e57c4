"""A strict JSON Schema of FHIR R4, generated from the models of fhir.resources and run by jsonschema-rs.

fhir.resources is lenient (any code, "yes" for true, null, empty lists) and takes milliseconds where this takes
microseconds. Draft 4 is meant: in it 1.0 is no integer. The schema knows no null at all; nulls that line a
primitive array up with its siblings are filled in before (schemas.fhir.primitive_arrays).

It only says whether; why not is for schemas.fhir.explain, for jsonschema-rs gathers every error with all that
led to it before it gives the first, which takes seconds on a few kilobytes of faulty extensions.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from jsonschema_rs import Draft4Validator, RegexOptions

from schemas.fhir.primitives import PRIMITIVES
from schemas.fhir.r4_invariants import INVARIANTS, absent, present
from schemas.fhir.r4_models import ANY_RESOURCE, SIBLING, Element, Model, elements_of, is_resource, model_of

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StrictSchema:
    """The compiled schema of some resource types; an instance of it is {type: [resources]}."""

    types: frozenset[str]
    validator: Draft4Validator


@dataclass(frozen=True, slots=True)
class Condition:
    """What an object of some model must satisfy beyond what each of its elements does."""

    rule: str
    element: str
    """Where a breach is told, below the object; empty for the object itself."""
    text: str
    schema: Schema


class _Grown:
    """One compiled schema for all the types met so far: they share their datatypes, so one is small."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._latest = compile_schema(frozenset())

    def covering(self, types: Set[str]) -> StrictSchema:
        """The schema of these types and all met before."""
        if not types <= self._latest.types:
            with self._lock:
                self._latest = compile_schema(self._latest.types | types)
        return self._latest


def compile_schema(types: Set[str]) -> StrictSchema:
    """Generate and compile the schema of these resource types, all of them taken ones."""
    schema = {
        "definitions": _definitions(model_of(name) for name in sorted(types)),
        "properties": {name: {"items": {"$ref": f"#/definitions/{name}"}} for name in sorted(types)},
    }
    validator = Draft4Validator(schema, validate_formats=False, pattern_options=RegexOptions())
    return StrictSchema(frozenset(types), validator)


@cache
def conditions_of(model: Model) -> tuple[Condition, ...]:
    """What an object of the model must satisfy as a whole, unknown names and required objects aside."""
    elements = elements_of(model)
    return (*_required(elements), *_choices(model, elements), *_invariants(model))


def _definitions(models: Iterable[Model]) -> dict[str, Schema]:
    found: dict[str, Schema] = {name: one.schema for name, one in PRIMITIVES.items()}
    waiting = [*models, model_of(SIBLING)]
    while waiting:
        model = waiting.pop()
        if model.__name__ not in found:
            found[model.__name__] = _definition(model)
            waiting += [one.model for one in elements_of(model) if one.model]
    return found


@cache
def _definition(model: Model) -> Schema:
    properties: Schema = {}
    for one in elements_of(model):
        properties[one.name] = _list_of(one, _value(one))
        if one.sibling:
            properties[one.sibling] = _list_of(one, {"$ref": f"#/definitions/{SIBLING}"})
    definition: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    if needed := [one.name for one in elements_of(model) if one.is_needed]:
        definition["required"] = needed
    if is_resource(model):
        properties["resourceType"] = {"enum": [model.__name__]}
    elif not needed:
        definition["minProperties"] = 1
    if conditions := [one.schema for one in conditions_of(model)]:
        definition["allOf"] = conditions
    return definition


def _list_of(element: Element, schema: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": schema} if element.many else schema


def _value(element: Element) -> Schema:
    if element.datatype == ANY_RESOURCE:
        return {"type": "object"}
    if element.codes:
        return {"enum": list(element.codes)}
    return {"$ref": f"#/definitions/{element.datatype}"}


def _required(elements: Iterable[Element]) -> Iterator[Condition]:
    """A required primitive may be told by its extensions alone, such as a data-absent-reason."""
    for one in elements:
        if one.required and not one.choice and not one.is_needed:
            yield Condition("r4-required", one.name, f"{one.name} is required.", present(one.name))


def _choices(model: Model, elements: Iterable[Element]) -> Iterator[Condition]:
    groups: dict[str, list[Element]] = {}
    for one in elements:
        if one.choice:
            groups.setdefault(one.choice, []).append(one)
    if model.__name__ == "Extension":
        yield _extension(groups["value"])
        return
    for choice, types in groups.items():
        options = [present(one.name) for one in types]
        if types[0].required:
            text = f"One type of {choice}[x] is required."
            yield Condition("r4-required", choice, text, {"anyOf": options})
        none = absent(*(one.name for one in types))
        text = f"At most one type of {choice}[x] may be given."
        yield Condition("r4-choice", choice, text, {"oneOf": [none, *options]})


def _extension(values: Iterable[Element]) -> Condition:
    """Beside its url nearly every extension has one thing: then it is settled at a glance."""
    glance = {"minProperties": 2, "maxProperties": 2, "not": {"required": ["id"]}}
    one_of = {"oneOf": [present("extension"), *(present(one.name) for one in values)]}
    text = "ext-1: an extension has either one value[x] or extensions."
    return Condition("r4-invariant", "", text, {"anyOf": [glance, one_of]})


def _invariants(model: Model) -> Iterator[Condition]:
    if model.__name__ == "Bundle":
        not_message = {"not": {"required": ["type"], "properties": {"type": {"enum": ["message"]}}}}
        entries = {"anyOf": [not_message, {"required": ["entry"]}]}
        yield Condition("bundle-entry", "entry", "The Bundle has no entry.", entries)
    if model.__name__ == "BundleEntry":
        some = present("resource", "request", "response")
        yield Condition("bundle-entry", "resource", "The entry has no resource.", some)
    for one in INVARIANTS.get(model.__name__, ()):
        yield Condition("r4-invariant", one.element, f"{one.key}: {one.says}.", one.schema)


_grown = _Grown()


def strict_schema(types: Set[str]) -> StrictSchema:
    """The compiled schema of at least these taken resource types, kept for the next who asks."""
    return _grown.covering(types)
