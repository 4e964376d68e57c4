"""Everyone who takes part, once each and as equals; and how often the person had to tell their story."""

import pytest

from services.domain.record.continuity.contacts import Contact, how_many
from services.domain.record.continuity.summary import Continuity, continuity
from services.domain.record.continuity.team import Member
from tests.streams.fhir_builders import (
    Organisation,
    Resource,
    SourceRecord,
    answers,
    booking,
    contact,
    known_to,
    note,
    organisation_reference,
    plan,
    score,
)
from tests.streams.message_lines import Line, tell
from tests.streams.norfolk_suffolk_partners import COUNCIL, JOAN, LANTERN, NURSE, PEER, TIDEWELL, TRUST
from tests.unit.words_told import NAMES, heard, heard_in_stream, ticks

MAY = "2026-05-11T09:00:00Z"


def _known(by: Organisation = TRUST) -> SourceRecord:
    return known_to(by, "J-1", JOAN, "2026-04-21T09:00:00Z")


def _met(local: str, day: str, *people: str, by: Organisation = TRUST, what: str = "Session") -> Line:
    made = contact(_known(by), local, what, f"{day}T10:00:00Z", f"{day}T11:00:00Z", *people)
    return tell(_known(by), f"{day}T12:00:00Z", made)


def _noted(local: str, at: str, by: str, holder: Organisation = TIDEWELL, **more: object) -> Line:
    return tell(_known(holder), at, note(_known(holder), local, "We walked.", on=at, by=by) | more)


def _read(*lines: Line) -> Continuity:
    told = heard(*lines)
    return continuity(told.words, told.earlier, NAMES)


def _listed(team: list[Member]) -> list[tuple[str, str, str, str, int]]:
    return [(one.name, one.role, one.organisation_name, one.sector, one.contacts) for one in team]


def test_the_team_of_the_stream_is_one_across_sectors() -> None:
    told = heard_in_stream("Holloway")
    team = continuity(told.words, told.earlier, NAMES).team
    assert _listed(team) == [
        ("Sam Okafor", "peer worker", "Tidewell Peers", "Charity", 4),
        ("Tom Brundish", "psychological therapist", "Broadland Wellbeing Trust", "NHS", 5),
        ("Priya Nair", "named social worker", "Wensum County Council Social Care", "Council", 2),
        ("Ngozi Adeyemi", "mental health nurse", "Broadland Wellbeing Trust", "NHS", 1),
    ]
    assert team[0].last_seen == ticks("2026-09-07T09:50:00Z")


def test_family_friends_and_community_stand_beside_the_workers() -> None:
    who = _known()
    husband: Resource = {
        "resourceType": "RelatedPerson",
        "id": "ron",
        "patient": who.reference,
        "name": [{"given": ["Ron"], "family": "Larter"}],
        "relationship": [{"text": "Husband"}],
    }
    neighbour = {"resourceType": "RelatedPerson", "id": "n", "patient": who.reference} | {
        "relationship": [{"coding": [{"display": "neighbor", "code": "NBOR"}]}]
    }
    team: Resource = {
        "resourceType": "CareTeam",
        "id": "team",
        "status": "active",
        "subject": who.reference,
        "participant": [
            {"member": {"reference": "RelatedPerson/ron"}},
            {
                "member": {"display": "Harvest choir", "type": "Organization"},
                "role": [{"text": "A place to sing"}],
            },
            {"member": organisation_reference(LANTERN)},
            {
                "member": {"display": "Sam Okafor, peer worker"},
                "onBehalfOf": organisation_reference(TIDEWELL),
            },
            {"member": {"reference": who.reference["reference"]}},
        ],
    }
    assert _listed(_read(tell(who, MAY, team, husband, neighbour)).team) == [
        ("Harvest choir", "A place to sing", "Harvest choir", "Community", 0),
        ("Marsh Lantern", "", "Marsh Lantern", "Charity", 0),
        ("Ron Larter", "Husband", "", "Family and friends", 0),
        ("Sam Okafor", "peer worker", "Tidewell Peers", "Charity", 0),
        ("neighbor", "neighbor", "", "Family and friends", 0),
    ]


def test_an_organisation_is_listed_only_where_nobody_of_it_is_named() -> None:
    made = plan(_known(), "plan", "A plan", "A break", since="2026-05-11", by=NURSE)
    assert [one.name for one in _read(tell(_known(), MAY, made)).team] == ["Ngozi Adeyemi"]
    unsigned = made | {"author": _known().reference}
    assert [one.name for one in _read(tell(_known(), MAY, unsigned)).team] == ["Broadland Wellbeing Trust"]


def test_the_person_is_not_in_their_own_team() -> None:
    assert _read(_noted("n", MAY, "Joan Larter")).team == []


