"""What stands on a service's board: who waits for its answer, what comes back to it, and what it was turned down."""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from services.domain.record.instant import DAY
from services.domain.record.referrals.likeness import DAYS
from services.domain.record.referrals.stalling import StalledDays, who_stalls
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import Thread


class Why(StrEnum):
    """Why a referral stands on a board; one may stand on several, and on one for several reasons."""

    STALLED = "stalled"
    """Asked, and not answered for more days than there are (stalling): on the board of who was asked."""
    WAITING = "waiting"
    """Asked and not answered yet: on the same."""
    BACK_AGAIN = "back-again"
    """Open, and back with somebody who had held it before: on the board of who holds it."""
    ASKED_NOWHERE = "asked-nowhere"
    """Rejected in the last likeness.DAYS, and nobody else was asked: on the board of who had asked."""


class OnBoard(NamedTuple):
    """A referral on the board of one organisation."""

    organisation: str
    """The ODS code of the partner."""
    why: Why
    thread: bytes
    """Its key."""
    since: int
    """When it came to be so, in ticks; of one that comes back, when it was first asked."""
    returns: int
    """How often it came back."""
    service: str
    """What was asked for, in words; empty where nobody said."""


def on_boards(
    found: Iterable[Thread], as_of: int, days: StalledDays, partners: Collection[str]
) -> list[OnBoard]:
    """What stands on the boards of the partners at `as_of`, in ticks; who is no partner has none."""
    told = (one for thread in found if thread.asked <= as_of for one in _of_thread(thread, as_of, days))
    return [one for one in dict.fromkeys(told) if one.organisation in partners]


def _of_thread(thread: Thread, as_of: int, days: StalledDays) -> Iterator[OnBoard]:
    def told(ods: str, why: Why, since: int) -> OnBoard:
        return OnBoard(ods, why, thread.key, since, thread.returns, thread.service)

    slow = who_stalls(thread, as_of, days)
    for one in thread.waiting:
        yield told(one.organisation.ods, Why.STALLED if one in slow else Why.WAITING, one.since)
    if thread.holder is None:
        return
    if thread.state.is_open and thread.returned:
        yield told(thread.holder.ods, Why.BACK_AGAIN, thread.asked)
    rejected = thread.state is State.REJECTED and thread.asked_again is None
    if rejected and as_of - thread.since <= DAYS * DAY:
        yield told(thread.holder.ods, Why.ASKED_NOWHERE, thread.since)
