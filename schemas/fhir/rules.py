"""The rules a message is held to, by name, each with the section of the standard that says so.

Every refusal names its rule, so that a sender can look up who says so; the generated table in
docs/published-examples.md and the OperationOutcomes read the sections here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says, and where that is written."""

    says: str
    section: str


RULES = {
    # What can be read at all.
    "json": Rule("A message is one JSON text in UTF-8.", "RFC 8259 sections 2 and 8.1"),
    "unique-names": Rule(
        "The names within an object are unique.", "RFC 8259 section 4; RFC 7493 section 2.3"
    ),
    "no-nul": Rule("A string holds no U+0000.", "FHIR R4 datatypes.html#string"),
    "size": Rule(
        "A message has at most 8 MB, and 300,000 names and values.", "Carethread, docs/messages.md, limits"
    ),
    "depth": Rule("A message nests at most 64 levels deep.", "Carethread, docs/messages.md, limits"),
    # What R4 says of resources.
    "r4-type": Rule("resourceType names an R4 resource.", "FHIR R4 json.html#resources"),
    "r4-unknown-element": Rule("Only elements that R4 defines.", "FHIR R4 json.html#xml"),
    "r4-required": Rule(
        "Elements with a minimum cardinality are there.", "FHIR R4 conformance-rules.html#cardinality"
    ),
    "r4-cardinality": Rule(
        "A list where many are allowed, else a single element.", "FHIR R4 json.html#repeat"
    ),
    "r4-empty": Rule("No null, no empty object, array or string.", "FHIR R4 json.html#null"),
    "r4-primitive": Rule("A value is of its datatype.", "FHIR R4 datatypes.html#primitive"),
    "r4-code": Rule("A code is of its required value set.", "FHIR R4 terminologies.html#required"),
    "r4-choice": Rule("At most one type of a choice element.", "FHIR R4 formats.html#choice"),
    "r4-reference-type": Rule(
        "A reference names a type its element allows.", "FHIR R4 references.html#Reference"
    ),
    "r4-contained": Rule(
        "A contained resource contains none itself.", "FHIR R4 references.html#contained (dom-2)"
    ),
    "r4-invariant": Rule("The invariants of a resource hold.", "FHIR R4 conformance-rules.html#constraints"),
    # What R4 says of Bundles and messages.
    "message-shape": Rule(
        "A message is a FHIR message Bundle, a single resource about one person, or a CloudEvent of MNS.",
        "FHIR R4 messaging.html; Carethread, docs/messages.md",
    ),
    "bundle-type": Rule("The type of the Bundle is message.", "FHIR R4 messaging.html#3.4.2"),
    "bundle-entry": Rule("Every entry of a message has a resource.", "FHIR R4 bundle.html#bdl-5"),
    "message-header": Rule(
        "The first entry is the MessageHeader, and there is one.", "FHIR R4 bundle.html#bdl-12"
    ),
    "full-url": Rule("No two entries have the same fullUrl.", "FHIR R4 bundle.html#bdl-7"),
    "reference-resolves": Rule(
        "A urn: or # reference resolves inside the message.",
        "FHIR R4 bundle.html#references; references.html#contained",
    ),
    "one-person": Rule("A message is about one person.", "Carethread, docs/messages.md"),
    "cloud-event": Rule(
        "An event is a CloudEvent of MNS: id, source, type, time, and an NHS number as its subject.",
        "CloudEvents 1.0.2, Required Attributes; MNS event catalogue",
    ),
    # What BaRS says of its messages.
    "bars-version": Rule("meta.versionId names a version of the standard.", "BaRS Core 1.5.0, Versioning"),
    "bars-event": Rule(
        "event and reason are of the BaRS code systems.", "BaRS Core 1.5.0, Message Definitions"
    ),
    "bars-new": Rule("A new request is complete and current.", "BaRS Core 1.5.0, Process a message"),
    "bars-update": Rule(
        "An update has the status that it brings about.", "BaRS Core 1.5.0, Process a message"
    ),
    "bars-cancel": Rule("A cancel says what it withdraws.", "BaRS Core 1.5.0, Cancellation"),
    "bars-response": Rule("A response names what it answers.", "BaRS Core 1.5.0, Responses"),
    # What a request over HTTP is held to.
    "accept": Rule(
        "The client takes FHIR JSON, of version 1.x of BaRS.",
        "RFC 9110 section 12.5.1; BaRS API 1.4.0, Versions",
    ),
    "content-type": Rule("A message is sent as JSON.", "FHIR R4 http.html#mime-type"),
    "content-encoding": Rule("A body is plain or gzip.", "RFC 9110 section 8.4; RFC 1952"),
    "header": Rule("The headers of BaRS are of their form.", "BaRS API 1.4.0, Headers"),
    "in-time": Rule(
        "A body arrives within 10 s, and a second more for every 50 kB of it.", "Carethread, docs/messages.md"
    ),
    # What is kept though it is refused.
    "cannot-wait": Rule(
        "A withdrawn consent, a restriction or a safeguarding flag is kept, and the record it concerns is withheld.",
        "Carethread, docs/runbooks/quarantine.md",
    ),
    # What stewards rule.
    "ruling": Rule(
        "A ruling names two source records or two things told, whether they are one, who says so, when and why.",
        "Carethread, docs/messages.md, rulings",
    ),
    # What is listed in the directory.
    "listing": Rule(
        "A listing has one service, with a name, an identifier and an instant, and tells of no person.",
        "Carethread, docs/directory.md",
    ),
    # Who may send.
    "ruling-sender": Rule(
        "Stewards alone rule, through this service's own pages and commands, and rule alone.",
        "Carethread, docs/messages.md, rulings",
    ),
    "sender": Rule("The sender is known by its token or its topic.", "Carethread, docs/messages.md"),
}
