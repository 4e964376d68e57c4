"""Where care broke off: stretches without a contact, and what passes between organisations."""

import pytest

from services.domain.record.continuity.gaps import longest
from services.domain.record.continuity.hand_overs import HandOver
from services.domain.record.continuity.summary import Continuity, continuity
from tests.streams.fhir_builders import (
    Organisation,
    Resource,
    SourceRecord,
    answer,
    contact,
    known_to,
    note,
    organisation_reference,
    plan,
    referral,
)
from tests.streams.message_lines import Line, tell
from tests.streams.norfolk_suffolk_partners import (
    COUNCIL,
    COUNSELLOR,
    JOAN,
    LANTERN,
    NURSE,
    PEER,
    SURGERY,
    TIDEWELL,
    TRUST,
)
from tests.unit.words_told import NAMES, heard, heard_in_stream, ticks

ASKED = "2026-01-02T09:00:00Z"
UBRN = "100200300999"


def _known(by: Organisation = TRUST) -> SourceRecord:
    return known_to(by, "J-1", JOAN, "2026-01-01T09:00:00Z")


def _met(day: str, by: Organisation = TRUST, who: str = NURSE, until: str = "") -> Line:
    start, end = f"{day}T10:00:00Z", f"{until or day}T11:00:00Z"
    return tell(_known(by), f"{day}T12:00:00Z", contact(_known(by), f"met-{day}", "Session", start, end, who))


def _asked(status: str = "active", on: str = ASKED) -> Line:
    made = referral(_known(SURGERY), "sr", TRUST, "Talking", "Low", on=ASKED, ubrn=UBRN, status=status)
    return tell(_known(SURGERY), on, made)


def _answered(status: str, on: str, by: Organisation = TRUST, asker: Organisation = SURGERY) -> Line:
    """The answer beside the performer's own copy of the referral."""
    who = _known(by)
    copy = referral(who, "copy", by, "Talking", "Low", on=ASKED, ubrn=UBRN, by=asker)
    return tell(who, on, answer(who, "answer", copy, status, "So be it", on=on), copy)


def _planned(since: str, until: str = "", status: str = "active") -> Line:
    period = {"start": since} | ({"end": until} if until else {})
    made = plan(_known(), "plan", "A plan", "A walk", since=since, by=NURSE)
    return tell(_known(), f"{since}T09:00:00Z", made | {"period": period, "status": status})


def _read(*lines: Line, days: int = 28) -> Continuity:
    told = heard(*lines)
    return continuity(told.words, told.earlier, NAMES, days)


JAN, FEB, MAR = "2026-01-05", "2026-02-02", "2026-03-30"
TABLE: dict[str, tuple[list[Line], list[tuple[str, str]]]] = {
    # what is told: the messages, and the gaps from and until when
    "nothing was open": ([_met(JAN), _met(MAR)], []),
    "a referral was open": ([_asked(), _met(JAN), _met(MAR)], [(f"{JAN}T11:00:00Z", f"{MAR}T10:00:00Z")]),
    "a contact between keeps it short": ([_asked(), _met(JAN), _met(FEB), _met("2026-02-28")], []),
    "a referral that was withdrawn at once was not open": (
        [_asked("revoked", "2026-01-06T09:00:00Z"), _met(JAN), _met(MAR)],
        [],
    ),
    "a referral that was turned down was not open": (
        [_asked(), _answered("rejected", "2026-01-06T09:00:00Z"), _met(JAN), _met(MAR)],
        [],
    ),
    "a referral that was taken on was open": (
        [_asked(), _answered("accepted", "2026-01-06T09:00:00Z"), _met(JAN), _met(MAR)],
        [(f"{JAN}T11:00:00Z", f"{MAR}T10:00:00Z")],
    ),
    "the wait for the first contact is no gap": ([_asked(), _met(MAR)], []),
    "a plan was open for some of the time": (
        [_planned(FEB, "2026-03-20"), _met(JAN), _met(MAR)],
        [(FEB, "2026-03-20")],
    ),
    "a plan was open for too short a time": ([_planned(FEB, "2026-02-20"), _met(JAN), _met(MAR)], []),
    "a plan that is done ended when it said": (
        [_planned(JAN, "2026-01-20", "completed"), _met(JAN), _met(MAR)],
        [],
    ),
    "a draft was never open": ([_planned(JAN, status="draft"), _met(JAN), _met(MAR)], []),
    "a long contact leaves no gap in it": (
        [_asked(), _met(JAN, until=MAR), _met(FEB), _met("2026-04-05")],
        [],
    ),
    "two gaps are told in order": (
        [_asked(), _met("2026-06-01"), _met(JAN), _met(MAR)],
        [(f"{JAN}T11:00:00Z", f"{MAR}T10:00:00Z"), (f"{MAR}T11:00:00Z", "2026-06-01T10:00:00Z")],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), TABLE.values(), ids=TABLE.keys())
