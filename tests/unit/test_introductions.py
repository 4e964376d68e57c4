"""Introductions to community assets: which there are, what became of each, and what followed."""

from typing import Any

import pytest

from services.domain.record.instant import DAY, instant_text
from services.domain.record.introductions import (
    WITHIN_DAYS,
    Followed,
    Introduction,
    Outcome,
    Tally,
    introductions,
)
from services.domain.record.kinds import CONTEXT
from services.domain.record.referrals.threads import threads
from services.domain.record.word import Word
from services.platform.access import Partner
from services.viewer.referral_views import referrals_view
from tests.streams.community_builders import DIRECTORY, INTRODUCTION
from tests.streams.fhir_builders import Resource
from tests.streams.lambeth import LAMBETH
from tests.streams.lambeth_partners import PARTNERS as OF_LAMBETH
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, PARTNERS, SURGERY, TRUST
from tests.streams.told_stream import told_stream
from tests.unit.referral_words import ODS, UBRN, own, request, task, ticks, visit
from tests.unit.test_story import DAYS

NAMES = {one.ods: (one.name, one.sector) for one in PARTNERS}
MADE = "2026-03-02T09:00:00Z"
CHOIR: Resource = {
    "type": "HealthcareService",
    "identifier": {"system": f"{DIRECTORY}/asset-id", "value": "A-003"},
    "display": "Tuesday Voices",
}
SYSTEM, CODE, _ = INTRODUCTION
CODED = [{"coding": [{"system": SYSTEM, "code": CODE}]}]


def introduced(local: str = "i-1", on: str = MADE, **more: Any) -> Word:
    """An introduction to the choir by the council's connector."""
    given: Resource = {"category": [{"text": "Introduction"}], "performer": [CHOIR], **more}
    return request(local, None, on, by=COUNCIL, **given)


def read(*words: Word) -> list[Introduction]:
    """The introductions in what is told."""
    return introductions(words, NAMES)


MARKED = {
    "by the words of its category": (introduced(), 1),
    "by its code alone": (introduced(category=CODED), 1),
    "in any letters": (introduced(category=[{"text": "INTRODUCTION"}]), 1),
    "where another category stands beside it": (introduced(category=[{"text": "Social"}, *CODED]), 1),
    "not by its title alone": (introduced(category=[], code={"text": "Introduction to a choir"}), 0),
    "no draft": (introduced(status="draft"), 0),
    "none that was entered in error": (introduced(status="entered-in-error"), 0),
}


@pytest.mark.parametrize(("word", "count"), MARKED.values(), ids=MARKED)
def test_an_introduction_is_known(word: Word, count: int) -> None:
    """As its systems mark it."""
    found = read(word)
    assert len(found) == count
    assert all(one.asset.name == "Tuesday Voices" for one in found)


FOCUS = own("i-1")
BECAME = {
    "nobody has heard": ([], Outcome.NOT_KNOWN),
    "taken on and not begun": ([task("t", COUNCIL, FOCUS, "accepted", "2026-03-05")], Outcome.NOT_KNOWN),
    "a Task says that they went": ([task("t", COUNCIL, FOCUS, "completed", "2026-03-05")], Outcome.WENT),
    "a Task says that they did not": (
        [task("t", COUNCIL, FOCUS, "failed", "2026-03-05")],
        Outcome.DID_NOT_GO,
    ),
    "a first visit is told": ([visit("v", COUNCIL, "2026-03-05T18:00:00Z", FOCUS)], Outcome.WENT),
    "it was called off": ([introduced(status="revoked", at="2026-03-05")], Outcome.DID_NOT_GO),
    "it is done": ([introduced(status="completed", at="2026-03-05")], Outcome.WENT),
}


@pytest.mark.parametrize(("told", "outcome"), BECAME.values(), ids=BECAME)
def test_what_became_of_it(told: list[Word], outcome: Outcome) -> None:
    """By whatever system."""
    (found,) = read(introduced(), *told)
    assert found.outcome is outcome
    assert found.outcome.has_ended == (outcome is not Outcome.NOT_KNOWN)


def to_trust(on: str, **more: Any) -> Word:
    """A referral to the trust."""
    return request("sr-1", TRUST, on, **more)


LATER = "2026-04-13T09:00:00Z"
SECONDARY = [{"text": "Secondary mental health care"}]
FOLLOWED: dict[str, tuple[Word, bool]] = {
    "a trust of the NHS was asked": (to_trust(LATER), True),
    "on the last day": (to_trust(instant_text(ticks(MADE) + WITHIN_DAYS * DAY)), True),
    "not a moment after it": (to_trust(instant_text(ticks(MADE) + WITHIN_DAYS * DAY + 1)), False),
    "not at the same moment": (to_trust(MADE), False),
    "not before": (to_trust("2026-02-02T09:00:00Z"), False),
    "though the trust sent it back": (to_trust(LATER, status="revoked"), True),
    "not by a draft": (to_trust(LATER, status="draft"), False),
    "not by what was entered in error": (to_trust(LATER, status="entered-in-error"), False),
    "not by a referral to a surgery, though it is NHS": (request("s", SURGERY, LATER, by=COUNCIL), False),
    "not by one to a charity": (request("s", LANTERN, LATER), False),
    "not by one from the trust": (request("s", COUNCIL, LATER, by=TRUST), False),
    "where it says so of whom it asks": (request("s", None, LATER, performerType=SECONDARY[0]), True),
    "not by another introduction, though the trust runs the group": (
        introduced("i-2", LATER, performer=[CHOIR | {"identifier": {"system": ODS, "value": TRUST.ods}}]),
        False,
    ),
}


