"""A service of Open Referral UK as the HealthcareService that lists it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from schemas.open_referral.page import Address, Schedule, Service

Resource = dict[str, Any]

URI = "urn:ietf:rfc:3986"
"""The identifier system of what is a URI by itself (FHIR R4 datatypes.html#Identifier)."""

_DAYS = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}


def healthcare_service(service: Service, system: str | None) -> Resource:
    """The HealthcareService. Its identifier is of `system`, else `urn:uuid:` and its id, which is a UUID then.

    Raises:
        ValueError: no system is given, and the id is no UUID.
    """
    provider = {"display": service.organization.name} if service.organization else None
    told: Resource = {
        "resourceType": "HealthcareService",
        "identifier": [_identifier(service.id, system)],
        "active": service.status == "active",
        "providedBy": provider,
        "category": [{"text": "Community asset"}],
        "type": [*_types(service)],
        "location": [{"display": place} for place in _places(service)],
        "name": service.name,
        "comment": service.description,
        "extraDetails": "\n\n".join(_details(service)),
        "telecom": [*_telecom(service)],
        "eligibility": [{"comment": service.eligibility_description}]
        if service.eligibility_description
        else [],
        "referralMethod": [{"text": service.application_process}] if service.application_process else [],
        "availableTime": [time for one in service.schedules if (time := _open(one))],
    }
    return {name: node for name, node in told.items() if node not in (None, "", [])}


def _identifier(id_: str, system: str | None) -> Resource:
    return {"system": system, "value": id_} if system else {"system": URI, "value": UUID(id_).urn}


def _types(service: Service) -> Iterator[Resource]:
    for one in service.attributes:
        term = one.taxonomy_term
        if term and (term.name or term.code):
            yield {"text": term.name or term.code}


def _places(service: Service) -> list[str]:
    """Each place once, by name and address."""
    found = []
    for at in service.service_at_locations:
        if at.location:
            addresses = [_address(one) for one in at.location.addresses]
            found.append(", ".join(part for part in (at.location.name, *addresses[:1]) if part))
    return [place for place in dict.fromkeys(found) if place]


def _address(one: Address) -> str:
    parts = (one.address_1, one.address_2, one.city, one.state_province, one.postal_code)
    return ", ".join(part for part in parts if part)


def _details(service: Service) -> Iterator[str]:
    if service.status != "active":
        yield f"{service.status.capitalize()}."
    yield from (text for text in (service.alert, service.fees_description, service.url) if text)
    yield from (one.description for one in service.schedules if one.description and not _open(one))


def _telecom(service: Service) -> Iterator[Resource]:
    phones = [*service.phones, *(phone for one in service.contacts for phone in one.phones)]
    emails = [service.email, *(one.email for one in service.contacts)]
    yield from (
        {"system": "phone", "value": number} for number in dict.fromkeys(one.number for one in phones)
    )
    yield from ({"system": "email", "value": email} for email in dict.fromkeys(emails) if email)


def _open(one: Schedule) -> Resource | None:
    """On which days of every week it is open; nothing where it is open otherwise."""
    if not one.byday or (one.freq or "WEEKLY").upper() != "WEEKLY":
        return None
    days = one.byday.split(",")
    if not all(day in _DAYS for day in days):
        return None
    told: Resource = {"daysOfWeek": list(dict.fromkeys(_DAYS[day] for day in days))}
    for name, time in (("availableStartTime", one.opens_at), ("availableEndTime", one.closes_at)):
        if time:
            told[name] = time[:8] if time[5:6] == ":" else f"{time[:5]}:00"
    return told
