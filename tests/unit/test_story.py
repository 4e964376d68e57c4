"""The order in which a person's referrals are shown, and the words in which they, flags and workers are told."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.record.continuity.contacts import contacts
from services.domain.record.continuity.homes import Homes
from services.domain.record.continuity.named_worker import named_workers
from services.domain.record.continuity.parties import Parties
from services.domain.record.continuity.team import everyone, team
from services.domain.record.continuity.things import Things
from services.domain.record.instant import DAY
from services.domain.record.kinds import CONTEXT, kind_of
from services.domain.record.referrals.stalling import StalledDays
from services.domain.record.referrals.threads import Thread, threads
from services.domain.record.word import Word
from services.platform.access import Partner
from services.viewer.moments import plain_day
from services.viewer.people_views import named_view, team_view
from services.viewer.reading import CareRecord, Entry, Source
from services.viewer.referral_views import ReferralsView, ReferralView, referrals_view
from services.viewer.story import ended_referrals, open_referrals, read_story
from services.viewer.story_json import story_json
from services.viewer.story_views import next_appointments, safety_flags, story_view
from tests.streams.fhir_builders import Organisation, Resource
from tests.streams.norfolk_suffolk_partners import COUNCIL, LANTERN, SURGERY, TIDEWELL, TRUST
from tests.unit.referral_words import booking, named, own, request, task, ticks, ubrn, visit, word
from tests.unit.words_told import heard_in_stream, odd_words

NAMES = {
    one.ods: Partner(one.ods, one.name, one.sector) for one in (SURGERY, TRUST, COUNCIL, LANTERN, TIDEWELL)
}
NOW = ticks("2026-05-01T09:00:00Z")
DAYS = StalledDays(14)


def asked(local: str, to: Organisation, on: str, what: str) -> Word:
    """A referral by the surgery for something by itself."""
    return request(local, to, on, code={"text": what}, identifier=[ubrn(f"90000000000{local}")])


def answered(local: str, by: Organisation, status: str, on: str, why: str = "") -> Word:
    """What became of it."""
    return task(f"answer-{local}", by, named(f"90000000000{local}"), status, on, why)


ALL = [
    asked("1", TRUST, "2026-03-02T09:00:00Z", "Runs, moved last"),
    answered("1", TRUST, "accepted", "2026-04-20T09:00:00Z"),
    asked("2", LANTERN, "2026-04-02T09:00:00Z", "Runs, moved before"),
    answered("2", LANTERN, "accepted", "2026-04-10T09:00:00Z"),
    asked("3", TIDEWELL, "2026-04-28T09:00:00Z", "Asked lately"),
    asked("4", COUNCIL, "2026-04-01T09:00:00Z", "Stalled, the longer"),
    asked("5", COUNCIL, "2026-04-10T09:00:00Z", "Stalled"),
    asked("6", TRUST, "2026-03-20T09:00:00Z", "Rejected, and nobody asked since"),
    answered("6", TRUST, "rejected", "2026-03-25T09:00:00Z", "The list is closed"),
    asked("7", TRUST, "2026-01-02T09:00:00Z", "Asked again elsewhere"),
    answered("7", TRUST, "rejected", "2026-01-05T09:00:00Z", "Too far away"),
    asked("8", LANTERN, "2026-01-09T09:00:00Z", "Asked again elsewhere"),
    answered("8", LANTERN, "completed", "2026-02-09T09:00:00Z"),
    asked("9", TRUST, "2025-03-20T09:00:00Z", "Rejected long ago"),
    answered("9", TRUST, "rejected", "2025-03-25T09:00:00Z"),
]


def services(found: Sequence[Thread]) -> list[str]:
    """What was asked for in each."""
    return [one.service for one in found]


def test_what_waits_on_somebody_comes_first() -> None:
    """Turned down with nobody asked since, stalled, asked, running; each in its own order, whatever was told first."""
    found = threads(ALL)
    for told in (found, found[::-1], found[5:] + found[:5]):
        assert services(open_referrals(told, NOW, DAYS)) == [
            "Rejected, and nobody asked since",
            "Stalled, the longer",
            "Stalled",
            "Asked lately",
            "Runs, moved last",
            "Runs, moved before",
        ]
        assert services(ended_referrals(told, NOW)) == [
            "Asked again elsewhere",
            "Asked again elsewhere",
            "Rejected long ago",
        ]


def test_a_referral_stalls_on_the_day_it_says() -> None:
    """Not the moment before."""
    (thread,) = threads([asked("1", TRUST, "2026-03-02T09:00:00Z", "Befriending")])
    at = thread.asked + DAYS.otherwise * DAY
    views = [referrals_view([thread], NAMES, as_of, DAYS).open[0] for as_of in (at - 1, at)]
    assert [one.stalled for one in views] == [False, True]
    assert views[1].lines == [f"With {TRUST.name} since 2 March 2026", "Waiting 14 days for an answer"]


def by_service(*words: Word) -> dict[str, ReferralView]:
    """Each referral as it is shown, by what was asked for."""
    shown = referrals_view(threads(words), NAMES, NOW, DAYS)
    return {one.service: one for one in (*shown.open, *reversed(shown.ended))}


def test_a_rejection_says_why_and_who_was_asked_again() -> None:
    """With nobody asked since, with whom it is back."""
    shown = by_service(*ALL)
    assert shown["Rejected, and nobody asked since"].lines == [
        f"Back with {SURGERY.name} since 25 March 2026",
        "Rejected on 25 March 2026: The list is closed",
        "Nobody else has been asked since",
    ]
    first = referrals_view(threads(ALL), NAMES, NOW, DAYS).ended[1]
    assert first.lines == [
        "Rejected on 5 January 2026: Too far away",
        f"Asked again of {LANTERN.name} on 9 January 2026",
    ]
    assert [step.words for step in first.steps] == [
        f"{SURGERY.name} asked {TRUST.name} for asked again elsewhere",
        "Rejected: Too far away",
    ]


def test_what_comes_back_is_said_to() -> None:
    """For the how-manieth time."""
    passed_on = request(
        "2",
        LANTERN,
        "2026-04-02T09:00:00Z",
        by=TRUST,
        basedOn=[named("900000000001")],
        identifier=[ubrn("900000000002")],
    )
    back = answered("2", LANTERN, "rejected", "2026-04-05T09:00:00Z", "Full")
    (shown,) = by_service(asked("1", TRUST, "2026-03-02T09:00:00Z", "Befriending"), passed_on, back).values()
    assert f"Back with {TRUST.name} for the 2nd time, since 5 April 2026" in shown.lines


def test_who_was_the_named_worker_before_is_named_once() -> None:
    """With how often it changed; somebody who comes back is not among those before."""
    versions = [
        word(
            COUNCIL,
            {"resourceType": "CarePlan", "id": "p", "status": "active", "author": {"display": who}},
            at,
        )
        for who, at in (
            ("Priya Nair, named social worker", "2026-03-01"),
            ("Dawn Ferreira, named social worker", "2026-03-11"),
            ("Priya Nair, named social worker", "2026-03-21"),
            ("Sam Okafor, named social worker", "2026-03-31"),
        )
    ]
    things = Things(versions[-1:])
    view = named_view(named_workers(things, Parties(things, {}), versions), NAMES)
    assert view
    assert [one.name for one in view.now] == ["Sam Okafor"]
    assert view.past == (
        "Changed 3 times. Before: Priya Nair, until 31 March 2026; Dawn Ferreira, until 21 March 2026."
    )


def test_an_author_whose_plan_is_over_was_no_named_worker() -> None:
    """Nothing is shown, then."""
    plan = {
        "resourceType": "CarePlan",
        "id": "p",
        "status": "completed",
        "author": {"display": "Bev Hallam, coach"},
    }
    history = [word(LANTERN, plan | {"status": "active"}, "2026-03-01"), word(LANTERN, plan, "2026-04-01")]
    things = Things(history[-1:])
    found = named_workers(things, Parties(things, {}), history)
    assert found.before
    assert named_view(found, NAMES) is None


def test_somebody_of_the_team_who_was_the_named_worker_is_said_to_have_been() -> None:
    """With the day; roles are told alike, however each system writes them."""
    priya, dawn = "Priya Nair, Named social worker", "Dawn Ferreira, named social worker"
    plan: Resource = {"resourceType": "CarePlan", "id": "p", "status": "active"}
    versions = [
        word(COUNCIL, plan | {"author": {"display": priya}}, "2026-03-01"),
        word(COUNCIL, plan | {"author": {"display": dawn}}, "2026-03-11"),
    ]
    met: Resource = {
        "resourceType": "Encounter",
        "id": "v",
        "status": "finished",
        "period": {"start": "2026-03-02T10:00:00Z"},
        "participant": [{"individual": {"display": one}} for one in (priya, dawn)],
    }
    things = Things([versions[-1], word(COUNCIL, met, "2026-03-02", "v")])
    parties = Parties(things, {})
    found = named_workers(things, parties, versions)
    told = everyone(things, parties, contacts(things, parties))
    shown = team_view(team(told, Homes(one.mention for one in told), parties), found)
    assert [(one.name, one.role, one.named_until) for one in shown] == [
        ("Dawn Ferreira", "named social worker", ""),
        ("Priya Nair", "named social worker", "11 March 2026"),
    ]


def test_who_opened_or_asked_is_said_as_people_say_it() -> None:
    """What an organisation asks of itself it opened; who asks for themself is no name."""
    me = {"reference": "Patient/1"}
    own_doing = request("1", TRUST, "2026-03-02", by=TRUST, code={"text": "A circle"})
    for_themself = request("2", TRUST, "2026-03-02", code={"text": "Company"}, subject=me, requester=me)
    shown = by_service(own_doing, for_themself)
    assert shown["A circle"].asked == f"Opened by {TRUST.name} on 2 March 2026"
    assert shown["Company"].asked == "Asked by the person on 2 March 2026"


def test_a_step_is_on_the_day_of_the_clock_in_the_uk() -> None:
    """Half past midnight in summer is the day before in UTC."""
    told = by_service(
        asked("1", TRUST, "2026-06-02T09:00:00Z", "Befriending"),
        answered("1", TRUST, "accepted", "2026-06-30T23:30:00Z", "Room for one more"),
    )
    assert [step.when for step in told["Befriending"].steps] == ["2 June 2026", "1 July 2026"]


def entry(*words: Word, kind: str) -> Entry:
    """The entry that these words tell of."""
    sources = [
        Source(one.source_record, one.sender, one.resource_key, kind, one.resource, one.instant, 1)
        for one in words
    ]
    return Entry(words[0].entry_key, kind, words[0].instant, sources, [], [])


def record(*entries: Entry) -> CareRecord:
    """A record of these entries alone."""
    return CareRecord(b"p", [], {}, [*entries], [], [])


def flag(teller: Organisation, status: str, at: str) -> Word:
    """A safety flag."""
    resource: Resource = {
        "resourceType": "Flag",
        "id": "f",
        "status": status,
        "code": {"text": "Ring first"},
        "period": {"start": "2026-03-02"},
    }
    return word(teller, resource, at, "flag")


def test_a_flag_counts_while_any_system_has_it_active() -> None:
    """Whoever lifted theirs, and later; only those who have it active are named."""
    lifted = flag(COUNCIL, "inactive", "2026-04-02")
    held = flag(TRUST, "active", "2026-03-02")
    (shown,) = safety_flags(record(entry(lifted, held, kind="Flag")), NAMES)
    assert (shown.title, shown.organisations, shown.since) == ("Ring first", TRUST.name, "2 March 2026")
    for status in ("inactive", "entered-in-error"):
        assert safety_flags(record(entry(flag(TRUST, status, "2026-04-03"), kind="Flag")), NAMES) == []


def test_the_next_appointments_are_those_that_have_not_ended() -> None:
    """The soonest first; one that is under way is among them, one that was called off is not."""
    of = own("sr-1")
    under_way = booking("a", TRUST, "2026-05-01T08:30:00Z", of, "2026-04-01", end="2026-05-01T09:30:00Z")
    later = booking("b", TRUST, "2026-06-01T10:00:00+01:00", of, "2026-04-01", description="Review")
    offered = booking("c", LANTERN, "2026-05-20T10:00:00Z", of, "2026-04-01", status="proposed")
    others = [
        booking("d", TRUST, "2026-05-01T08:30:00Z", of, "2026-04-01"),
        booking("e", TRUST, "2026-07-01T08:30:00Z", of, "2026-04-01", status="cancelled"),
        booking("f", TRUST, "not said", of, "2026-04-01"),
    ]
    found = [entry(one, kind="Appointment") for one in (later, under_way, offered, *others)]
    for told in permutations(found[:3]):
        shown = next_appointments(record(*told, *found[3:]), NAMES, NOW)
        assert [one.when for one in shown] == [
            "1 May 2026, 9:30am",
            "20 May 2026, 11:00am",
            "1 June 2026, 10:00am",
        ]
        assert [one.status for one in shown] == ["", "proposed", ""]


def test_of_somebody_of_whom_little_is_told_nothing_is_shown() -> None:
    """Every part is empty, so that no heading stands over nothing."""
    shown = story_view(record(), NAMES, NOW, DAYS)
    assert not any(
        (
            shown.matters,
            shown.named,
            shown.team,
            shown.flags,
            shown.appointments,
            shown.measures,
            shown.continuity,
        )
    )
    assert shown.referrals == ReferralsView([], [])


def test_a_contact_is_told_in_a_sentence() -> None:
    """Without a gap that there is not."""
    met = visit("v", TRUST, "2026-03-02T10:00:00Z", None)
    shown = story_view(record(entry(met, kind="Contact")), NAMES, NOW, DAYS)
    assert shown.continuity == [
        "One contact, on 2 March 2026.",
        "None has been told in the 59 days since.",
    ]
    soon = ticks("2026-03-30T10:00:00Z")
    assert story_view(record(entry(met, kind="Contact")), NAMES, soon, DAYS).continuity[1:] == []


def test_a_story_is_read_once_of_what_is_the_same() -> None:
    """What else changes reads it anew: what it is about, or what the organisations are called. The clock does not."""
    met = record(entry(visit("v", TRUST, "2026-03-02T10:00:00Z", None), kind="Contact"))
    read = story_view(met, NAMES, NOW, DAYS, about="read once").continuity
    assert read
    assert story_view(record(), NAMES, NOW, DAYS, about="read once").continuity == read
    later = ticks("2026-09-01T10:00:00Z")
    assert story_view(record(), NAMES, later, DAYS, about="read once").continuity != read
    assert not story_view(record(), NAMES, NOW, DAYS, about="another").continuity
    assert not story_view(record(), {}, NOW, DAYS, about="read once").continuity


SOUND = heard_in_stream("Holloway", "Larter").words


@settings(max_examples=20)
@given(st.lists(odd_words(SOUND), max_size=12, unique_by=lambda one: one.resource_key), st.randoms())
def test_whatever_was_accepted_can_be_shown(words: list[Word], random: Random) -> None:
    """And told as JSON: it is the same in whatever order it is read."""
    found = [entry(one, kind=kind_of(one.resource["resourceType"])) for one in words]
    context = [source for one in found if one.kind == CONTEXT for source in one.sources]
    known = replace(record(*(one for one in found if one.kind != CONTEXT)), context=context)
    shown = story_view(known, NAMES, NOW, DAYS)
    told = orjson.dumps(story_json(read_story(words, words)))
    random.shuffle(words)
    assert orjson.dumps(story_json(read_story(words, words))) == told
    assert shown.referrals.open or not open_referrals(threads(known.words), NOW, DAYS)


def test_a_day_is_the_one_in_the_uk() -> None:
    """Half past midnight in summer is the day before in UTC; the first of all moments is a day too."""
    assert plain_day(ticks("2026-07-01T00:30:00+01:00")) == "1 July 2026"
    assert plain_day(ticks("2026-07-01")) == "1 July 2026"
    assert plain_day(0) == "1 January 1"
