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
    """A FHIR date or dateTime as people write it: 3 March 2026, 10:30am; its own offset's clock time."""
    if len(text) == len("2026"):
        return text
    if len(text) == len("2026-03"):
        return f"{datetime.strptime(text, '%Y-%m'):%B %Y}"
    day = datetime.strptime(text[:10], "%Y-%m-%d")
    shown = f"{day.day} {day:%B %Y}"
    if len(text) > 10:
        clock = datetime.strptime(text[11:16], "%H:%M")
        shown += f", {clock.hour % 12 or 12}:{clock:%M}{'am' if clock.hour < 12 else 'pm'}"
    return shown


def machine_date(text: str) -> str:
    """The same for machines: a date, or an instant to the second."""
    return _FRACTION.sub("", text)


def plain_day(ticks: int) -> str:
    """The day of an instant in the UK, as people write it: 3 March 2026."""
    moment = datetime.fromisoformat(f"{instant_text(ticks)[:19]}+00:00")
    try:
        local = moment.astimezone(_UK)
    except OverflowError:  # the first minutes of the year 1, which somebody may well send
        local = moment
    return plain_date(local.date().isoformat())
