"""Events of the NHS Multicast Notification Service (MNS): CloudEvents 1.0 that say what PDS learnt of a person.

They carry no clinical content: an NHS number, what happened to whom it belongs, and when.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.subject import PERSON_URL, Resource, person_known_by
from schemas.fhir.systems import NHS_NUMBER

EVENT_SYSTEM = "https://carethread.example/cloud-event"
"""The system of the tag by which a Patient names the type of event that told of it."""

_RULE = "cloud-event"
_REQUIRED = ("specversion", "id", "source", "type", "time", "subject")
"""CloudEvents 1.0.2 asks for the first four; MNS gives the others with every event."""

_TYPE = re.compile(r"(?P<name>.+)-(?P<version>[0-9]+)")
_CATALOGUE = ("pds-", "nhs-number-", "patientflags-")
_MNS_SOURCE = "uk.nhs."
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
)
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.+)?)?)?")
_NUMBER = re.compile(r"[0-9]{10}")
_DEATH_DATES = frozenset({"deceaseddatetime", "deceaseddate", "dateofdeath", "deathdate"})
_DEATH_STATUS = "deathnotificationstatus"
_REMOVED = "U"  # UKCore-DeathNotificationStatus: 1 informal, 2 formal, U removed


def bundle_of_event(event: Resource) -> Resource:
    """What the event says of the person, as a Bundle with a Patient and the event's time.

    A death is told as deceasedDateTime where the event has the date, else as deceasedBoolean; a change of NHS
    number as a Patient.link to the new number. All other events tell of nothing but the number.

    Raises:
        Refused: it lacks an attribute or has a wrong one (400), or is no event of MNS (422).
    """
    if issues := [*_issues(event)]:
        raise Refused(issues)
    found = _TYPE.fullmatch(event["type"])
    name = found["name"] if found else event["type"]
    if not (name.startswith(_CATALOGUE) or event["source"].startswith(_MNS_SOURCE)):
        text = "This is no event of the Multicast Notification Service: its source is not uk.nhs.*."
        raise Refused([Issue("not-supported", text, "source", _RULE)], status=422)
    patient = person_known_by(event["subject"]) | _facts(name, event)
    patient["meta"] = {
        "source": f"{event['source']}#{event['id']}",
        "tag": [{"system": EVENT_SYSTEM, "code": event["type"]}],
    }
    return {
        "resourceType": "Bundle",
        "id": event["id"],
        "type": "collection",
        "timestamp": event["time"].upper(),
        "entry": [{"fullUrl": PERSON_URL, "resource": patient}],
    }


def _issues(event: Resource) -> Iterator[Issue]:
    for name in _REQUIRED:
        value = event.get(name)
        if value is None or value == "":
            yield Issue("required", f"An event has the attribute '{name}'.", name, _RULE)
        elif not isinstance(value, str):
            yield Issue("value", "The attribute is a text.", name, _RULE)
        elif name == "specversion" and value != "1.0":
            yield Issue("value", "CloudEvents of version 1.0 are taken.", name, _RULE)
        elif name == "time" and not _is_instant(value.upper()):
            yield Issue("value", "The time is an instant such as 2026-05-04T10:00:00Z.", name, _RULE)
        elif name == "subject" and not _NUMBER.fullmatch(value):
            yield Issue("value", "The subject of an MNS event is an NHS number of ten digits.", name, _RULE)


def _is_instant(text: str) -> bool:
    return _TIME.fullmatch(text) is not None and _is_day(text[:10])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _facts(name: str, event: Resource) -> Resource:
    if name.startswith("pds-death-notification"):
        return _death(event)
    if name.startswith("nhs-number-change"):
        return _new_number(event)
    return {}


def _death(event: Resource) -> Resource:
    said = [*_texts(event.get("data")), *_texts(event.get("filtering"))]
    if any(name == _DEATH_STATUS and value == _REMOVED for name, value in said):
        return {"deceasedBoolean": False}
    dates = [value for name, value in said if name in _DEATH_DATES and _is_date(value)]
    return {"deceasedDateTime": dates[0]} if dates else {"deceasedBoolean": True}


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text) or ("T" in text and not _TIME.fullmatch(text)):
        return False
    return _is_day((text[:10] + "-01-01")[:10])


def _new_number(event: Resource) -> Resource:
    """The other number, where the event names exactly one: a guess between two would link two people."""
    said = [value for _, value in [*_texts(event.get("data")), *_texts(event.get("filtering"))]]
    pointer = event.get("dataref")
    if isinstance(pointer, str):
        said.append(pointer.rstrip("/").rpartition("/")[2])
    others = {value for value in said if _NUMBER.fullmatch(value)} - {event["subject"]}
    if len(others) != 1:
        return {}
    other = {"identifier": {"system": NHS_NUMBER, "value": others.pop()}}
    return {"link": [{"other": other, "type": "replaced-by"}]}


def _texts(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text within `node` with the name it stands under, in the order of the names, whatever that of the JSON."""
    if isinstance(node, dict):
        for field in sorted(node):
            yield from _texts(node[field], re.sub(r"[^a-z]", "", field.lower()))
    elif isinstance(node, list):
        for one in node:
            yield from _texts(one, name)
    elif isinstance(node, str):
        yield name, node
