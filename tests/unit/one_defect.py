"""Valid R4 resources with one thing wrong, the rule that says so, and where."""

from typing import Any, NamedTuple

from tests.unit.sound_resources import ABSENT, Resource, sound

GONE: Any = object()
"""In place of a value: the element is taken out."""


class Defect(NamedTuple):
    """What is wrong, made so by putting `value` at `path` of a sound document."""

    says: str
    document: str
    path: str
    value: Any
    rule: str
    place: str = ""
    """FHIRPath, where it is not the path itself."""

    def spoilt(self) -> Resource:
        """The document with its defect."""
        return put(sound(self.document), self.path, self.value)

    def at(self) -> str:
        """The place that has to be told."""
        if self.place:
            return self.place
        steps = [sound(self.document)["resourceType"], *self.path.split(".")]
        return "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in steps)[1:]


def put(document: Resource, path: str, value: Any) -> Resource:
    """Put a value at a path such as name.0.family, in place."""
    *above, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    node: Any = document
    for step in above:
        node = node[step]
    if value is GONE:
        del node[last]
    elif isinstance(last, int) and last == len(node):
        node.append(value)
    else:
        node[last] = value
    return document


_NAMELESS = {"extension": [{"url": "urn:a:x", "valueString": "x"}], "valueString": "y", "url": "urn:a:y"}
_ONE_NESTED = {"resourceType": "Basic", "code": {"text": "x"}, "contained": [{"resourceType": "Basic"}]}