def test_gaps(lines: list[Line], expected: list[tuple[str, str]]) -> None:
    assert _read(*lines).gaps == [(ticks(since), ticks(until)) for since, until in expected]


def test_a_gap_is_longer_than_the_days_that_are_given() -> None:
    lines = [_asked(), _met(JAN), _met("2026-01-26")]
    assert [one.days for one in _read(*lines, days=19).gaps] == [20]
    assert _read(*lines, days=20).gaps == []


def test_a_peer_workers_note_ends_a_gap() -> None:
    walk = note(_known(TIDEWELL), "n", "We walked.", on=f"{FEB}T15:00:00Z", by=PEER)
    lines = [_asked(), _met(JAN), tell(_known(TIDEWELL), f"{FEB}T16:00:00Z", walk), _met("2026-02-28")]
    assert _read(*lines).gaps == []


def test_an_episode_of_care_is_open_until_it_ends() -> None:
    who = _known()
    episode: Resource = {"resourceType": "EpisodeOfCare", "id": "e", "patient": who.reference} | {
        "status": "finished",
        "period": {"start": "2026-01-01", "end": "2026-02-20"},
    }
    lines = [_met(JAN), _met(MAR), tell(who, ASKED, episode)]
    assert _read(*lines).gaps == [(ticks(f"{JAN}T11:00:00Z"), ticks("2026-02-20"))]


def test_the_longest_gap_is_the_first_of_equals() -> None:
    found = _read(
        _asked(), _met("2026-01-05"), _met("2026-03-05"), _met("2026-05-03"), _met("2026-05-10")
    ).gaps
    assert [one.days for one in found] == [58, 58]
    assert longest(found) == found[0]
    assert longest([]) is None


def test_the_gaps_of_the_stream() -> None:
    told = heard_in_stream("Holloway")
    found = continuity(told.words, told.earlier, NAMES).gaps
    assert [one.days for one in found] == [29, 77]


def test_a_referral_that_is_taken_on_is_a_hand_over_until_the_first_contact() -> None:
    lines = [
        _answered("accepted", "2026-01-10T09:00:00Z", LANTERN, COUNCIL),
        _met("2026-01-01", COUNCIL),
        _met(FEB, LANTERN, COUNSELLOR),
        _met(MAR, LANTERN, COUNSELLOR),
    ]
    (found,) = _read(*lines).hand_overs
    assert found == HandOver(
        ticks(ASKED), "ZZC12", "ZZV33", ticks("2026-01-01T11:00:00Z"), ticks(f"{FEB}T10:00:00Z")
    )
    assert found.days == 31


def test_the_givers_last_contact_is_the_one_that_ends_last() -> None:
    lines = [
        _answered("accepted", "2026-01-10T09:00:00Z", LANTERN, COUNCIL),
        _met("2026-01-01", COUNCIL, until="2026-01-20"),
        _met("2026-01-08", COUNCIL),
        _met(FEB, LANTERN, COUNSELLOR),
    ]
    assert [one.last_contact for one in _read(*lines).hand_overs] == [ticks("2026-01-20T11:00:00Z")]


