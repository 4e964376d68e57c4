"""Birth dates as ISO texts, and how far two of them agree."""

import re
from datetime import date
from enum import StrEnum

from services.domain.identity.remembered import remembered

_EARLIEST, _LATEST = 1880, 2100
_PLACEHOLDERS = frozenset({"1900-01-01", "1899-12-30", "1899-12-31"})
"""Days on which systems say people were born where nobody knows: the zero days of old databases and sheets."""
_MONTH, _YEAR = 31, 366
"""Days."""
_LATEST_SHORT_YEAR = 30
"""A year of two digits up to this one is of the 2000s, a later one of the 1900s."""

_MONTHS_IN_FULL = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_MONTHS = {
    name[:length]: str(at) for at, name in enumerate(_MONTHS_IN_FULL, 1) for length in (3, 4, len(name))
}

_DAY, _NAMED, _GAP = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<month>[a-z]{3,9})", r"[-/., ]"
_DAY_FIRST = r"(?P<day>\d{1,2})[-/. ]+(?P<month>\d{1,2})[-/. ]+(?P<year>\d{4}|\d{2})"
_SHAPES = (
    r"(?P<year>\d{4})(?:[-/. ](?P<month>\d{1,2})(?:[-/. ](?P<day>\d{1,2}))?)?",
    r"(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])(?P<day>\d{2})(?:\d{6})?",
    r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})",
    _DAY_FIRST,
    _DAY_FIRST.replace("day", "_").replace("month", "day").replace("_", "month"),
    r"(?P<month>\d{1,2})[-/. ](?P<year>\d{4})",
    rf"(?:{_DAY}{_GAP}*(?:of )?)?{_NAMED}{_GAP}*(?P<year>\d{{4}}|\d{{2}})",
    rf"{_NAMED}{_GAP}*{_DAY}{_GAP}+(?P<year>\d{{4}})",
)
"""How dates are written, the likeliest reading first; a time may follow each."""
_READINGS = [
    re.compile(shape + r"(?:[t\s]+\d{1,2}[:.]\d{2}.*)?", re.ASCII | re.DOTALL | re.IGNORECASE)
    for shape in _SHAPES
]


class DateLevel(StrEnum):
    """How far two birth dates agree: the first of these that holds."""

    SAME = "same"
    COMPATIBLE = "compatible"
    """One is a year or a month only, and the other agrees with it."""
    TRANSPOSED = "transposed"
    """Day and month swapped."""
    SLIP = "slip"
    """One of the eight digits wrong, or two neighbours swapped."""
    NEAR = "near"
    """Day and month agree and the year is one or ten off; or the year agrees and either of them; or at most 31 days
    lie between."""
    YEAR = "year"
    """At most 366 days lie between."""
    DIFFERENT = "different"


@remembered
def birth_date(text: str) -> str:
    """`text` as YYYY-MM-DD, YYYY-MM or YYYY; empty for no date, an impossible one and a placeholder.

    Dates are read day first, as in the United Kingdom, unless that makes none and month first does. A time is
    left off.
    """
    text = text.strip()
    for reading in _READINGS:
        if found := reading.fullmatch(text):
            told = found.groupdict()
            if known := _iso(told["year"], told.get("month"), told.get("day")):
                return "" if known in _PLACEHOLDERS else known
    return ""


def compare_dates(one: str, other: str) -> DateLevel | None:
    """How far two dates that `birth_date` gave agree, or None where either is unknown.

    Two equal months or years are compatible and no more: they may be of two days.
    """
    if not one or not other:
        return None
    if len(one) != 10 or len(other) != 10:
        return _compare_parts(one, other)
    if one == other:
        return DateLevel.SAME
    return _compare_days(one, other) if one[:4] == other[:4] else _compare_years(one, other)


def _compare_years(one: str, other: str) -> DateLevel:
    """The level of two days of different years."""
    years = abs(int(one[:4]) - int(other[:4]))
    if one[5:] == other[5:]:
        if _slipped(one[:4], other[:4]):
            return DateLevel.SLIP
        return DateLevel.NEAR if years in {1, 10} else DateLevel.DIFFERENT
    if one[:3] == other[:3] and one[3] + one[5] == other[5] + other[3] and one[6:] == other[6:]:
        return DateLevel.SLIP
    return _level_of_days_between(one, other) if years == 1 else DateLevel.DIFFERENT


def _compare_parts(one: str, other: str) -> DateLevel:
    if one.startswith(other) or other.startswith(one):
        return DateLevel.COMPATIBLE
    return DateLevel.YEAR if one[:4] == other[:4] else DateLevel.DIFFERENT


def _compare_days(one: str, other: str) -> DateLevel:
    """The level of two days of one year."""
    month, day, other_month, other_day = one[5:7], one[8:], other[5:7], other[8:]
    if month == other_day and day == other_month:
        return DateLevel.TRANSPOSED
    if _slipped(month + day, other_month + other_day):
        return DateLevel.SLIP
    return DateLevel.NEAR if month == other_month or day == other_day else _level_of_days_between(one, other)


def _level_of_days_between(one: str, other: str) -> DateLevel:
    days = abs(_day_number(one) - _day_number(other))
    if days > _YEAR:
        return DateLevel.DIFFERENT
    return DateLevel.NEAR if days <= _MONTH else DateLevel.YEAR


@remembered
def _day_number(iso: str) -> int:
    return date.fromisoformat(iso).toordinal()


def _slipped(one: str, other: str) -> bool:
    """Whether one digit differs, or two neighbouring ones are swapped."""
    places = [place for place, digit in enumerate(one) if digit != other[place]]
    if len(places) != 2:
        return len(places) == 1
    left, right = places
    return right - left == 1 and one[left] == other[right] and one[right] == other[left]


def _iso(year: str, month: str | None, day: str | None) -> str:
    """The date in ISO form; empty where there is none such, or nobody alive was born on it."""
    if len(year) == 2:
        year = ("20" if int(year) <= _LATEST_SHORT_YEAR else "19") + year
    if not _EARLIEST <= int(year) <= _LATEST:
        return ""
    try:
        known = date(int(year), int(_MONTHS.get((month or "1").lower(), month or "1")), int(day or 1))
    except ValueError:
        return ""
    if day:
        return known.isoformat()
    return known.isoformat()[:7] if month else year
