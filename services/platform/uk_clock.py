"""The clock in the UK, by which everybody who reads a page lives."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_UK = ZoneInfo("Europe/London")


def in_the_uk(instant: str) -> datetime:
    """The moment of a FHIR instant in UTC by the clock in the UK, to the second."""
    moment = datetime.fromisoformat(f"{instant[:19]}+00:00")
    try:
        return moment.astimezone(_UK)
    except OverflowError:  # the first minutes of the year 1, which somebody may well send
        return moment


def uk_midnight(day: str, days_later: int = 0) -> str:
    """The instant in UTC at which a day, or one some days later, begins in the UK; of the year 9999 on its own noon.

    Raises:
        ValueError: `day` is no day as YYYY-MM-DD.
    """
    began = date.fromisoformat(day)
    try:
        midnight = datetime.combine(began + timedelta(days=days_later), time(), _UK).astimezone(UTC)
    except OverflowError:  # there is no day after the last of the year 9999
        return f"{day}T12:00:00Z"
    return f"{midnight:%Y-%m-%dT%H:%M:%S}Z"


def time_of_day(moment: datetime) -> str:
    """As people write it: 10:30am."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02d}{'am' if moment.hour < 12 else 'pm'}"
