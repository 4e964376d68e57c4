"""What systems say of invented referrals: short builders of words, for the tests of referral threads."""

import hashlib
from typing import Any

from services.domain.record.instant import instant_text, moment_ticks
from services.domain.record.referrals.threads import Thread
from services.domain.record.word import Word
from tests.streams.fhir_builders import NHS, Organisation, Resource, organisation_reference
from tests.streams.norfolk_suffolk_partners import SURGERY, TRUST

FIRST, SECOND = "100200300401", "100200300402"
"""The UBRNs of a referral and of the one it is passed on by."""
UUID = "236bb75d-90ef-461f-b71e-fde7f899802c"
JOURNEY = {"reference": f"EpisodeOfCare/{UUID}"}

UBRN = f"{NHS}/Id/UBRN"
ODS = f"{NHS}/Id/ods-organization-code"


def ticks(text: str) -> int:
    """The ticks of a FHIR date or dateTime."""
    found = moment_ticks(text)
    assert found is not None
    return found


def key(*parts: str) -> bytes:
    """A key of the right length, one for the same parts."""
    return hashlib.sha256("|".join(parts).encode()).digest()[:16]


def word(teller: Organisation, resource: Resource, at: str, entry: str = "") -> Word:
    """What a system says of one thing, told at an instant; words of one `entry` are folded."""
    own = key(teller.ods, resource["resourceType"], resource["id"])
    return Word(own, key(entry) if entry else own, key(teller.ods), teller.ods, resource, ticks(at))


def ubrn(value: str) -> Resource:
    """The number of the e-Referral Service, as an identifier."""
    return {"system": UBRN, "value": value}


def request(
    local: str,
    to: Organisation | None,
    on: str,
    *,
    by: Organisation = SURGERY,
    teller: Organisation | None = None,
    at: str = "",
    entry: str = "",
    **more: Any,
) -> Word:
    """A referral, told by the one who asks unless another is the teller."""
    resource: Resource = {
        "resourceType": "ServiceRequest",
        "id": local,
        "status": "active",
        "intent": "order",
        "authoredOn": on,
        "requester": organisation_reference(by),
        **({"performer": [organisation_reference(to)]} if to else {}),
        "code": {"text": "Befriending"},
        **more,
    }
    return word(teller or by, resource, at or on, entry)


def task(
    local: str, teller: Organisation, focus: Resource, status: str, on: str, why: str = "", **more: Any
) -> Word:
    """An answer to a referral, by the one who tells it unless it has another owner."""
    resource: Resource = {
        "resourceType": "Task",
        "id": local,
        "status": status,
        "intent": "order",
        "focus": focus,
        "lastModified": on,
        "owner": organisation_reference(teller),
        **({"statusReason": {"text": why}} if why else {}),
        **more,
    }
    return word(teller, resource, on)


def visit(local: str, teller: Organisation, start: str, of: Resource | None, **more: Any) -> Word:
    """A contact that took place because of a referral."""
    resource: Resource = {
        "resourceType": "Encounter",
        "id": local,
        "status": "finished",
        "type": [{"text": "First visit"}],
        "period": {"start": start},
        "serviceProvider": organisation_reference(teller),
        **({"basedOn": [of]} if of else {}),
        **more,
    }
    return word(teller, resource, start)


def booking(local: str, teller: Organisation, start: str, of: Resource, on: str, **more: Any) -> Word:
    """A booking that was made, on a day, because of a referral."""
    resource: Resource = {
        "resourceType": "Appointment",
        "id": local,
        "status": "booked",
        "start": start,
        "basedOn": [of],
        **more,
    }
    return word(teller, resource, on)


def named(value: str) -> Resource:
    """A reference to a referral by its UBRN: what any system can make."""
    return {"type": "ServiceRequest", "identifier": ubrn(value)}


def own(local: str, kind: str = "ServiceRequest") -> Resource:
    """A reference to what the same system tells of."""
    return {"reference": f"{kind}/{local}"}


def by_code(ods: str, **more: str) -> Resource:
    """A reference to an organisation by its ODS code alone."""
    return {"identifier": {"system": ODS, "value": ods}, **more}


def first(to: Organisation | None = TRUST, **more: Any) -> Word:
    """The surgery asks, on 2 March."""
    return request("sr-1", to, "2026-03-02T09:00:00Z", **({"identifier": [ubrn(FIRST)]} | more))


def onward(to: Organisation, on: str, *, by: Organisation = TRUST, local: str = "sr-2", **more: Any) -> Word:
    """It is passed on, as a referral that is based on the first."""
    return request(local, to, on, by=by, **({"basedOn": [named(FIRST)], "identifier": [ubrn(SECOND)]} | more))


def no(teller: Organisation, on: str, number: str = FIRST) -> Word:
    """A rejection."""
    return task("no", teller, named(number), "rejected", on, "Not for us")


def yes(teller: Organisation, on: str, number: str = FIRST) -> Word:
    """An acceptance."""
    return task("yes", teller, named(number), "accepted", on, "Gladly")


def holders(thread: Thread) -> list[str]:
    """Who held it, and since which month and day."""
    return [f"{one.organisation.name} {instant_text(one.since)[5:10]}" for one in thread.held]
