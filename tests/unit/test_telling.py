"""What people read of a resource: a table of sentences, and the law that anything can be told."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fhir.message import read_message_bytes
from services.domain.message import read_message
from services.domain.record.kinds import CONTEXT, KINDS, entry_kind, kind_of, occurred
from services.domain.record.telling import news, tell
from services.domain.record.version import Version
from tests.messages import SOMEBODY
from tests.streams.fhir_builders import known_to
from tests.streams.message_lines import message
from tests.streams.norfolk_suffolk_partners import TRUST

INSTANT = 638_000_000_000_000_000
ON = "2026-03-02"
AT = "2026-03-02T09:00:00Z"

Resource = dict[str, Any]


def _text(words: str) -> Resource:
    return {"text": words}


def _task(status: str, **more: Any) -> Resource:
    asked = {"intent": "order", "code": _text("Befriending"), "authoredOn": ON}
    return {"resourceType": "Task", "status": status, **asked, **more}


TABLE: dict[str, tuple[Resource, tuple[str, str, str, str]]] = {
    # what is told: the resource but for whom it is about, and the moment, title, status and detail people read
    "a referral says why it was made": (
        {
            "resourceType": "ServiceRequest",
            "status": "active",
            "intent": "order",
            "code": {"coding": [{"display": "Talking therapy"}]},
            "authoredOn": "2026-03-02T10:30:00+01:00",
            "reasonCode": [_text("Low mood since January")],
        },
        ("2026-03-02T10:30:00+01:00", "Talking therapy", "active", "Low mood since January"),
    ),
    "a referral's answer: asked for": (_task("requested"), (ON, "Befriending", "requested", "")),
    "a referral's answer: accepted": (_task("accepted"), (ON, "Befriending", "accepted", "")),
    "a referral's answer goes by whose it is": (
        _task("accepted", owner={"display": "Tidewell Peers"}),
        (ON, "Answer of Tidewell Peers", "accepted", ""),
    ),
    "what is asked of somebody is not answered yet": (
        _task("requested", owner={"display": "Tidewell Peers"}),
        (ON, "Befriending", "requested", ""),
    ),
    "a referral's answer: rejected, and why": (
        _task("rejected", statusReason=_text("The waiting list is closed")),
        (ON, "Befriending", "rejected", "Rejected: The waiting list is closed"),
    ),
    "a referral's answer: under way": (
        _task("in-progress", lastModified=AT),
        (AT, "Befriending", "in progress", ""),
    ),
    "a referral's answer: waiting, and for what": (
        _task("on-hold", statusReason=_text("Until she is home from hospital")),
        (ON, "Befriending", "on hold", "On hold: Until she is home from hospital"),
    ),
    "a referral's answer: it could not be done": (
        _task("failed", statusReason=_text("Nobody answered the door")),
        (ON, "Befriending", "failed", "Could not be done: Nobody answered the door"),
    ),
    "a referral's answer: done, and what came of it": (
        _task("completed", output=[{"type": _text("Outcome"), "valueString": "They meet every Tuesday"}]),
        (ON, "Befriending", "completed", "Outcome: They meet every Tuesday."),
    ),
    "a referral's answer: called off": (
        _task("cancelled", statusReason=_text("He moved away")),
        (ON, "Befriending", "cancelled", "Cancelled: He moved away"),
    ),
    "a booking that was called off says why": (
        {
            "resourceType": "Appointment",
            "status": "cancelled",
            "cancelationReason": _text("The worker is ill"),
            "description": "First visit",
            "start": AT,
            "end": "2026-03-02T10:00:00Z",
        },
        (AT, "First visit", "cancelled", "The worker is ill"),
    ),
    "a booking nobody came to": (
        {"resourceType": "Appointment", "status": "noshow", "start": AT, "end": AT, "comment": "Rang twice"},
        (AT, "Appointment", "did not attend", "Rang twice"),
    ),
    "a contact is known by what it was": (
        {
            "resourceType": "Encounter",
            "status": "in-progress",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
            "type": [_text("Home visit")],
            "period": {"start": AT},
            "reasonCode": [_text("Sleep")],
        },
        (AT, "Home visit", "in progress", "Sleep"),
    ),
    "a plan names what is to be done": (
        {
            "resourceType": "CarePlan",
            "status": "active",
            "intent": "plan",
            "title": "Staying well",
            "created": "2026-03",
            "activity": [
                {"detail": {"status": "in-progress", "description": "Ring on Mondays"}},
                {"detail": {"status": "scheduled", "code": _text("Bus pass")}},
                {"reference": {"display": "Choir on Thursdays"}},
            ],
        },
        ("2026-03", "Staying well", "active", "Ring on Mondays; Bus pass; Choir on Thursdays"),
    ),
    "a goal says how far it is reached": (
        {
            "resourceType": "Goal",
            "lifecycleStatus": "on-hold",
            "achievementStatus": _text("Some way there"),
            "description": _text("Walk to the sea"),
            "startDate": ON,
        },
        (ON, "Walk to the sea", "on hold", "Some way there"),
    ),
    "without a moment of its own it happened at its version's instant": (
        {"resourceType": "Goal", "lifecycleStatus": "active", "description": _text("Walk more")},
        ("2022-09-28T22:13:20.0000000Z", "Walk more", "active", ""),
    ),
    "a care team names its people and their parts": (
        {
            "resourceType": "CareTeam",
            "status": "active",
            "name": "Around Wren",
            "period": {"start": ON},
            "participant": [
                {"member": {"display": "Sam Okafor"}, "role": [_text("peer worker")]},
                {"member": {"display": "Ada Quillfeather"}},
            ],
        },
        (ON, "Around Wren", "active", "Sam Okafor, peer worker. Ada Quillfeather."),
    ),
    "a condition that is not certain says so": (
        {
            "resourceType": "Condition",
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "provisional"}]},
            "severity": _text("Mild"),
            "code": _text("Asthma"),
            "recordedDate": ON,
        },
        (ON, "Asthma", "active", "Provisional. Mild."),
    ),
    "a condition that was entered in error": (
        {
            "resourceType": "Condition",
            "verificationStatus": {"coding": [{"code": "entered-in-error", "display": "Entered in Error"}]},
            "code": _text("Asthma"),
            "onsetPeriod": {"start": "2026"},
        },
        ("2026", "Asthma", "entered-in-error", ""),
    ),
    "a score shows its number and unit": (
        {
            "resourceType": "Observation",
            "status": "final",
            "code": _text("PHQ-9 total score"),
            "effectiveDateTime": ON,
            "valueQuantity": {"value": 18, "unit": "points"},
        },
        (ON, "PHQ-9 total score", "final", "18 points"),
    ),
    "an observation of several parts shows each": (
        {
            "resourceType": "Observation",
            "status": "final",
            "code": _text("Blood pressure"),
            "effectiveInstant": AT,
            "component": [
                {"code": _text("Systolic"), "valueQuantity": {"value": 120, "unit": "mmHg"}},
                {"code": _text("Diastolic"), "valueQuantity": {"value": 80, "unit": "mmHg"}},
            ],
        },
        (AT, "Blood pressure", "final", "Systolic: 120 mmHg. Diastolic: 80 mmHg."),
    ),
    "an observation of yes or no": (
        {
            "resourceType": "Observation",
            "status": "final",
            "code": _text("Lives alone"),
            "valueBoolean": False,
        },
        ("2022-09-28T22:13:20.0000000Z", "Lives alone", "final", "No"),
    ),
    "a questionnaire shows its answers, within groups too": (
        {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "authored": ON,
            "questionnaire": "https://tidewell.example/Questionnaire/hello",
            "item": [
                {"linkId": "1", "text": "What matters to you?", "answer": [{"valueString": "My allotment"}]},
                {
                    "linkId": "2",
                    "text": "At home",
                    "item": [{"linkId": "2.1", "text": "A garden?", "answer": [{"valueBoolean": True}]}],
                },
            ],
        },
        (ON, "Questionnaire", "completed", "What matters to you? My allotment. A garden? Yes."),
    ),
    "a note shows what was written": (
        {
            "resourceType": "Communication",
            "status": "completed",
            "category": [_text("Peer-support note")],
            "sent": AT,
            "payload": [{"contentString": "We walked by the river."}],
        },
        (AT, "Peer-support note", "completed", "We walked by the river."),
    ),
    "a document is known by its description, and its parts by their titles": (
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "type": _text("Crisis plan"),
            "date": AT,
            "content": [
                {"attachment": {"title": "What helps me", "url": "https://tidewell.example/plan.pdf"}}
            ],
        },
        (AT, "Crisis plan", "current", "What helps me"),
    ),
    "a flag says what to look out for": (
        {
            "resourceType": "Flag",
            "status": "active",
            "category": [_text("Safeguarding")],
            "code": _text("Ring before visiting"),
            "period": {"start": ON},
        },
        (ON, "Ring before visiting", "active", ""),
    ),
    "a refusal to share does not read like a consent": (
        {
            "resourceType": "Consent",
            "status": "active",
            "scope": _text("Privacy"),
            "category": [_text("Direct care")],
            "dateTime": ON,
            "policyRule": _text("Opt out"),
            "provision": {
                "type": "deny",
                "actor": [{"role": _text("recipient"), "reference": {"display": "Tidewell Peers"}}],
            },
        },
        (ON, "Direct care", "active", "Sharing with Tidewell Peers is refused."),
    ),
    "a consent by rule alone tells the rule": (
        {
            "resourceType": "Consent",
            "status": "active",
            "scope": _text("Privacy"),
            "category": [_text("Direct care")],
            "policyRule": _text("Opt out"),
            "dateTime": ON,
        },
        (ON, "Direct care", "active", "Opt out"),
    ),
    "family and carers are told by what they are and who": (
        {
            "resourceType": "RelatedPerson",
            "active": False,
            "relationship": [_text("Sister")],
            "name": [{"given": ["Ada"], "family": "Quillfeather"}],
            "period": {"start": ON},
        },
        (ON, "Sister", "inactive", "Ada Quillfeather."),
    ),
    "an episode of care names who answers for it": (
        {
            "resourceType": "EpisodeOfCare",
            "status": "onhold",
            "type": [_text("Community mental health")],
            "careManager": {"display": "Priya Nair"},
            "period": {"start": ON},
        },
        (ON, "Community mental health", "on hold", "Care manager: Priya Nair."),
    ),
    "a procedure says why and what came of it": (
        {
            "resourceType": "Procedure",
            "status": "completed",
            "code": _text("Hip replacement"),
            "performedPeriod": {"start": ON},
            "reasonCode": [_text("A fall")],
            "outcome": _text("Walks with a stick"),
        },
        (ON, "Hip replacement", "completed", "A fall. Walks with a stick"),
    ),
    "an allergy says how bad it is": (
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": _text("Active"),
            "criticality": "high",
            "code": _text("Penicillin"),
            "recordedDate": ON,
            "reaction": [{"manifestation": [_text("Rash"), _text("Wheeze")], "severity": "severe"}],
        },
        (ON, "Penicillin", "Active", "High risk. Severe reaction: Rash, Wheeze."),
    ),
    "an allergy that was ruled out": (
        {
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": {"coding": [{"code": "inactive"}]},
            "verificationStatus": {"coding": [{"code": "refuted"}]},
            "code": _text("Nuts"),
            "recordedDate": ON,
        },
        (ON, "Nuts", "refuted", ""),
    ),
    "a medicine by its contained name, with how it is taken": (
        {
            "resourceType": "MedicationStatement",
            "contained": [
                {"resourceType": "Medication", "id": "m", "code": _text("Sertraline 50 mg tablets")}
            ],
            "status": "active",
            "medicationReference": {"reference": "#m"},
            "effectivePeriod": {"start": ON},
            "dosage": [{"text": "One in the morning"}],
        },
        (ON, "Sertraline 50 mg tablets", "active", "One in the morning"),
    ),
    "a medicine by its code": (
        {
            "resourceType": "MedicationRequest",
            "status": "stopped",
            "statusReason": _text("It upset her stomach"),
            "intent": "order",
            "medicationCodeableConcept": {"coding": [{"display": "Ibuprofen 200 mg tablets"}]},
            "authoredOn": ON,
            "dosageInstruction": [{"text": "With food"}],
        },
        (ON, "Ibuprofen 200 mg tablets", "stopped", "It upset her stomach. With food"),
    ),
    "an immunisation with its dose": (
        {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": _text("Flu vaccine"),
            "occurrenceDateTime": ON,
            "protocolApplied": [{"doseNumberPositiveInt": 1, "seriesDosesPositiveInt": 2}],
        },
        (ON, "Flu vaccine", "completed", "Dose 1 of 2."),
    ),
    "an immunisation that was declined": (
        {
            "resourceType": "Immunization",
            "status": "not-done",
            "statusReason": _text("He would rather not"),
            "vaccineCode": _text("Flu vaccine"),
            "occurrenceDateTime": ON,
        },
        (ON, "Flu vaccine", "not done", "He would rather not"),
    ),
    "an answer to a plan: no, by whom and why": (
        _task(
            "rejected",
            focus={"type": "CarePlan", "display": "What we agreed"},
            owner={"display": "Lowbank High School"},
            statusReason=_text("No lessons are moved"),
        ),
        (ON, "What we agreed", "declined", "Declined by Lowbank High School: No lessons are moved"),
    ),
    "an answer to a plan that has no name: yes": (
        _task("accepted", focus={"reference": "CarePlan/7"}, owner={"display": "Erin"}),
        (ON, "Befriending", "accepted", "Accepted by Erin"),
    ),
    "a contact says who took part, as equals, and where": (
        {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"code": "HH"},
            "type": [_text("Network meeting")],
            "period": {"start": AT},
            "participant": [
                {"individual": {"display": "Noah Ashworth"}},
                {"individual": {"display": "Ruth Ashworth, mother"}},
                {"individual": {"display": "LINDQVIST, Hanna"}},
                {"individual": {"display": "Dr Owen Fairey, GP"}},
                {"type": [_text("Sister")], "individual": {"display": "Beth Ashworth"}},
                {"individual": {"reference": "urn:uuid:0c6c9a4a-6f0a-4a3b-9a0e-52d3d8a9b0f1"}},
            ],
            "location": [{"location": {"display": "The kitchen"}}],
        },
        (
            AT,
            "Network meeting",
            "finished",
            "Taking part: Noah Ashworth, Ruth Ashworth (mother), LINDQVIST, Hanna, Dr Owen Fairey (GP) and "
            "Beth Ashworth (sister). At The kitchen.",
        ),
    ),
    "a document says who wrote it together": (
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "description": "What was said",
            "date": AT,
            "author": [{"display": "Noah"}, {"display": "Gareth Pugh, peer worker"}],
            "content": [{"attachment": {"title": "We sat down."}}],
        },
        (AT, "What was said", "current", "We sat down. Written by Noah and Gareth Pugh (peer worker)."),
    ),
    "a score without a unit worth telling": (
        {
            "resourceType": "Observation",
            "status": "final",
            "code": _text("ReQoL-10"),
            "effectiveDateTime": ON,
            "valueQuantity": {"value": 14, "system": "http://unitsofmeasure.org", "code": "{score}"},
        },
        (ON, "ReQoL-10", "final", "14"),
    ),
}
CONTEXT_RESOURCES: list[Resource] = [
    {"resourceType": "Organization", "name": "Tidewell Peers"},
    {"resourceType": "HealthcareService", "name": "Befriending"},
    {"resourceType": "Practitioner", "name": [{"text": "Sam Okafor"}]},
    {"resourceType": "PractitionerRole", "code": [_text("Peer worker")]},
    {"resourceType": "Location", "name": "The boathouse"},
    {"resourceType": "Provenance", "recorded": AT, "agent": [{"who": {"display": "Sam Okafor"}}]},
    {"resourceType": "Basic", "code": _text("Something else")},
]


@pytest.mark.parametrize("sentence", TABLE)
def test_words(sentence: str) -> None:
    """Each resource, sent in a message, is read as an entry of its own and told as the table says."""
    resource, expected = TABLE[sentence]
    version = _read(resource)
    assert version.kind == entry_kind(resource) != CONTEXT
    told = tell(orjson.loads(version.content), INSTANT)
    assert (told.when, told.title, told.status, told.detail) == expected


def test_the_table_has_every_kind() -> None:
    """No kind of entry is without its example."""
    assert {resource["resourceType"] for resource, _ in TABLE.values()} == set(KINDS)


@pytest.mark.parametrize("resource", CONTEXT_RESOURCES, ids=lambda one: str(one["resourceType"]))
def test_what_is_no_entry_is_kept_as_context(resource: Resource) -> None:
    """Who wrote and where, and every type that nobody thought of: nothing that is sent is shed."""
    version = _read(resource)
    assert version.kind == CONTEXT
    kept = orjson.loads(version.content)
    assert kept | resource == kept


def _read(resource: Resource) -> Version:
    """The version that the record keeps of a resource, sent in a message about the person."""
    who = known_to(TRUST, "telling-1", SOMEBODY, "2022-09-28T22:13:20Z")
    about = _PERSON.get(resource["resourceType"], "subject")
    named: Resource = {about: who.reference} if about and entry_kind(resource) != CONTEXT else {}
    if resource["resourceType"] == "Appointment":
        named = {"participant": [{"actor": who.reference, "status": "accepted"}]}
    if resource["resourceType"] == "Provenance":
        resource = resource | {"target": [who.reference]}
    bundle = message(TRUST, "2022-09-28T22:13:20Z", {**resource, "id": "told-1", **named}, [who.patient])
    reading = read_message_bytes(orjson.dumps(bundle)).bundle
    return read_message(reading, b"a source record", 0).versions[-1]


_PERSON = {
    "Task": "for",
    **dict.fromkeys(
        ("AllergyIntolerance", "Consent", "EpisodeOfCare", "Immunization", "RelatedPerson"), "patient"
    ),
}


def test_context_is_no_entry() -> None:
    """What came with a message is kept as context, and an unknown type too."""
    assert [kind_of(name) for name in ("MessageHeader", "Patient", "Basic")] == [CONTEXT] * 3


_odd: list[Any] = [
    *(None, True, 3, 0.5, "", "words", [], {}, [None], ["words"], [[]], {"text": 3}, {"text": "words"}),
    *({"coding": [None]}, {"coding": {"code": 4}}, [{"text": None}, 7], {"start": "2026"}, {"start": []}),
    *({"type": "deny", "actor": [3]}, [{"answer": [{"valueCoding": {}}]}], [{"detail": {"description": 1}}]),
    *({"value": None}, [{"contentString": 9}], {"provision": {}}, {"display": ["words"]}),
    *(
        {"reference": "#1"},
        [{"id": "1", "code": 5}],
        [{"manifestation": 1, "severity": []}],
        {"low": {}, "end": 1},
    ),
    *([{"valueQuantity": {"value": "1"}}], [{"given": [None], "family": 4}], [{"member": [], "role": {}}]),
    *([{"individual": {"display": 3}}, 1], [{"actor": {"type": "Location", "display": "here"}}]),
    *({"type": "CarePlan", "display": 5}, [{"individual": {"display": " ", "reference": 2}}]),
    *([{"doseNumberString": None}], [{"answer": [{"item": 3}], "text": None, "item": [{"answer": [{}]}]}]),
]
_fields = sorted(
    {path.split(".")[0] for kind in KINDS.values() for path in (*kind.when, *kind.what)}
    | {"status", "provision", "item", "payload", "note", "activity", "valueQuantity", "statusReason"}
    | {"verificationStatus", "criticality", "severity", "reaction", "component", "contained", "participant"}
    | {"protocolApplied", "dosage", "output", "outcome", "name", "content", "comment", "active", "valueRange"}
    | {"author", "contributor", "sender", "performer", "requester", "location", "focus", "owner"}
    | {"policyRule", "careManager", "clinicalStatus", "value", "valueBoolean"}
)


@given(
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.sampled_from(_fields), st.sampled_from(_odd), max_size=6),
)
def test_anything_can_be_told(resource_type: str, fields: dict[str, Any]) -> None:
    """No shape of a field stops the telling: the record shows what it can of whatever was accepted."""
    resource = {**fields, "resourceType": resource_type}
    told = tell(resource, INSTANT)
    assert told.when
    assert told.title or fields
    assert occurred(resource, INSTANT) >= 0


@pytest.mark.parametrize(
    ("kind", "status", "shown"),
    [
        ("Contact", "finished", ""),
        ("Contact", "cancelled", "cancelled"),
        ("Assessment score", "final", ""),
        ("Assessment score", "preliminary", "preliminary"),
        ("Referral", "active", ""),
        ("Referral", "revoked", "withdrawn"),
        ("Referral answer", "failed", "could not be done"),
        ("Flag", "active", "active"),
    ],
)
def test_a_status_is_shown_where_it_is_news(kind: str, status: str, shown: str) -> None:
    """That a contact took place is said by its being there; that a flag holds is not."""
    assert news(kind, status) == shown
