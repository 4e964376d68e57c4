"""Repairs: a table of slips and what is read of them, and the laws that every repair keeps."""

import copy
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fhir.message import read_message_bytes
from schemas.fhir.repair import REPAIRS, repair
from schemas.fhir.reread import reread
from schemas.fhir.systems import RETIRED_VERIFICATION, UK_SYSTEMS, VERIFICATION_CODES, misspellings
from tests.messages import a_message, resources
from tests.stack import BUNDLED

CURRENT = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
RETIRED = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
URN = "urn:uuid:0f0f0f0f-0000-4000-8000-000000000001"
BARE = URN.removeprefix("urn:uuid:")

Node = dict[str, Any]

TABLE: dict[str, tuple[Node, Node, list[tuple[str, str, int]]]] = {
    # what the slip is: as sent, as read, and the name, first place and count of each repair
    "the NHS number's system with http": (
        {"resourceType": "Patient", "identifier": [{"system": NHS.replace("https", "http"), "value": "1"}]},
        {"resourceType": "Patient", "identifier": [{"system": NHS, "value": "1"}]},
        [("system-scheme", "Patient.identifier[0].system", 1)],
    ),
    "a small letter in the path of a system, twice": (
        {"identifier": [{"system": ODS.replace("/Id/", "/id/")}, {"system": ODS.replace("/Id/", "/ID/")}]},
        {"identifier": [{"system": ODS}, {"system": ODS}]},
        [("system-case", "identifier[0].system", 2)],
    ),
    "an endpoint, which BaRS itself writes with http": (
        {"source": {"endpoint": "http://fhir.nhs.uk/Id/dos-service-id|2000012345"}},
        {"source": {"endpoint": "http://fhir.nhs.uk/Id/dos-service-id|2000012345"}},
        [],
    ),
    "a system that nobody listed": (
        {"system": "http://fhir.nhs.uk/Id/a-local-number"},
        {"system": "http://fhir.nhs.uk/Id/a-local-number"},
        [],
    ),
    "SNOMED CT with https": (
        {"coding": [{"system": "https://snomed.info/sct", "code": "736253002"}]},
        {"coding": [{"system": "http://snomed.info/sct", "code": "736253002"}]},
        [("terminology-system", "coding[0].system", 1)],
    ),
    "SNOMED CT as ict": (
        {"system": "http://snomed.info/ict"},
        {"system": "http://snomed.info/sct"},
        [("terminology-system", "system", 1)],
    ),
    "LOINC and UCUM with a slash at the end": (
        {"code": {"system": "http://loinc.org/"}, "valueQuantity": {"system": "https://unitsofmeasure.org/"}},
        {"code": {"system": "http://loinc.org"}, "valueQuantity": {"system": "http://unitsofmeasure.org"}},
        [("terminology-system", "code.system", 2)],
    ),
    "a verification status of the retired code system": (
        {"system": RETIRED, "version": "1.0.0", "code": "number-present-but-not-traced", "display": "x"},
        {"system": CURRENT, "code": "02", "display": "x"},
        [("verification-status", "system", 1)],
    ),
    "a verification status that the retired code system never had": (
        {"system": RETIRED, "code": "99"},
        {"system": RETIRED, "code": "99"},
        [],
    ),
    "a resource's id with the prefix of a urn": (
        {"resourceType": "Goal", "id": URN, "addresses": [{"reference": f"Condition/{URN}"}]},
        {"resourceType": "Goal", "id": BARE, "addresses": [{"reference": f"Condition/{URN}"}]},
        [("id-prefix", "Goal.id", 1)],
    ),
    "an id with the prefix of a urn where references name it": (
        {
            "resourceType": "Bundle",
            "entry": [
                {"resource": {"resourceType": "Patient", "id": URN}},
                {"resource": {"resourceType": "Goal", "subject": {"reference": URN}}},
                {"resource": {"resourceType": "Goal", "subject": {"reference": f"Patient/{URN}"}}},
            ],
        },
        {
            "resourceType": "Bundle",
            "entry": [
                {"resource": {"resourceType": "Patient", "id": BARE}, "fullUrl": URN},
                {"resource": {"resourceType": "Goal", "subject": {"reference": URN}}},
                {"resource": {"resourceType": "Goal", "subject": {"reference": f"Patient/{BARE}"}}},
            ],
        },
        [("id-prefix", "Bundle.entry[0].resource.id", 1)],
    ),
    "the id of the message that is answered": (
        {"resourceType": "MessageHeader", "response": {"identifier": URN}},
        {"resourceType": "MessageHeader", "response": {"identifier": BARE}},
        [("id-prefix", "MessageHeader.response.identifier", 1)],
    ),
    "white space around codes": (
        {
            "status": " active",
            "coding": [{"code": "SG\n", "display": " as written "}],
            "gender": "female\u00a0",
        },
        {"status": "active", "coding": [{"code": "SG", "display": " as written "}], "gender": "female"},
        [("whitespace", "status", 3)],
    ),
    "white space around an identifier": (
        {"identifier": [{"system": f"\t{NHS}", "value": " 9990000018\r\n"}]},
        {"identifier": [{"system": NHS, "value": "9990000018"}]},
        [("whitespace", "identifier[0].system", 2)],
    ),
    "words keep the white space that their writer gave them": (
        {"contentString": " We walked.\n", "text": "Low mood "},
        {"contentString": " We walked.\n", "text": "Low mood "},
        [],
    ),
    "an NHS number in groups": (
        {"identifier": [{"system": NHS, "value": "999 000 0018"}, {"system": NHS, "value": "999-000-0018"}]},
        {"identifier": [{"system": NHS, "value": "9990000018"}, {"system": NHS, "value": "9990000018"}]},
        [("nhs-number-format", "identifier[0].value", 2)],
    ),
    "a number that is no NHS number": (
        {
            "identifier": [
                {"system": NHS, "value": "unknown"},
                {"system": "https://a", "value": "999 000 0018"},
            ]
        },
        {
            "identifier": [
                {"system": NHS, "value": "unknown"},
                {"system": "https://a", "value": "999 000 0018"},
            ]
        },
        [],
    ),
    "an ODS code in small letters": (
        {"identifier": [{"value": "zzt41", "system": ODS}]},
        {"identifier": [{"value": "ZZT41", "system": ODS}]},
        [("ods-code-case", "identifier[0].value", 1)],
    ),
    "several slips in one identifier": (
        {"system": "http://fhir.nhs.uk/id/nhs-number ", "value": "999 000 0018"},
        {"system": NHS, "value": "9990000018"},
        [("whitespace", "system", 1), ("system-scheme", "system", 1), ("nhs-number-format", "value", 1)],
    ),
    "nine digits after the second, which R4 allows and ranks read to the seventh": (
        {"lastUpdated": "2026-05-04T10:00:00.123456789Z"},
        {"lastUpdated": "2026-05-04T10:00:00.123456789Z"},
        [],
    ),
}


