"""When a referral that nobody answers counts as stalled, for each service by its own number of days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from services.domain.record.instant import DAY
from services.domain.record.referrals.holding import Held
from services.domain.record.referrals.threads import Thread

_SERVICE = "service "
"""What a signature (likeness.signatures) of what is asked for begins with."""


@dataclass(frozen=True, slots=True)
class StalledDays:
    """The days without an answer after which a referral is stalled."""

    otherwise: int
    """For everybody for whom no other number is given."""
    of: Mapping[str, int] = field(default_factory=dict)
    """Other numbers: by the code of the service that is asked for, `system|code`, or by who is asked, an ODS code."""

    @classmethod
    def given(cls, otherwise: int, of: Mapping[str, int]) -> Self:
        """Those of a partnership; ODS codes are the same in small letters."""
        return cls(otherwise, {name if "|" in name else name.upper(): days for name, days in of.items()})

    def for_answer(self, thread: Thread, asked: Held) -> int:
        """The days that one who was asked has.

        The service's own number counts before the organisation's; where the thread asks for several services that
        have one, the least.
        """
        services = (sign.removeprefix(_SERVICE) for sign in thread.alike if sign.startswith(_SERVICE))
        own = [self.of[code] for code in services if "|" in code and code in self.of]
        return min(own, default=self.of.get(asked.organisation.ods.upper(), self.otherwise))


def stalled(thread: Thread, as_of: int, days: StalledDays) -> bool:
    """Whether at `as_of`, in ticks, somebody has been asked for as many days as they have, and has not answered."""
    return bool(who_stalls(thread, as_of, days))


def who_stalls(thread: Thread, as_of: int, days: StalledDays) -> list[Held]:
    """Those of `thread.waiting` whose days are over at `as_of`, in ticks."""
    return [one for one in thread.waiting if as_of - one.since >= days.for_answer(thread, one) * DAY]
