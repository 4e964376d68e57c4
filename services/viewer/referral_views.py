"""Referral threads as the person's page shows them: how each stands, who holds it, and its steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.domain.record.instant import DAY
from services.domain.record.introductions import WITHIN_DAYS, Introduction
from services.domain.record.referrals.organisations import FAMILY, THE_PERSON, Organisation
from services.domain.record.referrals.stalling import StalledDays, stalled
from services.domain.record.referrals.state import State
from services.domain.record.referrals.steps import Step
from services.domain.record.referrals.threads import Thread, waiting_days
from services.domain.record.spoken import spoken
from services.platform.access import Partner
from services.viewer.moments import plain_day, plain_day_of
from services.viewer.story import ended_referrals, open_referrals

_TURNED_DOWN = ("Task rejected", "Task failed")


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that happened."""

    when: str
    words: str
    said: str
    """What was told with it, where neither the words nor the referral's own reason say it."""
    organisation: str


@dataclass(frozen=True, slots=True)
class ReferralView:
    """One thread."""

    service: str
    state: str
    stalled: bool
    is_open: bool
    lines: list[str]
    """Who holds it, how long an answer is waited for, whether it came back, and what came of a rejection."""
    asked: str
    """By whom, when and why."""
    steps: list[StepView]
    key: str
    """Of the thread, in hexadecimal."""
    holder: str
    """The ODS code of the partner that has to act; empty where none does."""
    holder_name: str


@dataclass(frozen=True, slots=True)
class ReferralsView:
    """All threads of a person."""

    open: list[ReferralView]
    ended: list[ReferralView]


def referrals_view(
    found: Sequence[Thread],
    names: dict[str, Partner],
    as_of: int,
    days: StalledDays,
    introductions: Sequence[Introduction] = (),
) -> ReferralsView:
    """The threads as they stand at `as_of`, in ticks."""
    views = _Views({one.key: one for one in found}, names, as_of, days, introductions)
    return ReferralsView(
        [views.view(one, is_open=True) for one in open_referrals(found, as_of, days)],
        [views.view(one, is_open=False) for one in ended_referrals(found, as_of)],
    )


def one_referral_view(
    thread: Thread, found: Sequence[Thread], names: dict[str, Partner], as_of: int, days: StalledDays
) -> ReferralView:
    """One of the threads that were found, as it stands at `as_of`, in ticks."""
    views = _Views({one.key: one for one in found}, names, as_of, days, ())
    return views.view(thread, is_open=thread.state.is_open)


class _Views:
    def __init__(
        self,
        by_key: dict[bytes, Thread],
        names: dict[str, Partner],
        as_of: int,
        days: StalledDays,
        introductions: Sequence[Introduction],
    ) -> None:
        self._by_key = by_key
        self._names = names
        self._as_of = as_of
        self._days = days
        self._introductions = {one.entry: one for one in introductions}

    def view(self, thread: Thread, *, is_open: bool) -> ReferralView:
        holder = thread.holder.ods if thread.holder and thread.holder.ods in self._names else ""
        return ReferralView(
            service=thread.service or "Referral",
            state=thread.state.value,
            stalled=stalled(thread, self._as_of, self._days),
            is_open=is_open,
            lines=[
                line
                for line in (*self._held(thread), *self._rejected(thread), *self._introduced(thread))
                if line
            ],
            asked=_asked(thread),
            steps=[self._step(one, thread.reason) for one in thread.steps],
            holder=holder,
            holder_name=self._names[holder].name if holder else "",
            key=thread.key.hex(),
        )

    def _held(self, thread: Thread) -> Iterator[str]:
        holder = thread.holder
        if thread.asked_again:
            return
        if not thread.state.is_open and thread.state is not State.REJECTED:
            yield f"{_sentence(thread.state)} on {plain_day(thread.since)}"
        elif holder:
            yield _with(thread, holder)
        else:
            yield "Nobody is named who has to act"
        days = waiting_days(thread, self._as_of)
        if days and thread.waiting:
            longest = min(thread.waiting, key=lambda one: one.since).organisation.name
            whom = f" from {longest}" if longest and (holder is None or longest != holder.name) else ""
            yield f"Waiting {_days(days)} for an answer{whom}"

    def _rejected(self, thread: Thread) -> Iterator[str]:
        if thread.state is not State.REJECTED:
            return
        yield f"Rejected on {plain_day(thread.since)}{_because(thread)}"
        again = self._by_key.get(thread.asked_again) if thread.asked_again else None
        if again:
            whom = f" of {again.performer.name}" if again.performer.name else ""
            yield f"Asked again{whom} on {plain_day(again.asked)}"
        else:
            yield "Nobody else has been asked since"

    def _introduced(self, thread: Thread) -> Iterator[str]:
        for one in (self._introductions[key] for key in thread.entries if key in self._introductions):
            days = max(0, self._as_of - one.made) // DAY
            if one.followed is not None and one.followed <= self._as_of:
                yield f"A referral to secondary care followed on {plain_day(one.followed)}"
            elif days >= WITHIN_DAYS:
                yield f"No referral to secondary care followed in {WITHIN_DAYS} days"
            else:
                yield f"No referral to secondary care has followed so far, in {_days(days)}"

    def _step(self, step: Step, reason: str) -> StepView:
        partner = self._names.get(step.sender)
        told = "" if step.said in step.words or step.said == reason else step.said
        organisation = partner.name if partner else step.sender
        return StepView(plain_day_of(step.when), _sentence(step.words), told, organisation)


def _days(number: int) -> str:
    return f"{number} {'day' if number == 1 else 'days'}"


def _asked(thread: Thread) -> str:
    requester = thread.requester
    verb = "Opened" if requester.name and requester.key == thread.performer.key else "Asked"
    by = f" by {_called(requester)}" if requester.name else ""
    why = f": {thread.reason}" if thread.reason else ""
    return f"{verb}{by} on {plain_day(thread.asked)}{why}"


def _called(one: Organisation) -> str:
    """Its name as it stands within a sentence."""
    return spoken(one.name) if one in (THE_PERSON, FAMILY) else one.name


def _with(thread: Thread, holder: Organisation) -> str:
    since = plain_day(thread.held[-1].since)
    if (times := _times_held(thread, holder)) > 1:
        return f"Back with {_called(holder)} for the {_nth(times)} time, since {since}"
    back = "Back with" if thread.state is State.REJECTED else "With"
    return f"{back} {_called(holder)} since {since}"


def _times_held(thread: Thread, holder: Organisation) -> int:
    return sum(one.organisation.key == holder.key for one in thread.held)


def _because(thread: Thread) -> str:
    """What was said with the answer that turned it down."""
    answers = {one.resource_key for one in thread.outside if one.said.startswith(_TURNED_DOWN)}
    said = [one.said for one in thread.steps if one.resource_key in answers and one.said]
    return f": {said[-1]}" if said else ""


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _nth(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
