"""Instants as ticks: seven digits survive, any offset compares, and what is no instant is None."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.record.instant import TICKS_PER_SECOND, instant_text, instant_ticks, moment_ticks

LAST = instant_ticks("9999-12-31T23:59:59.9999999Z") or 0


@given(st.integers(min_value=0, max_value=LAST))
def test_text_and_ticks_are_each_other_s_inverse(ticks: int) -> None:
    """Every tick from year 1 to 9999 comes back from its text."""
    assert instant_ticks(instant_text(ticks)) == ticks


@given(st.integers(0, LAST), st.integers(0, LAST))
def test_later_is_greater_as_text_and_as_ticks(one: int, other: int) -> None:
    """The texts sort as the instants do."""
    assert (one < other) == (instant_text(one) < instant_text(other))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-03-02T09:14:27.512Z", "2026-03-02T09:14:27.5120000Z"),
        ("2026-03-02T10:14:27+01:00", "2026-03-02T09:14:27Z"),
        ("2026-03-02T00:30:00+05:30", "2026-03-01T19:00:00Z"),
        ("2026-03-01T19:00:00-05:00", "2026-03-02T00:00:00Z"),
        ("2026-05-08T15:30:20.12345678Z", "2026-05-08T15:30:20.1234567Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ],
)
def test_the_same_instant_however_it_is_written(text: str, same: str) -> None:
    """Offsets, trailing noughts, an eighth digit and a leap second do not make another instant."""
    assert instant_ticks(text) == instant_ticks(same) is not None


def test_a_ten_millionth_of_a_second_makes_a_difference() -> None:
    """Two instants that datetime could not tell apart are one tick apart."""
    first, second = (instant_ticks(f"2026-05-08T15:30:20.123456{digit}Z") for digit in "78")
    assert first is not None
    assert second == first + 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-03-02",
        "2026-03-02T09:14:27",
        "2026-03-02 09:14:27Z",
        "2026-02-30T09:14:27Z",
        "2026-03-02T25:00:00Z",
        "2026-03-02T09:14:27+99:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "9999-12-31T23:59:60Z",
        "yesterday",
    ],
)
def test_what_is_no_instant(text: str) -> None:
    """A date, a local time, an impossible day or hour, what is before year 1 or after 9999, and words."""
    assert instant_ticks(text) is None


@pytest.mark.parametrize(
    ("date", "instant"),
    [
        ("2026", "2026-01-01T00:00:00Z"),
        ("2026-03", "2026-03-01T00:00:00Z"),
        ("2026-03-02", "2026-03-02T00:00:00Z"),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"),
    ],
)
def test_a_date_counts_from_its_first_midnight(date: str, instant: str) -> None:
    """A year, a month and a day stand for their first moment."""
    assert moment_ticks(date) == instant_ticks(instant) is not None


def test_a_second_has_ten_million_ticks() -> None:
    """The unit is what the name says."""
    one, two = (instant_ticks(f"2026-03-02T09:00:0{second}Z") or 0 for second in (1, 2))
    assert two - one == TICKS_PER_SECOND
