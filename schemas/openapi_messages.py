"""The addresses where messages are taken, and where the server says what it does."""

from schemas.fhir.parse import MAX_MESSAGE_BYTES
from schemas.fhir.response import SAID
from schemas.openapi_parts import BEARER, FHIR_JSON, Item, answers, content, header, path

_GUID = {"type": "string", "format": "uuid"}
_BASE64 = {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/json"}

_HEADERS = [
    header("X-Request-Id", _GUID, "Names the request: the same id, sender and body is a retry."),
    header("X-Correlation-Id", _GUID, "Names the pathway of requests that belong together."),
    header(
        "NHSD-Target-Identifier", _BASE64, "Base64 of JSON with system and value: whom the request is for."
    ),
    header("NHSD-End-User-Organisation", _BASE64, "Base64 of a FHIR Organization: who asks."),
    header("NHSD-Requesting-Practitioner", _BASE64, "Base64 of a FHIR PractitionerRole: who asks."),
    header("NHSD-Requesting-Software", _BASE64, "Base64 of a FHIR Device: with what."),
    header(
        "use-context",
        {"type": "string", "examples": ["a4t2|validation|servicerequest-response|new"]},
        "The use case, as in BaRS.",
    ),
]

MESSAGES: Item = {
    "/fhir/$process-message": {
        "post": {
            "operationId": "processMessage",
            "summary": "Send one message about one person",
            "description": (
                "Answered when the message is kept. A retry of a request that was processed is answered with 409, "
                f"which is a success. A body has at most {MAX_MESSAGE_BYTES:,} bytes, before it is packed."
            ),
            "security": BEARER,
            "parameters": [
                *_HEADERS,
                header(
                    "Content-Encoding", {"type": "string", "enum": ["gzip", "identity"]}, "How it is packed."
                ),
            ],
            "requestBody": {
                "required": True,
                "content": {
                    FHIR_JSON: {
                        "schema": {
                            "oneOf": [
                                {"$ref": "#/components/schemas/Bundle"},
                                {"$ref": "#/components/schemas/Resource"},
                            ]
                        }
                    },
                    **content("application/cloudevents+json", "CloudEvent"),
                },
            },
            "responses": answers(
                f"{' Or: '.join(SAID.values())} A message Bundle is answered with one, all else with an "
                "OperationOutcome; either names what was repaired and which deviations were taken.",
                {
                    FHIR_JSON: {
                        "schema": {
                            "oneOf": [
                                {"$ref": "#/components/schemas/Bundle"},
                                {"$ref": "#/components/schemas/OperationOutcome"},
                            ]
                        }
                    }
                },
                *(400, 401, 406, 408, 409, 413, 415, 422, 425, 500, 503),
            ),
        }
    }
}

CONFORMANCE: Item = {
    "/fhir/metadata": {
        "get": {
            "operationId": "capabilities",
            "summary": "What this server does",
            "responses": answers("A CapabilityStatement.", content(FHIR_JSON, "CapabilityStatement"), 406),
        }
    },
    "/fhir/.well-known/smart-configuration": {
        "get": {
            "operationId": "smartConfiguration",
            "summary": "Where and how a partner's system gets its tokens (SMART App Launch 2.2.0)",
            "responses": answers("The configuration.", {"application/json": {"schema": {"type": "object"}}}),
        }
    },
    "/fhir/MessageDefinition": {
        "get": {
            "operationId": "messageDefinitions",
            "summary": "The use cases of BaRS that are taken, with their rules",
            "responses": answers("A searchset of MessageDefinitions.", content(FHIR_JSON, "Bundle")),
        }
    },
    "/fhir/MessageDefinition/{id}": {
        "get": {
            "operationId": "messageDefinition",
            "summary": "One use case",
            "parameters": [path("id", "Its id.")],
            "responses": answers("A MessageDefinition.", content(FHIR_JSON, "MessageDefinition"), 404),
        }
    },
    "/openapi.json": {
        "get": {
            "operationId": "openapi",
            "summary": "This document",
            "responses": answers("OpenAPI 3.1.", {"application/json": {"schema": {"type": "object"}}}),
        }
    },
    **{
        f"/fhir/Slot{instance}": {
            "get": {
                "operationId": f"{'read' if instance else 'search'}Slot",
                "summary": "Part of BaRS that is not served",
                "parameters": [path("id", "Any.")] if instance else [],
                "responses": {
                    status: answer for status, answer in answers("", {}, 501).items() if status != "200"
                },
            }
        }
        for instance in ("", "/{id}")
    },
}
