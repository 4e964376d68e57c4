"""The shapes of messages: whom each is about, in the record's own reading, and which are refused."""

import copy
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fhir.issue import Refused
from schemas.fhir.message import read_message_bytes
from schemas.fhir.reread import reread
from schemas.fhir.shapes import as_message
from schemas.fhir.subject import PERSON_URL
from services.domain.message import CareMessage, patient_of, read_message, thing_reference
from services.domain.record.instant import instant_ticks
from services.domain.record.kinds import CONTEXT
from tests.messages import a_message

NUMBER, OTHER, WRONG = "9990000018", "9990000026", "9990000019"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
PDS = "https://pds.example/personal-demographics/FHIR/R4/Patient"
AT = "2026-05-04T10:00:00Z"
URN = "urn:uuid:0f0f0f0f-0000-4000-8000-000000000001"

Resource = dict[str, Any]


def by_number(number: str = NUMBER) -> Resource:
    """A reference that names the person by NHS number."""
    return {"identifier": {"system": NHS, "value": number}}


def a_patient(number: str = NUMBER, **more: Any) -> Resource:
    """A Patient with an NHS number."""
    return {"resourceType": "Patient", "identifier": [{"system": NHS, "value": number}], **more}


def a_goal(subject: Resource, **more: Any) -> Resource:
    """A Goal about whom `subject` names."""
    words = {"lifecycleStatus": "active", "description": {"text": "Walk to the sea"}}
    return {"resourceType": "Goal", "id": "g-1", **words, "subject": subject, **more}


def a_vaccination(patient: Resource, *contained: Resource, **more: Any) -> Resource:
    """An Immunization as the Immunisation API sends it."""
    said = {"status": "completed", "vaccineCode": {"text": "Flu vaccine"}, "occurrenceDateTime": AT}
    held = {"contained": list(contained)} if contained else {}
    return {"resourceType": "Immunization", "id": "i-1", **held, **said, "patient": patient, **more}


def a_bundle(*resources: Resource, kind: str = "searchset", **more: Any) -> Resource:
    """A Bundle of this type, each resource under a URL of its own."""
    entries = [
        {"fullUrl": f"https://ehr.example/{one['resourceType']}/{place}", "resource": one}
        for place, one in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries, **more}


WREN = a_patient(id="p1", name=[{"family": "Quillfeather", "given": ["Wren"]}])

TAKEN: dict[str, tuple[Resource, list[str], dict[str, str]]] = {
    # the shape: what is sent, the kinds of its entries, and the facts it tells of the person
    "a Patient alone": (WREN, [], {"nhs_numbers": NUMBER, "family": "Quillfeather", "given": "Wren"}),
    "a Patient of whom the name and the birth date are known": (
        {"resourceType": "Patient", "name": [{"family": "Fenn"}], "birthDate": "1990-04-02"},
        [],
        {"family": "Fenn", "birth_date": "1990-04-02"},
    ),
    "a resource with the person contained in it": (
        a_vaccination({"reference": "#p1"}, WREN),
        ["Immunisation"],
        {"nhs_numbers": NUMBER, "family": "Quillfeather", "given": "Wren"},
    ),
    "a resource about an NHS number": (a_goal(by_number()), ["Goal"], {"nhs_numbers": NUMBER}),
    "a resource about an NHS number in PDS": (
        a_goal({"reference": f"{PDS}/{NUMBER}"}),
        ["Goal"],
        {"nhs_numbers": NUMBER},
    ),
    "a test number in PDS, which fails the check digit": (
        a_goal({"reference": f"{PDS}/{WRONG}/_history/3"}),
        ["Goal"],
        {"nhs_numbers": WRONG},
    ),
    "a resource about a urn of an NHS number": (
        a_goal({"reference": f"urn:nhs-number:{NUMBER}"}),
        ["Goal"],
        {"nhs_numbers": NUMBER},
    ),
    "a number beside a reference that leads nowhere": (
        a_goal({"reference": URN, **by_number()}),
        ["Goal"],
        {"nhs_numbers": NUMBER},
    ),
    "a booking, where the person is one of those who take part": (
        {
            "resourceType": "Appointment",
            "id": "a-1",
            "status": "booked",
            "start": AT,
            "end": AT,
            "participant": [
                {"actor": {"display": "Sam Okafor"}, "status": "accepted"},
                {"actor": by_number(), "status": "accepted"},
            ],
        },
        ["Appointment"],
        {"nhs_numbers": NUMBER},
    ),
    "an answer of PDS": (
        a_bundle(WREN, timestamp=AT),
        [],
        {"nhs_numbers": NUMBER, "family": "Quillfeather", "given": "Wren"},
    ),
    "the person's family, as PDS answers": (
        a_bundle({"resourceType": "RelatedPerson", "id": "r-1", "patient": by_number()}, timestamp=AT),
        ["Family or carer"],
        {"nhs_numbers": NUMBER},
    ),
    "everything about one person": (
        a_bundle(
            WREN,
            a_goal({"reference": "https://ehr.example/Patient/0"}),
            a_vaccination({"reference": "Patient/p1"}),
            a_goal(by_number(), id="g-2"),
            {"resourceType": "Organization", "id": "o-1", "name": "Tidewell Peers"},
        ),
        ["Goal", "Immunisation", "Goal"],
        {"nhs_numbers": NUMBER, "family": "Quillfeather", "given": "Wren"},
    ),
    "a collection that names one number throughout": (
        a_bundle(
            a_goal(by_number()),
            a_vaccination({"reference": "#p1"}, WREN),
            a_goal({"reference": f"Patient/{NUMBER}"}, id="g-2"),
            kind="collection",
        ),
        ["Goal", "Immunisation", "Goal"],
        {"nhs_numbers": NUMBER, "family": "Quillfeather", "given": "Wren"},
    ),
}


