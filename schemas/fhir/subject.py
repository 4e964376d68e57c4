"""Whom a resource is about, as its own words name them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import nhs_number
import orjson

from schemas.fhir.systems import NHS_NUMBER

Resource = dict[str, Any]

PERSON_URL = uuid5(NAMESPACE_URL, "https://carethread.example/the-person-of-a-message").urn
"""The fullUrl of a Patient that its sender gave none: a message has one person."""

_SUBJECT_FIELDS = ("subject", "patient", "for", "beneficiary")

_NUMBER = re.compile("[0-9]{10}")
_IN_URL = re.compile(r"(?P<base>.*/)?Patient/(?P<number>[0-9]{10})(?:/_history/[^/]+)?")
_IN_URN = re.compile(r"urn:nhs-number:(?P<number>[0-9]{10})")
_PDS = "/personal-demographics/"


@dataclass(frozen=True, slots=True)
class Subject:
    """A reference that names whom a resource is about."""

    place: str
    """Within the resource."""
    reference: Resource
    contained: Resource | None
    """The contained Patient that it refers to."""
    numbers: frozenset[str]
    """The NHS numbers it names the person by, valid or not."""

    @property
    def named(self) -> bool:
        """Whether the resource itself says who it is, so that nothing else has to be looked up."""
        return self.contained is not None or bool(self.numbers)

    @property
    def identity(self) -> frozenset[str] | bytes:
        """Equal where two resources name one person: the NHS numbers, else all that is said of them."""
        if self.numbers or self.contained is None:
            return self.numbers
        return orjson.dumps({**self.contained, "id": ""}, option=orjson.OPT_SORT_KEYS)


def subjects_of(resource: Resource) -> Iterator[Subject]:
    """Every reference of `resource` that may name a person it is about."""
    for field in _SUBJECT_FIELDS:
        told = resource.get(field)
        for one in told if isinstance(told, list) else [told]:
            if isinstance(one, dict):
                yield _subject(resource, field, one)
    kind = resource.get("resourceType")
    if kind == "Appointment":
        for number, one in enumerate(objects(resource.get("participant"))):
            if isinstance(one.get("actor"), dict):
                yield _subject(resource, f"participant[{number}].actor", one["actor"])
    elif kind == "AppointmentResponse" and isinstance(resource.get("actor"), dict):
        yield _subject(resource, "actor", resource["actor"])


def nhs_numbers_of(patient: Resource) -> frozenset[str]:
    """The NHS numbers a Patient has, valid or not."""
    given = (_number_in(one) for one in objects(patient.get("identifier")))
    return frozenset(number for number in given if number)


def person_known_by(number: str) -> Resource:
    """A Patient of whom nothing is known but the NHS number."""
    return {"resourceType": "Patient", "identifier": [{"system": NHS_NUMBER, "value": number}]}


def is_somebody(patient: Resource) -> bool:
    """Whether a Patient has what tells it from others: an identifier, or a family name and a birth date.

    What stands in place of an NHS number and is none, such as 'unknown', is no identifier.
    """
    identified = any(
        isinstance(one.get("value"), str) and (one.get("system") != NHS_NUMBER or _number_in(one))
        for one in objects(patient.get("identifier"))
    )
    named = any(isinstance(one.get("family"), str) for one in objects(patient.get("name")))
    return identified or (named and isinstance(patient.get("birthDate"), str))


def objects(node: Any) -> list[Resource]:
    """The objects in what should be a list of them."""
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []


def references(node: Any) -> Iterator[Resource]:
    """Every object within `node` whose `reference` is a text."""
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def local_references(node: Any) -> set[str]:
    """The references within `node` to contained resources, as '#id'."""
    return {one["reference"] for one in references(node) if one["reference"].startswith("#")}


def _subject(resource: Resource, place: str, reference: Resource) -> Subject:
    target = reference.get("reference")
    contained = None
    numbers = set()
    if isinstance(target, str):
        contained = next(
            (
                one
                for one in objects(resource.get("contained"))
                if one.get("resourceType") == "Patient" and target == f"#{one.get('id')}"
            ),
            None,
        )
        numbers.add(_number_in_reference(target))
    identifier = reference.get("identifier")
    if isinstance(identifier, dict):
        numbers.add(_number_in(identifier))
    known = frozenset(number for number in numbers if number)
    if contained is not None:
        known = nhs_numbers_of(contained) or known
    return Subject(place, reference, contained, known)


def _number_in(identifier: Resource) -> str | None:
    value = identifier.get("value")
    is_number = identifier.get("system") == NHS_NUMBER and isinstance(value, str) and _NUMBER.fullmatch(value)
    return value if is_number else None


def _number_in_reference(target: str) -> str | None:
    """A logical id of ten digits is an NHS number in PDS; elsewhere only the check digit can tell."""
    if found := _IN_URN.fullmatch(target):
        return found["number"]
    found = _IN_URL.fullmatch(target)
    if found and (_PDS in (found["base"] or "") or nhs_number.is_valid(found["number"])):
        return found["number"]
    return None
