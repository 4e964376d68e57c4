"""Pages of services of Open Referral UK: what they become, and what is said of those that are none."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fhir.listing import listing_bundle
from schemas.fhir.message import read_message_bytes
from schemas.open_referral.listing import healthcare_service
from schemas.open_referral.page import MOST_BYTES, Fault, NotOpenReferral, instant_of, read_page
from services.domain.record.instant import instant_ticks

ID = "5b9d36a2-1c0e-4f53-8f6d-3c6a3c2f7e01"
CHOIR: dict[str, Any] = {
    "id": ID,
    "name": "Tuesday Voices",
    "description": "A choir without auditions.",
    "status": "active",
    "last_modified": "2026-02-01T10:00:00Z",
    "url": "https://tuesday-voices.example",
    "email": "sing@tuesday-voices.example",
    "eligibility_description": "Whoever likes to sing",
    "application_process": "Come along",
    "organization": {"id": "p-1", "name": "Bell Yard Trust", "description": ""},
    "phones": [{"id": "x", "number": "07700 900300"}],
    "contacts": [{"name": "Ada Quill", "email": "ada@tuesday-voices.example", "phones": None}],
    "schedules": [
        {"freq": "WEEKLY", "byday": "TU", "opens_at": "18:00", "closes_at": "20:00:00Z"},
        {"freq": "MONTHLY", "byday": "1SU", "description": "First Sundays at three."},
    ],
    "service_at_locations": [
        {
            "location": {
                "name": "Bell Yard Hall",
                "addresses": [{"address_1": "2 Bell Yard", "postal_code": "LW91 4QT"}],
            }
        }
    ],
    "attributes": [{"taxonomy_term": {"name": "Singing", "taxonomy": "local"}}],
    "a-word-of-their-own": {"anything": [1, None]},
}


def page(*services: Any) -> bytes:
    """A page with these services."""
    return orjson.dumps({"total_items": len(services), "contents": services})


def faults_of(data: bytes) -> list[Fault]:
    """What is said of a file that is none."""
    with pytest.raises(NotOpenReferral) as refused:
        read_page(data)
    return refused.value.faults


def test_a_service_becomes_a_healthcare_service() -> None:
    """With everything that a record shows of it, and without the name of whom to ask."""
    (service,) = read_page(page(CHOIR)).services
    assert healthcare_service(service, None) == {
        "resourceType": "HealthcareService",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{ID}"}],
        "active": True,
        "providedBy": {"display": "Bell Yard Trust"},
        "category": [{"text": "Community asset"}],
        "type": [{"text": "Singing"}],
        "location": [{"display": "Bell Yard Hall, 2 Bell Yard, LW91 4QT"}],
        "name": "Tuesday Voices",
        "comment": "A choir without auditions.",
        "extraDetails": "https://tuesday-voices.example\n\nFirst Sundays at three.",
        "telecom": [
            {"system": "phone", "value": "07700 900300"},
            {"system": "email", "value": "sing@tuesday-voices.example"},
            {"system": "email", "value": "ada@tuesday-voices.example"},
        ],
        "eligibility": [{"comment": "Whoever likes to sing"}],
        "referralMethod": [{"text": "Come along"}],
        "availableTime": [
            {"daysOfWeek": ["tue"], "availableStartTime": "18:00:00", "availableEndTime": "20:00:00"}
        ],
    }
    assert instant_ticks(instant_of(service) or "") == instant_ticks("2026-02-01T10:00:00Z")


def test_it_is_accepted_as_a_message() -> None:
    """As sound FHIR; the least there can be, too; and the same twice is the same bytes."""
    least = {"id": ID, "name": "Quiet hour", "status": "temporarily closed"}
    for told in (CHOIR, least):
        (service,) = read_page(page(told)).services
        body = orjson.dumps(listing_bundle(healthcare_service(service, None), "2026-02-01T10:00:00Z"))
        assert body == orjson.dumps(listing_bundle(healthcare_service(service, None), "2026-02-01T10:00:00Z"))
        assert read_message_bytes(body).notes == []


def test_one_service_by_itself_is_taken() -> None:
    """As a directory answers for one id; with faults that begin at it."""
    assert [one.name for one in read_page(orjson.dumps(CHOIR)).services] == ["Tuesday Voices"]
    assert faults_of(orjson.dumps(CHOIR | {"name": None})) == [Fault("name", "It has to be text.")]


def test_what_is_not_there_may_be_written_in_any_way() -> None:
    """Null, an empty text or nothing at all."""
    names = sorted(CHOIR.keys() - {"id", "name", "status"})
    bare = {"id": ID, "name": "A", "status": "active"}
    told = [
        bare,
        bare | dict.fromkeys(names),
        bare | {name: "" for name in names if isinstance(CHOIR[name], str)},
    ]
    first, *others = (healthcare_service(read_page(page(one)).services[0], None) for one in told)
    assert all(other == first for other in others)


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no id": ({"id": None}, "contents[0].id", "It has to be text."),
    "an empty name": ({"name": "  "}, "contents[0].name", "It is empty."),
    "a name that is no text": ({"name": 3}, "contents[0].name", "It has to be text."),
    "a long name": ({"name": "x" * 256}, "contents[0].name", "It is longer than 255 characters."),
    "a status of its own": (
        {"status": "open"},
        "contents[0].status",
        "It has to be one of 'active', 'inactive', 'defunct' or 'temporarily closed'.",
    ),
    "an organisation without a name": (
        {"organization": {"id": "1"}},
        "contents[0].organization.name",
        "It is missing.",
    ),
    "an organisation that is a text": (
        {"organization": "Us"},
        "contents[0].organization",
        "It has to be an object.",
    ),
    "places that are no list": (
        {"service_at_locations": {}},
        "contents[0].service_at_locations",
        "It has to be a list.",
    ),
    "a postcode that is a number": (
        {"service_at_locations": [{}, {"location": {"addresses": [{"postal_code": 9}]}}]},
        "contents[0].service_at_locations[1].location.addresses[0].postal_code",
        "It has to be text.",
    ),
    "a telephone without a number": ({"phones": [{}]}, "contents[0].phones[0].number", "It is missing."),
    "a day in words": (
        {"schedules": [{"byday": "Tuesday"}]},
        "contents[0].schedules[0].byday",
        "It is not written as the standard has it: days as MO,TU, times as 18:30.",
    ),
    "an hour that is none": (
        {"schedules": [{"opens_at": "25:00"}]},
        "contents[0].schedules[0].opens_at",
        "It is not written as the standard has it: days as MO,TU, times as 18:30.",
    ),
    "a moment in words": (
        {"last_modified": "last week"},
        "contents[0].last_modified",
        "It is no date and time: 2026-03-02T09:00:00Z.",
    ),
    "a moment before there were directories": (
        {"last_modified": "0001-01-01T00:00:00+14:00"},
        "contents[0].last_modified",
        "It is before 1900.",
    ),
}


@pytest.mark.parametrize(("change", "path", "text"), WRONG.values(), ids=WRONG)
def test_a_fault_is_told_with_its_path(change: dict[str, Any], path: str, text: str) -> None:
    """In plain words, and never with what stands there."""
    assert faults_of(page(CHOIR | change)) == [Fault(path, text)]


def test_every_fault_is_told() -> None:
    """Of every service, in order, with the same one twice."""
    other = CHOIR | {"id": "9f0c1d9e-8c61-4b8e-9c06-6a8d6c7f1a02"}
    found = faults_of(page(CHOIR | {"name": 1, "status": 2}, other, other | {"phones": 7}, 5))
    assert [one.path for one in found] == [
        "contents[0].name",
        "contents[0].status",
        "contents[2].phones",
        "contents[3]",
        "contents[2].id",
    ]
    assert found[-1].text == "contents[1] has the same id."


WHOLE = {
    "no JSON": (b'{"contents": [', "The file is no JSON: line 1, column 15."),
    "nothing": (b"", "The file is no JSON: line 1, column 1."),
    "a list": (b"[]", "The file is neither a page of services nor a service: it has to be one object."),
    "contents that are no list": (b'{"contents": {}}', "It has to be a list of services."),
    "an empty page": (b'{"contents": []}', "There is no service in it."),
    "too deep": (b'{"contents": ' + b"[" * 5000 + b"]" * 5000 + b"}", "The file is no JSON: line 1, column"),
    "other letters": (b'{"contents": "\xff"}', "The file is no JSON: line 1, column"),
    "a number that is none": (b'{"contents": [NaN]}', "The file is no JSON: line 1, column"),
    "too large": (b" " * (MOST_BYTES + 1), "The file is larger than 32 MB: split it."),
    "too many": (page(*[0] * 10_001), "More than 10,000 services: split the file."),
}


@pytest.mark.parametrize(("data", "text"), WHOLE.values(), ids=WHOLE)
def test_a_file_that_is_none_is_said_to_be_so(data: bytes, text: str) -> None:
    """In one fault."""
    (fault,) = faults_of(data)
    assert fault.text.startswith(text)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=8) | st.just("\x00\u202e<b>"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(CHOIR)) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(CHOIR)), _json, max_size=3))
def test_whatever_stands_in_a_service_it_is_taken_or_refused_with_a_path(change: dict[str, Any]) -> None:
    """And what is taken can be made a message."""
    faults: list[Fault] = []
    try:
        (service,) = read_page(page(CHOIR | change)).services
    except NotOpenReferral as refused:
        faults = refused.faults
    if faults:
        assert all(one.path.startswith("contents[0]") and one.text for one in faults)
    else:
        listed = healthcare_service(service, "https://x.example")
        orjson.dumps(listing_bundle(listed, instant_of(service) or "2026-02-01T10:00:00Z"))