@pytest.mark.parametrize("sentence", TAKEN)
def test_whom_a_message_is_about(sentence: str) -> None:
    """There is one Patient; all that is said of the person refers to it, in the record too."""
    sent, kinds, facts = TAKEN[sentence]
    body = orjson.dumps(sent)
    bundle = read_message_bytes(body).bundle
    assert reread(body) == bundle
    assert bundle["type"] != "message"
    told = read_message(copy.deepcopy(bundle), b"a source record", 0)
    assert [one.kind for one in told.versions if one.kind != CONTEXT] == kinds
    single = {name: one.value for name, one in told.demographics.items() if ":" not in name}
    assert single == facts
    person = _person_key(bundle, told)
    for version in told.versions:
        if version.kind != CONTEXT:
            assert orjson.dumps({"reference": thing_reference(person)})[1:-1] in version.content


def test_a_message_bundle_stays_as_it_is() -> None:
    """Nothing is copied, moved or added."""
    sent = a_message("shape-1")
    before = copy.deepcopy(sent)
    bundle, notes = as_message(sent)
    assert bundle is sent
    assert bundle == before
    assert notes == []


def test_a_contained_person_is_told_once_and_takes_along_what_it_refers_to() -> None:
    """The Patient leaves the resource; every reference to it still resolves, and so does each of its own."""
    practice = {
        "resourceType": "Organization",
        "id": "gp",
        "name": "Quay Surgery",
        "partOf": {"reference": "#net"},
    }
    network = {"resourceType": "Organization", "id": "net", "name": "Coast Network"}
    nurse = {"resourceType": "Practitioner", "id": "n", "name": [{"text": "Ada Fenn"}]}
    patient = WREN | {"generalPractitioner": [{"reference": "#gp"}]}
    sent = a_vaccination(
        {"reference": "#p1"},
        patient,
        practice,
        network,
        nurse,
        performer=[{"actor": {"reference": "#n"}}],
        note=[{"text": "She chose the left arm", "authorReference": {"reference": "#p1"}}],
    )
    bundle, _ = as_message(sent)
    vaccination = bundle["entry"][0]["resource"]
    assert patient_of(bundle) == patient | {"contained": [practice, network]}
    assert vaccination["contained"] == [practice, network, nurse]
    assert vaccination["patient"] == {"reference": PERSON_URL}
    assert vaccination["note"][0]["authorReference"] == {"reference": PERSON_URL}
    assert vaccination["performer"] == [{"actor": {"reference": "#n"}}]


