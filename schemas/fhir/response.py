"""The answer to an accepted message: a FHIR message Bundle of its own."""

from typing import Any
from uuid import uuid4

from schemas.fhir.issue import Issue, operation_outcome

SOFTWARE = "https://carethread.example"


def response_bundle(request: dict[str, Any], key: str, outcome: str, said: str) -> dict[str, Any]:
    """What became of `request`: `outcome` is accepted or duplicate, `key` its message key in hexadecimal."""
    header_url, outcome_url = f"urn:uuid:{uuid4()}", f"urn:uuid:{uuid4()}"
    asked = request["entry"][0]["resource"]
    header: dict[str, Any] = {
        "resourceType": "MessageHeader",
        "source": {"name": "Carethread", "endpoint": SOFTWARE},
        "response": {
            "identifier": asked.get("id") or request.get("id") or key,
            "code": "ok",
            "details": {"reference": outcome_url},
        },
    }
    for event in ("eventCoding", "eventUri"):
        if event in asked:
            header[event] = asked[event]
    code = "duplicate" if outcome == "duplicate" else "informational"
    details = operation_outcome([Issue(code, said)], severity="information")
    details["issue"][0]["details"] = {"coding": [{"system": f"{SOFTWARE}/outcome", "code": outcome}]}
    return {
        "resourceType": "Bundle",
        "type": "message",
        "identifier": {"system": f"{SOFTWARE}/message-key", "value": key},
        "entry": [
            {"fullUrl": header_url, "resource": header},
            {"fullUrl": outcome_url, "resource": details},
        ],
    }
