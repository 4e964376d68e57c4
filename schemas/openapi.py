"""The HTTP API as an OpenAPI 3.1 document. `python -m schemas.openapi` writes it to schemas/json/openapi.json."""

from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import TypeAdapter

from schemas.fhir.http_errors import HTTP_ERROR_SYSTEM
from schemas.notice import NoticePage
from schemas.openapi_messages import CONFORMANCE, MESSAGES
from schemas.openapi_reads import OUTCOMES, RECORDS
from schemas.openapi_uploads import UPLOADS
from schemas.outcome import OutcomePage
from schemas.scorecard import Scorecard
from schemas.uploads.preview import Committed, Preview

CAPABILITIES = [MESSAGES, CONFORMANCE, RECORDS, OUTCOMES, UPLOADS]
"""What each capability serves: its path items are added here."""

_TOLD: tuple[Any, ...] = (OutcomePage, NoticePage, Scorecard, Preview, Committed)

FILE = Path(__file__).with_name("json") / "openapi.json"

_DESCRIPTION = (
    "Partner systems send messages about people and read what became of them. Errors are FHIR OperationOutcomes, "
    f"coded as the Booking and Referral Standard codes them ({HTTP_ERROR_SYSTEM})."
)


def openapi_document() -> dict[str, Any]:
    """The document, from the tables and models by which the API works."""
    models: list[tuple[Any, Literal["serialization"], TypeAdapter[Any]]] = [
        (model, "serialization", TypeAdapter(model)) for model in _TOLD
    ]
    _, told = TypeAdapter.json_schemas(models, ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Carethread", "version": version("carethread"), "description": _DESCRIPTION},
        "paths": {path: item for capability in CAPABILITIES for path, item in capability.items()},
        "components": {
            "schemas": {**_FHIR_SCHEMAS, "ProblemDetails": _PROBLEM, **told["$defs"]},
            "headers": {
                name: {
                    "description": "As the request gave it.",
                    "schema": {"type": "string"},
                }
                for name in ("X-Request-Id", "X-Correlation-Id")
            },
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token that the partnership issued to the organisation.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "carethread",
                    "description": "The session of a browser that is signed in.",
                },
            },
        },
    }


def as_file() -> bytes:
    """The document as it is kept in FILE."""
    return orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2) + b"\n"


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"resourceType": {"const": kind}, **properties},
        "required": ["resourceType", *properties],
    }


_PROBLEM = {
    "type": "object",
    "description": "RFC 9457: the title says what is wrong, the detail what to do.",
    "properties": {"status": {"type": "integer"}, "title": {"type": "string"}, "detail": {"type": "string"}},
    "required": ["status", "title", "detail"],
}
_CODING = {
    "type": "object",
    "properties": {"system": {"type": "string"}, "code": {"type": "string"}},
    "required": ["system", "code"],
}
_ISSUE = {
    "type": "object",
    "properties": {
        "severity": {"enum": ["error", "warning", "information"]},
        "code": {"type": "string"},
        "diagnostics": {"type": "string"},
        "details": {"type": "object", "properties": {"coding": {"type": "array", "items": _CODING}}},
        "expression": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["severity", "code", "diagnostics"],
}
_FHIR_SCHEMAS: dict[str, Any] = {
    "OperationOutcome": _resource(
        "OperationOutcome", issue={"type": "array", "items": _ISSUE, "minItems": 1}
    ),
    "Bundle": _resource(
        "Bundle", type={"enum": ["message", "searchset", "collection"]}, entry={"type": "array"}
    ),
    "Searchset": {
        "type": "object",
        "description": "A Bundle of what was found; without entries where nothing was.",
        "properties": {
            "resourceType": {"const": "Bundle"},
            "type": {"const": "searchset"},
            "entry": {"type": "array", "minItems": 1},
        },
        "required": ["resourceType", "type"],
    },
    "CapabilityStatement": _resource("CapabilityStatement", fhirVersion={"const": "4.0.1"}),
    "Parameters": _resource("Parameters", parameter={"type": "array", "minItems": 1}),
    "MessageDefinition": _resource("MessageDefinition", id={"type": "string"}, eventCoding=_CODING),
    "Resource": {
        "type": "object",
        "description": "Any FHIR R4 resource about one person.",
        "properties": {"resourceType": {"type": "string", "not": {"enum": ["Bundle", "OperationOutcome"]}}},
        "required": ["resourceType"],
    },
    "CloudEvent": {
        "type": "object",
        "description": "CloudEvents 1.0, of the NHS Multicast Notification Service.",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "minLength": 1},
            "source": {"type": "string", "minLength": 1},
            "type": {"type": "string", "minLength": 1},
            "time": {"type": "string", "format": "date-time"},
            "subject": {"type": "string"},
        },
        "required": ["specversion", "id", "source", "type"],
    },
}

if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(as_file())
