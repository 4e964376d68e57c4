"""What one system says of who a person is, gathered over all versions it sent.

Each fact is kept with the rank of the version that told it, and the highest-ranked telling wins, fact by
fact: a later message that carries a number alone does not take the birth date away. Joining is a
semilattice (associative, commutative, idempotent), so versions may arrive in any order, any number of times.
"""

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


@dataclass(frozen=True, slots=True)
class Told:
    """A fact and the rank of the version that told it."""

    rank: Rank
    value: str


Demographics = dict[str, Told]
"""Facts by name: nhs_numbers (space separated, as given but for spacing), birth_date, family, given, gender."""


def read_demographics(patient: dict[str, Any], rank: Rank) -> Demographics:
    """The facts that one version of a FHIR Patient tells; those it does not mention are absent."""
    name = _usual_name(patient)
    facts = {
        "nhs_numbers": " ".join(sorted(nhs_numbers(patient))),
        "birth_date": patient.get("birthDate"),
        "family": name.get("family"),
        "given": " ".join(one for one in name.get("given", []) if one),
        "gender": patient.get("gender"),
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
    given = (one for one in patient.get("identifier", []) if one.get("system") in NHS_NUMBER_SYSTEMS)
    return {"".join(one["value"].split()).replace("-", "") for one in given if one.get("value", "").strip()}


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


def _usual_name(patient: dict[str, Any]) -> dict[str, Any]:
    names: list[dict[str, Any]] = patient.get("name", [])
    order = {"official": 0, "usual": 1}
    return min(names, key=lambda name: order.get(name.get("use", ""), 2), default={})
