"""Why the strict schema refuses a resource: each fault by its place, its rule and what is allowed.

What a person's record says is never repeated; element names are, where they could be names of elements. It
stops as soon as enough is found, so a document full of faults costs no more than one with a few.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import Any

from jsonschema_rs import Draft4Validator, RegexOptions

from schemas.fhir.issue import Issue
from schemas.fhir.primitives import PRIMITIVES
from schemas.fhir.r4_models import ANY_RESOURCE, SIBLING, Element, Model, elements_of, is_resource, model_of
from schemas.fhir.resource_tree import Path, Placed, fhirpath
from schemas.fhir.strict_schema import Condition, conditions_of, strict_schema

CODES = {
    "bundle-entry": "required",
    "r4-cardinality": "structure",
    "r4-choice": "structure",
    "r4-code": "code-invalid",
    "r4-contained": "structure",
    "r4-empty": "invalid",
    "r4-invariant": "invariant",
    "r4-primitive": "value",
    "r4-reference-type": "value",
    "r4-required": "required",
    "r4-type": "structure",
    "r4-unknown-element": "structure",
    "reference-resolves": "not-found",
}
"""The code of the FHIR value set issue-type by rule."""

_ELEMENT_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9_]{0,63}")
_MOST_CODES = 40

Fault = tuple[str, str, Path]
"""Rule, words and path."""


def issue(rule: str, text: str, kind: object, path: Path) -> Issue:
    """An issue of `rule` in a document of resource type `kind`."""
    return Issue(CODES[rule], text, fhirpath(kind, path), rule)


def explain(tree: Iterable[Placed], kind: str, most: int) -> list[Issue]:
    """At most so many faults in these resources of a document of `kind`, of which the schema refuses one."""
    faults = (
        fault
        for path, resource in tree
        if not strict_schema({resource["resourceType"]}).validator.is_valid(
            {resource["resourceType"]: [resource]}
        )
        for fault in _in_object(model_of(resource["resourceType"]), resource, path)
    )
    found = [issue(rule, text, kind, path) for rule, text, path in islice(faults, most)]
    return found or [issue("r4-invariant", "This is not valid R4.", kind, ())]


def _in_object(model: Model, value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict) or not value:
        yield *_no_object(value, model.__name__), path
        return
    known = _by_name(model)
    for name, told in value.items():
        if name in known:
            yield from _in_element(known[name], name, told, (*path, name))
        elif name != "resourceType" or not is_resource(model):
            yield _unknown(name, known, path)
    for one in elements_of(model):
        if one.is_needed and one.name not in value:
            yield "r4-required", f"{one.name} is required.", (*path, one.name)
    for condition, validator in _conditions(model):
        if not validator.is_valid(value):
            yield condition.rule, condition.text, (*path, condition.element) if condition.element else path


def _in_element(element: Element, name: str, value: Any, path: Path) -> Iterator[Fault]:
    if not element.many:
        yield from _in_value(element, name, value, path)
    elif not isinstance(value, list):
        if (blank := _blank(value)) is not None:
            yield "r4-empty", blank, path
        else:
            yield "r4-cardinality", "This is a list: put it in [ ], also where there is one.", path
    elif not value:
        yield "r4-empty", _EMPTY.format("list"), path
    else:
        for number, one in enumerate(value):
            yield from _in_value(element, name, one, (*path, number))


def _in_value(element: Element, name: str, value: Any, path: Path) -> Iterator[Fault]:
    if name == element.sibling:
        yield from _in_object(model_of(SIBLING), value, path)
    elif element.model is not None:
        yield from _in_object(element.model, value, path)
    elif element.datatype == ANY_RESOURCE:
        if not isinstance(value, dict):
            yield *_no_object(value, "a resource"), path
    elif element.codes:
        if value not in element.codes:
            yield *_no_code(element.codes, value), path
    elif not _primitive(element.datatype).is_valid(value):
        yield *_no_primitive(element.datatype, value), path


def _unknown(name: str, known: Iterable[str], path: Path) -> Fault:
    if not _ELEMENT_NAME.fullmatch(name):
        return "r4-unknown-element", "R4 has no element of this name here.", path
    close = get_close_matches(name, known, n=1, cutoff=0.75)
    hint = f" Is {close[0]} meant?" if close else ""
    return "r4-unknown-element", f"R4 has no such element here.{hint}", (*path, name)


_EMPTY = "An empty {} is no value: leave the element out."


def _blank(value: Any) -> str | None:
    """Words for what says nothing."""
    if value is None:
        return "null is no value: leave the element out."
    for kind, empty in (("list", []), ("object", {}), ("text", "")):
        if (value.strip() if isinstance(value, str) else value) == empty:
            return _EMPTY.format(kind)
    return None


def _no_object(value: Any, model: str) -> tuple[str, str]:
    return _no_value(value) or ("r4-primitive", f"This must be an object with the elements of {model}.")


def _no_code(codes: tuple[str, ...], value: Any) -> tuple[str, str]:
    if not isinstance(value, str) or not value.strip():
        return _no_primitive("code", value)
    more = " and others" if len(codes) > _MOST_CODES else ""
    return "r4-code", f"This must be one of {', '.join(codes[:_MOST_CODES])}{more}."


def _no_primitive(datatype: str, value: Any) -> tuple[str, str]:
    return _no_value(value) or ("r4-primitive", f"This must be {PRIMITIVES[datatype].must_be}.")


def _no_value(value: Any) -> tuple[str, str] | None:
    """What is wrong with what is no single value at all."""
    if (blank := _blank(value)) is not None:
        return "r4-empty", blank
    return (
        ("r4-cardinality", "There is at most one of this: it is no list.")
        if isinstance(value, list)
        else None
    )


@cache
def _by_name(model: Model) -> Mapping[str, Element]:
    named = {one.name: one for one in elements_of(model)}
    return named | {one.sibling: one for one in elements_of(model) if one.sibling}


@cache
def _conditions(model: Model) -> tuple[tuple[Condition, Draft4Validator], ...]:
    return tuple((one, Draft4Validator(one.schema)) for one in conditions_of(model))


@cache
def _primitive(datatype: str) -> Draft4Validator:
    return Draft4Validator(PRIMITIVES[datatype].schema, pattern_options=RegexOptions())
