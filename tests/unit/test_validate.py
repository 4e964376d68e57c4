"""Strict R4: each thing wrong is refused by its rule at its place, and what R4 allows is taken."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

from schemas.fhir.issue import Refused, operation_outcome
from schemas.fhir.message import read_message_bytes
from schemas.fhir.note import Note
from schemas.fhir.r4 import REQUIRED_CODES
from schemas.fhir.rules import RULES
from schemas.fhir.validate import MOST_ISSUES, check_resource, resource_issues
from tests.streams.fhir_builders import Resource
from tests.unit.one_defect import RESOURCE_DEFECTS, Defect, put
from tests.unit.one_defect_messages import (
    MESSAGE_DEFECTS,
    NOWHERE,
    SAID,
    MessageDefect,
    in_a_message,
    read_to_the_end,
    spoilt,
)
from tests.unit.sound_resources import SOUND, sound
from tests.unit.valid_documents import VALID, Valid

STREAM = Path(__file__).parents[1] / "streams" / "norfolk-suffolk.ndjson"
FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures"
PUBLISHED_DEFECTS: Mapping[str, set[str]] = {
    "bars/OperationOutcome/REC/500-REC_SERVER_ERROR-too costly.json": {"r4-code"},
    "bars/appointment/PATCH-body.json": {"r4-required", "r4-invariant"},
    "bars/process_message/response/Booking (HTTP Response) .json": {
        "r4-primitive", "r4-required", "r4-unknown-element",
    },
    "bars/service_request/GET-success.json": {"bundle-entry", "r4-unknown-element"},
    "bars/service_request/PATCH-body.json": {"r4-code", "r4-required", "r4-unknown-element"},
    "bars/service_request/PUT-body.json": {"r4-cardinality", "r4-unknown-element"},
    "bars/service_request/id/GET-success.json": {"r4-cardinality", "r4-unknown-element"},
    "pds/Personal_Details_RelatedPersonBundle.json": {"r4-empty"},
}  # fmt: skip
"""What is wrong in the NHS's own examples."""
PARSING_RULES = {"json", "unique-names", "no-nul", "size", "depth"}
"""Told by tests/unit/test_parse.py."""


def _faults(document: Any) -> list[tuple[str, str]]:
    return [(one.rule, one.place) for one in resource_issues(document)]


def test_what_the_tests_start_from_is_valid() -> None:
    """Every sound document, and the stream of a whole partnership."""
    assert {name: _faults(one) for name, one in SOUND.items()} == {name: [] for name in SOUND}
    lines = [orjson.loads(line) for line in STREAM.read_bytes().splitlines()]
    assert [check_resource(line["message"]) for line in lines] == [([], [])] * len(lines)


@pytest.mark.parametrize("defect", RESOURCE_DEFECTS, ids=lambda one: f"{one.rule}: {one.says}")
def test_one_thing_wrong_is_refused_where_it_is(defect: Defect) -> None:
    """Exactly that."""
    issues = resource_issues(defect.spoilt())
    assert [(one.rule, one.place) for one in issues] == [(defect.rule, defect.at())]
    assert issues[0].code in REQUIRED_CODES["OperationOutcomeIssue", "code"]


@pytest.mark.parametrize("defect", MESSAGE_DEFECTS, ids=lambda one: f"{one.rule}: {one.says}")
def test_one_thing_wrong_in_a_message(defect: MessageDefect) -> None:
    """The whole way in tells exactly that, as a valid OperationOutcome."""
    with pytest.raises(Refused) as refused:
        read_message_bytes(defect.body())
    issues = refused.value.issues
    assert [(one.rule, one.place) for one in issues] == [(defect.rule, defect.place)]
    assert refused.value.status == defect.status
    OperationOutcome.model_validate(operation_outcome(issues))
    assert resource_issues(operation_outcome(issues)) == []


def test_the_tables_have_every_rule_of_r4_and_of_messages() -> None:
    """And no rule is told that has no section of a standard."""
    told = {one.rule for one in RESOURCE_DEFECTS} | {one.rule for one in MESSAGE_DEFECTS}
    assert told <= RULES.keys()
    of_r4 = {name for name in RULES if name.startswith("r4-")}
    assert told == of_r4 | {"bundle-entry", "full-url", "message-header", "one-person", "reference-resolves"}
    assert RULES.keys() >= PARSING_RULES


@pytest.mark.parametrize("valid", VALID, ids=lambda one: f"{one.document}: {one.says}")
def test_what_r4_allows_is_taken(valid: Valid) -> None:
    """Choice types, siblings, partial dates, contained resources, every status."""
    assert _faults(valid.made()) == []


def test_a_document_full_of_faults_tells_the_first_twenty() -> None:
    """In the order of the document."""
    patient = sound("Patient") | {"name": [{"family": ""}] * 30, "gender": "banana"}
    issues = resource_issues(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}]}
    )
    assert len(issues) == MOST_ISSUES
    assert issues[0].place == "Bundle.entry[0].resource.name[0].family"
    assert issues[19].place == "Bundle.entry[0].resource.name[19].family"


