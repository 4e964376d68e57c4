"""A person's story as the page shows it: worked out at one moment, with nothing told twice and no empty part."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import orjson
from markupsafe import Markup

from services.domain.record.agreements import AgreedPlan, Agreement, Answer
from services.domain.record.continuity.contacts import how_many
from services.domain.record.continuity.gaps import DAYS, longest
from services.domain.record.continuity.summary import Continuity
from services.domain.record.instant import DAY, moment_ticks
from services.domain.record.kinds import at_path
from services.domain.record.measures.chart import chart
from services.domain.record.measures.in_words import in_words
from services.domain.record.measures.series import Series
from services.domain.record.referrals.stalling import StalledDays
from services.domain.record.word import Word
from services.platform.access import Partner
from services.viewer.bounds import WHOLE, Bounds
from services.viewer.moments import machine_date, plain_date, plain_day
from services.viewer.people_views import (
    MattersView,
    MemberView,
    NamedView,
    matters_view,
    named_view,
    team_view,
)
from services.viewer.reading import CareRecord, Entry
from services.viewer.referral_views import ReferralsView, referrals_view
from services.viewer.story import read_story, read_story_once

_TO_COME = frozenset({"proposed", "pending", "booked", "waitlist", "arrived", "checked-in"})
"""States of a FHIR R4 Appointment that has not taken place and may."""


@dataclass(frozen=True, slots=True)
class FlagView:
    """A safety flag that some system holds to be active."""

    title: str
    since: str
    organisations: str
    detail: str


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """An appointment to come."""

    title: str
    when: str
    moment: str
    """The same for machines."""
    status: str
    """Empty where it is booked."""
    organisations: str
    detail: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan that several were asked to agree to."""

    title: str
    since: str
    answers: list[str]
    """Of each party, in a sentence; who did not agree comes first."""


@dataclass(frozen=True, slots=True)
class MeasureView:
    """The scores of one measure."""

    name: str
    drawn: Markup
    """The chart, where there is more than one score; else empty."""
    words: str


@dataclass(frozen=True, slots=True)
class StoryView:
    """All parts of the page between who the person is and the timeline; what is empty is not shown."""

    matters: list[MattersView]
    named: NamedView | None
    team: list[MemberView]
    flags: list[FlagView]
    plans: list[PlanView]
    referrals: ReferralsView
    appointments: list[AppointmentView]
    measures: list[MeasureView]
    continuity: list[str]
    """Sentences."""
    recent_since: str
    """The day from which on continuity and team are told, where that is not all of the record; else empty."""
    ended_since: str
    """The day before which referrals have ended that are left out; empty where none are."""
    steps_left_out: bool
    """Whether contacts and notes are left out of what happened with a referral."""


def story_view(
    record: CareRecord,
    names: dict[str, Partner],
    as_of: int,
    days: StalledDays,
    listed: Iterable[Word] = (),
    bounds: Bounds = WHOLE,
    about: Hashable = None,
) -> StoryView:
    """The story as it stands at `as_of`, in ticks, in what `bounds` leave of the record, with the services listed that
    it names; as long as `read_story`. It is read but once where `about` is given: what changes with the record."""
    told = {ods: (one.name, one.sector) for ods, one in names.items()}
    given = record.words, record.earlier, told, listed, bounds
    with_names = (
        frozenset(told.items()),
        *((one.resource_key, orjson.dumps(one.resource)) for one in listed),
    )
    story = read_story_once((about, with_names), *given) if about else read_story(*given)
    return StoryView(
        matters=matters_view(story.continuity.what_matters, names),
        named=named_view(story.continuity.named_workers, names),
        team=team_view(story.continuity.team, story.continuity.named_workers),
        flags=safety_flags(record, names),
        plans=[plan_view(one) for one in story.plans],
        referrals=referrals_view(story.threads, names, as_of, days, story.introductions),
        appointments=next_appointments(record, names, as_of),
        measures=[_measure(one) for one in story.measures if one.instrument or one.points[1:]],
        continuity=continuity_sentences(story.continuity, as_of),
        recent_since=plain_day(bounds.since) if bounds.since else "",
        ended_since=plain_day(bounds.ended_since) if bounds.ended_since is not None else "",
        steps_left_out=bounds.contacts,
    )


