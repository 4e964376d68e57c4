"""Ask before referring: what is already open, or was lately turned down or completed, for something like it."""

from collections.abc import Iterable
from typing import NamedTuple

from services.domain.record.instant import DAY, instant_text
from services.domain.record.referrals.likeness import DAYS, in_common, signatures
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import Thread
from services.domain.record.referrals.wording import day
from services.domain.record.words import Resource


class Found(NamedTuple):
    """A referral thread that is about something like what is proposed."""

    thread: Thread
    why: str
    """What they have in common, how the thread stands and who holds it, in words."""


def like(proposed: Resource, threads: Iterable[Thread], as_of: int) -> list[Found]:
    """The threads of the person that ask for something like the proposed ServiceRequest; `as_of` is in ticks.

    Alike are those that ask for the same service or give the same reason (likeness.signatures). Given are
    those that are open, then those rejected or completed in the DAYS days before `as_of`; of each the latest
    first.
    """
    wanted = signatures(proposed)
    found = [
        Found(thread, f"{common}: {_standing(thread)}")
        for thread in threads
        if (thread.state.is_open or _lately_ended(thread, as_of))
        and (common := in_common(wanted, thread.alike))
    ]
    return sorted(found, key=lambda one: (not one.thread.state.is_open, -one.thread.since, one.thread.key))


def _lately_ended(thread: Thread, as_of: int) -> bool:
    ended = thread.state in (State.REJECTED, State.COMPLETED)
    return ended and as_of - thread.since <= DAYS * DAY


def _standing(thread: Thread) -> str:
    """'Booked since 4 March 2026, with Tidewell Peers'."""
    holder = thread.holder
    since = day(instant_text(thread.since)[:10])
    return f"{thread.state} since {since}{f', with {holder.name}' if holder else ''}"
