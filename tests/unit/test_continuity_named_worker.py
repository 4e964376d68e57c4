"""Who answers for the person's care by name, since when, and how often that changed: a table of sentences."""

from dataclasses import replace
from itertools import pairwise

import pytest

from services.domain.record.continuity.named_claims import Basis
from services.domain.record.continuity.named_worker import NamedWorkers
from services.domain.record.continuity.summary import continuity
from tests.streams.fhir_builders import (
    Organisation,
    Resource,
    SourceRecord,
    known_to,
    organisation_reference,
    plan,
)
from tests.streams.message_lines import Line, tell, version
from tests.streams.norfolk_suffolk_partners import COUNCIL, JOAN, SURGERY, TRUST
from tests.unit.words_told import NAMES, heard, heard_in_stream, ticks, word

PRIYA, DAWN, RUTH = "Priya Nair", "Dawn Ferreira", "Ruth Gooch"
MAY, JUNE, JULY = "2026-05-11T09:00:00Z", "2026-06-08T09:00:00Z", "2026-07-06T09:00:00Z"
NAMED = "Named social worker"

Member = tuple[str, str]


def _known(by: Organisation = COUNCIL) -> SourceRecord:
    return known_to(by, "J-1", JOAN, "2026-04-21T09:00:00Z")


def _team(at: str, *members: Member, by: Organisation = COUNCIL, local: str = "team", **more: object) -> Line:
    participants = [{"role": [{"text": role}], "member": {"display": name}} for name, role in members]
    team: Resource = {
        "resourceType": "CareTeam",
        "id": local,
        "status": "active",
        "subject": _known(by).reference,
        **({"participant": participants} if members else {}),
        **more,
    }
    return tell(_known(by), at, team)


def _plan(at: str, by: str, local: str = "plan", holder: Organisation = COUNCIL, **more: object) -> Line:
    made = plan(_known(holder), local, "Joan's plan", "A sitting service", since="2026-05-11", by=by)
    return tell(_known(holder), at, made | more)


def _episode(at: str, manager: str, by: Organisation = COUNCIL, **more: object) -> Line:
    episode: Resource = {
        "resourceType": "EpisodeOfCare",
        "id": "episode",
        "status": "active",
        "patient": _known(by).reference,
        "careManager": {"display": manager},
        **more,
    }
    return tell(_known(by), at, episode)


def _read(*lines: Line) -> NamedWorkers:
    told = heard(*lines)
    return continuity(told.words, told.earlier, NAMES).named_workers


