"""Instants as whole ticks of 100 ns, so that seven fractional digits survive and compare exactly.

FHIR R4 instants and dateTimes carry any offset, and UK senders up to seven fractional digits
(NHS Booking and Referral Standard, core guide 1.5.0); Python's datetime keeps six.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

TICKS_PER_SECOND = 10_000_000
MINUTE = 60 * TICKS_PER_SECOND
DAY = 24 * 60 * MINUTE

_INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_EPOCH_IN_UTC = datetime(1, 1, 1)  # with no zone its text has no offset
_LAST_SECOND = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(seconds=1)


@lru_cache(maxsize=8192)  # one page asks for each of its moments ten times over
def instant_ticks(text: str) -> int | None:
    """Ticks of 100 ns from 0001-01-01T00:00Z to the FHIR instant `text`; digits past the seventh are cut.

    None where `text` is not an instant. A leap second counts as the first of the next minute.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction = int(((match[7] or "") + "0000000")[:7])
    try:
        moment = datetime(year, month, day, hour, minute, tzinfo=_offset(match[8])) - _EPOCH
    except (ValueError, OverflowError):
        return None
    seconds = moment.days * 86_400 + moment.seconds + second
    return seconds * TICKS_PER_SECOND + fraction if 0 <= seconds <= _LAST_SECOND else None


@lru_cache(maxsize=8192)
def moment_ticks(text: str) -> int | None:
    """Ticks of the FHIR date or dateTime `text`; a date counts from its first midnight, in UTC."""
    if (match := _DATE.fullmatch(text)) is None:
        return instant_ticks(text)
    return instant_ticks(f"{match[1]}-{match[2] or '01'}-{match[3] or '01'}T00:00:00Z")


def instant_text(ticks: int) -> str:
    """The FHIR instant of `ticks`, in UTC with seven fractional digits."""
    seconds, fraction = divmod(ticks, TICKS_PER_SECOND)
    return f"{(_EPOCH_IN_UTC + timedelta(seconds=seconds)).isoformat()}.{fraction:07d}Z"


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))
