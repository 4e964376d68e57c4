"""The answer to an accepted message: what became of it, and what its sender should know of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from schemas.fhir.issue import Issue, operation_outcome
from schemas.fhir.note import Note

SOFTWARE = "https://carethread.example"
OUTCOME_SYSTEM = f"{SOFTWARE}/outcome"
NOTE_SYSTEM = f"{SOFTWARE}/note"
MESSAGE_KEY_SYSTEM = f"{SOFTWARE}/message-key"

SAID = {
    "accepted": "The message is kept, and will be in the record.",
    "duplicate": "This very message was accepted before; nothing changes.",
}

_CODES = {"accepted": "informational", "duplicate": "duplicate"}
_SAID_AS = {
    # kind of a note: severity and issue code
    "repair": ("information", "informational"),
    "deviation": ("warning", "business-rule"),
}


def outcome_of(key: str, outcome: str, notes: Sequence[Note]) -> dict[str, Any]:
    """What became of a message as an OperationOutcome whose id is the message key.

    `outcome` is accepted or duplicate and is the first issue; each repair and deviation follows as one.
    """
    told = operation_outcome([Issue(_CODES[outcome], SAID[outcome])], severity="information")
    told["issue"][0]["details"] = {"coding": [{"system": OUTCOME_SYSTEM, "code": outcome}]}
    told["issue"] += [_issue(note) for note in notes]
    return {"resourceType": told.pop("resourceType"), "id": key, **told}


def response_bundle(request: dict[str, Any], key: str, outcome: str, notes: Sequence[Note]) -> dict[str, Any]:
    """What became of the message Bundle `request`, as the message Bundle that answers it.

    `key` is its message key in hexadecimal, and also the answer's identifier.
    """
    header_url, outcome_url = f"urn:uuid:{uuid4()}", f"urn:uuid:{uuid4()}"
    asked = request["entry"][0]["resource"]
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    header: dict[str, Any] = {
        "resourceType": "MessageHeader",
        "meta": {"lastUpdated": now},
        "source": {"name": "Carethread", "endpoint": SOFTWARE},
        "response": {
            "identifier": asked.get("id") or request.get("id") or key,
            "code": "ok",
            "details": {"reference": outcome_url},
        },
    }
    header |= {name: asked[name] for name in ("eventCoding", "eventUri", "reason") if name in asked}
    told = outcome_of(key, outcome, notes)
    return {
        "resourceType": "Bundle",
        "meta": {"lastUpdated": now},
        "type": "message",
        "identifier": {"system": MESSAGE_KEY_SYSTEM, "value": key},
        "timestamp": now,
        "entry": [
            {"fullUrl": header_url, "resource": header},
            {"fullUrl": outcome_url, "resource": told | {"meta": {"lastUpdated": now}}},
        ],
    }


def _issue(note: Note) -> dict[str, Any]:
    severity, code = _SAID_AS[note.kind]
    text = note.text if note.count == 1 else f"{note.text} In {note.count} places."
    issue: dict[str, Any] = {
        "severity": severity,
        "code": code,
        "details": {"coding": [{"system": NOTE_SYSTEM, "code": note.name}], "text": note.kind},
        "diagnostics": text,
    }
    return issue | ({"expression": [note.place]} if note.place else {})
