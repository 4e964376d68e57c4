"""What one system says of who a person is, gathered over all versions it sent.

Each fact is kept with the rank of the version that told it, and the highest-ranked telling wins, fact by
fact: a later message that carries a number alone does not take the birth date away. Joining is a
semilattice (associative, commutative, idempotent), so versions may arrive in any order, any number of times.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import nhs_number
import orjson

from services.domain.identity.profile import Profile, profile
from services.domain.identity.profile import Told as Sayings
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
way round). Of names, addresses, telephones and e-mail addresses every one ever told is a fact of its own, named by
its kind, a colon and what it says: those of highest rank are the current ones, the others earlier ones."""

_KINDS = ("name", "address", "phone", "email")
_WHEREABOUTS = ("address:", "phone:", "email:")
_MOST = 6
"""Of one kind that a source record keeps, those of highest rank; nobody's record grows with every slip of a sender."""


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
    told = {field: Told(rank, value) for field, value in facts.items() if value and isinstance(value, str)}
    return _trim(told | {f"{kind}:{value}": Told(rank, value) for kind, value in _alternatives(patient)})


def join(one: Demographics, other: Demographics) -> Demographics:
    """Both tellings together: for each fact the one of higher rank."""
    joined = dict(one)
    for field, told in other.items():
        if field not in joined or (joined[field].rank, joined[field].value) < (told.rank, told.value):
            joined[field] = told
    return _trim(joined)


def without_whereabouts(facts: Demographics) -> Demographics:
    """The facts without where the person lives or lived and how they can be reached."""
    return {name: told for name, told in facts.items() if not name.startswith(_WHEREABOUTS)}


def _trim(facts: Demographics) -> Demographics:
    """The facts with at most _MOST of each kind; the highest of a union are the highest of the highest, so that
    joining stays a join."""
    kept: defaultdict[str, list[tuple[Rank, str]]] = defaultdict(list)
    for field, told in facts.items():
        kind, colon, _ = field.partition(":")
        if colon:
            kept[kind].append((told.rank, field))
    for found in kept.values():
        for _, field in sorted(found, reverse=True)[_MOST:]:
            facts = {name: told for name, told in facts.items() if name != field}
    return facts


def profile_of(facts: Demographics) -> Profile:
    """The facts brought into values that can be compared, the current names and addresses first."""
    current: dict[str, list[list[str]]] = {}
    for kind in _KINDS:
        found = sorted(
            ((told.rank, told.value) for field, told in facts.items() if field.startswith(f"{kind}:")),
            reverse=True,
        )
        current[kind] = [orjson.loads(value) for _, value in found]
    numbers = valid_nhs_numbers(facts)
    given = facts["nhs_numbers"].value.split() if "nhs_numbers" in facts else []
    return profile(
        Sayings(
            names=[(one[0], one[1]) for one in current["name"]],
            birth_date=facts["birth_date"].value if "birth_date" in facts else "",
            gender=facts["gender"].value if "gender" in facts else "",
            addresses=[(one[0], one[1], one[2]) for one in current["address"]],
            phones=[one[0] for one in current["phone"]],
            emails=[one[0] for one in current["email"]],
            numbers=sorted(numbers),
            invalid_numbers=[number for number in given if number not in numbers],
            replaced=_replaced(facts, numbers),
        )
    )


def _replaced(facts: Demographics, numbers: frozenset[str]) -> list[tuple[str, str]]:
    """(old, new) for every number that was replaced, or took another's place."""
    newer = facts["superseded_by"].value.split() if "superseded_by" in facts else []
    older = facts["supersedes"].value.split() if "supersedes" in facts else []
    pairs = [(old, new) for old in numbers for new in newer] + [
        (old, new) for old in older for new in numbers
    ]
    return sorted((old, new) for old, new in pairs if is_valid(old) and is_valid(new))


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


def _alternatives(patient: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(kind, what it says) of every name, address, telephone and e-mail address."""
    for name in _objects(patient.get("name")):
        given = " ".join(one for one in _list(name.get("given")) if isinstance(one, str))
        family = _text(name.get("family"))
        if not given and not family:
            given = _text(name.get("text"))
        if given or family:
            yield "name", _packed(given, family)
    for address in _objects(patient.get("address")):
        lines = " ".join(one for one in _list(address.get("line")) if isinstance(one, str))
        parts = (lines, _text(address.get("city")), _text(address.get("postalCode")))
        if any(parts):
            yield "address", _packed(*parts)
    for telecom in _objects(patient.get("telecom")):
        kind = "email" if telecom.get("system") == "email" else "phone"
        if telecom.get("system") in ("email", "phone", "sms") and (value := _text(telecom.get("value"))):
            yield kind, _packed(value)


def _packed(*parts: str) -> str:
    return orjson.dumps(parts).decode()


def _text(node: Any) -> str:
    return node.strip() if isinstance(node, str) else ""


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else []


def _objects(node: Any) -> list[dict[str, Any]]:
    return [one for one in _list(node) if isinstance(one, dict)]
