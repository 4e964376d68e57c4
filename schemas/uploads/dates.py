"""Dates and times as people in the UK write them, and as programs do. Nothing is guessed.

Day first, as in the UK; or year first (ISO 8601); or the month as a word. A year has four digits. A time without
an offset is the clock's in the UK, and the hour that a night has twice, or not at all, is asked for.
"""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from schemas.uploads.refusal import BadCell, quoted
from schemas.uploads.values import Value

UK = ZoneInfo("Europe/London")

_RIGHT = "Write day/month/year, such as 04/05/2026 for 4 May 2026."
_RIGHT_TIME = "Write the time as 14:30, or 2:30pm."
_FIRST_YEAR = 1900
_STAND_IN = date(1900, 1, 1)

_REST = r"(?:[T ,]+(?P<rest>\S.*))?"
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})(?P<by>[-/.])(?P<m>\d\d?)(?P=by)(?P<d>\d\d?){_REST}", re.ASCII)
_DAY_FIRST = re.compile(rf"(?P<d>\d\d?)(?P<by>[-/.])(?P<m>\d\d?)(?P=by)(?P<y>\d{{4}}|\d\d){_REST}", re.ASCII)
_IN_WORDS = re.compile(
    rf"(?P<d>\d\d?)(?:st|nd|rd|th)?[ -]+(?P<m>[a-z]{{3,9}})\.?,?[ -]+(?P<y>\d{{4}}|\d\d){_REST}",
    re.ASCII | re.IGNORECASE,
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +", re.IGNORECASE)
_TIME = re.compile(
    r"(?P<h>\d\d?)(?:[:.](?P<m>\d\d)(?:[:.](?P<s>\d\d)(?:[.,]\d+)?)?)? ?(?P<half>[ap]\.?m\.?)? ?"
    r"(?P<offset>Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_MONTH = re.compile(r"(?P<y>\d{4})[-/](?P<m>\d\d?)|(?P<m2>\d\d?)[-/](?P<y2>\d{4})", re.ASCII)
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTHS = {name: number for number, full in enumerate(_MONTH_NAMES, 1) for name in (full, full[:3])} | {
    "sept": 9
}


def moment(text: str, today: date) -> Value:
    """A date, or a date and a time with its offset, in FHIR's notation (R4 datatypes.html#dateTime).

    Raises:
        BadCell: it is neither, or could mean two things.
    """
    day, rest = _day(text)
    if day.year < _FIRST_YEAR:
        raise BadCell(f"{quoted(text)} lies before {_FIRST_YEAR}.", _RIGHT)
    warning = f"{quoted(text)} is after the day of this upload." if day > today else ""
    return Value(at_clock(day, rest, text) if rest else day.isoformat(), warning)


def clock(text: str, _: date) -> Value:
    """A time of day; what `at_clock` reads, kept as written until the day is known."""
    _clock(text)
    return Value(text)


def at_clock(day: date, clock_text: str, shown: str) -> str:
    """The FHIR dateTime of a day and a written time, on the UK's clocks where it names no offset.

    Raises:
        BadCell: there is no such time, or there are two on that night; `shown` is the cell.
    """
    at, offset = _clock(clock_text)
    if offset:
        return f"{day.isoformat()}T{at.isoformat()}{offset}"
    local = datetime.combine(day, at, UK)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise BadCell(
            f"The clocks changed in that hour, so {quoted(shown)} is two moments or none.",
            f"Write it with its offset: {day.isoformat()}T{at:%H:%M}+00:00 for winter time, +01:00 for summer time.",
        )
    return local.isoformat()


def birth_date(text: str, today: date) -> Value:
    """A birth date; the year and month, or the year alone, where no more is known (R4 datatypes.html#date).

    Raises:
        BadCell: it is none, lies in the future, or stands in for not known.
    """
    known = _part_of_date(text)
    if known is None:
        day, rest = _day(text)
        if rest and not re.fullmatch(r"0?0[:.]00([:.]00(\.0+)?)?", rest):
            raise BadCell(
                f"{quoted(text)} has a time of day.", "Write the birth date alone, such as 17/05/1994."
            )
        if day == _STAND_IN:
            raise BadCell(
                "1 January 1900 is what programs put where no birth date is known.", "Leave it empty."
            )
        known = day.isoformat()
    if not f"{_FIRST_YEAR}" <= known[:4] or known[: len(known)] > today.isoformat()[: len(known)]:
        raise BadCell(f"{quoted(text)} lies before {_FIRST_YEAR}, or in the future.", "Check the year.")
    if len(known) < len("1994-05-17"):
        return Value(
            known, "Not the whole birth date: this may not be joined to what others know of the person."
        )
    return Value(known)


def looks_month_first(text: str) -> bool:
    """Whether a date can only be read with the month first, as in the United States."""
    found = _DAY_FIRST.fullmatch(text)
    return found is not None and int(found["m"]) > 12 >= int(found["d"]) > 0


def _part_of_date(text: str) -> str | None:
    if _YEAR.fullmatch(text):
        return text
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    year, month = (found["y"], found["m"]) if found["y"] else (found["y2"], found["m2"])
    if not 1 <= int(month) <= 12:
        raise BadCell(f"{quoted(text)} has no such month.", _RIGHT)
    return f"{year}-{int(month):02d}"


def _day(text: str) -> tuple[date, str]:
    """The day, and what is written after it."""
    bare = _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text
    found = _YEAR_FIRST.fullmatch(bare) or _DAY_FIRST.fullmatch(bare) or _IN_WORDS.fullmatch(bare)
    if found is None:
        raise _no_date(text)
    if len(found["y"]) == 2:
        raise BadCell(
            f"The year in {quoted(text)} has two digits.",
            "Write the year in full: day/month/year, such as 04/05/2026.",
        )
    month = _month(found["m"], text)
    if month > 12 >= int(found["d"]):
        raise BadCell(
            f"{quoted(text)} has no such month: the day comes first.",
            f"Write {month:02d}/{int(found['d']):02d}/{found['y']} if that is meant.",
        )
    try:
        return date(int(found["y"]), month, int(found["d"])), found["rest"] or ""
    except ValueError:
        raise BadCell(f"{quoted(text)} is a day that the calendar does not have.", _RIGHT) from None


def _no_date(text: str) -> BadCell:
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return BadCell(
            f"{quoted(text)} is a number, not a date.",
            "In Excel, format the cells as Date, and save. Or: " + _RIGHT,
        )
    return BadCell(f"{quoted(text)} is no date that can be read.", _RIGHT)


def _month(text: str, shown: str) -> int:
    if text.isdigit():
        return int(text)
    if (month := _MONTHS.get(text.lower())) is None:
        raise BadCell(f"{quoted(shown)} has no such month.", _RIGHT)
    return month


def _clock(text: str) -> tuple[time, str]:
    found = _TIME.fullmatch(text)
    if found is None or not (found["m"] or found["half"]):
        raise BadCell(f"{quoted(text)} is no time that can be read.", _RIGHT_TIME)
    hour, minute, second = int(found["h"]), int(found["m"] or 0), int(found["s"] or 0)
    if half := (found["half"] or "").lower():
        if not 1 <= hour <= 12:
            raise BadCell(f"{quoted(text)} is no time that can be read.", _RIGHT_TIME)
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif len(found["h"]) == 1 and 1 <= hour <= 6:
        raise BadCell(
            f"{quoted(text)} may be in the night or in the afternoon.",
            f"Write 0{hour}:{minute:02d} or {hour + 12}:{minute:02d}.",
        )
    offset = (found["offset"] or "").upper()
    if len(offset) == len("+0100"):
        offset = f"{offset[:3]}:{offset[3:]}"
    if offset and offset != "Z" and (int(offset[1:3]) > 14 or int(offset[4:]) > 59):
        raise BadCell(f"{quoted(text)} is no time that can be read.", _RIGHT_TIME)
    try:
        return time(hour, minute, second), offset
    except ValueError:
        raise BadCell(f"{quoted(text)} is no time that can be read.", _RIGHT_TIME) from None
