"""Moments as people in the UK write them."""

import pytest

from services.viewer.moments import plain_date, plain_day_of

WRITTEN = {
    "2026": "2026",
    "2026-03": "March 2026",
    "2026-03-02": "2 March 2026",
    "2026-03-02T10:30:00Z": "2 March 2026, 10:30am",
    "2026-07-02T18:00:00+01:00": "2 July 2026, 6:00pm",
    "2026-07-02T17:00:00Z": "2 July 2026, 6:00pm",
    "2026-07-02T23:30:00.1234567Z": "3 July 2026, 12:30am",
    "9999-12-31T23:59:59Z": "31 December 9999, 11:59pm",
    "0001-01-01T00:00:00Z": "1 January 1, 12:00am",
}


@pytest.mark.parametrize("told", WRITTEN)
def test_a_moment_is_written_by_the_clock_in_the_uk(told: str) -> None:
    """One meeting has one time of day, whichever offset each system gives it in."""
    assert plain_date(told) == WRITTEN[told]


@pytest.mark.parametrize("told", WRITTEN)
def test_the_day_alone_is_that_of_the_same_clock(told: str) -> None:
    """What happened half an hour after midnight in summer was not the day before, though UTC has it so."""
    assert plain_day_of(told) == WRITTEN[told].partition(",")[0]
