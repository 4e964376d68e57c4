"""Which value shows of an entry that several systems tell: a table of sentences, and the laws."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.survivorship import survivors
from services.domain.record.taking_part import listed
from services.domain.record.word import Word
from tests.streams.fhir_builders import Organisation, Resource, organisation_reference
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TRUST
from tests.unit.referral_words import word

EARLY, LATE = "2026-03-02T09:00:00Z", "2026-03-09T09:00:00Z"


def met(
    by: Organisation, told: str = EARLY, what: str = "Home visit", start: str = EARLY, **more: Any
) -> Word:
    """A contact that the trust provided, as a system tells of it."""
    resource: Resource = {
        "resourceType": "Encounter",
        "id": f"of-{by.ods}",
        "status": "finished",
        "class": {"code": "HH"},
        "type": [{"text": what}],
        "period": {"start": start},
        "serviceProvider": organisation_reference(TRUST),
        **more,
    }
    return word(by, resource, told, "one contact")


def asked(by: Organisation, told: str = EARLY, text: str = "Befriending", **more: Any) -> Word:
    """A referral that the surgery made, as a system tells of it."""
    resource: Resource = {
        "resourceType": "ServiceRequest",
        "id": f"of-{by.ods}",
        "status": "active",
        "code": {"text": text},
        "authoredOn": EARLY,
        "requester": organisation_reference(SURGERY),
        **more,
    }
    return word(by, resource, told, "one referral")


def _people(*names: str) -> dict[str, Any]:
    return {"participant": [{"individual": {"display": name}} for name in names]}


def _place(name: str) -> dict[str, Any]:
    return {"location": [{"location": {"display": name}}]}


TABLE: dict[str, tuple[list[Word], str, tuple[str, ...]]] = {
    # what is told; the part; what shows of it and whose it is
    "the latest word is the status, though it is a copy": (
        [asked(SURGERY), asked(TRUST, LATE, status="completed")],
        "status",
        ("completed", TRUST.ods),
    ),
    "what was taken back is no status while another stands": (
        [asked(SURGERY), asked(TRUST, LATE, status="entered-in-error")],
        "status",
        ("active", SURGERY.ods),
    ),
    "what all have taken back is entered in error": (
        [asked(SURGERY, status="entered-in-error"), asked(TRUST, LATE, status="entered-in-error")],
        "status",
        ("entered-in-error", TRUST.ods),
    ),
    "a referral goes by the name that whoever asks gives it": (
        [asked(SURGERY, text="Befriending"), asked(TRUST, LATE, text="Social support and company")],
        "title",
        ("Befriending", SURGERY.ods),
    ),
    "of two copies the longer title": (
        [asked(TRUST, text="Support"), asked(COUNCIL, LATE, text="Support for a carer")],
        "title",
        ("Support for a carer", COUNCIL.ods),
    ),
    "the provider's own time before a later and finer copy": (
        [met(TRUST, start="2026-03-02"), met(LANTERN, LATE, start="2026-03-02T10:04:00Z")],
        "when",
        ("2026-03-02", TRUST.ods),
    ),
    "of two copies the one with a time of day": (
        [met(COUNCIL, LATE, start="2026-03-02"), met(LANTERN, start="2026-03-02T10:04:00Z")],
        "when",
        ("2026-03-02T10:04:00Z", LANTERN.ods),
    ),
    "of two copies with a time the earlier": (
        [met(COUNCIL, LATE, start="2026-03-02T10:09:00Z"), met(LANTERN, start="2026-03-02T10:04:00Z")],
        "when",
        ("2026-03-02T10:04:00Z", LANTERN.ods),
    ),
    "a place by name before a way of meeting": (
        [met(COUNCIL, LATE), met(LANTERN, **_place("The boathouse"))],
        "where",
        ("The boathouse", LANTERN.ods),
    ),
    "the provider's way of meeting before a copy's place": (
        [met(TRUST), met(LANTERN, LATE, **_place("The boathouse"))],
        "where",
        ("at home", TRUST.ods),
    ),
    "whom the provider names stands before those whom only others name": (
        [
            met(TRUST, **_people("Sam Okafor, peer worker")),
            met(LANTERN, LATE, **_people("Priya", "SAM  okafor")),
        ],
        "who",
        ("Sam Okafor (peer worker) and Priya", TRUST.ods, LANTERN.ods),
    ),
    "two in one name are two people": (
        [met(TRUST, **_people("Bev Hallam and Sam Okafor, coaches")), met(LANTERN, **_people("Sam Okafor"))],
        "who",
        ("Bev Hallam and Sam Okafor (coaches)", TRUST.ods),
    ),
    "who asked is one alone": (
        [asked(SURGERY), asked(TRUST, LATE, requester={"display": "Dr Sethi"})],
        "who",
        (SURGERY.name, SURGERY.ods),
    ),
    "where the provider names nobody, whoever names most": (
        [met(TRUST), met(LANTERN, **_people("Sam", "Ruth")), met(COUNCIL, LATE, **_people("Sam"))],
        "who",
        ("Sam and Ruth", LANTERN.ods),
    ),
    "nobody tells who": ([met(TRUST), met(LANTERN)], "who", ("",)),
}


@pytest.mark.parametrize("sentence", TABLE)
def test_what_shows(sentence: str) -> None:
    """As the table has it, in whatever order it is told."""
    words, part, shows = TABLE[sentence]
    for told in permutations(words):
        shown = getattr(survivors(told), part)
        assert (shown.value, *shown.senders) == shows


def test_one_system_alone_is_the_source_of_all() -> None:
    """Its own words show, as they are."""
    shown = survivors([met(TRUST, **_people("Sam"))])._asdict()
    assert {part: one.value for part, one in shown.items()} == {
        "title": "Home visit",
        "status": "finished",
        "when": EARLY,
        "where": "at home",
        "who": "Sam",
    }
    assert {one.senders for one in shown.values()} == {(TRUST.ods,)}


words = st.builds(
    met,
    st.sampled_from([TRUST, LANTERN, COUNCIL, SURGERY]),
    st.sampled_from([EARLY, LATE]),
    st.sampled_from(["Visit", "Home visit"]),
    st.sampled_from(["2026-03-02", EARLY, "2026-03-02T09:04:00Z"]),
    status=st.sampled_from(["finished", "cancelled", "entered-in-error"]),
    participant=st.sampled_from([_people("Sam")["participant"], _people("Ruth")["participant"]]),
)
entries = st.lists(words, min_size=1, max_size=4, unique_by=lambda one: one.resource_key)


@given(entries, st.randoms())
def test_order_and_repetition_make_no_difference(told: list[Word], dice: Any) -> None:
    """What is told twice is told once."""
    again = [*told, *told]
    dice.shuffle(again)
    assert survivors(again) == survivors(told)


@given(entries)
def test_what_shows_is_what_its_system_tells(told: list[Word]) -> None:
    """Nothing but who met is made of two values, and nothing that shows is nobody's."""
    own = {one.sender: survivors([one]) for one in told}
    for part, shown in survivors(told)._asdict().items():
        each = [getattr(own[sender], part).value for sender in shown.senders]
        assert shown.value == listed(each)
        assert bool(each) == bool(shown.value)


@given(entries)
def test_what_is_taken_back_shows_only_where_all_is(told: list[Word]) -> None:
    """What stands decides alone."""
    stands = [one for one in told if one.resource["status"] != "entered-in-error"]
    assert survivors(told) == survivors(stands or told)
