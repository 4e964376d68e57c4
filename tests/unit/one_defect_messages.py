"""Sound messages with one thing wrong, the rule that says so, where, and with which HTTP status."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from schemas.fhir.issue import Refused
from schemas.fhir.message import read_message_bytes
from schemas.fhir.reread import reread
from schemas.fhir.rules import RULES
from services.domain.message import read_message, subject_of
from tests.messages import a_message, resources
from tests.unit.one_defect import GONE, put
from tests.unit.sound_resources import Resource

HEADER, PATIENT, SAID = 0, 1, 2
NOWHERE = "urn:uuid:0f0f0f0f-0000-4000-8000-00000000000f"


class MessageDefect(NamedTuple):
    """What is wrong, made so in a sound message of a MessageHeader, a Patient and a Communication."""

    says: str
    spoil: Callable[[Resource], object]
    status: int
    rule: str
    place: str

    def body(self) -> bytes:
        """The bytes a sender sends."""
        return spoilt(self.spoil)


def spoilt(spoil: Callable[[Resource], object]) -> bytes:
    """A sound message after one change, as bytes."""
    bundle = a_message("one-defect", family="Canarywing", nhs_number="9998887770")
    spoil(bundle)
    return orjson.dumps(bundle)


def in_a_message(resource: Resource, event: str) -> bytes:
    """A message that carries the resource besides, about the message's person where it is about a person at all."""

    def spoil(bundle: Resource) -> None:
        patient = bundle["entry"][PATIENT]
        if resource.get("resourceType") == "Patient":
            patient["resource"] = resource
        else:
            bundle["entry"].append({"fullUrl": NOWHERE, "resource": resource})
        for one in resources(bundle):
            for field in ("subject", "patient"):
                if isinstance(one.get(field), dict) and "reference" in one[field]:
                    one[field] = {"reference": patient["fullUrl"]}
        coding = resources(bundle)[HEADER]["eventCoding"]
        coding["code"] = event
        if event == "another":
            coding["system"] = "urn:a:events"

    return spoilt(spoil)


def read_to_the_end(body: bytes) -> bool:
    """Whether the record reads every entry of what is accepted, or a known rule refuses it."""
    try:
        read_message_bytes(body)
    except Refused as refused:
        return {one.rule for one in refused.issues} <= RULES.keys()
    bundle = reread(body)
    versions = read_message(bundle, subject_of(bundle, "ZZT41", b"k" * 32), 0).versions
    return len(versions) == len(bundle["entry"])


def _put(path: str, value: Any) -> Callable[[Resource], object]:
    return lambda bundle: put(bundle, path, value)


def _again(number: int) -> Callable[[Resource], object]:
    """A second entry of the resource at `number`, under another fullUrl."""

    def spoil(bundle: Resource) -> None:
        bundle["entry"].append({"fullUrl": NOWHERE, "resource": resources(bundle)[number] | {"id": "again"}})

    return spoil


def _same_url(bundle: Resource) -> None:
    bundle["entry"][SAID]["fullUrl"] = bundle["entry"][HEADER]["fullUrl"]
    resources(bundle)[HEADER].pop("focus")


def _without_header(bundle: Resource) -> None:
    del bundle["entry"][HEADER]


def _without_patient(bundle: Resource) -> None:
    del bundle["entry"][PATIENT]
    resources(bundle)[-1]["subject"] = {"display": "somebody"}


def _by_urn(field: str, kind: str) -> Callable[[Resource], object]:
    """A reference by urn to an entry of this type."""

    def spoil(bundle: Resource) -> None:
        url = next(one["fullUrl"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind)
        resources(bundle)[SAID][field] = {"reference": url}

    return spoil


_ENTRY = "Bundle.entry[2].resource"

MESSAGE_DEFECTS = [
    MessageDefect("no entries", _put("entry", GONE), 400, "bundle-entry", "Bundle.entry"),
    MessageDefect("no type", _put("type", GONE), 400, "r4-required", "Bundle.type"),
    MessageDefect("an unknown type of Bundle", _put("type", "post"), 400, "r4-code", "Bundle.type"),
    MessageDefect("an empty entry list", _put("entry", []), 400, "r4-empty", "Bundle.entry"),
    MessageDefect("null among entries", _put("entry.3", None), 400, "r4-empty", "Bundle.entry[3]"),
    MessageDefect("a text among entries", _put("entry.3", "x"), 400, "r4-primitive", "Bundle.entry[3]"),
    MessageDefect("an entry without resource", _put("entry.2.resource", GONE), 400, "bundle-entry", _ENTRY),
    MessageDefect(
        "an entry with a request alone",
        _put("entry.3", {"request": {"method": "DELETE", "url": "Patient/x"}}),
        400,
        "r4-invariant",
        "Bundle.entry",
    ),
    MessageDefect("a total", _put("total", 3), 400, "r4-invariant", "Bundle.total"),
    MessageDefect("an unknown resource", _put("entry.2.resource.resourceType", "Diary"), 400, "r4-type",
                  f"{_ENTRY}.resourceType"),
    MessageDefect("a wrong code in a resource", _put("entry.1.resource.gender", "banana"), 400, "r4-code",
                  "Bundle.entry[1].resource.gender"),
    MessageDefect("one fullUrl twice", _same_url, 400, "full-url", "Bundle.entry[2].fullUrl"),
    MessageDefect("a fullUrl with a space", _put("entry.2.fullUrl", "urn:uuid: x"), 400, "r4-primitive",
                  "Bundle.entry[2].fullUrl"),
    MessageDefect("a urn of another type", _by_urn("encounter", "Patient"), 400, "r4-reference-type",
                  f"{_ENTRY}.encounter.reference"),
    MessageDefect("a local reference to nothing", _put("entry.2.resource.encounter", {"reference": "#e"}), 400,
                  "reference-resolves", f"{_ENTRY}.encounter.reference"),
    MessageDefect("no header", _without_header, 422, "message-header", "Bundle.entry[0].resource"),
    MessageDefect("a second header", _again(HEADER), 422, "message-header", "Bundle.entry[3].resource"),
    MessageDefect("nobody", _without_patient, 422, "one-person", "Bundle.entry"),
    MessageDefect("a second Patient", _again(PATIENT), 422, "one-person", "Bundle.entry[3].resource"),
    MessageDefect("about another Patient", _put("entry.2.resource.subject", {"reference": "Patient/other"}), 422,
                  "one-person", f"{_ENTRY}.subject"),
    MessageDefect("about somebody who is not there", _put("entry.2.resource.subject", {"reference": NOWHERE}),
                  422, "reference-resolves", f"{_ENTRY}.subject"),
]  # fmt: skip
"""Each has this one fault and no other."""