def _places(node: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The path of everything within a document."""
    for name, below in node.items() if isinstance(node, dict) else enumerate(node):
        here = (*path, str(name))
        yield ".".join(here)
        if isinstance(below, dict | list):
            yield from _places(below, here)


@pytest.mark.parametrize("name", SOUND)
def test_a_refusal_repeats_nothing_of_what_was_sent(name: str) -> None:
    """Whatever a person's record says, and wherever it says it."""
    told = ""
    for path in _places(SOUND[name]):
        for value in ("Canarywing", {"Canary wing": "Canarywing"}):
            told += "".join(
                f"{one.place} {one.text}\n" for one in resource_issues(put(sound(name), path, value))
            )
    assert told
    assert "anary" not in told


_LONG: dict[str, dict[str, Any]] = {
    "extensions of nothing": {"extension": [{"url": "urn:a:b"}] * 60_000},
    "extensions with two values": {
        "extension": [{"url": "a", "valueCode": "b", "valueString": "c"}] * 60_000
    },
    "names that are numbers": {"name": [{"family": 1}] * 60_000},
    "nulls": {"name": [{"given": [None] * 100_000}]},
    "elements that R4 lacks": {f"birthdat{number}": "1990" for number in range(60_000)},
    "references to no Practitioner": {"generalPractitioner": [{"reference": "Slot/1"}] * 60_000},
    "contained resources of no type": {"contained": [{"id": "x"}] * 60_000},
    "8 MB that are no date": {"birthDate": "9" * 8_000_000},
    "8 MB that are no base64": {"photo": [{"contentType": "a", "data": "abcd " * 1_600_000 + "!"}]},
    "8 MB of spaces": {"text": {"status": "generated", "div": " " * 8_000_000}},
}


@pytest.mark.parametrize("name", _LONG)
def test_a_document_full_of_faults_costs_no_more_than_reading_it(name: str) -> None:
    """Under a second of CPU, which the quickest of some tries tells, and never more than twenty issues."""
    document = sound("Patient") | _LONG[name]

    def seconds() -> float:
        began = time.thread_time()
        assert 0 < len(resource_issues(document)) <= MOST_ISSUES
        return time.thread_time() - began

    assert any(seconds() < 1 for _ in range(4))


@pytest.mark.parametrize("document", [[], "text", 7, None, True, [{"resourceType": "Patient"}]])
def test_what_is_no_object_is_no_resource(document: Any) -> None:
    """Whatever else it is."""
    assert _faults(document) == [("r4-type", "")]


def test_a_cloud_event_is_none_of_r4s_business() -> None:
    """Unless it says that it is a resource."""
    event = {"specversion": "1.0", "id": "1", "type": "pds-record-change-2"}
    assert _faults(event) == []
    assert _faults(event | {"resourceType": "Patient"})[0][0] == "r4-unknown-element"


def _journey(bundle: Resource) -> None:
    encounter = {
        "resourceType": "Encounter",
        "status": "triaged",
        "class": {"code": "AMB"},
        "episodeOfCare": [{"reference": NOWHERE}],
        "account": [{"reference": NOWHERE}],
    }
    bundle["entry"].append({"resource": encounter})


def test_a_urn_that_leads_nowhere_is_taken_and_told() -> None:
    """As published messages have it: a deviation with its first place and how many there are."""
    notes = read_message_bytes(spoilt(_journey)).notes
    place = f"Bundle.entry[{SAID + 1}].resource.episodeOfCare[0]"
    assert [one for one in notes if one.name == "unresolved-reference"] == [
        Note("deviation", "unresolved-reference", notes[0].text, place, 2)
    ]
    assert check_resource(orjson.loads(spoilt(lambda _: None)))[1] == []


@pytest.mark.parametrize("valid", VALID, ids=lambda one: f"{one.document}: {one.says}")
@pytest.mark.parametrize("event", ["servicerequest-request", "booking-request", "another"])
def test_what_is_valid_breaks_no_later_reader(valid: Valid, event: str) -> None:
    """In a message it is read to the end, or refused by a rule: siblings in place of values among it."""
    assert read_to_the_end(in_a_message(valid.made(), event))


def test_a_subject_by_version_is_the_same_person() -> None:
    """References to a version of the message's own Patient are about no other."""

    def spoil(bundle: Resource) -> None:
        patient = bundle["entry"][1]["resource"]["id"]
        bundle["entry"][SAID]["resource"]["subject"] = {"reference": f"Patient/{patient}/_history/3"}

    assert read_message_bytes(spoilt(spoil)).bundle["type"] == "message"


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the published examples are not beside the project")
def test_published_examples_are_refused_for_real_defects_alone() -> None:
    """Each that is refused, and under which rules."""
    refused = {}
    for folder in ("bars", "eps", "immunisation", "pds"):
        for file in sorted((FIXTURES / folder).rglob("*.json")):
            if issues := resource_issues(orjson.loads(file.read_bytes())):
                refused[str(file.relative_to(FIXTURES))] = {one.rule for one in issues}
    assert refused == PUBLISHED_DEFECTS
