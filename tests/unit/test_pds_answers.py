"""What PDS answers is read strictly, and tells nobody's data when it is printed."""

import json
from typing import Any

import pytest

from services.pds.address import checked_address
from services.pds.answers import Match, Nothing, Person, is_outcome, read_person, read_search
from services.pds.errors import PdsAway

NUMBER, OTHER = "9990010005", "9990010013"


def patient(number: str = NUMBER, *labels: str, **more: Any) -> dict[str, Any]:
    """A Patient with these labels, U unless given."""
    security = [{"code": label} for label in labels or ("U",)]
    return {
        "resourceType": "Patient",
        "id": number,
        "meta": {"security": security},
        "birthDate": "1961-03-09",
    } | more


def searchset(*resources: dict[str, Any], score: float = 1) -> bytes:
    """A searchset of them."""
    entries = [{"search": {"score": score}, "resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


def outcome(code: str) -> bytes:
    """An OperationOutcome with one issue of this code."""
    issue = {"details": {"coding": [{"code": code}]}}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()


MATCHED = Match(NUMBER, "1961-03-09", 1.0)
SEARCHES = [
    ("one person, with their score", searchset(patient(), score=0.87), Match(NUMBER, "1961-03-09", 0.87)),
    ("an entry without a score counts for nothing",
     json.dumps({"resourceType": "Bundle", "entry": [{"resource": patient()}]}).encode(),
     Match(NUMBER, "1961-03-09", 0.0)),
    ("nobody: no entries", b'{"resourceType": "Bundle", "total": 0}', Nothing.NONE),
    ("nobody: an OperationOutcome among the entries is no person",
     searchset({"resourceType": "OperationOutcome"}), Nothing.NONE),
    ("more than one in a searchset is nobody's answer", searchset(patient(), patient(OTHER)), Nothing.MANY),
    ("too many to tell", outcome("TOO_MANY_MATCHES"), Nothing.MANY),
    ("a restricted person is told", searchset(patient(NUMBER, "R")), MATCHED),
    ("a very restricted person is sealed", searchset(patient(NUMBER, "V")), Nothing.SEALED),
    ("a redacted person is sealed", searchset(patient(NUMBER, "REDACTED")), Nothing.SEALED),
    ("the strictest of several labels holds", searchset(patient(NUMBER, "U", "V")), Nothing.SEALED),
    ("a label nobody knows is sealed", searchset(patient(NUMBER, "Q")), Nothing.SEALED),
    ("no label at all is sealed", searchset(patient(meta={})), Nothing.SEALED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"), [case[1:] for case in SEARCHES], ids=[case[0] for case in SEARCHES]
)
def test_a_search_finds(body: bytes, expected: Match | Nothing) -> None:
    """One person, or nobody and why."""
    assert read_search(body) == expected


UNREADABLE = [
    ("no JSON", b"<html>It works</html>"),
    ("JSON of another shape", b"[]"),
    ("not UTF-8", b'{"resourceType": "Patient", "id": "\xff"}'),
    ("another resource", b'{"resourceType": "Practitioner", "id": "1"}'),
    ("an error in the place of an answer", outcome("SERVICE_ERROR")),
    ("an id that is no NHS number", searchset(patient("../../etc"))),
    ("an id of the wrong type", searchset(patient(NUMBER, id=9990010005))),
]


@pytest.mark.parametrize("body", [case[1] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_what_cannot_be_read_is_no_answer_and_is_not_quoted(body: bytes) -> None:
    """Another try may mend it; the fault says nothing of what stood there."""
    with pytest.raises(PdsAway, match="PDS answered") as raised:
        read_search(body)
    assert raised.value.__cause__ is None
    assert not any(word in str(raised.value) for word in ("Practitioner", "999", "etc", "works"))


def test_a_read_keeps_the_bytes_and_names_what_was_superseded() -> None:
    """The number that was asked for, where another took its place."""
    body = json.dumps(patient(), indent=3).encode()
    assert read_person(body, NUMBER) == Person(NUMBER, "", "1961-03-09", body)
    assert read_person(body, OTHER) == Person(NUMBER, OTHER, "1961-03-09", body)
    assert read_person(json.dumps(patient(NUMBER, "V")).encode(), NUMBER) is Nothing.SEALED
    with pytest.raises(PdsAway, match="than a Patient"):
        read_person(searchset(patient()), NUMBER)


def test_an_answer_shows_nobody_when_it_is_printed() -> None:
    """It may land in a log or a traceback."""
    body = json.dumps(patient()).encode()
    assert repr(read_person(body, NUMBER)) == "Person()"
    assert repr(read_search(searchset(patient()))) == "Match(score=1.0)"


def test_only_an_operation_outcome_is_pds_own_word_of_an_error() -> None:
    """What stands before PDS answers in HTML, or in words."""
    assert is_outcome(outcome("RESOURCE_NOT_FOUND"))
    assert not is_outcome(b"<html>no such page</html>")
    assert not is_outcome(searchset())


ADDRESSES = [
    ("https anywhere", "https://pds.example/FHIR/R4", "https://pds.example/FHIR/R4"),
    ("a slash at the end is dropped", "https://pds.example/FHIR/R4/", "https://pds.example/FHIR/R4"),
    ("http on this machine", "http://127.0.0.1:8099/FHIR/R4", "http://127.0.0.1:8099/FHIR/R4"),
    ("http on this machine by name", "http://localhost:8099", "http://localhost:8099"),
    ("http on this machine over IPv6", "http://[::1]:8099", "http://[::1]:8099"),
]


@pytest.mark.parametrize(
    ("url", "taken"), [case[1:] for case in ADDRESSES], ids=[case[0] for case in ADDRESSES]
)
def test_an_address_is_taken(url: str, taken: str) -> None:
    """Over TLS, or on this machine."""
    assert checked_address(url) == taken


NO_ADDRESSES = [
    ("http elsewhere", "http://pds.example/FHIR/R4"),
    ("http on a host that only begins like this machine", "http://127.0.0.1.nip.example"),
    ("another scheme", "ftp://127.0.0.1/"),
    ("no scheme", "pds.example"),
    ("a user in it", "https://me:secret@pds.example"),
    ("a query in it", "https://pds.example/FHIR?x=1"),
    ("no host", "https:///FHIR"),
    ("no URL", "https://[::1"),
    ("nothing", ""),
]


@pytest.mark.parametrize("url", [case[1] for case in NO_ADDRESSES], ids=[case[0] for case in NO_ADDRESSES])
def test_an_address_is_refused_and_not_quoted(url: str) -> None:
    """It may hold a secret."""
    with pytest.raises(ValueError, match="The address of PDS") as raised:
        checked_address(url)
    assert "secret" not in str(raised.value)