def test_contained_people_who_differ_are_kept() -> None:
    """One number with two sets of details: the first becomes the Patient, the other stays where it was."""
    older = a_patient(id="p1", birthDate="1990")
    sent = a_bundle(
        a_vaccination({"reference": "#p1"}, WREN), a_vaccination({"reference": "#p1"}, older, id="i-2")
    )
    first, second, person = (entry["resource"] for entry in as_message(sent)[0]["entry"])
    assert "contained" not in first
    assert second["contained"] == [older]
    assert first["patient"] == second["patient"] == {"reference": PERSON_URL}
    assert person == WREN


def test_what_a_resource_says_of_the_person_is_as_old_as_the_resource() -> None:
    """Its meta.lastUpdated ranks the Patient that was in it, so that order of arrival does not."""
    body = orjson.dumps(a_goal(by_number(), meta={"lastUpdated": AT}))
    told = read_message(reread(body), b"a source record", 0)
    assert {one.rank.instant for one in told.versions} == {instant_ticks(AT)}


def test_an_outcome_in_a_search_answer_is_left_out_and_named() -> None:
    """It says nothing of a person; its sender learns that it was not kept."""
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "information", "code": "informational"}],
    }
    reading = read_message_bytes(orjson.dumps(a_bundle(outcome, WREN, outcome)))
    assert [entry["resource"]["resourceType"] for entry in reading.bundle["entry"]] == ["Patient"]
    assert [(one.name, one.place, one.count) for one in reading.notes] == [
        ("outcome-left-out", "Bundle.entry[0].resource", 2)
    ]


