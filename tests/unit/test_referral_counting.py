"""What is counted of referrals, by who has to act."""

import pytest

from services.domain.record.instant import DAY
from services.domain.record.referrals.counting import ELSEWHERE, Counted, count
from services.domain.record.referrals.likeness import DAYS
from services.domain.record.referrals.stalling import StalledDays
from services.domain.record.referrals.threads import threads
from services.domain.record.word import Word
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, PARTNERS, SURGERY, TRUST
from tests.unit.referral_words import (
    FIRST,
    SECOND,
    first,
    named,
    no,
    onward,
    request,
    task,
    ticks,
    visit,
    yes,
)

PARTNERS_ = {one.ods for one in PARTNERS}
NOW = "2026-03-12T09:00:00Z"
FAMILY = {"type": "RelatedPerson", "display": "Edie Marlow"}

CASES: dict[str, tuple[list[Word], str, set[tuple[str, Counted]]]] = {
    "asked lately is open, with who was asked": ([first()], NOW, {(TRUST.ods, Counted.OPEN)}),
    "what was asked after the day is not counted": ([first()], "2026-03-01", set()),
    "asked long ago is stalled too": (
        [first()],
        "2026-03-16T09:00:00Z",
        {(TRUST.ods, Counted.OPEN), (TRUST.ods, Counted.STALLED)},
    ),
    "accepted is open and never stalled": (
        [first(), yes(TRUST, "2026-03-04")],
        "2027-03-04",
        {(TRUST.ods, Counted.OPEN)},
    ),
    "met is open": (
        [first(), visit("v", TRUST, "2026-03-05T09:00:00Z", named(FIRST))],
        NOW,
        {(TRUST.ods, Counted.OPEN)},
    ),
    "completed is not counted": (
        [first(), task("t", TRUST, named(FIRST), "completed", "2026-03-05")],
        NOW,
        set(),
    ),
    "withdrawn is not counted": ([first(status="revoked")], NOW, set()),
    "rejected with nobody asked since is with who had asked": (
        [first(), no(TRUST, "2026-03-05T09:00:00Z")],
        NOW,
        {(SURGERY.ods, Counted.ASKED_NOWHERE)},
    ),
    "rejected and asked again of somebody else": (
        [first(), no(TRUST, "2026-03-05T09:00:00Z"), request("sr-9", LANTERN, "2026-03-09T09:00:00Z")],
        NOW,
        {(SURGERY.ods, Counted.ASKED_AGAIN), (LANTERN.ods, Counted.OPEN)},
    ),
    "passed on, and passed back to who had it, goes back and forth": (
        [
            first(),
            yes(TRUST, "2026-03-03T09:00:00Z"),
            onward(LANTERN, "2026-03-05T09:00:00Z"),
            onward(
                TRUST,
                "2026-03-08T09:00:00Z",
                by=LANTERN,
                local="sr-3",
                basedOn=[named(SECOND)],
                identifier=[],
            ),
        ],
        NOW,
        {(TRUST.ods, Counted.OPEN), (TRUST.ods, Counted.BACK_AGAIN)},
    ),
    "who is no partner is counted together": (
        [request("sr-1", None, NOW, performer=[{"display": "Somebody Else's Clinic"}])],
        NOW,
        {(ELSEWHERE, Counted.OPEN)},
    ),
    "nobody's name becomes a label": (
        [request("sr-1", None, NOW, performer=[FAMILY])],
        NOW,
        {(ELSEWHERE, Counted.OPEN)},
    ),
}


@pytest.mark.parametrize(("words", "as_of", "expected"), CASES.values(), ids=CASES)
def test_a_referral_is_counted(words: list[Word], as_of: str, expected: set[tuple[str, Counted]]) -> None:
    """Once in each count that it is in."""
    found = count(threads(words), ticks(as_of), StalledDays(14), PARTNERS_)
    assert dict(found) == dict.fromkeys(expected, 1)


def test_a_rejection_is_counted_for_as_long_as_the_page_shows_it() -> None:
    """Ninety days."""
    found = threads([first(), no(TRUST, "2026-03-05T09:00:00Z")])
    last = found[0].since + DAYS * DAY
    days = StalledDays(14)
    assert count(found, last, days, PARTNERS_)[SURGERY.ods, Counted.ASKED_NOWHERE] == 1
    assert not count(found, last + 1, days, PARTNERS_)


def test_a_referral_of_two_who_do_not_answer_is_stalled_with_each() -> None:
    """And open once."""
    asked = [
        first(),
        onward(LANTERN, "2026-03-03T09:00:00Z"),
        onward(COUNCIL, "2026-03-03T09:00:00Z", local="sr-3", identifier=[]),
    ]
    found = count(threads(asked), ticks("2026-04-03"), StalledDays(14), PARTNERS_)
    assert {ods for ods, what in found if what is Counted.STALLED} == {LANTERN.ods, COUNCIL.ods}
    assert sum(number for (_, what), number in found.items() if what is Counted.OPEN) == 1
