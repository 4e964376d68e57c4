"""Whom a message from the pages is about: the person as they are known already, under a local number of the pages."""

from typing import Any, NamedTuple

from schemas.uploads.resources import HOME

Resource = dict[str, Any]

_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"


class Described(NamedTuple):
    """What is best known of the person; empty where nothing is."""

    local: str
    """What the organisation's pages call the person: the same for as long as they write of them."""
    nhs_number: str = ""
    """A valid one."""
    family: str = ""
    given: str = ""
    birth_date: str = ""
    gender: str = ""
    address: tuple[str, str, str] = ("", "", "")
    """Lines, town and postcode."""
    phone: str = ""
    confidentiality: str = ""
    """R or V (HL7 v3-Confidentiality) where another system of the organisation says so of the person; else empty."""


def page_system(organisation: str, what: str) -> str:
    """The identifier system of what an organisation writes on the pages."""
    return f"{HOME}/Id/page/{organisation}/{what}"


def patient(who: Described, organisation: str) -> Resource:
    """The Patient.

    Where the person lives is said only where no NHS number is known: with one, that and the name are enough to know
    them again, and nothing is handed on that is not needed for it.
    """
    identifier = [{"system": page_system(organisation, "person"), "value": who.local}]
    if who.nhs_number:
        identifier.append({"system": NHS_NUMBER, "value": who.nhs_number})
    told: Resource = {"resourceType": "Patient", "identifier": identifier}
    if who.confidentiality:
        told["meta"] = {"security": [{"system": _CONFIDENTIALITY, "code": who.confidentiality}]}
    name: Resource = {"family": who.family} if who.family else {}
    if who.given:
        name["given"] = who.given.split()
    if name:
        told["name"] = [name]
    if who.birth_date:
        told["birthDate"] = who.birth_date
    if who.gender:
        told["gender"] = who.gender
    if not who.nhs_number:
        told |= _whereabouts(who)
    return told


def _whereabouts(who: Described) -> Resource:
    lines, town, postcode = who.address
    parts = {"line": [lines] if lines else [], "city": town, "postalCode": postcode}
    address = {element: told for element, told in parts.items() if told}
    found: Resource = {"address": [address]} if address else {}
    return found | ({"telecom": [{"system": "phone", "value": who.phone}]} if who.phone else {})
