"""A person's story, read from all that is told of them: referrals, who helps, what matters, how they are."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache, cached

from services.domain.record.agreements import AgreedPlan, agreed_plans
from services.domain.record.continuity.parties import Partners
from services.domain.record.continuity.summary import Continuity, continuity
from services.domain.record.continuity.things import Things
from services.domain.record.instant import DAY
from services.domain.record.introductions import Introduction, introductions
from services.domain.record.kinds import kind_of
from services.domain.record.measures.series import Series, all_series, latest
from services.domain.record.referrals.likeness import DAYS
from services.domain.record.referrals.stalling import StalledDays, stalled
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import Thread, threads
from services.domain.record.word import Word
from services.viewer.bounds import GROWING, WHOLE, Bounds


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
    bounds: Bounds = WHOLE,
) -> Story:
    """Read the story; `words`, `earlier` and `partners` are those of continuity.summary.continuity.

    `listed` are the services of the directory that the referrals name. Where `words` are not all that is told, `bounds`
    says what is left out.

    It takes some milliseconds for each hundred words, so a server does it beside its event loop.
    """
    told = [*words]
    with_services = [*told, *listed]
    things = Things(told)
    found = _threads(with_services, partners or {}, bounds)
    entries = {entry for thread in found for entry in thread.entries}
    return Story(
        found,
        [one for one in introductions(with_services, partners or {}) if one.entry in entries],
        agreed_plans(told),
        _continuity(told, things, earlier, partners, bounds),
        _measures(things, bounds),
    )


@cached(LRUCache(50), key=lambda about, *_: about, lock=Lock())
def read_story_once(
    about: Hashable,
    words: Iterable[Word],
    earlier: Iterable[Word],
    partners: Partners,
    listed: Iterable[Word],
    bounds: Bounds,
) -> Story:
    """The same, remembered: of what is equal to `about` all that is given must be the same. Who has a record open reads
    it again and again."""
    return read_story(words, earlier, partners, listed, bounds)


def _threads(told: list[Word], partners: Partners, bounds: Bounds) -> list[Thread]:
    """The threads that are whole in what is told: of one that ended before, what came of it may be left out."""
    found = threads(told, {ods: name for ods, (name, _) in partners.items()})
    if bounds.ended_since is None:
        return found
    return [one for one in found if one.state.is_open or one.since >= bounds.ended_since]


def _continuity(
    told: list[Word], things: Things, earlier: Iterable[Word], partners: Partners | None, bounds: Bounds
) -> Continuity:
    """Since a day without a hole; but what matters to the person however old it is."""
    if bounds.recent is None:
        return continuity(things, earlier, partners)
    counted = [
        one
        for one in told
        if one.entry_key in bounds.recent or kind_of(one.resource["resourceType"]) not in GROWING
    ]
    return continuity(counted, earlier, partners, mattering=things)


def _measures(things: Things, bounds: Bounds) -> list[Series]:
    return [latest(one, bounds.scores) if bounds.scores else one for one in all_series(things)]


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
