"""Messages that are not accepted, each with what has to be said of it."""

from collections.abc import Callable
from typing import Any

import orjson

from schemas.fhir.parse import MAX_DEPTH
from tests.messages import a_message, resources
from tests.streams.fhir_builders import Resource

FAMILY, NUMBER, NOTE = "Canarywing", "9998887770", "The kestrel told her of the lighthouse"
HEADER, PATIENT, SAID = 0, 1, 2


def _spoilt(spoil: Callable[[Resource], object]) -> bytes:
    """A sound message after one change."""
    bundle = a_message("canary-4471", NOTE, family=FAMILY, nhs_number=NUMBER)
    spoil(bundle)
    return orjson.dumps(bundle)


def _changed(place: int, **fields: Any) -> bytes:
    """A sound message with other fields in one of its resources."""
    return _spoilt(lambda bundle: resources(bundle)[place].update(fields))


def _second_patient(bundle: Resource) -> None:
    other = resources(bundle)[PATIENT] | {"id": "person-other"}
    bundle["entry"].append({"fullUrl": "urn:uuid:0f0f0f0f-0000-4000-8000-000000000001", "resource": other})


def _as_batch(bundle: Resource) -> None:
    bundle["type"] = "batch"
    for entry in bundle["entry"]:
        entry["request"] = {"method": "POST", "url": entry["resource"]["resourceType"]}


SOUND = _spoilt(lambda _: None)
DEEP: Any = "the bottom"
for _ in range(MAX_DEPTH + 1):
    DEEP = {"extension": [DEEP]}

REFUSED: dict[str, tuple[bytes, int, str, str]] = {
    # what is wrong: the body, the status, where (an expression, or words of the diagnostics), the issue code
    "an empty body": (b"", 400, "line 1, column 1", "structure"),
    "not JSON": (
        SOUND.replace(b'"type":"message"', b'\n\n "type":message'),
        400,
        "line 3, column 9",
        "structure",
    ),
    "cut short": (SOUND[:-40], 400, "line 1, column", "structure"),
    "not UTF-8": (SOUND.replace(b"Canarywing", b"Canary\xffwing"), 400, "line 1, column", "structure"),
    "a lone surrogate": (SOUND.replace(b"Canarywing", b"Canary\\ud800"), 400, "line 1, column", "structure"),
    "not a number": (_changed(SAID).replace(b'"completed"', b"NaN"), 400, "line 1, column", "structure"),
    "a list": (b"[" + SOUND + b"]", 400, "Bundle", "structure"),
    "an organisation alone": (
        b'{"resourceType": "Organization", "name": "Tidewell Peers"}',
        422,
        "Organization",
        "required",
    ),
    "an empty Bundle": (b'{"resourceType": "Bundle", "type": "message"}', 400, "Bundle.entry", "required"),
    "no entries": (_spoilt(lambda b: b["entry"].clear()), 400, "Bundle.entry", "invalid"),
    "another Bundle type": (
        _spoilt(_as_batch),
        422,
        "Bundle.type",
        "value",
    ),
    "nobody": (_spoilt(lambda b: b["entry"].pop(PATIENT)), 422, "Bundle.entry", "required"),
    "no header first": (
        _spoilt(lambda b: b["entry"].reverse()),
        422,
        "Bundle.entry[0].resource",
        "required",
    ),
    "two Patients": (_spoilt(_second_patient), 422, "Bundle.entry[3].resource", "business-rule"),
    "about another Patient": (
        _changed(SAID, subject={"reference": "Patient/somebody-else"}),
        422,
        "Bundle.entry[2].resource.subject",
        "business-rule",
    ),
    "an entry without resource": (
        _spoilt(lambda b: b["entry"][SAID].pop("resource")),
        400,
        "Bundle.entry[2].resource",
        "required",
    ),
    "an unknown resourceType": (
        _changed(SAID, resourceType="Diary"),
        400,
        "Bundle.entry[2].resource.resourceType",
        "structure",
    ),
    "no such date": (
        _changed(PATIENT, birthDate="1990-13-40"),
        400,
        "Bundle.entry[1].resource.birthDate",
        "value",
    ),
    "a field R4 lacks": (
        _changed(SAID, mood=NOTE),
        400,
        "Bundle.entry[2].resource.mood",
        "structure",
    ),
    "a field of the wrong type": (
        _changed(PATIENT, name=FAMILY),
        400,
        "Bundle.entry[1].resource.name",
        "structure",
    ),
    "a required field missing": (
        _spoilt(lambda b: resources(b)[SAID].pop("status")),
        400,
        "Bundle.entry[2].resource.status",
        "required",
    ),
    "null among names": (_changed(PATIENT, name=[None]), 400, "Bundle.entry[1].resource.name", "invalid"),
    "null among notes": (_changed(SAID, payload=[None]), 400, "Bundle.entry[2].resource.payload", "invalid"),
    "null for a list": (
        _changed(PATIENT, identifier=[{"value": None}, None]),
        400,
        "Bundle.entry[1].resource.identifier",
        "invalid",
    ),
    "null among entries": (_spoilt(lambda b: b["entry"].append(None)), 400, "Bundle.entry[3]", "invalid"),
    "an unknown contained type": (
        _changed(SAID, contained=[{"resourceType": "Diary"}]),
        400,
        "Bundle",
        "structure",
    ),
    "too deep": (_changed(SAID, extension=[DEEP]), 400, f"more than {MAX_DEPTH} levels", "structure"),
    "U+0000": (_changed(PATIENT, gender="\0" + NOTE), 400, "U+0000", "value"),
}