RESOURCE_DEFECTS = [
    # r4-type
    Defect("no resourceType", "Patient", "resourceType", GONE, "r4-type", "resourceType"),
    Defect("an unknown type", "Patient", "resourceType", "Person2", "r4-type", "resourceType"),
    Defect("a type in small letters", "Patient", "resourceType", "patient", "r4-type", "resourceType"),
    Defect("a datatype for a type", "Patient", "resourceType", "HumanName", "r4-type", "resourceType"),
    Defect("an abstract type", "Patient", "resourceType", "DomainResource", "r4-type", "resourceType"),
    Defect("a type of R4B alone", "Patient", "resourceType", "Citation", "r4-type", "resourceType"),
    Defect("an R4 type without a model", "Patient", "resourceType", "MedicinalProduct", "r4-type", "resourceType"),
    Defect("a list for a type", "Patient", "resourceType", ["Patient"], "r4-type", "resourceType"),
    Defect("an unknown contained type", "Patient", "contained.0.resourceType", "Diary", "r4-type"),
    Defect("a contained resource without type", "Patient", "contained.0.resourceType", GONE, "r4-type"),
    Defect("an unknown type in an entry", "a searchset", "entry.0.resource.resourceType", "Diary", "r4-type"),
    Defect("an unknown type in parameters", "Parameters", "parameter.1.part.0.resource.resourceType", 7, "r4-type"),
    # r4-unknown-element
    Defect("an element R4 lacks", "Patient", "mood", "sunny", "r4-unknown-element"),
    Defect("a misspelt element", "Patient", "birthdate", "1990", "r4-unknown-element"),
    Defect("a Python name", "Encounter", "class_fhir", {"code": "AMB"}, "r4-unknown-element"),
    Defect("DSTU2 comments", "Patient", "fhir_comments", "hello", "r4-unknown-element"),
    Defect("an unknown element below", "Patient", "name.0.middle", "I", "r4-unknown-element"),
    Defect("an unknown type of a choice", "Observation", "valueDate", "2026", "r4-unknown-element"),
    Defect("an R4B type of a choice", "Patient", "extension.0.valueRatioRange", {}, "r4-unknown-element"),
    Defect("an extension of an object", "Patient", "_name", [ABSENT], "r4-unknown-element"),
    Defect("an extension of an id", "Patient", "_id", ABSENT, "r4-unknown-element"),
    Defect("an extension of a url", "Patient", "extension.0._url", ABSENT, "r4-unknown-element"),
    Defect("resourceType in a datatype", "Patient", "name.0.resourceType", "HumanName", "r4-unknown-element"),
    Defect("a name that is none", "Patient", "Wren Quillfeather", "x", "r4-unknown-element", "Patient"),
    # r4-required
    Defect("a required code", "Observation", "status", GONE, "r4-required"),
    Defect("a required object", "Observation", "code", GONE, "r4-required"),
    Defect("a required list", "Appointment", "participant", GONE, "r4-required"),
    Defect("a required reference", "ServiceRequest", "subject", GONE, "r4-required"),
    Defect("a required element below", "Patient", "communication.0.language", GONE, "r4-required"),
    Defect("a required choice", "MedicationRequest", "medicationCodeableConcept", GONE, "r4-required",
           "MedicationRequest.medication"),
    Defect("the url of an extension", "Patient", "extension.0.url", GONE, "r4-required"),
    Defect("the div of a narrative", "Patient", "text.div", GONE, "r4-required"),
    Defect("a required element of a contained one", "Patient", "contained.0",
           {"resourceType": "Basic", "id": "surgery"}, "r4-required", "Patient.contained[0].code"),
    # r4-cardinality
    Defect("an object for a list", "Patient", "name", {"text": "Wren"}, "r4-cardinality"),
    Defect("a text for a list", "Patient", "address.0.line", "1 Reed Lane", "r4-cardinality"),
    Defect("a list for an object", "Patient", "maritalStatus", [{"text": "x"}], "r4-cardinality"),
    Defect("a list for a code", "Patient", "gender", ["female"], "r4-cardinality"),
    Defect("a list for a text", "Patient", "name.0.family", ["Quillfeather"], "r4-cardinality"),
    Defect("a list for a reference", "ServiceRequest", "subject", [{"reference": "Patient/a"}], "r4-cardinality"),
    Defect("a list in a list", "Patient", "name.0", [{"text": "Wren"}], "r4-cardinality"),
    Defect("an object for contained", "Patient", "contained", {"resourceType": "Basic"}, "r4-cardinality"),
    # r4-empty
    Defect("null", "Patient", "birthDate", None, "r4-empty"),
    Defect("null for an object", "Patient", "maritalStatus", None, "r4-empty"),
    Defect("null for a list", "Patient", "name", None, "r4-empty"),
    Defect("null among objects", "Patient", "name.1", None, "r4-empty"),
    Defect("null among texts without a sibling", "Patient", "name.0.given", ["Wren", None], "r4-empty",
           "Patient.name[0].given[1]"),
    Defect("null for the only text", "Patient", "name.0.given", [None], "r4-empty", "Patient.name[0].given[0]"),
    Defect("an empty text", "Patient", "name.0.family", "", "r4-empty"),
    Defect("white space alone", "Patient", "name.0.family", " \t\n", "r4-empty"),
    Defect("an empty code", "Patient", "gender", "", "r4-empty"),
    Defect("an empty id", "Patient", "id", "", "r4-empty"),
    Defect("an empty list", "Patient", "name", [], "r4-empty"),
    Defect("an empty list of texts", "Patient", "name.0.given", [], "r4-empty"),
    Defect("an empty object", "Patient", "contact.0", {}, "r4-empty"),
    Defect("an empty reference", "ServiceRequest", "requester", {}, "r4-empty"),
    Defect("an empty sibling", "Patient", "_birthDate", {}, "r4-empty"),
    Defect("no contained resources", "Patient", "contained", [], "r4-empty"),
    # r4-primitive
    Defect("a boolean in words", "Patient", "active", "true", "r4-primitive"),
    Defect("a boolean as a number", "Patient", "active", 1, "r4-primitive"),
    Defect("a number in quotation marks", "Observation", "valueQuantity.value", "14.5", "r4-primitive"),
    Defect("a truth for a number", "Observation", "valueQuantity.value", True, "r4-primitive"),
    Defect("a number for a text", "Patient", "name.0.family", 7, "r4-primitive"),
    Defect("an object for a text", "Patient", "name.0.family", {"value": "Q"}, "r4-primitive"),
    Defect("a text for an object", "Patient", "maritalStatus", "married", "r4-primitive"),
    Defect("a fraction for a whole number", "Patient", "multipleBirthInteger", 1.0, "r4-primitive"),
    Defect("a whole number of 33 bits", "Patient", "multipleBirthInteger", 2**31, "r4-primitive"),
    Defect("a negative count", "Appointment", "priority", -1, "r4-primitive"),
    Defect("a rank of zero", "Patient", "telecom.0.rank", 0, "r4-primitive"),
    Defect("an id with a space", "Patient", "id", "wren q", "r4-primitive"),
    Defect("an id of 65", "Patient", "id", "x" * 65, "r4-primitive"),
    Defect("an id that is a urn", "Patient", "id", "urn:uuid:0f0f", "r4-primitive"),
    Defect("an element id with a space", "Patient", "name.0.id", "n 1", "r4-primitive"),
    Defect("a day that no month has", "Patient", "birthDate", "1990-13-40", "r4-primitive"),
    Defect("30 February", "Patient", "birthDate", "2026-02-30", "r4-primitive"),
    Defect("29 February of no leap year", "Patient", "birthDate", "1900-02-29", "r4-primitive"),
    Defect("31 April", "Patient", "birthDate", "2026-04-31", "r4-primitive"),
    Defect("the year 0000", "Patient", "birthDate", "0000-01-01", "r4-primitive"),
    Defect("a British date", "Patient", "birthDate", "02/04/1990", "r4-primitive"),
    Defect("a date as a number", "Patient", "birthDate", 639014400, "r4-primitive"),
    Defect("a date with a time", "Patient", "birthDate", "1990-04-02T00:00:00Z", "r4-primitive"),
    Defect("a time without zone", "Appointment", "start", "2026-05-05T10:00:00", "r4-primitive"),
    Defect("a time without seconds", "Appointment", "start", "2026-05-05T10:00Z", "r4-primitive"),
    Defect("24 o'clock", "Appointment", "start", "2026-05-05T24:00:00Z", "r4-primitive"),
    Defect("30 February at noon", "Appointment", "start", "2026-02-30T12:00:00Z", "r4-primitive"),
    Defect("a zone of 15 hours", "Appointment", "start", "2026-05-05T10:00:00+15:00", "r4-primitive"),
    Defect("a date for an instant", "Patient", "meta.lastUpdated", "2026-05-04", "r4-primitive"),
    Defect("a dateTime with a space", "ServiceRequest", "note.0.time", "2026-05-04 10:00:00Z", "r4-primitive"),
    Defect("a time of day with zone", "QuestionnaireResponse", "item.0.answer.1.valueTime", "07:30:00Z",
           "r4-primitive"),
    Defect("a time of day without seconds", "QuestionnaireResponse", "item.0.answer.1.valueTime", "07:30",
           "r4-primitive"),
    Defect("a uri with a space", "Patient", "identifier.0.system", "https://fhir.nhs.uk/Id/nhs number",
           "r4-primitive"),
    Defect("a canonical with a space", "QuestionnaireResponse", "questionnaire", "garden group", "r4-primitive"),
    Defect("a code with spaces around", "Patient", "extension.0",
           {"url": "urn:a:c", "valueCode": " code"}, "r4-primitive", "Patient.extension[0].valueCode"),
    Defect("an OID that is none", "Patient", "extension.0",
           {"url": "urn:a:o", "valueOid": "1.2.3"}, "r4-primitive", "Patient.extension[0].valueOid"),
    Defect("a UUID in capitals", "Patient", "extension.0",
           {"url": "urn:a:u", "valueUuid": "urn:uuid:0F0F0F0F-0000-4000-8000-000000000001"}, "r4-primitive",
           "Patient.extension[0].valueUuid"),
    Defect("base64 without padding", "Patient", "photo.0.data", "iVBORw0KA", "r4-primitive"),
    Defect("a narrative without div", "Patient", "text.div", "Wren", "r4-primitive"),
    Defect("more than a MB of text", "Patient", "name.0.family", "q" * (1024 * 1024 + 1), "r4-primitive"),
    Defect("a text for a resource", "a searchset", "entry.0.resource", "Patient/wren", "r4-primitive"),
    # r4-code
    Defect("a gender that is none", "Patient", "gender", "banana", "r4-code"),
    Defect("a gender in capitals", "Patient", "gender", "Female", "r4-code"),
    Defect("a status of another type", "ServiceRequest", "status", "booked", "r4-code"),
    Defect("a cut value set", "Encounter", "status", "+", "r4-code"),
    Defect("a code in a list", "ServiceRequest", "occurrenceTiming.repeat.dayOfWeek.0", "tuesday", "r4-code"),
    Defect("a comparator that is none", "Observation", "valueQuantity.comparator", "=", "r4-code"),
    Defect("an issue type that is none", "OperationOutcome", "issue.0.code", "too costly", "r4-code"),
    Defect("an event that is none", "MedicationRequest", "dosageInstruction.0.timing.repeat.when.0", "BEDTIME",
           "r4-code"),
    Defect("a type that is none", "Questionnaire", "subjectType.0", "Person2", "r4-code"),
    # r4-choice
    Defect("two types of a choice", "Patient", "deceasedDateTime", "2026", "r4-choice", "Patient.deceased"),
    Defect("two types, one by its sibling", "Patient", "_deceasedDateTime", ABSENT, "r4-choice",
           "Patient.deceased"),
    Defect("two types of a required choice", "MedicationRequest", "medicationReference",
           {"reference": "Medication/m"}, "r4-choice", "MedicationRequest.medication"),
    Defect("two values of a parameter", "Parameters", "parameter.0.valueString", "x", "r4-choice",
           "Parameters.parameter[0].value"),
    # r4-contained
    Defect("contained in a contained one", "Patient", "contained.1", _ONE_NESTED, "r4-contained",
           "Patient.contained[1].contained"),
    # r4-invariant
    Defect("ext-1: a value and extensions", "Patient", "extension.0", _NAMELESS, "r4-invariant"),
    Defect("ext-1: neither", "Patient", "extension.0", {"url": "urn:a:x"}, "r4-invariant"),
    Defect("ext-1: two values", "Patient", "extension.0.valueCode", "x", "r4-invariant", "Patient.extension[0]"),
    Defect("ext-1: an id and no value", "Patient", "extension.0", {"id": "x", "url": "urn:a:x"}, "r4-invariant"),
    Defect("app-2: an end alone", "Appointment", "start", GONE, "r4-invariant", "Appointment"),
    Defect("app-4: a reason, and booked", "Appointment", "cancelationReason", {"text": "x"}, "r4-invariant",
           "Appointment.status"),
    Defect("app-1: nobody", "Appointment", "participant.0.actor", GONE, "r4-invariant",
           "Appointment.participant[0]"),
    Defect("apr-1: nobody", "AppointmentResponse", "actor", GONE, "r4-invariant", "AppointmentResponse"),
    Defect("att-1: no contentType", "Patient", "photo.0.contentType", GONE, "r4-invariant", "Patient.photo[0]"),
    Defect("cpl-3: detail and reference", "CarePlan", "activity.0.reference", {"reference": "Task/t"},
           "r4-invariant", "CarePlan.activity[0]"),
    Defect("ppc-1: no policy", "Consent", "policy", GONE, "r4-invariant", "Consent"),
    Defect("cpt-2: no system", "Patient", "telecom.0.system", GONE, "r4-invariant", "Patient.telecom[0]"),
    Defect("lst-1: empty and not", "List", "emptyReason", {"text": "x"}, "r4-invariant", "List"),
    Defect("obs-6: a value and none", "Observation", "dataAbsentReason", {"text": "x"}, "r4-invariant",
           "Observation"),
    Defect("obs-3: no range", "Observation", "referenceRange.0", {"age": {"low": {"value": 18}}},
           "r4-invariant"),
    Defect("org-1: no name", "Patient", "contained.0.name", GONE, "r4-invariant", "Patient.contained[0]"),
    Defect("pat-1: nobody", "Patient", "contact.0.name", GONE, "r4-invariant", "Patient.contact[0]"),
    Defect("qty-3: a code without system", "Observation", "valueQuantity.system", GONE, "r4-invariant",
           "Observation.valueQuantity"),
    Defect("qrs-1: items at both", "QuestionnaireResponse", "item.1.answer", [{"valueString": "x"}],
           "r4-invariant", "QuestionnaireResponse.item[1]"),
    Defect("prr-1: details without code", "ServiceRequest", "code", GONE, "r4-invariant", "ServiceRequest"),
    Defect("tim-2: a period without unit", "ServiceRequest", "occurrenceTiming.repeat.periodUnit", GONE,
           "r4-invariant", "ServiceRequest.occurrenceTiming.repeat"),
    Defect("tim-10: both", "ServiceRequest", "occurrenceTiming.repeat.when", ["MORN"], "r4-invariant",
           "ServiceRequest.occurrenceTiming.repeat"),
    Defect("bdl-1: a total of a batch", "a batch", "total", 1, "r4-invariant"),
    Defect("bdl-2: a score in a document", "a document", "entry.0.search", {"score": 1}, "r4-invariant",
           "Bundle.entry"),
    Defect("bdl-3: a batch without request", "a batch", "entry.0", {"resource": {"resourceType": "Binary",
           "contentType": "text/plain"}}, "r4-invariant", "Bundle.entry"),
    Defect("bdl-3: a request in a searchset", "a searchset", "entry.0.request", {"method": "GET", "url": "x"},
           "r4-invariant", "Bundle.entry"),
    Defect("bdl-4: a response in a searchset", "a searchset", "entry.0.response", {"status": "200"},
           "r4-invariant", "Bundle.entry"),
    Defect("bdl-8: a version as fullUrl", "a searchset", "entry.0.fullUrl",
           "https://broadland.example/fhir/Patient/wren/_history/1", "r4-invariant"),
    Defect("bdl-9: a nameless document", "a document", "identifier.value", GONE, "r4-invariant",
           "Bundle.identifier"),
    Defect("bdl-10: an undated document", "a document", "timestamp", GONE, "r4-invariant"),
    # bundle-entry, full-url
    Defect("bdl-5: an entry of nothing", "a searchset", "entry.0.resource", GONE, "bundle-entry"),
    Defect("bdl-7: one fullUrl twice", "a searchset", "entry.1",
           {"fullUrl": "https://broadland.example/fhir/Patient/wren", "resource": sound("Patient")}, "full-url",
           "Bundle.entry[1].fullUrl"),
    # r4-reference-type, reference-resolves
    Defect("a relative reference to another type", "ServiceRequest", "subject.reference", "Practitioner/1",
           "r4-reference-type"),
    Defect("an absolute one", "ServiceRequest", "requester.reference", "https://a.example/fhir/Location/1",
           "r4-reference-type"),
    Defect("one to a version", "ServiceRequest", "subject.reference", "Practitioner/1/_history/2",
           "r4-reference-type"),
    Defect("one to no type at all", "ServiceRequest", "subject.reference", "Diary/1", "r4-reference-type"),
    Defect("one that R4B alone allows", "Observation", "subject.reference", "Practitioner/1",
           "r4-reference-type"),
    Defect("one in a list", "Appointment", "slot.0.reference", "Schedule/1", "r4-reference-type"),
    Defect("one below", "Encounter", "diagnosis.0.condition.reference", "Flag/1", "r4-reference-type"),
    Defect("one in an identifier", "Patient", "identifier.0.assigner.reference", "Practitioner/1",
           "r4-reference-type"),
    Defect("a type that is not allowed", "ServiceRequest", "performer.0.type", "Location", "r4-reference-type"),
    Defect("a type that is another", "Patient", "generalPractitioner.0.type", "Practitioner",
           "r4-reference-type"),
    Defect("a contained one of another type", "Patient", "link.0.other.reference", "#surgery",
           "r4-reference-type"),
    Defect("a local reference to nothing", "Patient", "generalPractitioner.0.reference", "#other",
           "reference-resolves"),
    Defect("one in an extension", "Patient", "extension.0", {"url": "urn:a:r",
           "valueReference": {"reference": "#other"}}, "reference-resolves",
           "Patient.extension[0].valueReference.reference"),
    Defect("one in a contained resource", "Patient", "contained.0.partOf", {"reference": "#other"},
           "reference-resolves", "Patient.contained[0].partOf.reference"),
]  # fmt: skip
"""Each has this one fault and no other."""
