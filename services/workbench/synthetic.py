"""A synthetic stream of any size: invented people, told of by several systems, the same for the same seed."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import nhs_number
import orjson

_SENDERS = ("ZZT41", "ZZG07", "ZZC12", "ZZV33", "ZZV58")
_GIVEN = ("Ada", "Ben", "Cleo", "Dev", "Esme", "Finn", "Grace", "Hugo", "Iris", "Jude", "Kezia", "Leo")
_FAMILY = ("Marsh", "Reed", "Heron", "Larke", "Fenn", "Broad", "Wherry", "Staithe", "Carr", "Dyke")
_UNIT = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters that the last two of a postcode may be."""
_START = datetime(2026, 3, 2, 9, tzinfo=UTC)
_NOTE = "We walked by the river and talked about what a good week would look like. "


def synthetic_stream(messages: int, people: int, seed: int) -> Iterator[bytes]:
    """Stream lines of `messages` distinct messages about `people` people, about 3 kB each.

    NHS numbers are of the 999 test range; every fifth message revises the one before it.
    """
    dice = random.Random(seed)
    known = [_person(dice, number) for number in range(people)]
    person, sender = known[0], _SENDERS[0]
    for number in range(messages):
        revises = number % 5 == 4
        if not revises:
            person, sender = dice.choice(known), dice.choice(_SENDERS)
        at = _START + timedelta(minutes=7 * number)
        message = _message(dice, number - revises, person, sender, at) | {"id": f"message-{number}"}
        line = {"sender": sender, "sent": at.isoformat(timespec="seconds"), "message": message}
        yield orjson.dumps(line)


def _person(dice: random.Random, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "nhs_number": _nhs_number(number),
        "given": dice.choice(_GIVEN),
        "family": dice.choice(_FAMILY),
        "born": f"{dice.randint(1940, 2008)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
    }


def _nhs_number(number: int) -> str:
    """The `number`-th tenth of the 999 range that has a check digit."""
    nine = 999_000_000 + number * 7 % 1_000_000
    while True:
        for digit in "0123456789":
            if nhs_number.is_valid(f"{nine}{digit}"):
                return f"{nine}{digit}"
        nine += 1


def _postcode(number: int) -> str:
    """One of 180,000; people of one postcode would be compared with one another, as a family is."""
    district, unit = divmod(number, 4_000)
    first, second = divmod(unit // 10, 20)
    return f"NR{1 + district % 45} {unit % 10}{_UNIT[first]}{_UNIT[second]}"


def _message(
    dice: random.Random, number: int, person: dict[str, Any], sender: str, at: datetime
) -> dict[str, Any]:
    instant = at.isoformat(timespec="milliseconds")
    urls = [f"urn:uuid:{UUID(int=dice.getrandbits(128), version=4)}" for _ in range(5)]
    meta = {"lastUpdated": instant}
    subject = {"reference": urls[1]}
    resources: list[dict[str, Any]] = [
        {
            "resourceType": "MessageHeader",
            "id": f"header-{number}",
            "eventCoding": {
                "system": "https://fhir.nhs.uk/CodeSystem/message-events-bars",
                "code": "servicerequest-response",
            },
            "source": {"name": sender, "endpoint": f"https://{sender.lower()}.example"},
            "focus": [{"reference": urls[2]}],
        },
        {
            "resourceType": "Patient",
            "id": f"person-{person['number']}",
            "meta": meta,
            "identifier": [
                {"system": f"https://{sender.lower()}.example/person", "value": str(person["number"])},
                {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": person["nhs_number"]},
            ],
            "name": [{"use": "official", "family": person["family"], "given": [person["given"]]}],
            "birthDate": person["born"],
            "address": [
                {"line": ["1 Quay Street"], "city": "Norwich", "postalCode": _postcode(person["number"])}
            ],
        },
        {
            "resourceType": "Encounter",
            "id": f"contact-{number}",
            "meta": meta,
            "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "type": [{"text": "Wellbeing contact"}],
            "subject": subject,
            "period": {"start": instant},
        },
        {
            "resourceType": "Observation",
            "id": f"score-{number}",
            "meta": meta,
            "status": "final",
            "code": {"text": "PHQ-9 total score"},
            "subject": subject,
            "encounter": {"reference": urls[2]},
            "effectiveDateTime": instant,
            "valueInteger": dice.randint(0, 27),
        },
        {
            "resourceType": "Communication",
            "id": f"note-{number}",
            "meta": meta,
            "status": "completed",
            "category": [{"text": "Peer-support note"}],
            "subject": subject,
            "sent": instant,
            "payload": [{"contentString": _NOTE * dice.randint(4, 12)}],
        },
    ]
    return {
        "resourceType": "Bundle",
        "type": "message",
        "timestamp": instant,
        "entry": [
            {"fullUrl": url, "resource": resource} for url, resource in zip(urls, resources, strict=True)
        ],
    }