@pytest.mark.parametrize("sentence", TABLE)
def test_what_is_read_of_a_slip(sentence: str) -> None:
    """Each is put right as the table says, and named with its first place and how many there are."""
    sent, read, named = TABLE[sentence]
    document = copy.deepcopy(sent)
    notes = repair(document)
    assert document == read
    assert [(one.name, one.place, one.count) for one in notes] == named
    assert {(one.kind, one.text) for one in notes} == {("repair", REPAIRS[name]) for name, _, _ in named}


def test_the_table_has_every_repair() -> None:
    """No repair is without its example."""
    assert {name for _, _, named in TABLE.values() for name, _, _ in named} == set(REPAIRS)


def test_every_misspelling_is_read_as_a_known_system() -> None:
    """The spellings that are put right are none of the right ones, and each stands for one alone."""
    sent = [spelt for spelt, _, _ in misspellings()]
    assert len(sent) == len(set(sent))
    assert {right for _, right, _ in misspellings()} >= set(UK_SYSTEMS)
    for spelt, right, name in misspellings():
        document = {"system": spelt}
        assert [one.name for one in repair(document)] == [name]
        assert document == {"system": right}


@pytest.mark.parametrize("system", RETIRED_VERIFICATION)
@pytest.mark.parametrize("scheme", ["https:", "http:"])
def test_every_retired_status_has_its_current_one(system: str, scheme: str) -> None:
    """Both the textual and the numeric codes of each retired code system are read."""
    for code, current in VERIFICATION_CODES.items():
        document = {"system": system.replace("https:", scheme), "code": code}
        repair(document)
        assert document == {"system": CURRENT, "code": current}


