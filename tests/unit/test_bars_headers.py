"""The headers of a request: which are taken, and what is said of the others."""

import base64

import pytest
from starlette.datastructures import Headers

from schemas.fhir.issue import Refused
from services.intake.bars_headers import MAX_HEADER, read_ids, require_well_formed
from services.intake.negotiation import require_acceptable, require_taken

GUID = "60e0b220-8136-4ca5-ae46-1d97ef59d068"

ACCEPTED = [
    "",
    "*/*",
    "application/fhir+json",
    "application/json",
    "application/fhir+json; version=1.4.0",
    "Application/FHIR+JSON;Version=1.1.0-alpha",
    'application/fhir+json; version="1"; q=0.5',
    "application/fhir+json; fhirVersion=4.0",
    "text/html, application/*;q=0.1",
    "application/fhir+json; version=2.0.0, */*;q=0.1",
]
NOT_ACCEPTED = [
    "text/html",
    "application/fhir+xml",
    "application/fhir+json; version=2.0.0",
    "application/fhir+json; version=banana",
    "application/fhir+json; fhirVersion=3.0",
    "application/fhir+json; q=0",
    "*/*; q=0.000",
    ",",
]


@pytest.mark.parametrize("accept", ACCEPTED)
def test_a_client_that_takes_fhir_json_is_answered(accept: str) -> None:
    """In any way of saying so, and in any minor version."""
    require_acceptable(accept)


@pytest.mark.parametrize("accept", NOT_ACCEPTED)
def test_a_client_that_takes_no_such_is_told(accept: str) -> None:
    """406, by the name of the header."""
    with pytest.raises(Refused) as refused:
        require_acceptable(accept)
    assert refused.value.status == 406
    assert refused.value.issues[0].place == "http.Accept"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/fhir+json", None),
        ("application/json; charset=UTF-8", None),
        ("application/fhir+json; version=1.4.0", None),
        ("application/cloudevents+json", None),
        ("application/fhir+json; version=2.0.0", 406),
        ("application/fhir+json; charset=utf-16", 415),
        ("application/fhir+xml", 415),
        ("", 415),
    ],
)
def test_json_of_a_version_that_is_spoken_is_taken(content_type: str, status: int | None) -> None:
    """Other types are 415, other versions 406."""
    if status is None:
        require_taken(content_type)
    else:
        with pytest.raises(Refused) as refused:
            require_taken(content_type)
        assert refused.value.status == status


def test_ids_are_guids() -> None:
    """In either case of letters; and what is not given is not there."""
    ids = read_ids(Headers({"x-request-id": GUID.upper()}))
    assert str(ids.request_id) == GUID
    assert ids.correlation_id is None
    assert [note.name for note in ids.missing()] == ["bars-correlation-id"]
    assert [note.name for note in read_ids(Headers()).missing()] == ["bars-request-id", "bars-correlation-id"]


@pytest.mark.parametrize("name", ["X-Request-Id", "X-Correlation-Id"])
@pytest.mark.parametrize(
    "given", ["", "1", GUID[:-1], f"{{{GUID}}}", GUID.replace("-", ""), f"urn:uuid:{GUID}"]
)
def test_an_id_that_is_none_is_refused(name: str, given: str) -> None:
    """400 value, by the name of the header."""
    with pytest.raises(Refused) as refused:
        read_ids(Headers({name: given}))
    (issue,) = refused.value.issues
    assert (refused.value.status, issue.code, issue.place) == (400, "value", f"http.{name}")


def _packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


TARGET, WHO = "NHSD-Target-Identifier", "NHSD-End-User-Organisation"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        (TARGET, _packed('{"system": "https://fhir.nhs.uk/Id/dos-service-id", "value": "2000099999"}')),
        (WHO, _packed('{"resourceType": "Organization", "name": "The Trust"}')),
        ("NHSD-Requesting-Practitioner", _packed('{"resourceType": "PractitionerRole"}')),
        ("NHSD-Requesting-Software", _packed('{"resourceType": "Device"}')),
        ("use-context", "a4t2|validation|servicerequest-response|new"),
    ],
)
def test_descriptions_of_their_form_are_taken(name: str, given: str) -> None:
    """Nothing is decided by what they say."""
    require_well_formed(Headers({name: given}))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        (TARGET, ""),
        (TARGET, "not base64!"),
        (TARGET, _packed("not JSON")),
        (TARGET, _packed("[]")),
        (TARGET, _packed('{"system": "https://fhir.nhs.uk/Id/dos-service-id"}')),
        (TARGET, _packed('{"system": 1, "value": 2}')),
        (TARGET, base64.b64encode(b"\xff\xfe").decode()),
        (TARGET, _packed("[" * 5000)),
        (TARGET, _packed('{"system": "%s", "value": ""}' % ("x" * MAX_HEADER))),
        (WHO, _packed('{"name": "The Trust"}')),
        ("NHSD-Requesting-Practitioner", "%%%"),
        ("NHSD-Requesting-Software", _packed("null")),
        ("use-context", "hearsay"),
        ("use-context", "a|b|<script>"),
        ("use-context", "|" * 20_000),
    ],
)
def test_a_malformed_description_is_refused_by_name(name: str, given: str) -> None:
    """400 value; what was given is not repeated."""
    with pytest.raises(Refused) as refused:
        require_well_formed(Headers({name: given}))
    (issue,) = refused.value.issues
    assert (refused.value.status, issue.code, issue.place) == (400, "value", f"http.{name}")
    assert name in issue.text
    assert not given or given not in issue.text
