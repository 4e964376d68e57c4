"""The days of the stream, in the wall-clock time of the United Kingdom."""

from datetime import date, timedelta

from services.workbench.synth.organisations import Organisation

FIRST = date(2026, 3, 2)
"""A Monday."""

_SUMMER = ((date(2026, 3, 29), date(2026, 10, 25)), (date(2027, 3, 28), date(2027, 10, 31)))
"""From and until when clocks are an hour ahead of UTC (The Summer Time Order 2002)."""

HOUR = 3_600

_MINUTES = [f"T{minute // 60:02d}:{minute % 60:02d}:" for minute in range(24 * 60)]
_SECONDS = [f"{second:02d}" for second in range(60)]


class Calendar:
    """The dates of as many days as are asked for, and the instants in them."""

    def __init__(self, days: int) -> None:
        dates = [FIRST + timedelta(days=number) for number in range(days)]
        self._dates = [day.isoformat() for day in dates]
        self._ahead = [any(start <= day < end for start, end in _SUMMER) for day in dates]
        self._weekend = [day.weekday() >= 5 for day in dates]

    def date(self, day: int) -> str:
        """The ISO date of a day, 0 for the first."""
        return self._dates[day]

    def is_weekend(self, day: int) -> bool:
        """Whether it is a Saturday or Sunday."""
        return self._weekend[day]

    def instant(self, day: int, second: int, organisation: Organisation) -> str:
        """The instant of a second of a day's wall clock, from one o'clock on, as the organisation writes it."""
        ahead = self._ahead[day]
        if organisation.local_time:
            offset = "+01:00" if ahead else "+00:00"
        else:
            offset, second = "Z", second - HOUR * ahead
        minute, rest = divmod(second, 60)
        return f"{self._dates[day]}{_MINUTES[minute]}{_SECONDS[rest]}{offset}"
