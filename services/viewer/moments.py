"""This moment, and moments as people in the UK write them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.domain.record.instant import instant_text, instant_ticks

_FRACTION = re.compile(r"\.\d+")
_UK = ZoneInfo("Europe/London")


def now_ticks() -> int:
    """This moment, in ticks of 100 ns."""
    return instant_ticks(datetime.now(UTC).isoformat(timespec="microseconds")) or 0


def plain_date(text: str) -> str:
    """A FHIR date or dateTime as people write it: 3 March 2026, 10:30am; a time of day by the clock in the UK."""
    ticks = instant_ticks(text)
    if ticks is None:
        return _date(text)
    local = _in_the_uk(ticks)
    return f"{_day(local)}, {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def plain_day_of(text: str) -> str:
    """The day of a FHIR date or dateTime, by the clock in the UK, as people write it: 3 March 2026."""
    ticks = instant_ticks(text)
    return _date(text) if ticks is None else plain_day(ticks)


def machine_date(text: str) -> str:
    """The same for machines: a date, or an instant to the second."""
    return _FRACTION.sub("", text)


def plain_day(ticks: int) -> str:
    """The day of an instant in the UK, as people write it: 3 March 2026."""
    return _day(_in_the_uk(ticks))


def _date(text: str) -> str:
    if len(text) == len("2026"):
        return text
    if len(text) == len("2026-03"):
        return f"{datetime.strptime(text, '%Y-%m'):%B %Y}"
    return _day(datetime.strptime(text[:10], "%Y-%m-%d"))


def _in_the_uk(ticks: int) -> datetime:
    moment = datetime.fromisoformat(f"{instant_text(ticks)[:19]}+00:00")
    try:
        return moment.astimezone(_UK)
    except OverflowError:  # the first minutes of the year 1, which somebody may well send
        return moment


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
