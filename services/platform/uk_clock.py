"""The clock in the UK, by which everybody who reads a page lives."""

from datetime import datetime
from zoneinfo import ZoneInfo

_UK = ZoneInfo("Europe/London")


def in_the_uk(instant: str) -> datetime:
    """The moment of a FHIR instant in UTC by the clock in the UK, to the second."""
    moment = datetime.fromisoformat(f"{instant[:19]}+00:00")
    try:
        return moment.astimezone(_UK)
    except OverflowError:  # the first minutes of the year 1, which somebody may well send
        return moment


def time_of_day(moment: datetime) -> str:
    """As people write it: 10:30am."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02d}{'am' if moment.hour < 12 else 'pm'}"