def test_two_in_one_cell_of_a_sheet_are_two_people() -> None:
    """Each once, in the role that is told of them alone; an organisation with an 'and' in its name is one."""
    found = _read(
        _met("v1", "2026-05-01", "Bev Hallam, resident coach"),
        _met("v2", "2026-05-08", "Bev Hallam and Gurdeep Sohal, resident coaches"),
        _met("v3", "2026-05-15", "Community Health and Social Care"),
    )
    assert [(one.name, one.role, one.contacts) for one in found.team] == [
        ("Community Health and Social Care", "", 1),
        ("Bev Hallam", "resident coach", 2),
        ("Gurdeep Sohal", "", 1),
    ]


def test_a_peer_worker_whom_a_trust_names_belongs_where_he_writes() -> None:
    team = _read(_met("e", "2026-05-11", NURSE, PEER), _noted("n", "2026-05-18T09:00:00Z", PEER)).team
    assert [(one.name, one.organisation) for one in team] == [
        ("Sam Okafor", "ZZV58"),
        ("Ngozi Adeyemi", "ZZT41"),
    ]


def test_one_who_writes_in_two_systems_is_at_home_where_more_is_told() -> None:
    lines = [
        _noted("a", "2026-05-11T09:00:00Z", PEER, TRUST),
        _noted("b", "2026-05-12T09:00:00Z", PEER),
        _noted("c", "2026-05-13T09:00:00Z", PEER),
    ]
    assert [(one.organisation, one.contacts) for one in _read(*lines).team] == [("ZZV58", 3)]


def test_of_a_meeting_told_by_two_each_is_at_home_where_they_are_named_first() -> None:
    """A system names its own worker before those of others."""
    lines = [
        _met("e", "2026-05-11", NURSE, "Grace Nkemelu, social worker"),
        _met("v", "2026-05-11", "Grace Nkemelu, social worker", NURSE, by=COUNCIL),
    ]
    assert [(one.name, one.organisation) for one in _read(*lines).team] == [
        ("Grace Nkemelu", COUNCIL.ods),
        ("Ngozi Adeyemi", TRUST.ods),
    ]


def test_two_names_without_a_role_are_two_people_where_each_is_told_of_alone() -> None:
    """As a volunteer writes them into one cell."""
    found = _read(
        _met("v1", "2026-05-01", "Denise Tansley, volunteer"),
        _noted("n", "2026-05-04T09:00:00Z", PEER),
        _met("v2", "2026-05-08", "Denise Tansley and Sam Okafor"),
    )
    assert [(one.name, one.contacts) for one in found.team] == [("Denise Tansley", 2), ("Sam Okafor", 2)]
    assert found.retelling.workers == 2


def test_one_name_with_two_roles_in_two_organisations_is_two_people() -> None:
    lines = [
        _noted("a", "2026-05-11T09:00:00Z", "Sam Okafor, dentist", TRUST),
        _noted("b", "2026-05-12T09:00:00Z", PEER),
    ]
    assert [(one.role, one.organisation) for one in _read(*lines).team] == [
        ("peer worker", "ZZV58"),
        ("dentist", "ZZT41"),
    ]


def test_a_meeting_that_two_systems_tell_of_is_one_contact() -> None:
    lines = [_met("e", "2026-05-11", NURSE), _met("v", "2026-05-11", NURSE, by=COUNCIL)]
    assert [one.contacts for one in _read(*lines).team] == [1]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([(0, 9), (1, 2), (3, 4)], 1),
        ([(0, 3), (2, 5), (4, 6)], 1),
        ([(0, 3), (3, 5)], 2),
        ([(0, 0), (0, 0), (0, 4)], 1),
        ([(0, 1), (2, 3)], 2),
        ([], 0),
    ],
    ids=[
        "within one another",
        "one runs into the next",
        "one after the other",
        "told without an end",
        "apart",
        "none",
    ],
)
def test_how_many_meetings_contacts_are(periods: list[tuple[int, int]], expected: int) -> None:
    found = [Contact(b"", since, until, "ZZT41", (), noted=False) for since, until in periods]
    assert how_many(found) == expected


def test_a_contact_that_ends_before_it_starts_has_its_start_alone() -> None:
    made = contact(_known(), "e", "Session", "2026-05-11T10:00:00Z", "2026-05-11T09:00:00Z", NURSE)
    (found,) = _read(tell(_known(), MAY, made)).contacts
    assert (found.since, found.until) == (ticks("2026-05-11T10:00:00Z"), ticks("2026-05-11T10:00:00Z"))


def test_one_name_told_outright_of_two_organisations_is_two_people() -> None:
    who = _known()
    participants = [
        {"member": {"display": PEER}, "onBehalfOf": organisation_reference(by)} for by in (TIDEWELL, LANTERN)
    ]
    made = {"resourceType": "CareTeam", "id": "t", "subject": who.reference, "participant": participants}
    team = _read(tell(who, MAY, made), _noted("n", MAY, PEER)).team
    assert [(one.organisation, one.contacts) for one in team] == [("ZZV58", 1), ("ZZV33", 0)]


