"""What the holder of a referral may do with it, and that an answer finds what it answers, however it is called."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.domain.record.referrals.organisations import Organisation as Named
from services.domain.record.referrals.threads import Thread, each_referral, threads
from services.domain.record.word import Word
from services.domain.writing.acts import ON_A_REFERRAL, Act
from services.domain.writing.referrals import is_urgent, offered, reference_to, referral_held
from tests.streams.fhir_builders import Organisation
from tests.streams.norfolk_suffolk_partners import LANTERN, SURGERY, TRUST
from tests.unit.referral_words import FIRST, SECOND, UUID, request, task, ubrn

ASKED, LATER, LATEST = "2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z", "2026-03-04T10:00:00Z"
OWN = {"system": "https://reedmere-surgery.example/referral", "value": "r-7"}
EVERYTHING = frozenset(ON_A_REFERRAL)
RUNNING = EVERYTHING - {Act.ACCEPT}


def named(one: Organisation) -> Named:
    """The organisation, as threads name it."""
    return Named(one.name, one.ods)


def one_thread(words: Sequence[Word]) -> Thread:
    """The one that there is."""
    (thread,) = threads(words)
    return thread


def answered(words: Sequence[Word], by: Organisation, status: str, at: str) -> list[Word]:
    """The words, with an answer that points at the referral as the pages do."""
    focus = reference_to(referral_held(words, one_thread(words), named(by)))
    return [*words, task(f"answer-{at}", by, focus, status, at)]


@pytest.mark.parametrize(
    ("local", "more"),
    [
        ("r-1", {"identifier": [ubrn(FIRST)]}),
        ("r-1", {"identifier": [OWN]}),
        ("r-1", {"identifier": [OWN, ubrn(FIRST)]}),
        (UUID, {}),
        ("r-1", {}),
    ],
    ids=["shared number", "own number", "both", "uuid", "id alone"],
)
def test_an_answer_finds_its_referral(local: str, more: dict[str, Any]) -> None:
    """Told by another system under whatever name: it is accepted, and held by whoever was asked."""
    asked = [request(local, LANTERN, ASKED, **more)]
    thread = one_thread(answered(asked, LANTERN, "accepted", LATER))
    assert (thread.state, thread.holder) == ("accepted", named(LANTERN))
    back = one_thread(answered(asked, LANTERN, "rejected", LATER))
    assert (back.state, back.holder) == ("rejected", named(SURGERY))


def test_of_several_numbers_the_shared_one_is_told() -> None:
    """Every organisation knows it."""
    asked = [request("r-1", LANTERN, ASKED, identifier=[OWN, ubrn(FIRST)])]
    assert reference_to(referral_held(asked, one_thread(asked), named(LANTERN)))["identifier"] == ubrn(FIRST)


@pytest.mark.parametrize(
    ("more", "urgent"),
    [
        ({}, False),
        ({"priority": "routine"}, False),
        ({"priority": ["stat"]}, False),
        ({"priority": "urgent"}, True),
        ({"priority": "asap"}, True),
        ({"priority": "stat"}, True),
        ({"priority": "stat", "status": "entered-in-error"}, False),
    ],
)
def test_a_referral_is_as_urgent_as_a_system_says_that_has_it(more: dict[str, Any], urgent: bool) -> None:
    """Its sender, or another's copy, which an error does not make urgent."""
    shared = [ubrn(FIRST)]
    asked = request("r-1", LANTERN, ASKED, identifier=shared)
    copy = request("c-1", LANTERN, ASKED, teller=TRUST, identifier=shared, **more)
    words = [asked, copy]
    for told in ([asked], [copy], words):
        (found,) = (one for one, _ in each_referral(told))
        assert is_urgent(found) is (urgent and told != [asked])


def test_what_was_passed_on_is_answered_where_it_is_now() -> None:
    """The second referral of the thread, by whom that asks; the first is the first organisation's no more."""
    first = request("r-1", LANTERN, ASKED, identifier=[ubrn(FIRST)])
    based = [{"identifier": ubrn(FIRST)}]
    onward = request("r-2", TRUST, LATER, by=LANTERN, identifier=[ubrn(SECOND)], basedOn=based)
    words = [first, onward]
    thread = one_thread(words)
    assert offered(thread, named(LANTERN)) == frozenset()
    assert offered(thread, named(TRUST)) == EVERYTHING
    assert reference_to(referral_held(words, thread, named(TRUST)))["identifier"] == ubrn(SECOND)
    done = one_thread(answered(words, TRUST, "completed", LATEST))
    assert done.state == "completed"


def test_what_is_offered_follows_the_state() -> None:
    """All of it to whom it is asked of, by code or by name; accepted once; nothing once it has ended or to others."""
    asked = [request("r-1", LANTERN, ASKED)]
    thread = one_thread(asked)
    assert offered(thread, named(LANTERN)) == EVERYTHING
    assert offered(thread, Named("Somebody else", LANTERN.ods)) == EVERYTHING
    assert offered(thread, named(SURGERY)) == offered(thread, named(TRUST)) == frozenset()
    accepted = answered(asked, LANTERN, "accepted", LATER)
    assert offered(one_thread(accepted), named(LANTERN)) == RUNNING
    for status in ("completed", "rejected"):
        ended = one_thread(answered(accepted, LANTERN, status, LATEST))
        assert offered(ended, named(LANTERN)) == offered(ended, named(SURGERY)) == frozenset()


def test_an_organisation_that_is_named_without_a_code_is_known_by_its_name() -> None:
    """However it is spelled; a name that is alike is another."""
    asked = [request("r-1", None, ASKED, performer=[{"display": "Marsh lantern"}])]
    thread = one_thread(asked)
    assert offered(thread, named(LANTERN)) == EVERYTHING
    assert offered(thread, Named("Marsh Lanterns", LANTERN.ods)) == frozenset()


def test_a_draft_is_nobodys_to_answer() -> None:
    """It has not been sent."""
    thread = one_thread([request("r-1", LANTERN, ASKED, status="draft")])
    assert offered(thread, named(SURGERY)) == offered(thread, named(LANTERN)) == frozenset()
