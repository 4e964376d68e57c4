"""This moment, and moments as people in the UK write them."""

import re
from datetime import UTC, date, datetime

from services.domain.record.instant import instant_text, instant_ticks
from services.platform.uk_clock import in_the_uk, time_of_day

_FRACTION = re.compile(r"\.\d+")
_MONTHS = tuple(f"{date(2000, month, 1):%B}" for month in range(1, 13))


def now_ticks() -> int:
    """This moment, in ticks of 100 ns."""
    return instant_ticks(datetime.now(UTC).isoformat(timespec="microseconds")) or 0


def plain_date(text: str) -> str:
    """A FHIR date or dateTime as people write it: 3 March 2026, 10:30am; a time of day by the clock in the UK."""
    ticks = instant_ticks(text)
    if ticks is None:
        return _date(text)
    local = in_the_uk(instant_text(ticks))
    return f"{_day(local)}, {time_of_day(local)}"


def plain_day_of(text: str) -> str:
    """The day of a FHIR date or dateTime, by the clock in the UK, as people write it: 3 March 2026."""
    ticks = instant_ticks(text)
    return _date(text) if ticks is None else plain_day(ticks)


def machine_date(text: str) -> str:
    """The same for machines: a date, or an instant to the second."""
    return _FRACTION.sub("", text)


def plain_day(ticks: int) -> str:
    """The day of an instant in the UK, as people write it: 3 March 2026."""
    return _day(in_the_uk(instant_text(ticks)))


def _date(text: str) -> str:
    if len(text) == len("2026"):
        return text
    if len(text) == len("2026-03"):
        return f"{datetime.strptime(text, '%Y-%m'):%B %Y}"
    return _day(datetime.strptime(text[:10], "%Y-%m-%d"))


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