def test_what_is_written_of_a_meeting_on_its_day_is_no_other_contact() -> None:
    taken = score(_known(), "o", "PHQ-9", 12, on="2026-05-11T10:30:00Z", by=NURSE)
    lines = [
        _met("e", "2026-05-11", NURSE),
        _noted("n", "2026-05-11T17:00:00Z", NURSE, TRUST),
        tell(_known(), "2026-05-11T17:30:00Z", taken),
        _noted("m", "2026-05-12T08:00:00Z", NURSE, TRUST),
    ]
    (nurse,) = _read(*lines).team
    assert (nurse.contacts, nurse.last_seen) == (2, ticks("2026-05-12T08:00:00Z"))


def test_what_did_not_take_place_is_no_contact() -> None:
    who = _known()
    off = contact(who, "e", "Session", MAY, MAY, NURSE) | {"status": "cancelled"}
    mistake = contact(who, "f", "Session", MAY, MAY, NURSE) | {"status": "entered-in-error"}
    letter = note(who, "n", "Please see her.", on=MAY, by=NURSE) | {
        "recipient": [organisation_reference(COUNCIL)]
    }
    result = score(who, "o", "PHQ-9", 12, on=MAY, by="Lab One") | {"category": [{"text": "laboratory"}]}
    found = _read(
        tell(who, MAY, off), tell(who, MAY, mistake), tell(who, MAY, letter), tell(who, MAY, result)
    )
    assert found.contacts == []
    assert [(one.name, one.last_seen) for one in found.team] == [("Ngozi Adeyemi", None)]


def test_a_booking_names_who_is_to_come_unless_it_is_off_or_they_declined() -> None:
    who = _known()
    slot = booking(who, "b", "Visit", "2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z", with_whom=NURSE)
    slot["participant"].append({"actor": {"display": "Room 2", "type": "Location"}, "status": "accepted"})
    off = booking(
        who, "c", "Visit", "2026-06-02T10:00:00Z", "2026-06-02T11:00:00Z", with_whom=PEER, status="cancelled"
    )
    no = slot | {
        "id": "d",
        "identifier": [],
        "participant": [{"actor": {"display": "Alf Dade"}, "status": "declined"}],
    }
    del no["identifier"]
    team = _read(tell(who, MAY, slot), tell(who, MAY, off), tell(who, MAY, no)).team
    assert [one.name for one in team] == ["Ngozi Adeyemi"]


def test_how_often_the_story_was_told() -> None:
    form = answers(_known(COUNCIL), "f", "carer", ("What have you given up?", "The choir"), on=MAY)
    inside = form | {"id": "g", "authored": "2026-05-04T10:20:00Z"}
    lines = [
        _met("e", "2026-05-04", NURSE, by=COUNCIL, what="Carer's assessment"),
        _met("f", "2026-05-05", PEER, what="Walk"),
        tell(_known(COUNCIL), "2026-05-04T13:00:00Z", inside),
        tell(_known(COUNCIL), MAY, form),
    ]
    assert _read(*lines).retelling == (2, 2)


def test_a_form_of_another_meeting_is_another_telling() -> None:
    walk = contact(_known(), "w", "Walk", "2026-05-04T10:00:00Z", "2026-05-04T11:00:00Z", PEER)
    form = answers(
        _known(), "f", "carer", ("What have you given up?", "The choir"), on="2026-05-04T10:30:00Z"
    )
    form |= {"encounter": {"reference": "Encounter/w"}}
    told = [tell(_known(), "2026-05-04T12:00:00Z", form, walk)]
    assert _read(*told, _met("e", "2026-05-04", NURSE, what="Assessment")).retelling.assessments == 2


def test_an_assessment_that_two_systems_tell_of_was_told_once() -> None:
    lines = [
        _met("e", "2026-05-04", NURSE, what="Assessment"),
        _met("v", "2026-05-04", NURSE, by=COUNCIL, what="Joint assessment"),
    ]
    assert _read(*lines).retelling == (1, 1)


def test_a_score_has_its_worker_beside_their_organisation() -> None:
    taken = score(_known(), "o", "PHQ-9", 12, on=MAY, by=NURSE)
    taken["performer"].insert(0, organisation_reference(TRUST))
    assert [one.name for one in _read(tell(_known(), MAY, taken)).team] == ["Ngozi Adeyemi"]


def test_family_who_were_there_are_no_workers_who_were_told() -> None:
    who = _known()
    husband: Resource = {
        "resourceType": "RelatedPerson",
        "id": "ron",
        "patient": who.reference,
        "name": [{"text": "Ron Larter"}],
    }
    met = contact(who, "e", "Meeting", MAY, MAY, NURSE, "Ron Larter, husband")
    found = _read(tell(who, MAY, met, husband))
    assert found.retelling.workers == 1
    assert {(one.name, one.sector) for one in found.team} == {
        ("Ngozi Adeyemi", "NHS"),
        ("Ron Larter", "Family and friends"),
    }