def test_a_referral_within_an_organisation_is_no_hand_over() -> None:
    lines = [_answered("accepted", "2026-01-10T09:00:00Z", TRUST, TRUST), _met(FEB)]
    assert _read(*lines).hand_overs == []


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [("rejected", "accepted", 1), ("accepted", "cancelled", 0)],
    ids=["taken on after all", "called off after all"],
)
def test_the_latest_answer_to_a_referral_counts(first: str, then: str, expected: int) -> None:
    who = _known()
    copy = referral(who, "copy", TRUST, "Talking", "Low", on=ASKED, ubrn=UBRN, by=SURGERY)
    days = {"2026-01-06T09:00:00Z": first, "2026-01-20T09:00:00Z": then}
    lines = [
        tell(who, on, answer(who, name, copy, status, "So be it", on=on), copy)
        for names in ("ab", "ba")
        for name, (on, status) in zip(names, days.items(), strict=True)
    ]
    for told in (lines[:2], lines[2:]):
        assert len(_read(*told, _met(FEB)).hand_overs) == expected


def test_a_hand_over_has_no_days_before_the_receiver_met_the_person() -> None:
    lines = [_answered("in-progress", "2026-01-10T09:00:00Z", LANTERN, COUNCIL), _met("2026-01-01", COUNCIL)]
    (found,) = _read(*lines).hand_overs
    assert (found.first_contact, found.days) == (None, None)


@pytest.mark.parametrize("status", ["rejected", "cancelled", "failed", "requested"])
def test_a_referral_that_is_not_taken_on_is_no_hand_over(status: str) -> None:
    assert _read(_asked(), _answered(status, "2026-01-10T09:00:00Z"), _met(FEB)).hand_overs == []


def test_one_referral_told_by_two_systems_is_one_hand_over() -> None:
    found = _read(_asked(), _answered("accepted", "2026-01-10T09:00:00Z"), _met(FEB)).hand_overs
    assert [(one.giver, one.receiver) for one in found] == [("ZZG07", "ZZT41")]


def test_an_answer_may_name_the_referral_by_its_shared_number() -> None:
    who = _known()
    made = answer(
        who,
        "answer",
        {"resourceType": "ServiceRequest", "id": "x"} | {"requester": {}},
        "accepted",
        "",
        on=ASKED,
    )
    named = {"identifier": {"system": "https://fhir.nhs.uk/Id/UBRN", "value": UBRN}}
    for key in ("requester", "statusReason"):
        del made[key]
    found = _read(_asked(), tell(who, ASKED, made | {"focus": named})).hand_overs
    assert [(one.giver, one.receiver) for one in found] == [("ZZG07", "ZZT41")]


def test_a_first_meeting_held_together_is_a_hand_over_of_no_days() -> None:
    note_of_his = note(_known(TIDEWELL), "n", "We walked.", on=f"{MAR}T15:00:00Z", by=PEER)
    who = _known()
    together = contact(who, "both", "Session", f"{FEB}T10:00:00Z", f"{FEB}T11:00:00Z", NURSE, PEER)
    lines = [
        _answered("accepted", "2026-01-10T09:00:00Z", TIDEWELL, TRUST),
        tell(who, f"{FEB}T12:00:00Z", together),
        tell(_known(TIDEWELL), f"{MAR}T16:00:00Z", note_of_his),
    ]
    assert [one.days for one in _read(*lines).hand_overs] == [0]


def test_a_plan_that_passes_to_another_organisations_worker_is_a_hand_over() -> None:
    who = _known(COUNCIL)
    role: Resource = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"display": "Ruth Gooch"},
    } | {"organization": organisation_reference(LANTERN)}
    made = plan(who, "plan", "A plan", "A walk", since=JAN, by="Priya Nair")
    lines = [
        tell(who, f"{JAN}T09:00:00Z", made),
        tell(who, f"{FEB}T09:00:00Z", made | {"author": {"reference": "PractitionerRole/r"}}, role),
        _met(JAN, COUNCIL),
        _met(MAR, LANTERN, COUNSELLOR),
    ]
    (found,) = _read(*lines).hand_overs
    assert (found.giver, found.receiver, found.passed_on) == ("ZZC12", "ZZV33", ticks(f"{FEB}T09:00:00Z"))
    assert found.days == 83


def test_the_hand_overs_of_the_stream() -> None:
    told = heard_in_stream("Kowalczyk")
    found = continuity(told.words, told.earlier, NAMES).hand_overs
    assert [(one.giver, one.receiver, one.days) for one in found] == [("ZZT41", "ZZV33", 21)]