def safety_flags(record: CareRecord, names: dict[str, Partner]) -> list[FlagView]:
    """The flags that are active, the newest first; one counts while any system has it active, whoever lifted theirs."""
    found = []
    for entry in record.entries:
        active = [one for one in entry.sources if one.resource.get("status") == "active"]
        if entry.kind == "Flag" and active:
            telling = active[0].telling
            tellers = _tellers([one.sender for one in active], names)
            found.append(FlagView(telling.title, plain_date(telling.when), tellers, telling.detail))
    return found


def next_appointments(record: CareRecord, names: dict[str, Partner], as_of: int) -> list[AppointmentView]:
    """The appointments that have not ended at `as_of`, in ticks, the next first."""
    coming = [(start, entry) for entry in record.entries if (start := _to_come(entry, as_of)) is not None]
    found = []
    for _, entry in sorted(coming, key=lambda one: (one[0], one[1].key)):
        telling = entry.telling
        found.append(
            AppointmentView(
                title=telling.title,
                when=plain_date(telling.when),
                moment=machine_date(telling.when),
                status="" if telling.status == "booked" else telling.status,
                organisations=_tellers([one.sender for one in entry.sources], names),
                detail=telling.detail,
            )
        )
    return found


def continuity_sentences(found: Continuity, as_of: int) -> list[str]:
    """How continuous the care has been at `as_of`, in ticks; nothing where nobody has met the person."""
    if not found.contacts:
        return []
    first, last = found.contacts[0], max(one.until for one in found.contacts)
    meetings = how_many(found.contacts)
    said = [
        f"{_counted(meetings, 'contact', 'contacts')} from {plain_day(first.since)} to {plain_day(last)}."
        if meetings > 1
        else f"One contact, on {plain_day(last)}."
    ]
    if (days := (as_of - last) // DAY) > DAYS:
        said.append(f"None has been told in the {days} days since.")
    if gap := longest(found.gaps):
        said.append(
            f"The longest time between two was {gap.days} days, from {plain_day(gap.since)} to {plain_day(gap.until)}."
        )
    told = found.retelling
    if told.workers:
        said.append(f"{_counted(told.workers, 'worker has', 'workers have')} heard the story.")
    if told.assessments:
        said.append(f"{_counted(told.assessments, 'assessment was', 'assessments were')} made.")
    return said


def _to_come(entry: Entry, as_of: int) -> int | None:
    """The start of an appointment that has not ended, in ticks."""
    if entry.kind != "Appointment":
        return None
    told = entry.standing.resource
    if str(told.get("status")) not in _TO_COME:
        return None
    start, end = (moment_ticks(str(at_path(told, field))) for field in ("start", "end"))
    return start if start is not None and (end or start) >= as_of else None


def plan_view(plan: AgreedPlan) -> PlanView:
    """The plan, and of each party what they said."""
    said = sorted(plan.agreements, key=lambda one: one.answer is not Answer.DID_NOT_AGREE)
    return PlanView(plan.title, plain_day(plan.since), [_answer(one) for one in said])


def _answer(one: Agreement) -> str:
    why = f": {one.why}" if one.why else ""
    return f"{one.who} {one.answer.value} on {plain_day(one.at)}{why}"


def _measure(series: Series) -> MeasureView:
    # The chart is made of numbers and of text that it escapes itself.
    drawn = Markup(chart(series)) if series.points[1:] else Markup("")
    return MeasureView(series.name, drawn, in_words(series))


def _tellers(senders: list[str], names: dict[str, Partner]) -> str:
    return " and ".join(dict.fromkeys(names[one].name if one in names else one for one in senders))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
