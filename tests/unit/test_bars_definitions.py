"""What the server says of itself in FHIR, and how it codes its errors."""

from pathlib import Path

import orjson
import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.messagedefinition import MessageDefinition
from fhir.resources.R4B.operationoutcome import OperationOutcome

from schemas.fhir.bars_tables import EVENTS
from schemas.fhir.capability import capability_statement
from schemas.fhir.capability_reads import READ_ALONE, SEARCHED
from schemas.fhir.http_errors import HTTP_ERROR_SYSTEM, HTTP_ERRORS
from schemas.fhir.issue import Issue, operation_outcome
from schemas.fhir.message_definitions import message_definitions
from schemas.fhir.note import Note
from schemas.fhir.response import outcome_of
from services.domain.record.kinds import KINDS

EXAMPLES = Path(__file__).parents[3] / "shared/fixtures/bars"
OUTCOMES = EXAMPLES / "OperationOutcome"


def test_the_capability_statement_is_valid() -> None:
    """R4, and its messages are those that are defined."""
    statement = capability_statement()
    CapabilityStatement.model_validate(statement)
    (messaging,) = statement["messaging"]
    told = [one["definition"] for one in messaging["supportedMessage"]]
    assert told == [one["url"] for one in message_definitions()]
    types = {one["type"] for one in statement["rest"][0]["resource"]}
    assert types == {"MessageDefinition", "Patient", *KINDS, *READ_ALONE}


def test_every_kind_of_entry_is_searched() -> None:
    """A new one cannot be forgotten."""
    assert list(SEARCHED) == sorted(KINDS)


def test_the_message_definitions_are_valid() -> None:
    """R4, each under a name of its own, and one or more of every event."""
    definitions = message_definitions()
    for one in definitions:
        MessageDefinition.model_validate(one)
    assert len({one["id"] for one in definitions}) == len(definitions)
    assert {one["eventCoding"]["code"] for one in definitions} == set(EVENTS)


def test_every_interaction_is_in_a_definition() -> None:
    """With its reason and statuses, once."""
    for event in EVENTS.values():
        told = [one["purpose"] for one in message_definitions() if one["eventCoding"]["code"] == event.code]
        for row in event.interactions:
            line = f"- Reason {row.reason}, {event.root} {', '.join(row.statuses.split())}: {row.is_a}"
            times = 2 if row.is_a == "new request" else 1  # in a referral and in a validation
            assert "\n".join(told).count(line) == times, line


def test_the_use_cases_that_are_published_say_so() -> None:
    """Their base is the definition that the published examples name."""
    published = {
        orjson.loads(path.read_bytes())["entry"][0]["resource"]["definition"]
        for path in EXAMPLES.glob("process_message/request/*.json")
    }
    bases = {one.get("base") for one in message_definitions()}
    for definition in published:
        if "response" not in definition:
            assert definition in bases


@pytest.mark.parametrize("status", HTTP_ERRORS)
def test_a_refusal_is_coded_as_bars_codes_it(status: int) -> None:
    """First the code of the standard, then our rule; and R4 knows the issue code."""
    error = HTTP_ERRORS[status]
    outcome = operation_outcome([Issue(error.issue_code, error.says, rule="header")], status=status)
    OperationOutcome.model_validate(outcome)
    first, rule = outcome["issue"][0]["details"]["coding"]
    assert first == {"system": HTTP_ERROR_SYSTEM, "code": error.code}
    assert rule["code"] == "header"


@pytest.mark.skipif(not OUTCOMES.is_dir(), reason="the published examples are not beside the project")
def test_the_codes_are_the_published_ones() -> None:
    """Every published error of a receiver has the code we give its status, and its issue codes are ours or more.

    Statuses of which only the proxy's own errors are published have the same name after another prefix.
    """
    published: dict[int, set[tuple[str, str]]] = {}
    systems = set()
    for path in OUTCOMES.glob("*/*.json"):
        (issue,) = orjson.loads(path.read_bytes())["issue"]
        (coding,) = issue["details"]["coding"]
        systems.add(coding["system"])
        if path.parent.name in ("REC", "SEND"):
            name = coding["code"].removeprefix("REC_").removeprefix("SEND_")
            published.setdefault(int(path.name[:3]), set()).add((name, issue["code"]))
    assert systems == {HTTP_ERROR_SYSTEM}
    assert set(published) <= set(HTTP_ERRORS)
    for status, told in published.items():
        ours = HTTP_ERRORS[status]
        assert {name for name, _ in told} == {ours.code.removeprefix("REC_")}
        if status != 422:  # of a 422 only single cases are published
            assert ours.issue_code in {code for _, code in told}


def test_an_outcome_names_repairs_and_deviations() -> None:
    """The outcome first, then a repair as information and a deviation as a warning, with how many places."""
    notes = [
        Note("repair", "system-case", "A system was written in small letters.", "Bundle.entry[1]", 3),
        Note("deviation", "bars-request-id", "No X-Request-Id."),
    ]
    outcome = outcome_of("ab" * 32, "accepted", notes)
    OperationOutcome.model_validate(outcome)
    assert outcome["id"] == "ab" * 32
    told = [
        (one["severity"], one["code"], one["details"]["coding"][0]["code"], one.get("expression"))
        for one in outcome["issue"]
    ]
    assert told == [
        ("information", "informational", "accepted", None),
        ("information", "informational", "system-case", ["Bundle.entry[1]"]),
        ("warning", "business-rule", "bars-request-id", None),
    ]
    assert outcome["issue"][1]["diagnostics"].endswith("In 3 places.")
