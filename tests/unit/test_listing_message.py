"""The message that lists a service: what it has to have, and that it is about nobody."""

from collections.abc import Callable
from copy import deepcopy

import orjson
import pytest

from schemas.fhir.issue import Issue, Refused
from schemas.fhir.listing import listing_bundle
from schemas.fhir.message import read_message_bytes
from services.domain.message import needs_sent, read_message, subject_of
from services.domain.record.version import CORRECTION, OWN
from services.intake.accept import Checked, Delivery, check
from services.platform.topics import PARTNERSHIP
from tests.streams.fhir_builders import Resource

KEY = b"a key for tests alone"
AT = "2026-02-01T10:00:00Z"
SERVICE: Resource = {
    "resourceType": "HealthcareService",
    "identifier": [{"system": "https://directory.example/id", "value": "A-003"}],
    "active": True,
    "name": "Tuesday Voices",
}
PATIENT = {
    "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "resource": {"resourceType": "Patient"},
}


def listing(at: str = AT, **more: object) -> Resource:
    """A listing of the choir."""
    return listing_bundle(SERVICE | more, at)


def checked(bundle: Resource, sender: str = "ZZL01") -> Checked:
    """As it comes through a door."""
    return check(Delivery(b"1", sender, 1, "test", orjson.dumps(bundle)), KEY)


def test_it_is_accepted_and_is_about_nobody() -> None:
    """Its sender's directory stands where otherwise a source record does; no number is missed."""
    one, other = checked(listing()), checked(listing(name="Canal Meadow"))
    assert one.refused is None
    assert one.source_record == other.source_record == subject_of(listing(), "ZZL01", KEY)
    assert one.source_record != checked(listing(), "ZZL02").source_record
    assert (one.needs_sent, one.nhs_number) == (False, "not-needed")
    message = read_message(listing(), one.source_record, 1)
    assert (message.demographics, message.versions, message.ruling) == ({}, [], None)
    assert message.listing is not None
    assert message.listing.names == ("https://directory.example/id|A-003",)
    assert not needs_sent(listing())


def test_the_later_word_on_one_service_ranks_higher() -> None:
    """By the service's own instant, else the message's; a correction below the sender's own."""
    first = read_message(listing("2026-03-01T10:00:00Z"), b"d", 1).listing
    later = read_message(listing(AT, meta={"lastUpdated": "2026-04-01T10:00:00Z"}), b"d", 1).listing
    corrected = read_message(listing("2026-03-01T10:00:00Z"), b"d", 1, CORRECTION).listing
    assert first
    assert later
    assert corrected
    assert first.key == later.key == corrected.key
    assert corrected.rank < first.rank < later.rank
    assert first.rank.own == OWN


def _with_patient(bundle: Resource) -> None:
    bundle["entry"].append(PATIENT)


def _without_service(bundle: Resource) -> None:
    bundle["entry"][1]["resource"] = {"resourceType": "Organization", "name": "Us"}


def _without_timestamp(bundle: Resource) -> None:
    del bundle["timestamp"]


def _without_name(bundle: Resource) -> None:
    del bundle["entry"][1]["resource"]["name"]


def _without_system(bundle: Resource) -> None:
    del bundle["entry"][1]["resource"]["identifier"][0]["system"]


def _other_event(bundle: Resource) -> None:
    bundle["entry"][0]["resource"]["eventCoding"]["code"] = "service-closing"


REFUSED: dict[str, tuple[Callable[[Resource], None], str]] = {
    "a person in it": (_with_patient, "Bundle.entry"),
    "no service": (_without_service, "Bundle.entry"),
    "no instant": (_without_timestamp, "Bundle.timestamp"),
    "no name": (_without_name, "Bundle.entry[1].resource.name"),
    "no number that has a system": (_without_system, "Bundle.entry[1].resource.identifier"),
    "an event that there is not": (_other_event, "Bundle.entry[0].resource.eventCoding.code"),
}


@pytest.mark.parametrize(("spoil", "place"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with(spoil: Callable[[Resource], None], place: str) -> None:
    """At its place, by the rule on listings."""
    bundle = deepcopy(listing())
    spoil(bundle)
    with pytest.raises(Refused) as refused:
        read_message_bytes(orjson.dumps(bundle))
    (issue,) = refused.value.issues
    assert (issue.place, issue.rule, refused.value.status) == (place, "listing", 422)


def test_an_instant_that_cannot_be_ranked_is_refused() -> None:
    """The last second of time with an offset lies outside of what is counted."""
    refused = checked(listing("9999-12-31T23:59:59-14:00")).refused
    assert refused is not None
    assert [(one.place, one.rule) for one in refused.issues] == [("Bundle.timestamp", "listing")]


def test_the_partnership_itself_lists_nothing() -> None:
    """Whoever lists a service answers for it."""
    refused = checked(listing(), PARTNERSHIP).refused
    assert refused is not None
    assert refused.status == 403
    assert isinstance(refused.issues[0], Issue)