_texts = st.sampled_from(
    [
        *("", " ", "active", " active", "active\t", "\u00a0x", 'said "so" ', "\\", '" ', "a\nb", "\n", "é "),
        *(NHS, ODS, f"{NHS} ", "999 000 0018", "9990000018", "999\u00a0000–0018", "zzt41", "ZZT41", "1 2"),
        *(URN, BARE, f"urn:uuid:{URN}", f"Patient/{URN}", f"#{URN}", "Patient", "Bundle", "MessageHeader"),
        *("http://fhir.nhs.uk/Id/dos-service-id|1", "http://fhir.nhs.uk/id/dos-service-id|1"),
        *RETIRED_VERIFICATION,
        *("02", "trace-required", "number-present-and-verified"),
        *(spelt for spelt, _, _ in misspellings()),
    ]
)
_names = st.sampled_from(
    [
        *("system", "value", "code", "version", "id", "reference", "resourceType", "identifier", "status"),
        *("entry", "resource", "fullUrl", "response", "contained", "text", "use", "gender"),
    ]
)
_documents = st.recursive(
    _texts | st.none() | st.booleans() | st.integers(0, 9),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(_names, inside, max_size=6),
    max_leaves=25,
)


@given(_documents)
def test_a_repaired_document_needs_no_repair(document: Any) -> None:
    """Repairing again changes nothing and names nothing."""
    repair(document)
    again = copy.deepcopy(document)
    assert repair(again) == []
    assert again == document


@given(_documents)
def test_the_same_document_gives_the_same_repairs(document: Any) -> None:
    """However its JSON is written."""
    spaced = orjson.loads(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    escaped = orjson.loads(orjson.dumps(document).replace(b"/", b"\\/"))
    assert repair(document) == repair(spaced) == repair(escaped)
    assert document == spaced == escaped


@given(_documents)
def test_a_slip_elsewhere_changes_nothing_here(document: Any) -> None:
    """What the quick scan lets pass has no slip: looking closer because of another one finds none."""
    beside = [copy.deepcopy(document), {"code": " a slip "}]
    repair(document)
    repair(beside)
    assert beside == [document, {"code": "a slip"}]


def test_references_still_resolve_in_the_record() -> None:
    """A message whose ids carry the prefix says the same as one whose ids do not, and is read again alike."""
    plain = a_message("repair-1")
    for entry in plain["entry"]:
        entry["resource"]["id"] = entry["fullUrl"].removeprefix("urn:uuid:")
    prefixed = copy.deepcopy(plain)
    for resource in resources(prefixed):
        resource["id"] = f"urn:uuid:{resource['id']}"
    reading = read_message_bytes(orjson.dumps(prefixed))
    assert reading.bundle == plain
    assert [(one.name, one.count) for one in reading.notes if one.kind == "repair"] == [("id-prefix", 3)]
    assert reread(orjson.dumps(prefixed)) == plain


def test_the_stream_of_the_partnership_needs_no_repair() -> None:
    """Its senders write as the standards ask, so its records are what they were sent."""
    for line in BUNDLED.read_bytes().splitlines():
        message = orjson.loads(line)["message"]
        sent = copy.deepcopy(message)
        assert repair(message) == []
        assert message == sent
