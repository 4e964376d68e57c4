"""What a partnership counts of its referrals: those that run, and those that are held up, by who has to act."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum

from services.domain.record.instant import DAY
from services.domain.record.referrals.likeness import DAYS
from services.domain.record.referrals.organisations import Organisation
from services.domain.record.referrals.stalling import StalledDays, who_stalls
from services.domain.record.referrals.state import State
from services.domain.record.referrals.threads import Thread


class Counted(StrEnum):
    """What is counted; one referral may be in several."""

    OPEN = "open"
    """Somebody has yet to act; of a rejected one nobody does any more."""
    STALLED = "stalled"
    """Asked, and not answered for more days than there are (stalling): by who was asked."""
    BACK_AGAIN = "back_again"
    """Open, and back with somebody who had held it before, at least once."""
    ASKED_AGAIN = "rejected_asked_again"
    """Rejected in the last likeness.DAYS, and somebody else was asked since: by who had asked."""
    ASKED_NOWHERE = "rejected_asked_nowhere"
    """Rejected in the last likeness.DAYS, and nobody else was asked: by who had asked."""


ELSEWHERE = ""
"""Stands for whoever is no partner of the partnership, and for nobody where none is named."""

Counts = Counter[tuple[str, Counted]]
"""How many, by the ODS code of the partner, or ELSEWHERE."""


def count(found: Iterable[Thread], as_of: int, days: StalledDays, partners: Collection[str]) -> Counts:
    """The counts of these threads as they stand at `as_of`, in ticks; what was asked later is not in it.

    Only partners, by ODS code, are counted by themselves: a name that somebody wrote may be a person's.
    """
    return Counter(
        (one.ods if one.ods in partners else ELSEWHERE, what)
        for thread in found
        if thread.asked <= as_of
        for what, one in _counted(thread, as_of, days)
    )


def _counted(thread: Thread, as_of: int, days: StalledDays) -> Iterator[tuple[Counted, Organisation]]:
    holder = thread.holder or Organisation("")
    if thread.state.is_open:
        yield Counted.OPEN, holder
        if thread.returned:
            yield Counted.BACK_AGAIN, holder
    elif thread.state is State.REJECTED and as_of - thread.since <= DAYS * DAY:
        yield (Counted.ASKED_AGAIN if thread.asked_again else Counted.ASKED_NOWHERE), holder
    slow = (one.organisation for one in who_stalls(thread, as_of, days))
    yield from ((Counted.STALLED, one) for one in dict.fromkeys(slow))