TABLE: dict[str, tuple[list[Line], list[str], list[str], list[tuple[str, str]]]] = {
    # what is told: the messages, who is named now, who was before, and the changes
    "nobody is named": ([_team(MAY)], [], [], []),
    "a plan's author answers for it": ([_plan(MAY, PRIYA)], [PRIYA], [], []),
    "a team names a key worker among others": (
        [_team(MAY, (PRIYA, "Key worker"), (DAWN, "Nurse"))],
        [PRIYA],
        [],
        [],
    ),
    "a care co-ordinator may be written with a hyphen": (
        [_team(MAY, (PRIYA, "Care co-ordinator"))],
        [PRIYA],
        [],
        [],
    ),
    "a social worker who is not called the named one is not": (
        [_team(MAY, (PRIYA, "Social worker"))],
        [],
        [],
        [],
    ),
    "an episode has a care manager": ([_episode(MAY, PRIYA)], [PRIYA], [], []),
    "a draft names nobody yet": ([_plan(MAY, PRIYA, status="draft")], [], [], []),
    "a plan entered in error named nobody": (
        [_plan(MAY, PRIYA), _plan(JUNE, PRIYA, status="entered-in-error")],
        [],
        [],
        [],
    ),
    "a finished plan's author did": ([_plan(MAY, PRIYA, status="completed")], [], [PRIYA], []),
    "one plan's worker gives way to another": (
        [_plan(MAY, PRIYA), _plan(JUNE, DAWN)],
        [DAWN],
        [PRIYA],
        [(PRIYA, DAWN)],
    ),
    "a new plan after the old one has another worker": (
        [
            _plan(MAY, PRIYA),
            _plan(JUNE, PRIYA, status="completed"),
            _plan(JULY, DAWN, "new", period={"start": "2026-07-01"}),
        ],
        [DAWN],
        [PRIYA],
        [(PRIYA, DAWN)],
    ),
    "two plans at once have two workers, and none gave way": (
        [_plan(MAY, PRIYA), _plan(JUNE, DAWN, "other")],
        [DAWN, PRIYA],
        [],
        [],
    ),
    "the same name spelled the same is no change": (
        [_plan(MAY, f"{PRIYA}, named social worker"), _plan(JUNE, "PRIYA  NAIR, senior social worker")],
        [PRIYA],
        [],
        [],
    ),
    "two systems that name one person make no change": (
        [_plan(MAY, PRIYA), _team(JUNE, (PRIYA, NAMED), by=SURGERY)],
        [PRIYA],
        [],
        [],
    ),
    "two organisations may each have a named worker": (
        [_team(MAY, (PRIYA, NAMED)), _team(JUNE, (DAWN, "Care coordinator"), by=TRUST)],
        [DAWN, PRIYA],
        [],
        [],
    ),
    "a change that two systems tell of is one": (
        [
            _team(MAY, (PRIYA, NAMED)),
            _team(MAY, (PRIYA, NAMED), by=SURGERY),
            _team(JUNE, (DAWN, NAMED)),
            _team(JULY, (DAWN, NAMED), by=SURGERY),
        ],
        [DAWN],
        [PRIYA],
        [(PRIYA, DAWN)],
    ),
    "a change and the way back are two": (
        [_team(MAY, (PRIYA, NAMED)), _team(JUNE, (DAWN, NAMED)), _team(JULY, (PRIYA, NAMED))],
        [PRIYA],
        [DAWN, PRIYA],
        [(PRIYA, DAWN), (DAWN, PRIYA)],
    ),
    "the same change a second time is another": (
        [
            _team("2026-05-01T09:00:00Z", (PRIYA, NAMED)),
            _team(MAY, (DAWN, NAMED)),
            _team(JUNE, (PRIYA, NAMED)),
            _team(JULY, (DAWN, NAMED)),
        ],
        [DAWN],
        [PRIYA, DAWN, PRIYA],
        [(PRIYA, DAWN), (DAWN, PRIYA), (PRIYA, DAWN)],
    ),
    "a plan that is told of only when it is over had a worker who has gone": (
        [
            _plan(MAY, PRIYA, status="completed", period={"start": MAY}),
            _plan(JULY, DAWN, "new", period={"start": "2026-07-01"}),
        ],
        [DAWN],
        [PRIYA],
        [(PRIYA, DAWN)],
    ),
    "who returns before another came was never gone": (
        [_team(MAY, (PRIYA, NAMED)), _team(JUNE), _team(JULY, (PRIYA, NAMED))],
        [PRIYA],
        [PRIYA],
        [],
    ),
    "a second named worker beside the first is no change": (
        [_team(MAY, (PRIYA, NAMED)), _team(JUNE, (PRIYA, NAMED), (DAWN, "Named nurse"))],
        [DAWN, PRIYA],
        [],
        [],
    ),
    "the author of an old plan answers for it no longer once the team names another": (
        [_plan(MAY, PRIYA), _team(MAY, (PRIYA, NAMED)), _team(JUNE, (DAWN, NAMED))],
        [DAWN],
        [PRIYA],
        [(PRIYA, DAWN)],
    ),
    "a named worker is shown before the author of a newer plan": (
        [_team(MAY, (PRIYA, NAMED)), _plan(JUNE, RUTH)],
        [PRIYA, RUTH],
        [],
        [],
    ),
    "an organisation is nobody by name": (
        [_plan(MAY, "", author=organisation_reference(COUNCIL))],
        [],
        [],
        [],
    ),
    "the person is not their own worker": ([_plan(MAY, "Joan Larter")], [], [], []),
}


@pytest.mark.parametrize(("lines", "now", "before", "changes"), TABLE.values(), ids=TABLE.keys())
def test_named_workers(
    lines: list[Line], now: list[str], before: list[str], changes: list[tuple[str, str]]
) -> None:
    found = _read(*lines)
    assert [one.who.name for one in found.now] == now
    assert [one.who.name for one in found.before] == before
    assert [(one.before.name, one.after.name) for one in found.changes] == changes


def test_what_is_told_of_a_change() -> None:
    found = _read(
        _team(MAY, (PRIYA, NAMED)),
        _team(MAY, (PRIYA, NAMED), by=SURGERY),
        _team(JUNE, (DAWN, NAMED)),
        _team(JULY, (DAWN, NAMED), by=SURGERY),
    )
    (change,) = found.changes
    assert (change.at, change.told_by) == (ticks(JUNE), ("ZZC12", "ZZG07"))
    (dawn,) = found.now
    assert (dawn.who.role, dawn.basis, dawn.since, dawn.until) == (NAMED, Basis.NAMED, ticks(JUNE), None)
    (priya,) = found.before
    assert (priya.since, priya.until) == (ticks(MAY), ticks(JULY))


def test_two_versions_of_one_instant_are_told_apart_by_their_version_ids() -> None:
    made = plan(_known(), "plan", "Joan's plan", "A break", since="2026-05-11", by=PRIYA)
    after = made | {"author": {"display": DAWN}}
    found = _read(tell(_known(), JUNE, version(after, 10)), tell(_known(), JUNE, version(made, 9)))
    assert [(one.before.name, one.after.name) for one in found.changes] == [(PRIYA, DAWN)]
    assert [(one.who.name, one.since) for one in found.before] == [(PRIYA, ticks("2026-05-11"))]


def test_three_changes_of_one_instant_keep_their_order() -> None:
    made = plan(_known(), "plan", "Joan's plan", "A break", since="2026-05-11", by=PRIYA)
    names = [RUTH, DAWN, PRIYA, "Alf Dade"]
    lines = [
        tell(_known(), JUNE, version(made | {"author": {"display": name}}, number))
        for number, name in enumerate(names)
    ]
    changes = _read(*reversed(lines)).changes
    assert [(one.before.name, one.after.name) for one in changes] == [*pairwise(names)]