REFUSED: dict[str, tuple[Any, int, str, str]] = {
    # what is sent: the document, the status, the rule and the place
    "a list": ([WREN], 400, "message-shape", ""),
    "a text": ("Patient", 400, "message-shape", ""),
    "an object of nobody's": ({"hello": "there"}, 400, "message-shape", ""),
    "a batch": (a_bundle(WREN, kind="batch"), 422, "message-shape", "Bundle.type"),
    "the history of a resource": (a_bundle(WREN, kind="history"), 422, "message-shape", "Bundle.type"),
    "an organisation": (
        {"resourceType": "Organization", "name": "Tidewell Peers"},
        422,
        "one-person",
        "Organization",
    ),
    "a resource without a subject": (
        {"resourceType": "Appointment", "status": "booked"},
        422,
        "one-person",
        "Appointment",
    ),
    "a Patient of whom nothing is known": (
        {"resourceType": "Patient", "id": "p1", "active": True},
        422,
        "one-person",
        "Patient",
    ),
    "a Patient known by a name that many have": (
        {"resourceType": "Patient", "name": [{"family": "Fenn"}]},
        422,
        "one-person",
        "Patient",
    ),
    "a Patient whose NHS number is a word": (a_patient("unknown"), 422, "one-person", "Patient"),
    "a subject whose NHS number is a word": (a_goal(by_number("unknown")), 422, "one-person", "Goal.subject"),
    "a person known by the sender's own id alone": (
        a_goal({"reference": "Patient/p1"}),
        422,
        "one-person",
        "Goal.subject",
    ),
    "a local id of ten digits, which is no NHS number": (
        a_goal({"reference": "https://ehr.example/Patient/1234567890"}),
        422,
        "one-person",
        "Goal.subject",
    ),
    "a contained person of whom nothing is known": (
        a_vaccination({"reference": "#p1"}, {"resourceType": "Patient", "id": "p1"}),
        422,
        "one-person",
        "Immunization",
    ),
    "a reference that names two numbers": (
        a_goal({"reference": f"{PDS}/{OTHER}", **by_number()}),
        422,
        "one-person",
        "Goal.subject",
    ),
    "a search that found nobody": (
        {"resourceType": "Bundle", "type": "searchset", "total": 0},
        422,
        "one-person",
        "Bundle.entry",
    ),
    "a search that found two people": (
        a_bundle(WREN, a_patient(OTHER)),
        422,
        "one-person",
        "Bundle.entry[1].resource",
    ),
    "a search about two numbers": (
        a_bundle(a_goal(by_number()), a_goal(by_number(OTHER))),
        422,
        "one-person",
        "Bundle.entry[1].resource.subject",
    ),
    "two contained people without a number": (
        a_bundle(
            a_vaccination(
                {"reference": "#p1"},
                {
                    "resourceType": "Patient",
                    "id": "p1",
                    "name": [{"family": "Fenn"}],
                    "birthDate": "1990-04-02",
                },
            ),
            a_vaccination(
                {"reference": "#p1"},
                {
                    "resourceType": "Patient",
                    "id": "p1",
                    "name": [{"family": "Fenn"}],
                    "birthDate": "1991-04-02",
                },
            ),
        ),
        422,
        "one-person",
        "Bundle.entry[1].resource.patient",
    ),
    "a Patient, and a goal of somebody else's": (
        a_bundle(WREN, a_goal(by_number(OTHER))),
        422,
        "one-person",
        "Bundle.entry[1].resource.subject",
    ),
    "a Patient, and a reference to it with another number": (
        a_bundle(WREN, a_goal({"reference": "Patient/p1", **by_number(OTHER)})),
        422,
        "one-person",
        "Bundle.entry[1].resource.subject",
    ),
    "an entry without a resource": (
        {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": URN}]},
        422,
        "bundle-entry",
        "Bundle.entry[0].resource",
    ),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_is_no_message_about_one_person(sentence: str) -> None:
    """The answer says which rule, where, and what to do."""
    document, status, rule, place = REFUSED[sentence]
    with pytest.raises(Refused) as refused:
        as_message(copy.deepcopy(document))
    assert refused.value.status == status
    assert [(one.rule, one.place) for one in refused.value.issues] == [(rule, place)]


def test_no_refusal_repeats_what_was_sent() -> None:
    """An answer, a log and the quarantine list hold no name and no number of a person."""
    for document, *_ in REFUSED.values():
        with pytest.raises(Refused) as refused:
            as_message(copy.deepcopy(document))
        said = repr([one.as_dict() for one in refused.value.issues])
        assert not [word for word in (NUMBER, OTHER, "Quillfeather", "Wren") if word in said]


_texts = st.sampled_from(
    [
        *(
            "Patient",
            "Goal",
            "Bundle",
            "Appointment",
            "OperationOutcome",
            "message",
            "searchset",
            "collection",
        ),
        *(NHS, NUMBER, OTHER, f"{PDS}/{NUMBER}", "#p1", "p1", "Patient/p1", URN, "", "1.0"),
    ]
)
_names = st.sampled_from(
    [
        *(
            "resourceType",
            "type",
            "entry",
            "resource",
            "fullUrl",
            "subject",
            "patient",
            "reference",
            "contained",
        ),
        *(
            "identifier",
            "system",
            "value",
            "id",
            "name",
            "participant",
            "actor",
            "meta",
            "lastUpdated",
            "family",
        ),
    ]
)
_documents = st.recursive(
    _texts | st.none() | st.booleans() | st.integers(0, 9),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(_names, inside, max_size=5)
        | st.builds(
            lambda one, more: {**more, **one},
            st.sampled_from([WREN, a_goal(by_number())]),
            st.dictionaries(_names, inside, max_size=2),
        )
        | st.builds(
            lambda *ones: {
                "resourceType": "Bundle",
                "type": "collection",
                "entry": [{"resource": one} for one in ones],
            },
            inside,
            inside,
        )
    ),
    max_leaves=20,
)


@given(_documents)
def test_any_json_is_shaped_alike_or_refused(document: Any) -> None:
    """A pure function that raises nothing but refusals; what it shapes has one Patient more than entries before it."""
    first, again = copy.deepcopy(document), copy.deepcopy(document)
    shaped = None
    with suppress(Refused):
        shaped = as_message(first)
    if shaped is None:
        with pytest.raises(Refused):
            as_message(again)
        return
    assert as_message(again) == shaped
    bundle, _ = shaped
    if bundle.get("type") != "message":
        kinds = [entry["resource"].get("resourceType") for entry in bundle["entry"]]
        assert kinds.count("Patient") == 1


def _person_key(bundle: Resource, told: CareMessage) -> bytes:
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    return told.versions[kinds.index("Patient")].resource_key
