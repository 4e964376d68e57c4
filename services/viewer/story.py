"""A person's story, read from all that is told of them: referrals, who helps, what matters, how they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.domain.record.agreements import AgreedPlan, agreed_plans
from services.domain.record.continuity.parties import Partners
from services.domain.record.continuity.summary import Continuity, continuity
from services.domain.record.instant import DAY
from services.domain.record.introductions import Introduction, introductions
from services.domain.record.measures.series import Series, all_series
from services.domain.record.referrals.likeness import DAYS
from services.domain.record.referrals.stalling import StalledDays, stalled
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import Thread, threads
from services.domain.record.word import Word


@dataclass(frozen=True, slots=True)
class Story:
    """What all that is told of one person amounts to; nothing in it is of the clock."""

    threads: list[Thread]
    """In order of asking."""
    introductions: list[Introduction]
    plans: list[AgreedPlan]
    continuity: Continuity
    measures: list[Series]


def read_story(
    words: Iterable[Word],
    earlier: Iterable[Word],
    partners: Partners | None = None,
    listed: Iterable[Word] = (),
) -> Story:
    """Read the story; `words`, `earlier` and `partners` are those of continuity.summary.continuity.

    `listed` are the services of the directory that the referrals name.

    It takes some tens of milliseconds for each hundred words, so a server does it beside its event loop.
    """
    told = [*words]
    with_services = [*told, *listed]
    return Story(
        threads(with_services),
        introductions(with_services, partners or {}),
        agreed_plans(told),
        continuity(told, earlier, partners),
        all_series(told),
    )


def open_referrals(found: Iterable[Thread], as_of: int, days: StalledDays) -> list[Thread]:
    """Those in which somebody has yet to act at `as_of`, in ticks; what waits on a decision comes first.

    First those that were rejected, where nobody else was asked for the like; then the stalled ones; then those
    that were asked and not answered; then those that run. Of each the one that has stood longest comes first, but
    of those that run the one that moved last.
    """
    return sorted((one for one in found if _is_open(one, as_of)), key=lambda one: _urgency(one, as_of, days))


def ended_referrals(found: Iterable[Thread], as_of: int) -> list[Thread]:
    """The others, those that ended last first."""
    return sorted((one for one in found if not _is_open(one, as_of)), key=lambda one: (-one.since, one.key))


def _is_open(thread: Thread, as_of: int) -> bool:
    """A rejected one is open to be asked again, until nobody would any more: likeness.DAYS after it was rejected."""
    rejected = thread.state is State.REJECTED and thread.asked_again is None
    return thread.state.is_open or (rejected and as_of - thread.since <= DAYS * DAY)


def _urgency(thread: Thread, as_of: int, days: StalledDays) -> tuple[int, int, bytes]:
    if thread.state is State.REJECTED:
        return 0, thread.since, thread.key
    if thread.waiting:
        return (
            1 if stalled(thread, as_of, days) else 2,
            min(one.since for one in thread.waiting),
            thread.key,
        )
    return 3, -thread.since, thread.key