def test_a_member_whose_time_in_the_team_is_over_was_named_before() -> None:
    past = {
        "role": [{"text": NAMED}],
        "member": {"display": PRIYA},
        "period": {"start": "2026-01-05", "end": "2026-05-01"},
    }
    (priya,) = _read(_team(MAY, participant=[past]), _team(JUNE, participant=[past])).before
    assert (priya.since, priya.until) == (ticks("2026-01-05"), ticks("2026-05-01"))


def test_a_role_may_be_told_by_its_code_alone() -> None:
    coded = {"coding": [{"system": "http://snomed.info/sct", "code": "768820003"}]}
    (found,) = _read(_team(MAY, participant=[{"role": [coded], "member": {"display": PRIYA}}])).now
    assert (found.who.name, found.who.role) == (PRIYA, "Care coordinator")


def test_who_a_reference_leads_to_is_read_there() -> None:
    who = _known()
    practitioner: Resource = {
        "resourceType": "Practitioner",
        "id": "p",
        "name": [{"given": ["Priya"], "family": "Nair"}],
    }
    role: Resource = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "Practitioner/p"},
        "organization": organisation_reference(TRUST),
        "code": [{"text": "Key worker"}],
    }
    made = plan(who, "plan", "Joan's plan", "A break", since="2026-05-11", by=PRIYA) | {
        "author": {"reference": "PractitionerRole/r"}
    }
    (found,) = _read(tell(who, MAY, made, practitioner, role)).now
    assert found.who.name == PRIYA
    assert (found.who.role, found.who.organisation_name) == ("Key worker", "Broadland Wellbeing Trust")
    assert found.basis is Basis.NAMED


def test_a_contained_team_is_read_with_its_plan() -> None:
    inside: Resource = {
        "resourceType": "CareTeam",
        "id": "t",
        "participant": [{"role": [{"text": "Key worker"}], "member": {"display": DAWN}}],
    }
    found = _read(_plan(MAY, PRIYA, contained=[inside], careTeam=[{"reference": "#t"}]))
    assert [(one.who.name, one.basis) for one in found.now] == [(DAWN, Basis.NAMED), (PRIYA, Basis.PLANS)]


def test_without_earlier_versions_only_the_current_worker_is_known() -> None:
    told = heard(_plan(MAY, PRIYA), _plan(JUNE, DAWN))
    found = continuity(told.words, (), NAMES).named_workers
    assert [one.who.name for one in found.now] == [DAWN]
    assert (found.before, found.changes) == ((), ())


def test_the_current_version_is_the_last_whatever_its_content() -> None:
    made = {
        name: word({"resourceType": "CarePlan", "author": {"display": name}}, 1) for name in (PRIYA, DAWN)
    }
    for before, now in ((PRIYA, DAWN), (DAWN, PRIYA)):
        found = continuity([made[now]], made.values(), NAMES).named_workers
        assert [(one.before.name, one.after.name) for one in found.changes] == [(before, now)]


def test_a_finished_episode_had_its_manager_for_its_period() -> None:
    period = {"start": "2026-02-02", "end": "2026-04-30"}
    (found,) = _read(_episode(MAY, PRIYA, status="finished", period=period)).before
    assert (found.basis, found.since, found.until) == (
        Basis.MANAGES,
        ticks("2026-02-02"),
        ticks("2026-04-30"),
    )


def test_the_stream_has_one_change_of_named_worker() -> None:
    told = heard_in_stream("Larter")
    found = continuity(told.words, told.earlier, NAMES).named_workers
    (dawn,) = found.now
    assert (dawn.who.name, dawn.who.role) == (DAWN, "named social worker")
    assert dawn.who.organisation_name == "Wensum County Council Social Care"
    (change,) = found.changes
    assert (change.before.name, change.after.name, change.told_by) == (PRIYA, DAWN, ("ZZC12",))
    assert change.at == ticks("2026-06-08T09:00:00+01:00")


def test_the_named_worker_is_shown_before_the_therapist_who_wrote_a_plan() -> None:
    told = heard_in_stream("Holloway")
    found = continuity(told.words, told.earlier, NAMES).named_workers
    assert [one.who.name for one in found.now] == [PRIYA, "Tom Brundish"]
    assert found.changes == ()


def test_a_name_is_read_whole_where_its_family_name_stands_first() -> None:
    (found,) = _read(_plan(MAY, "NAIR, Priya (Ms)")).now
    assert (found.who.name, found.who.role) == ("NAIR, Priya (Ms)", "")


def test_the_person_is_known_by_any_of_their_names() -> None:
    other = replace(JOAN, given="Joanna")
    who = known_to(TRUST, "J-2", other, "2026-04-21T09:00:00Z")
    lines = [
        _plan(MAY, "Joanna Larter"),
        tell(who, MAY, plan(who, "p", "A plan", "A break", since="2026-05-11", by=PRIYA)),
    ]
    assert [one.who.name for one in _read(*lines).now] == [PRIYA]
