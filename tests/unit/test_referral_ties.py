"""Ties: by which tokens resources belong together, and that nothing that is sent can stop them being read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.message import thing_reference
from services.domain.record.referrals.ties import TIED, answers, names_of, points_at
from services.domain.record.word import Word
from tests.streams.fhir_builders import Resource
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST
from tests.unit.referral_words import key, named, own, ubrn, word

ON = "2026-03-02T09:00:00Z"
UUID = "236bb75d-90ef-461f-b71e-fde7f899802c"


def request(**more: Any) -> Resource:
    """A referral that its system calls sr-1."""
    return {"resourceType": "ServiceRequest", "id": "sr-1", "status": "active", **more}


def other(kind: str, **more: Any) -> Resource:
    """Something that may belong to a referral."""
    return {"resourceType": kind, "id": "it", "status": "unknown", **more}


REFERRAL = word(SURGERY, request(identifier=[ubrn("100200300401")]), ON)
LOCAL = {"system": "https://reedmere-surgery.example/referral-id", "value": "r-9"}
THING = thing_reference(REFERRAL.resource_key)

TIES: dict[str, tuple[Word, Word, bool]] = {
    # what points, at what, and whether they belong together
    "a Task whose focus was in its message points at the thing": (
        word(TRUST, other("Task", focus={"reference": THING}), ON), REFERRAL, True,
    ),
    "a Task whose focus is the sender's own id points at it": (
        word(SURGERY, other("Task", focus=own("sr-1")), ON), REFERRAL, True,
    ),
    "another system's id of the same letters is another thing": (
        word(TRUST, other("Task", focus=own("sr-1")), ON), REFERRAL, False,
    ),
    "the same id of another type is another thing": (
        word(SURGERY, other("Task", focus=own("sr-1", "Task")), ON), REFERRAL, False,
    ),
    "a reference to a version of it is to it": (
        word(SURGERY, other("Task", focus={"reference": "ServiceRequest/sr-1/_history/3"}), ON), REFERRAL, True,
    ),
    "an absolute reference ends in the sender's own id": (
        word(SURGERY, other("Task", focus={"reference": "https://reedmere.example/r4/ServiceRequest/sr-1"}), ON),
        REFERRAL, True,
    ),
    "a UBRN is the same in every system": (
        word(LANTERN, other("Appointment", basedOn=[named("100200300401")]), ON), REFERRAL, True,
    ),
    "another UBRN is another referral": (
        word(LANTERN, other("Appointment", basedOn=[named("100200300402")]), ON), REFERRAL, False,
    ),
    "a value without its system names nothing": (
        word(LANTERN, other("Appointment", basedOn=[{"identifier": {"value": "r-9"}}]), ON),
        word(SURGERY, request(identifier=[{"value": "r-9"}]), ON), False,
    ),
    "a local identifier is taken with its system, whoever tells it": (
        word(TRUST, other("Encounter", basedOn=[{"identifier": LOCAL}]), ON),
        word(SURGERY, request(identifier=[LOCAL]), ON), True,
    ),
    "an id that is a UUID is the same in every system": (
        word(TRUST, other("Task", focus={"reference": f"ServiceRequest/{UUID}"}), ON),
        word(SURGERY, request() | {"id": UUID.upper()}, ON), True,
    ),
    "and so is a reference by that UUID alone": (
        word(TRUST, other("Task", focus={"reference": f"urn:uuid:{UUID}"}), ON),
        word(SURGERY, request() | {"id": UUID}, ON), True,
    ),
    "in capitals too": (
        word(TRUST, other("Task", focus={"reference": f"urn:uuid:{UUID.upper()}"}), ON),
        word(SURGERY, request() | {"id": UUID}, ON), True,
    ),
    "a contained referral is known by its identifiers": (
        word(TRUST, other("Task", focus={"reference": "#a"}, contained=[request(identifier=LOCAL) | {"id": "a"}]), ON),
        word(SURGERY, request(identifier=[LOCAL]), ON), True,
    ),
    "a contact points at the booking it was": (
        word(TRUST, other("Encounter", appointment=[own("it", "Appointment")]), ON),
        word(TRUST, other("Appointment"), ON), True,
    ),
    "a contact points at its journey": (
        word(TRUST, other("Encounter", episodeOfCare=[{"reference": f"EpisodeOfCare/{UUID}"}]), ON),
        word(SURGERY, other("EpisodeOfCare") | {"id": UUID}, ON), True,
    ),
    "STU3's incoming referral is taken too": (
        word(SURGERY, other("Encounter", incomingReferral=[own("sr-1")]), ON), REFERRAL, True,
    ),
    "a journey points at the referral it began with": (
        word(SURGERY, other("EpisodeOfCare", referralRequest=[own("sr-1")]), ON), REFERRAL, True,
    ),
    "an onward referral points at the one before": (
        word(SURGERY, request(basedOn=[own("sr-1")]) | {"id": "sr-2"}, ON), REFERRAL, True,
    ),
    "a replacement points at what it replaces": (
        word(SURGERY, request(replaces=[own("sr-1")]) | {"id": "sr-2"}, ON), REFERRAL, True,
    ),
    "a note is about a referral": (
        word(SURGERY, other("Communication", about=[own("sr-1")]), ON), REFERRAL, True,
    ),
    "a plan belongs to no referral, whatever it is based on": (
        word(SURGERY, other("CarePlan", basedOn=[own("sr-1")]), ON), REFERRAL, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("pointing", "to", "tied"), TIES.values(), ids=TIES)
def test_what_points_at_what(pointing: Word, to: Word, tied: bool) -> None:
    """Two resources are tied by a token that one points with and the other is known by."""
    assert bool(points_at(pointing) & names_of(to)) is tied


def test_the_group_is_pointed_at_by_all_that_were_made_in_it() -> None:
    """A requisition names no single thing, so nothing is known by it."""
    asked = word(SURGERY, request(requisition=LOCAL), ON)
    answered = word(TRUST, other("Task", groupIdentifier=LOCAL), ON)
    assert points_at(asked) & points_at(answered)
    assert not names_of(asked) & points_at(answered)


def test_a_thing_is_known_by_its_key_its_id_and_its_identifiers() -> None:
    """Written out once, for a table to be made of them."""
    assert names_of(REFERRAL) == {
        THING, f"{key('ZZG07').hex()}|ServiceRequest/sr-1", "https://fhir.nhs.uk/Id/UBRN|100200300401",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (other("Task", focus=own("a"), basedOn=[own("b")]), "ServiceRequest/a"),
        (other("Task", basedOn=[own("b")]), "ServiceRequest/b"),
        (other("Task", focus={"display": "the referral"}, basedOn=[own("b")]), "ServiceRequest/b"),
        (other("Task", groupIdentifier=LOCAL), f"{LOCAL['system']}|r-9"),
    ],
    ids=["its focus", "else what it is based on", "a focus that leads nowhere is none", "else its group"],
)
def test_a_task_is_about_one_thing(resource: Resource, expected: str) -> None:
    """A Task that is based on a referral and focused on something else does not answer the referral."""
    assert [
        token.rpartition(f"{key('ZZG07').hex()}|")[2] for token in answers(word(SURGERY, resource, ON))
    ] == [expected]


_odd: list[Any] = [
    *(None, True, 3, "", "words", [], {}, [None], ["words"], [[]], {"reference": 3}, {"reference": ""}),
    *(
        [{"reference": "#"}],
        {"identifier": []},
        {"identifier": {"system": 1, "value": 2}},
        {"reference": "/"},
    ),
    *(
        [{"identifier": [{"system": "a", "value": "b"}]}],
        {"reference": "urn:uuid:"},
        {"system": "", "value": ""},
    ),
    *({"reference": "A/\ud7ff"}, [{"id": None, "identifier": 5}], {"reference": "#a"}, {"display": []}),
]
_fields = (
    *(
        "id",
        "identifier",
        "focus",
        "basedOn",
        "partOf",
        "groupIdentifier",
        "requisition",
        "replaces",
        "encounter",
    ),
    *("episodeOfCare", "referralRequest", "appointment", "about", "contained", "incomingReferral"),
)


@given(
    st.sampled_from([*sorted(TIED), "ServiceRequest", "Basic"]),
    st.dictionaries(st.sampled_from(_fields), st.sampled_from(_odd), max_size=6),
)
def test_anything_can_be_read(kind: str, fields: dict[str, Any]) -> None:
    """No shape of a field stops the reading, and a thing is always known by its key."""
    told = Word(b"k" * 16, b"e" * 16, b"s" * 16, "ZZT41", {**fields, "resourceType": kind}, 7)
    assert thing_reference(b"k" * 16) in names_of(told)
    assert not any(token.startswith("|") or token.endswith("|") for token in points_at(told) | answers(told))
