"""What the Personal Demographics Service (PDS) FHIR API answers, read strictly.

Nothing here shows a person's data when it is printed, logged or part of a traceback.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from services.domain.identity.demographics import is_valid
from services.pds.errors import PdsAway

_OPEN_LABELS = frozenset({"U", "R"})
"""Labels of HL7 v3-Confidentiality under which PDS lets an answer be used: unrestricted, and restricted, from
which PDS itself has left out address, telecom and GP."""

_TOO_MANY = "TOO_MANY_MATCHES"


class Nothing(StrEnum):
    """Why an answer names nobody."""

    NONE = "none"
    """PDS knows nobody like this, or no more: the record was invalidated."""
    MANY = "many"
    """Several people match; PDS tells none of them."""
    SEALED = "sealed"
    """PDS knows the person under a label that forbids even to show that it does."""


@dataclass(frozen=True, slots=True)
class Match:
    """The one person who matches a search."""

    nhs_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    score: float
    """From 0 to 1, where 1 is exact (Bundle.entry.search.score)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person as PDS holds them."""

    nhs_number: str = field(repr=False)
    supersedes: str = field(repr=False)
    """The number that was asked for, where PDS answered with another that took its place; else empty."""
    birth_date: str = field(repr=False)
    body: bytes = field(repr=False)
    """The Patient resource, byte for byte as PDS sent it."""


class _Coding(msgspec.Struct):
    code: str = ""


class _Meta(msgspec.Struct):
    security: list[_Coding] = []


class _Patient(msgspec.Struct, tag_field="resourceType", tag="Patient"):
    id: str
    meta: _Meta = msgspec.field(default_factory=_Meta)
    birth_date: str = msgspec.field(default="", name="birthDate")

    @property
    def is_sealed(self) -> bool:
        """Whether it has any label but the open ones, or none that says what may be done with it."""
        labels = {coding.code for coding in self.meta.security}
        return not labels or not labels <= _OPEN_LABELS


class _Details(msgspec.Struct):
    coding: list[_Coding] = []


class _Issue(msgspec.Struct):
    details: _Details = msgspec.field(default_factory=_Details)


class _OperationOutcome(msgspec.Struct, tag_field="resourceType", tag="OperationOutcome"):
    issue: list[_Issue] = []

    @property
    def codes(self) -> set[str]:
        """The codes of its issues."""
        return {coding.code for issue in self.issue for coding in issue.details.coding}


class _Search(msgspec.Struct):
    score: float = 0.0


class _Entry(msgspec.Struct):
    resource: _Patient | _OperationOutcome
    search: _Search = msgspec.field(default_factory=_Search)


class _Bundle(msgspec.Struct, tag_field="resourceType", tag="Bundle"):
    entry: list[_Entry] = []


_Resource = _Patient | _Bundle | _OperationOutcome
_DECODER: msgspec.json.Decoder[_Resource] = msgspec.json.Decoder(_Resource)


def read_search(body: bytes) -> Match | Nothing:
    """What a search answered with status 200: a searchset, or an OperationOutcome that says there are too many.

    Raises:
        PdsAway: it is neither.
    """
    answer = _decode(body)
    if isinstance(answer, _OperationOutcome) and _TOO_MANY in answer.codes:
        return Nothing.MANY
    if not isinstance(answer, _Bundle):
        raise PdsAway("PDS answered a search with something else than a searchset")
    found = [
        (one, entry.search.score) for entry in answer.entry if isinstance(one := entry.resource, _Patient)
    ]
    if len(found) != 1:
        return Nothing.MANY if found else Nothing.NONE
    patient, score = found[0]
    if patient.is_sealed:
        return Nothing.SEALED
    return Match(_number(patient), patient.birth_date, score)


def read_person(body: bytes, asked: str) -> Person | Nothing:
    """The Patient that was answered when number `asked` was.

    Raises:
        PdsAway: it is no Patient.
    """
    patient = _decode(body)
    if not isinstance(patient, _Patient):
        raise PdsAway("PDS answered a read with something else than a Patient")
    if patient.is_sealed:
        return Nothing.SEALED
    number = _number(patient)
    return Person(number, asked if number != asked else "", patient.birth_date, body)


def is_outcome(body: bytes) -> bool:
    """Whether PDS itself speaks: its errors are OperationOutcomes, those of something before it are not."""
    try:
        return isinstance(_decode(body), _OperationOutcome)
    except PdsAway:
        return False


def _number(patient: _Patient) -> str:
    if not is_valid(patient.id):
        raise PdsAway("PDS answered with a Patient whose id is no NHS number")
    return patient.id


def _decode(body: bytes) -> _Resource:
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # The words of the fault can quote the body.
        raise PdsAway("PDS answered with what cannot be read") from None
