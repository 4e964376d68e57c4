"""Builds the FHIR R4 Patient that a system sends of its source record."""

from typing import Any

from services.workbench.synth.source_records import SourceRecord

Resource = dict[str, Any]

_UK = "https://fhir.hl7.org.uk"
_VERIFICATION = {
    code: [{
        "url": f"{_UK}/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": {"coding": [
            {"system": f"{_UK}/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": code, "display": display}
        ]},
    }]
    for code, display in (("01", "Number present and verified"), ("02", "Number present but not traced"))
}  # fmt: skip


def patient(record: SourceRecord) -> Resource:
    """The Patient that a system sends of its source record: what it has nothing in is left out."""
    organisation = record.organisation
    identifiers: list[Resource] = [{"system": f"{organisation.home}/person-id", "value": record.local}]
    if record.nhs_number:
        number: Resource = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": record.nhs_number}
        if organisation.in_nhs:
            number["extension"] = _VERIFICATION["01" if record.traced else "02"]
        identifiers.append(number)
    told: Resource = {
        "resourceType": "Patient",
        "id": f"person-{record.local[-7:]}",
        "meta": {"lastUpdated": record.updated},
        "identifier": identifiers,
        "name": _names(record),
    }
    if record.gender:
        told["gender"] = record.gender
    if record.born:
        told["birthDate"] = record.born
    line, town, postcode = record.address
    place = {"use": "home", "line": [line], "city": town}
    told["address"] = [place | {"postalCode": postcode} if postcode else place]
    telecom = [{"system": "phone", "value": record.phone}] if record.phone else []
    if record.email:
        telecom.append({"system": "email", "value": record.email})
    if telecom:
        told["telecom"] = telecom
    return told


def _names(record: SourceRecord) -> list[Resource]:
    given = record.given.split(" ")
    official: Resource = {"use": "official", "family": record.family, "given": given}
    if record.title:
        official["prefix"] = [record.title]
    listed = [official]
    if record.former:
        use = "maiden" if record.title == "Mrs" else "old"
        listed.append({"use": use, "family": record.former, "given": given})
    if record.known_as:
        listed.append({"use": "nickname", "given": [record.known_as]})
    return listed
