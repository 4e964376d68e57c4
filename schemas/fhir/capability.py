"""What this server does, as a FHIR CapabilityStatement."""

from importlib.metadata import version
from typing import Any

from schemas.fhir.bars_tables import MAJOR_VERSION
from schemas.fhir.capability_reads import resources_read
from schemas.fhir.message_definitions import CHANGED, message_definitions
from schemas.fhir.parse import MAX_MESSAGE_BYTES
from schemas.fhir.response import SOFTWARE

_SECURITY = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": code}
        for code in ("OAuth", "SMART-on-FHIR")
    ],
    "text": (
        "Authorization: Bearer, with the token that the partnership issued to the organisation. Its SMART scopes, "
        "where it has any, limit what it reads: system/Patient.rs, system/*.rs, system/ServiceRequest.r."
    ),
}
_CHECK = {
    "name": "check",
    "definition": f"{SOFTWARE}/OperationDefinition/ServiceRequest-check",
    "documentation": (
        "What is already open, or was lately rejected or completed, for something like the referral in the body: "
        "asked before referring."
    ),
}


def capability_statement() -> dict[str, Any]:
    """The messages, resources, operations and versions that are spoken."""
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{SOFTWARE}/CapabilityStatement/carethread",
        "name": "Carethread",
        "title": "Carethread: one continuous care record per person",
        "status": "active",
        "date": CHANGED,
        "kind": "instance",
        "software": {"name": "Carethread", "version": version("carethread")},
        "implementation": {"description": "The FHIR door of a wellbeing partnership."},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": (
                    f"Versions {MAJOR_VERSION}.x of the Booking and Referral Standard. A body has at most "
                    f"{MAX_MESSAGE_BYTES:,} bytes, plain or in gzip."
                ),
                "security": {"service": [_SECURITY]},
                "resource": [
                    {
                        "type": "MessageDefinition",
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "documentation": "The use cases of BaRS that are taken, with their rules.",
                    },
                    *resources_read({"ServiceRequest": [_CHECK]}),
                ],
                "operation": [
                    {
                        "name": "process-message",
                        "definition": "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message",
                        "documentation": (
                            "One message, one resource about one person, or one CloudEvent of the Multicast "
                            "Notification Service."
                        ),
                    }
                ],
            }
        ],
        "messaging": [
            {
                "documentation": "Answered at once; what became of a message later is at GET /outcomes.",
                "supportedMessage": [
                    {"mode": "receiver", "definition": definition["url"]}
                    for definition in message_definitions()
                ],
            }
        ],
    }