@pytest.mark.parametrize(("told", "followed"), FOLLOWED.values(), ids=FOLLOWED)
def test_whether_secondary_care_was_asked_afterwards(told: Word, followed: bool) -> None:
    """Within half a year."""
    assert (read(introduced(), told)[0].followed is not None) == followed


def test_the_first_referral_that_followed_counts() -> None:
    """Two systems' words of one are one."""
    number = [{"system": UBRN, "value": "100200300401"}]
    (found,) = read(
        introduced(),
        request("sr-2", TRUST, "2026-05-01T09:00:00Z"),
        to_trust(LATER, identifier=number, entry="e"),
        request("in-1", TRUST, LATER, teller=TRUST, identifier=number, entry="e"),
    )
    assert found.followed == ticks(LATER)


def test_an_introduction_that_came_of_a_referral_is_counted_by_itself() -> None:
    """It is in that referral's thread, and what becomes of the one is nothing of the other."""
    asked = request("sr-1", COUNCIL, "2026-02-02T09:00:00Z")
    words = [
        asked,
        task("yes", COUNCIL, own("sr-1"), "accepted", "2026-02-03T09:00:00Z"),
        introduced("i-1", basedOn=[{"reference": f"urn:uuid:{_uuid(asked)}"}]),
        task("no", COUNCIL, own("i-1"), "failed", "2026-03-09T09:00:00Z"),
        introduced("i-2", "2026-03-10T09:00:00Z", basedOn=[{"reference": f"urn:uuid:{_uuid(asked)}"}]),
        task("went", COUNCIL, own("i-2"), "completed", "2026-03-17T09:00:00Z"),
    ]
    assert len(threads(words)) == 1
    assert [one.outcome for one in read(*words)] == [Outcome.DID_NOT_GO, Outcome.WENT]


def _uuid(word: Word) -> str:
    text = word.resource_key.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def test_the_page_says_what_followed_as_of_a_day() -> None:
    """Of the introduction alone, and of no other referral."""
    words = [introduced(), to_trust(LATER)]
    names = {one.ods: Partner(one.ods, one.name, one.sector) for one in PARTNERS}

    def said(on: str, *words: Word) -> list[str]:
        view = referrals_view(threads(words), names, ticks(on), DAYS, read(*words))
        return [line for one in (*view.open, *view.ended) for line in one.lines if "secondary" in line]

    assert said("2026-05-01", *words) == ["A referral to secondary care followed on 13 April 2026"]
    assert said("2026-03-03T10:00:00Z", *words) == [
        "No referral to secondary care has followed so far, in 1 day"
    ]
    assert said("2026-08-30", introduced()) == ["No referral to secondary care followed in 180 days"]


def test_the_counts_are_as_of_a_day() -> None:
    """What was made later is not in them, and where the days are not over nothing is known."""
    made = [introduced(), introduced("i-2", "2026-05-01T09:00:00Z")]
    known = read(*made, to_trust(LATER))
    expected = {
        "2026-03-01": {},
        "2026-04-01": {Followed.NOT_YET: 1},
        "2026-05-02": {Followed.YES: 1, Followed.NOT_YET: 1},
        "2026-12-31": {Followed.YES: 1, Followed.NO: 1},
    }
    for day, counts in expected.items():
        tally = Tally(ticks(day))
        tally.add(known)
        assert {followed: number for (_, followed), number in tally.counts.items()} == counts
        assert tally.persons == bool(counts)
        assert tally.persons_referred == (Followed.YES in counts)


def test_in_lambeth_eleven_of_those_that_ended_kept_somebody_out_of_secondary_care() -> None:
    """The stream's known answer, which its own test counts in another way."""
    stream = told_stream(LAMBETH)
    partners = {one.ods: (one.name, one.sector) for one in OF_LAMBETH}
    tally = Tally(ticks("2027-06-01"))
    for person in sorted({one.person for one in stream.current}):
        words = [
            Word(
                one.version.resource_key,
                one.version.resource_key if one.version.kind == CONTEXT else stream.entry(one),
                one.source_record,
                one.sender,
                one.resource,
                one.version.rank.instant,
            )
            for one in stream.current
            if one.person == person
        ]
        tally.add(introductions(words, partners))
    assert tally.counts == {
        (Outcome.WENT, Followed.NO): 9,
        (Outcome.WENT, Followed.YES): 1,
        (Outcome.DID_NOT_GO, Followed.NO): 2,
        (Outcome.NOT_KNOWN, Followed.NO): 1,
    }
    assert (tally.persons, tally.persons_referred) == (6, 1)
    assert tally.assets["Tuesday Voices"].total() == 3
