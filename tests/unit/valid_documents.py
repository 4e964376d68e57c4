"""Changes to sound R4 resources after which they are as valid as before."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemas.fhir.r4 import REQUIRED_CODES
from tests.unit.one_defect import GONE, put
from tests.unit.sound_resources import ABSENT, Resource, sound


class Valid(NamedTuple):
    """What may be said, made so by putting values at paths of a sound document."""

    says: str
    document: str
    changes: dict[str, Any]

    def made(self) -> Resource:
        """The document as it may be sent."""
        document = sound(self.document)
        for path, value in self.changes.items():
            put(document, path, value)
        return document


def _value(datatype: str, value: Any) -> Valid:
    return Valid(
        f"value{datatype}", "Patient", {"extension.0": {"url": "urn:a:x", f"value{datatype}": value}}
    )


_STATUSES = {
    ("Encounter", "status"): ("Encounter", "status"),
    ("EncounterStatusHistory", "status"): ("Encounter", "statusHistory.0.status"),
    ("Observation", "status"): ("Observation", "status"),
    ("QuestionnaireItem", "type"): ("Questionnaire", "item.0.type"),
    ("OperationOutcomeIssue", "code"): ("OperationOutcome", "issue.0.code"),
    ("TimingRepeat", "when"): ("MedicationRequest", "dosageInstruction.0.timing.repeat.when.0"),
    ("Quantity", "comparator"): ("Observation", "valueQuantity.comparator"),
}


def _completed_codes() -> Iterator[Valid]:
    for place, (document, path) in _STATUSES.items():
        for code in REQUIRED_CODES[place]:
            yield Valid(f"{document}.{path} {code}", document, {path: code})
    bare: dict[str, Resource] = {
        "DetectedIssue": {},
        "DeviceUseStatement": {"subject": {"reference": "Patient/a"}, "device": {"display": "A stick"}},
        "DiagnosticReport": {"code": {"text": "Panel"}},
        "RiskAssessment": {"subject": {"reference": "Patient/a"}},
        "SupplyRequest": {"itemCodeableConcept": {"text": "A stick"}, "quantity": {"value": 1}},
        "Task": {"intent": "order"},
    }
    for kind, elements in bare.items():
        for code in REQUIRED_CODES[kind, "status"]:
            resource = {"resourceType": kind, "status": code, **elements}
            yield Valid(f"{kind}.status {code}", "Parameters", {"parameter.1.part.0.resource": resource})
    for code in REQUIRED_CODES["DeviceUdiCarrier", "entryType"]:
        device = {"resourceType": "Device", "udiCarrier": [{"entryType": code}]}
        yield Valid(
            f"Device.udiCarrier.entryType {code}", "Parameters", {"parameter.1.part.0.resource": device}
        )


VALID = [
    # dates and times
    *(
        Valid(f"a birth date {date}", "Patient", {"birthDate": date})
        for date in ("1990", "1990-04", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31", "1905-08-23")
    ),
    *(
        Valid(f"a moment {moment}", "ServiceRequest", {"authoredOn": moment})
        for moment in (
            "2026", "2026-05", "2026-05-04", "2026-05-04T10:15:30Z", "2026-05-04T10:15:30.1234567+01:00",
            "2026-05-04T00:00:00-14:00", "2016-12-31T23:59:60Z", "2026-05-04T10:15:30.123456789Z",
            "2024-02-29T23:59:59.9+13:45",
        )
    ),
    Valid("an instant with seven digits", "Observation", {"issued": "2026-05-04T10:15:30.0000001+00:00"}),
    Valid("a time of day", "QuestionnaireResponse", {"item.0.answer.1.valueTime": "23:59:60.5"}),
    # primitives and their siblings
    Valid("a value and its extension", "Patient", {"_birthDate": ABSENT}),
    Valid("an extension alone", "Patient", {"birthDate": GONE, "_birthDate": ABSENT}),
    Valid("an id alone", "Patient", {"birthDate": GONE, "_birthDate": {"id": "b1"}}),
    Valid("an extension for a required code", "Observation", {"status": GONE, "_status": ABSENT}),
    Valid("an extension for a required uri", "Provenance", {"recorded": GONE, "_recorded": ABSENT}),
    Valid("an extension for a choice", "Patient", {"deceasedBoolean": GONE, "_deceasedDateTime": ABSENT}),
    Valid("an extension for a required choice", "Parameters", {"parameter.0": {"name": "n", "_valueUri": ABSENT}}),
    Valid("a value of an extension by its extension", "Patient",
          {"extension.0": {"url": "urn:a:x", "_valueString": ABSENT}}),
    Valid("nulls that line up", "Patient",
          {"name.0.given": ["Wren", None], "name.0._given": [None, ABSENT]}),
    Valid("both at one place", "Patient", {"name.0.given": ["Wren", "I"], "name.0._given": [ABSENT, None]}),
    Valid("a shorter sibling", "Patient", {"name.0.given": ["Wren", "I"], "name.0._given": [ABSENT]}),
    Valid("a longer sibling", "Patient", {"name.0.given": ["Wren"], "name.0._given": [None, ABSENT]}),
    Valid("siblings alone", "Patient", {"name.0.given": GONE, "name.0._given": [ABSENT, ABSENT]}),
    Valid("siblings and nulls alone", "Patient", {"name.0.given": [None], "name.0._given": [ABSENT]}),
    Valid("nulls among codes", "ServiceRequest", {"occurrenceTiming.repeat.dayOfWeek": [None, "tue"],
          "occurrenceTiming.repeat._dayOfWeek": [ABSENT, None]}),
    Valid("nulls in a contained resource", "Patient",
          {"contained.0.alias": [None, "Fen"], "contained.0._alias": [ABSENT, None]}),
    # texts, numbers, ids, addresses
    Valid("an id of 64", "Patient", {"id": "A-b.9" + "x" * 59}),
    Valid("white space around a text", "Patient", {"name.0.family": "  Quillfeather\n"}),
    Valid("a text of other scripts", "Patient", {"name.0.family": "\u6c34\u539f \U0001f33f \u00e9"}),
    Valid("a MB of text", "Patient", {"name.0.family": "q" * (1024 * 1024)}),
    Valid("a code with a space within", "Patient", {"extension.0": {"url": "urn:a", "valueCode": "a b"}}),
    Valid("a relative uri", "Patient", {"identifier.0.system": "local/numbers"}),
    Valid("base64 in lines", "Patient", {"photo.0.data": "iVBO\r\nRw0K\n"}),
    Valid("base64 with padding", "Patient", {"photo.0.data": "iVBORw=="}),
    *(
        Valid(f"a decimal {number!r}", "Observation", {"valueQuantity.value": number})
        for number in (0, -7, 0.4, 1e22, 10**18, -0.0, 1e-9)
    ),
    Valid("the least integer", "Patient", {"multipleBirthInteger": -(2**31)}),
    Valid("the greatest rank", "Patient", {"telecom.0.rank": 2**31 - 1}),
    # choices
    *(
        Valid(f"an answer value{datatype}", "QuestionnaireResponse",
              {"item.0.answer.0": {f"value{datatype}": value}})
        for datatype, value in {
            "Boolean": False, "Decimal": 1, "Integer": 0, "Date": "2026", "DateTime": "2026-05",
            "Time": "10:00:00", "String": "x", "Uri": "urn:a", "Attachment": {"title": "x"},
            "Coding": {"code": "a"}, "Quantity": {"value": 1}, "Reference": {"display": "x"},
        }.items()
    ),
    *(
        _value(*one)
        for one in {
            "Address": {"city": "Norwich"}, "Age": {"value": 36}, "Annotation": {"text": "x"},
            "Base64Binary": "eA==", "Canonical": "urn:a|1", "CodeableConcept": {"text": "x"},
            "ContactPoint": {"system": "other", "value": "x"}, "Dosage": {"text": "x"}, "Id": "a",
            "Instant": "2026-05-04T10:15:30Z", "Markdown": "# x", "Meta": {"tag": [{"code": "x"}]},
            "Money": {"value": 1, "currency": "GBP"}, "Oid": "urn:oid:1.2.840.0", "Period": {"start": "2026"},
            "PositiveInt": 1, "Range": {"low": {"value": 1}}, "Reference": {"reference": "MedicinalProduct/1"},
            "Signature": {"type": [{"code": "x"}], "when": "2026-05-04T10:15:30Z", "who": {"display": "x"}},
            "Timing": {"event": ["2026"]}, "UnsignedInt": 0, "Url": "mailto:a@b.example",
            "Uuid": "urn:uuid:0f0f0f0f-0000-1000-8000-000000000001",
        }.items()
    ),
    # references
    *(
        Valid(f"a subject {url}", "ServiceRequest", {"subject.reference": url})
        for url in (
            "Group/g", "Patient/a/_history/2", "https://a.example/fhir/Patient/a", "https://a.example/people?id=1",
            "urn:uuid:0f0f0f0f-0000-4000-8000-000000000009", "urn:oid:1.2.3", "urn:nhs-number:9991042172",
            "http://a.example/Person2/1",
        )
    ),
    Valid("a name alone", "ServiceRequest", {"subject": {"display": "Wren"}}),
    Valid("a type as URL", "ServiceRequest",
          {"subject.type": "http://hl7.org/fhir/StructureDefinition/Patient"}),
    Valid("a type that R4 does not know", "ServiceRequest", {"subject.type": "patient"}),
    Valid("the container itself", "Patient", {"contained.0.extension":
          [{"url": "urn:a", "valueReference": {"reference": "#"}}]}),
    Valid("a contained neighbour", "Patient", {"contained.1": {"resourceType": "Organization", "id": "parent",
          "name": "x", "partOf": {"reference": "#surgery"}}}),
    # Bundles
    Valid("an empty searchset", "a searchset", {"total": 0, "entry": GONE}),
    Valid("an outcome in a searchset", "a searchset",
          {"entry.1": {"resource": sound("OperationOutcome"), "search": {"mode": "outcome"}}}),
    Valid("two versions under one fullUrl", "a searchset",
          {"entry.1": {"fullUrl": "https://broadland.example/fhir/Patient/wren",
                       "resource": {**sound("Patient"), "meta": {"versionId": "4"}}}}),
    Valid("a history", "a batch", {"type": "history", "entry.0": {"fullUrl": "urn:a:b",
          "request": {"method": "DELETE", "url": "Patient/a"}, "response": {"status": "204"}}}),
    Valid("answers to a batch", "a batch", {"type": "batch-response", "entry.0":
          {"response": {"status": "404", "outcome": sound("OperationOutcome")}}}),
    Valid("a Bundle in Parameters", "Parameters", {"parameter.1.part.0.resource": sound("a searchset")}),
    Valid("a cancelled appointment without time", "Appointment",
          {"status": "cancelled", "start": GONE, "end": GONE, "cancelationReason": {"text": "Ill"}}),
    *_completed_codes(),
]  # fmt: skip
