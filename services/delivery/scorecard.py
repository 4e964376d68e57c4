"""The scorecards: how good what each partner sends is, from one statement over all of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg.rows import dict_row

from schemas.scorecard import Lateness, Scorecard
from services.domain.record.instant import TICKS_PER_SECOND, moment_ticks
from services.platform.postgres import Connection
from services.platform.queries import load_queries

SQL = load_queries(__package__, "scorecard.sql")

LATE_HOURS = 24.0
"""A message that comes later than this after it was told is late: by then the next shift has worked without it."""

MOST_DAYS = 36_500

_EPOCH_TICKS = moment_ticks("1970-01-01") or 0


class NotDays(ValueError):
    """days is a whole number from 1 to 36500; without it everything is counted."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def read_days(text: str) -> int | None:
    """The number of days in `text`; None where it is empty.

    Raises:
        NotDays: it is no such number.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_DAYS):
        raise NotDays
    return int(text)


async def scorecards(connection: Connection, partner: str | None, days: int | None) -> list[Scorecard]:
    """The card of one partner, or of every one by ODS code; over so many days until now, or over all time."""
    since = None if days is None else datetime.now(UTC) - timedelta(days=days)
    given = {
        "sender": partner,
        "since": since,
        "late": LATE_HOURS * 3600,
        "epoch": _EPOCH_TICKS,
        "ticks_per_second": TICKS_PER_SECOND,
    }
    async with connection.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(SQL["scorecards"], given)).fetchall()
    return [_card(row, since) for row in rows]


def median_in_words(lateness: Lateness) -> str:
    """The median lateness as people say it: 40 s, 12 min, 3.5 h, 2.1 days; a dash where no message says it."""
    seconds = lateness.median_seconds
    if seconds is None:
        return "–"
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= 2 * size:
            return f"{seconds / size:,.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} s"


def share_in_words(share: float) -> str:
    """A share as a percentage; a small one is not called none."""
    return "under 1%" if 0 < share < 0.01 else f"{share:.0%}"


def _card(row: dict[str, Any], since: datetime | None) -> Scorecard:
    lateness = {"threshold_hours": LATE_HOURS, "median_seconds": row["median_lateness"]}
    told = {
        "since": since,
        "nhs_number": _standing(row),
        "lateness": lateness | {name: row[name] for name in ("late", "dated")},
        "quarantined": {name: row[name] for name in ("open", "resolved")},
    }
    by_count = {name: _by_count(row[name]) for name in ("repairs", "deviations", "refused")}
    return Scorecard.model_validate(row | told | by_count)


def _standing(row: dict[str, Any]) -> dict[str, Any]:
    counts = {name: row[name] for name in ("verified", "unverified", "invalid", "missing")}
    messages = row["messages"]
    shares = {
        f"{name}_share": round(count / messages, 4) if messages else 0.0 for name, count in counts.items()
    }
    return counts | shares


def _by_count(counts: dict[str, int]) -> dict[str, int]:
    """The most frequent first."""
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
