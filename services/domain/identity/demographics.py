"""What one system says of who a person is, gathered over all versions it sent.

Each fact is kept with the rank of the version that told it, and the highest-ranked telling wins, fact by
fact: a later message that carries a number alone does not take the birth date away. Joining is a
semilattice (associative, commutative, idempotent), so versions may arrive in any order, any number of times.
"""

import re
from dataclasses import dataclass
from typing import Any

import nhs_number

from services.domain.record.version import Rank

NHS_NUMBER_SYSTEMS = frozenset(
    {
        "https://fhir.nhs.uk/Id/nhs-number",
        "http://fhir.nhs.uk/Id/nhs-number",
        "https://fhir.nhs.uk/id/nhs-number",
    }
)
"""The identifier system of the NHS number, and the slips of it that published senders make."""

_FULL_DATE = len("1990-01-31")
_PATIENT_REFERENCE = re.compile(r"(?:.*/)?Patient/([0-9]{10})(?:/_history/[^/]+)?")


@dataclass(frozen=True, slots=True)
class Told:
    """A fact and the rank of the version that told it."""

    rank: Rank
    value: str


Demographics = dict[str, Told]
"""Facts by name: nhs_numbers (space separated, as given but for spacing), birth_date, family, given, gender;
deceased (the date or dateTime of the death, else 'true', or 'false' where a source says that the person
lives); superseded_by and supersedes (NHS numbers, space separated, that took this one's place or the other
way round)."""


def read_demographics(patient: dict[str, Any], rank: Rank) -> Demographics:
    """The facts that one version of a FHIR Patient tells; those it does not mention are absent."""
    name = _usual_name(patient)
    facts = {
        "nhs_numbers": " ".join(sorted(nhs_numbers(patient))),
        "birth_date": patient.get("birthDate"),
        "family": name.get("family"),
        "given": " ".join(one for one in _list(name.get("given")) if one and isinstance(one, str)),
        "gender": patient.get("gender"),
        "deceased": _deceased(patient),
        "superseded_by": " ".join(sorted(_linked_numbers(patient, "replaced-by"))),
        "supersedes": " ".join(sorted(_linked_numbers(patient, "replaces"))),
    }
    if not facts["family"] and not facts["given"]:
        facts["given"] = name.get("text")
    return {field: Told(rank, value) for field, value in facts.items() if value and isinstance(value, str)}


def join(one: Demographics, other: Demographics) -> Demographics:
    """Both tellings together: for each fact the one of higher rank."""
    joined = dict(one)
    for field, told in other.items():
        if field not in joined or (joined[field].rank, joined[field].value) < (told.rank, told.value):
            joined[field] = told
    return joined


def nhs_numbers(patient: dict[str, Any]) -> set[str]:
    """The NHS numbers of a Patient as given, spaces and hyphens removed, valid or not."""
    given = (
        one for one in _objects(patient.get("identifier")) if str(one.get("system")) in NHS_NUMBER_SYSTEMS
    )
    values = (one["value"] for one in given if isinstance(one.get("value"), str))
    return {number for value in values if (number := "".join(value.split()).replace("-", ""))}


def valid_nhs_numbers(facts: Demographics) -> frozenset[str]:
    """Those of the told NHS numbers that pass the check digit (NHS Data Dictionary, 'NHS Number': modulus 11)."""
    told = facts["nhs_numbers"].value.split() if "nhs_numbers" in facts else []
    return frozenset(number for number in told if is_valid(number))


def is_valid(number: str) -> bool:
    """Whether `number` is ten digits with the right check digit."""
    return number.isascii() and number.isdigit() and len(number) == 10 and bool(nhs_number.is_valid(number))


def full_birth_date(facts: Demographics) -> str | None:
    """The told birth date, where it names a day."""
    told = facts.get("birth_date")
    return told.value if told and len(told.value) == _FULL_DATE else None


def birth_dates_clash(one: str, other: str) -> bool:
    """Whether two birth dates, each possibly only a year or a month, cannot both be right."""
    return not (one.startswith(other) or other.startswith(one))


def display_name(facts: Demographics) -> str:
    """The name people read: given names, then family name."""
    parts = (facts[field].value for field in ("given", "family") if field in facts)
    return " ".join(parts) or "Name not given"


def to_json(facts: Demographics) -> dict[str, list[Any]]:
    """The facts as JSON keeps them."""
    return {
        field: [told.value, *told.rank[:-1], told.rank.content_hash.hex()] for field, told in facts.items()
    }


def from_json(stored: dict[str, list[Any]]) -> Demographics:
    """The facts that `to_json` wrote."""
    return {
        field: Told(Rank(instant, version_id, own, bytes.fromhex(content_hash)), value)
        for field, (value, instant, version_id, own, content_hash) in stored.items()
    }


def _deceased(patient: dict[str, Any]) -> str | None:
    if isinstance(told := patient.get("deceasedDateTime"), str):
        return told
    told = patient.get("deceasedBoolean")
    return str(told).lower() if isinstance(told, bool) else None


def _linked_numbers(patient: dict[str, Any], kind: str) -> set[str]:
    """The other NHS numbers of the person that a Patient is linked to as `kind` (FHIR R4 Patient.link)."""
    others = [one.get("other") for one in _objects(patient.get("link")) if one.get("type") == kind]
    found: set[str] = set()
    for other in _objects(others):
        found |= nhs_numbers({"identifier": [other.get("identifier")]})
        # A local id may have ten digits too; one that passes the check digit is taken for the number it looks like.
        named = _PATIENT_REFERENCE.fullmatch(str(other.get("reference")))
        found |= {named[1]} if named and is_valid(named[1]) else set()
    return found - nhs_numbers(patient) if found else found


def _usual_name(patient: dict[str, Any]) -> dict[str, Any]:
    order = {"official": 0, "usual": 1}
    return min(
        _objects(patient.get("name")), key=lambda name: order.get(str(name.get("use", "")), 2), default={}
    )


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []


def _objects(node: Any) -> list[dict[str, Any]]:
    return [one for one in _list(node) if isinstance(one, dict)]
