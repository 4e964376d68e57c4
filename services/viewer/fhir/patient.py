"""Who a person is, as a FHIR Patient that joins what every system tells of them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson

from services.domain.access.sight import Sight
from services.domain.identity.demographics import NHS_NUMBER_SYSTEMS, Demographics, Told, is_valid
from services.domain.record.instant import instant_text
from services.viewer.fhir.things import patient_key, version_of
from services.viewer.reading import Known

NHS_NUMBER_SYSTEM = min(
    NHS_NUMBER_SYSTEMS, key=lambda system: (not system.startswith("https"), "/id/" in system)
)

Resource = dict[str, Any]


def patient(known: Known, seen: Sight) -> Resource:
    """The person, linked to the Patient of every system; its id is the person's."""
    facts = known.facts
    told: Resource = {"resourceType": "Patient", "id": known.person.hex()}
    if valid := [number for number in known.nhs_numbers if is_valid(number)]:
        told["identifier"] = [{"system": NHS_NUMBER_SYSTEM, "value": number} for number in valid]
    if name := _human_name(facts):
        told["name"] = [name]
    if seen.whereabouts:
        told |= {name: found for name, found in _whereabouts(facts) if found}
    for field, element in (("birth_date", "birthDate"), ("gender", "gender")):
        if field in facts:
            told[element] = facts[field].value
    told |= _death(facts)
    told["link"] = [
        {"other": {"reference": f"Patient/{UUID(bytes=patient_key(one.id))}"}, "type": "seealso"}
        for one in known.source_records
    ]
    latest = max((one.rank.instant for one in facts.values()), default=None)
    version = version_of(orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode())
    meta = {"versionId": version, **({} if latest is None else {"lastUpdated": instant_text(latest)})}
    return {"resourceType": told.pop("resourceType"), "id": told.pop("id"), "meta": meta, **told}


def _human_name(facts: Demographics) -> Resource:
    name: Resource = {}
    if "family" in facts:
        name["family"] = facts["family"].value
    if "given" in facts:
        name["given"] = facts["given"].value.split()
    return name


def _death(facts: Demographics) -> Resource:
    told = facts["deceased"].value if "deceased" in facts else ""
    if told in ("true", "false"):
        return {"deceasedBoolean": told == "true"}
    return {"deceasedDateTime": told} if told else {}


def _whereabouts(facts: Demographics) -> Iterator[tuple[str, list[Resource]]]:
    phones = [{"system": "phone", "value": value} for (value,) in _current(facts, "phone")]
    emails = [{"system": "email", "value": value} for (value,) in _current(facts, "email")]
    yield "telecom", [*phones, *emails]
    addresses = []
    for line, city, postcode in _current(facts, "address"):
        parts = {"line": [line] if line else [], "city": city, "postalCode": postcode}
        addresses.append({name: value for name, value in parts.items() if value})
    yield "address", addresses


def _current(facts: Demographics, kind: str) -> list[list[str]]:
    """What the latest word of all says of a kind of which several are kept."""
    found: list[Told] = [told for name, told in facts.items() if name.startswith(f"{kind}:")]
    latest = max((one.rank for one in found), default=None)
    return [orjson.loads(one.value) for one in sorted(found, key=lambda one: one.value) if one.rank == latest]
