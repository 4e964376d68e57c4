"""Events of the Multicast Notification Service: what is read of each, and which are refused."""

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
from services.domain.message import needs_sent, read_message
from services.domain.record.instant import instant_ticks

NUMBER, NEW = "9990000018", "9990000026"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
PDS = "https://pds.example/personal-demographics/FHIR/R4/Patient"
AT = "2026-05-04T10:00:00.1234567Z"


def an_event(name: str, **changed: Any) -> dict[str, Any]:
    """An event of this type, with other attributes or without those that are None."""
    event = {
        "specversion": "1.0",
        "id": "6f2c5a1e-event",
        "source": "uk.nhs.personal-demographics-service",
        "type": name,
        "time": AT,
        "subject": NUMBER,
        "dataref": f"{PDS}/{NUMBER}",
    }
    return {name: value for name, value in {**event, **changed}.items() if value is not None}


TOLD: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    # what happened: the event, and the facts the record has of it beside the number
    "something changed in PDS": (an_event("pds-record-change-2"), {}),
    "another practice": (an_event("pds-change-of-gp-2"), {}),
    "a flag changed": (an_event("patientflags-change-1", filtering={"flag": "reasonable adjustments"}), {}),
    "an event that nobody knew of yet": (an_event("pds-something-new-1"), {}),
    "a new source of the NHS": (an_event("screening-due-1", source="uk.nhs.screening"), {}),
    "a number that fails the check digit": (an_event("pds-record-change-2", subject="9990000019"), {}),
    "a death": (an_event("pds-death-notification-2"), {"deceased": "true"}),
    "a death with its day": (
        an_event("pds-death-notification-2", filtering={"death-date": "2026-05-03"}),
        {"deceased": "2026-05-03"},
    ),
    "a death with its moment in the data": (
        an_event(
            "pds-death-notification-2", data={"patient": [{"deceasedDateTime": "2026-05-03T04:00:00Z"}]}
        ),
        {"deceased": "2026-05-03T04:00:00Z"},
    ),
    "a death whose day is no date": (
        an_event("pds-death-notification-2", data={"dateOfDeath": "2026-02-31"}),
        {"deceased": "true"},
    ),
    "a death notice that was withdrawn": (
        an_event("pds-death-notification-2", filtering={"deathNotificationStatus": "U"}),
        {"deceased": "false"},
    ),
    "a new number behind the pointer": (
        an_event("nhs-number-change-2", dataref=f"{PDS}/{NEW}"),
        {"superseded_by": NEW},
    ),
    "a new number in the data": (
        an_event("nhs-number-change-2", data={"old": NUMBER, "new": NEW}),
        {"superseded_by": NEW},
    ),
    "a change of number that does not say to which": (an_event("nhs-number-change-2"), {}),
    "a change of number that names two others": (
        an_event("nhs-number-change-2", data=[NEW, "9990000034"]),
        {},
    ),
}


@pytest.mark.parametrize("sentence", TOLD)
def test_what_an_event_says_of_a_person(sentence: str) -> None:
    """It ranks by its own time, and is read again from the received bytes alike."""
    event, facts = TOLD[sentence]
    body = orjson.dumps(event)
    reading = read_message_bytes(body)
    assert reading.bundle["id"] == event["id"]
    assert not needs_sent(reading.bundle)
    told = read_message(reread(body), b"a source record", 0).demographics
    assert {name: one.value for name, one in told.items()} == {"nhs_numbers": event["subject"], **facts}
    assert {one.rank.instant for one in told.values()} == {instant_ticks(AT)}


def test_the_patient_names_the_event() -> None:
    """Which event told it can be seen in the record: its source and id, and its type."""
    bundle, notes = as_message(an_event("pds-record-change-2"))
    (entry,) = bundle["entry"]
    assert entry["resource"]["identifier"] == [{"system": NHS, "value": NUMBER}]
    meta = entry["resource"]["meta"]
    assert meta["source"] == "uk.nhs.personal-demographics-service#6f2c5a1e-event"
    assert [tag["code"] for tag in meta["tag"]] == ["pds-record-change-2"]
    assert bundle["type"] != "message"
    assert notes == []


REFUSED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    # what is wrong: the event, the status, the attribute and the issue code
    "no id": (an_event("pds-record-change-2", id=None), 400, "id", "required"),
    "an empty source": (an_event("pds-record-change-2", source=""), 400, "source", "required"),
    "a number for a type": (an_event("pds-record-change-2", type=7), 400, "type", "value"),
    "CloudEvents of another version": (
        an_event("pds-record-change-2", specversion="0.3"),
        400,
        "specversion",
        "value",
    ),
    "no time": (an_event("pds-record-change-2", time=None), 400, "time", "required"),
    "a day for a time": (an_event("pds-record-change-2", time="2026-05-04"), 400, "time", "value"),
    "no such day": (an_event("pds-record-change-2", time="2026-02-30T10:00:00Z"), 400, "time", "value"),
    "a time without its offset": (
        an_event("pds-record-change-2", time="2026-05-04T10:00:00"),
        400,
        "time",
        "value",
    ),
    "about nobody": (an_event("pds-record-change-2", subject=None), 400, "subject", "required"),
    "nine digits": (an_event("pds-record-change-2", subject="999000001"), 400, "subject", "value"),
    "a stranger's event": (
        an_event("order-placed-1", source="https://shop.example"),
        422,
        "source",
        "not-supported",
    ),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_is_no_event_of_the_service(sentence: str) -> None:
    """The answer names the attribute, and the rule of the standard that asks for it."""
    event, status, place, code = REFUSED[sentence]
    with pytest.raises(Refused) as refused:
        read_message_bytes(orjson.dumps(event))
    assert refused.value.status == status
    assert [(one.place, one.code, one.rule) for one in refused.value.issues] == [(place, code, "cloud-event")]


def test_small_letters_in_the_time_are_the_same_instant() -> None:
    """RFC 3339 allows them, FHIR does not."""
    small, _ = as_message(an_event("pds-record-change-2", time="2026-05-04t11:00:00.5+01:00"))
    assert small["timestamp"] == "2026-05-04T11:00:00.5+01:00"
    assert instant_ticks(small["timestamp"]) == instant_ticks("2026-05-04T10:00:00.5Z")


_json = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10) | st.sampled_from(["", "U", NEW, AT, "2026", "x"]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["deathDate", "deathNotificationStatus", "x"]), inside, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "source", "type", "time", "subject", "dataref", "data", "filtering", "resourceType"]
        ),
        _json,
    ),
    st.sampled_from(["pds-death-notification-2", "nhs-number-change-2", "x"]),
)
def test_any_event_is_told_or_refused(changed: dict[str, Any], name: str) -> None:
    """And whatever is told, the record can read."""
    event = orjson.loads(orjson.dumps({**an_event(name), **changed}))
    bundle: dict[str, Any] = {}
    with suppress(Refused):
        bundle, _ = as_message(event)
    if bundle:
        assert read_message(bundle, b"a source record", 0).demographics["nhs_numbers"].value
