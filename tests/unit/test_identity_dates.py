"""Birth dates: however written they are one ISO text, and two of them agree to one level."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.identity.dates import DateLevel, birth_date, compare_dates
from tests.unit.identity_pairs import table

DATES = table("dates")
days = st.dates(date(1900, 1, 2), date(2030, 12, 31))
near_days = st.builds(
    date,
    st.sampled_from([1961, 1960, 1962, 1969, 1970, 1971, 1916]),
    st.sampled_from([1, 2, 3, 10, 12]),
    st.sampled_from([1, 2, 3, 10, 12, 20, 21]),
)
parts = (
    near_days.map(date.isoformat)
    | near_days.map(lambda day: day.isoformat()[:7])
    | st.just("1961")
    | st.just("")
)


def _says(row: dict[str, Any]) -> str:
    return str(row["says"])


@pytest.mark.parametrize("row", DATES["birth_date"], ids=_says)
def test_birth_date(row: dict[str, Any]) -> None:
    """Each sentence of the table."""
    assert birth_date(row["text"]) == row["gives"]


@pytest.mark.parametrize("row", DATES["compare_dates"], ids=_says)
def test_two_birth_dates(row: dict[str, Any]) -> None:
    """Each sentence of the table, in either order."""
    one, other = row["pair"]
    assert compare_dates(one, other) == row["level"]
    assert compare_dates(other, one) == row["level"]


@given(
    days,
    st.sampled_from(
        ["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %B %Y", "%Y-%m-%dT12:00:00"]
    ),
)
def test_every_way_to_write_a_day_reads_as_the_day(day: date, way: str) -> None:
    """The ways the systems of the partnership write dates."""
    assert birth_date(day.strftime(way)) == day.isoformat()


@given(st.text() | st.text(st.sampled_from("0123456789-/. :TMarchof"), max_size=14))
def test_what_is_read_is_a_date_or_nothing(text: str) -> None:
    """Reading never fails, and what was read reads as itself."""
    known = birth_date(text)
    assert birth_date(known) == known
    if known:
        assert (
            1880
            <= date.fromisoformat(known + "-01-01"[len(known) - 4 :] if len(known) < 10 else known).year
            <= 2100
        )


def _level_by_the_words(one: str, other: str) -> DateLevel | None:
    """The level of two dates, worked out from the eight digits as the levels are told in words."""
    if not one or not other:
        return None
    if min(len(one), len(other)) < 10:
        short = min(len(one), len(other))
        if one[:short] == other[:short]:
            return DateLevel.COMPATIBLE
        return DateLevel.YEAR if one[:4] == other[:4] else DateLevel.DIFFERENT
    first, second = one.replace("-", ""), other.replace("-", "")
    swaps = {first[:at] + first[at + 1] + first[at] + first[at + 2 :] for at in range(7)}
    wrong = sum(a != b for a, b in zip(first, second, strict=True))
    same_year, same_month, same_day = (
        first[:4] == second[:4],
        first[4:6] == second[4:6],
        first[6:] == second[6:],
    )
    years_off = abs(int(first[:4]) - int(second[:4]))
    between = abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
    levels = {
        DateLevel.SAME: first == second,
        DateLevel.TRANSPOSED: first[:4] + first[6:] + first[4:6] == second,
        DateLevel.SLIP: wrong == 1 or second in swaps,
        DateLevel.NEAR: (same_month and same_day and years_off in {1, 10})
        or (same_year and (same_month or same_day))
        or between <= 31,
        DateLevel.YEAR: between <= 366,
        DateLevel.DIFFERENT: True,
    }
    return next(level for level, holds in levels.items() if holds)


@given(parts, parts)
def test_the_level_is_the_one_its_words_tell(one: str, other: str) -> None:
    """The quick comparison gives what the plain one does, in either order."""
    assert compare_dates(one, other) == compare_dates(other, one) == _level_by_the_words(one, other)
