"""Dates, times and birth dates as people write them: what each means, and which are asked for again."""

from datetime import date

import pytest

from schemas.uploads.dates import birth_date, clock, looks_month_first, moment
from schemas.uploads.refusal import BadCell

TODAY = date(2026, 6, 1)

MOMENTS = {
    # day first
    "04/05/2026": "2026-05-04",
    "4/5/2026": "2026-05-04",
    "04-05-2026": "2026-05-04",
    "04.05.2026": "2026-05-04",
    "31/12/2025": "2025-12-31",
    "29/02/2024": "2024-02-29",
    # year first
    "2026-05-04": "2026-05-04",
    "2026/5/4": "2026-05-04",
    "1900-01-02": "1900-01-02",
    # in words
    "4 May 2026": "2026-05-04",
    "4th May 2026": "2026-05-04",
    "04-May-2026": "2026-05-04",
    "4 sept 2025": "2025-09-04",
    "Mon 4 May 2026": "2026-05-04",
    "Monday, 4 May 2026": "2026-05-04",
    # with a time: British Summer Time from the last Sunday of March to that of October
    "04/05/2026 14:30": "2026-05-04T14:30:00+01:00",
    "04/05/2026 2:30pm": "2026-05-04T14:30:00+01:00",
    "04/05/2026, 14.30": "2026-05-04T14:30:00+01:00",
    "2026-05-04 14:30:05": "2026-05-04T14:30:05+01:00",
    "2026-05-04T14:30:05.250": "2026-05-04T14:30:05+01:00",
    "4 May 2026 12:00am": "2026-05-04T00:00:00+01:00",
    "4 May 2026 12 noon": None,
    "28/03/2026 12:00": "2026-03-28T12:00:00+00:00",
    "29/03/2026 00:59": "2026-03-29T00:59:00+00:00",
    "29/03/2026 02:00": "2026-03-29T02:00:00+01:00",
    "25/10/2025 23:00": "2025-10-25T23:00:00+01:00",
    "26/10/2025 02:00": "2025-10-26T02:00:00+00:00",
    # with an offset of its own
    "2026-05-04T14:30Z": "2026-05-04T14:30:00Z",
    "2026-05-04T14:30:00+02:00": "2026-05-04T14:30:00+02:00",
    "2026-05-04 14:30 +0100": "2026-05-04T14:30:00+01:00",
    "2025-10-26T01:30+01:00": "2025-10-26T01:30:00+01:00",
    # the clocks go forward at 1 and back at 2: no such time, and two of it
    "29/03/2026 01:30": None,
    "26/10/2025 01:30": None,
    # two-digit years
    "04/05/26": None,
    "4-May-26": None,
    # month first, and days that are not there
    "05/14/2026": None,
    "31/02/2026": None,
    "29/02/2026": None,
    "00/05/2026": None,
    "04/13/2026": None,
    "4 Mai 2026": None,
    "2026-13-01": None,
    "20260504": None,
    # no dates
    "46146": None,
    "46146.6": None,
    "next week": None,
    "04/05": None,
    "4/5-2026": None,
    "May 2026": None,
    "１４/05/2026": None,
    "04/05/2026 25:00": None,
    "04/05/2026 morning": None,
    "04/05/2026 2:30": None,
    "04/05/1066": None,
}


@pytest.mark.parametrize("written", MOMENTS)
def test_moments(written: str) -> None:
    """Each way of writing has one meaning, or is refused with what would be right."""
    if (meant := MOMENTS[written]) is not None:
        assert moment(written, TODAY).text == meant
        return
    with pytest.raises(BadCell) as fault:
        moment(written, TODAY)
    assert fault.value.wrong.endswith(".")
    assert fault.value.right


@pytest.mark.parametrize(("written", "words"), [
    ("04/05/26", "year in full"),
    ("05/14/2026", "Write 14/05/2026"),
    ("46146", "format the cells as Date"),
    ("26/10/2025 01:30", "2025-10-26T01:30+00:00"),
    ("04/05/2026 2:30", "Write 02:30 or 14:30"),
])  # fmt: skip
def test_the_remedy_fits_the_fault(written: str, words: str) -> None:
    """What is most often meant is named."""
    with pytest.raises(BadCell) as fault:
        moment(written, TODAY)
    assert words in fault.value.right


def test_a_later_day_is_taken_and_warned_of() -> None:
    """A planned contact has one; a slip of the year too."""
    assert moment("02/06/2026", TODAY).warning
    assert not moment("01/06/2026", TODAY).warning


CLOCKS = {
    "14:30": True, "9:05": True, "09.05": True, "2:30pm": True, "2 PM": True, "12:30 a.m.": True, "00:00": True,
    "14:30:00": True, "02:30": True, "2:30": False, "14": False, "24:00": False, "13:00pm": False, "0:30am": False,
    "14:60": False, "half two": False, "0.604166667": False, "14:30 to 15:30": False,
}  # fmt: skip


@pytest.mark.parametrize(("written", "taken"), CLOCKS.items())
def test_times(written: str, taken: bool) -> None:
    """24-hour, or with am and pm; a small hour alone could be either."""
    if taken:
        assert clock(written, TODAY).text == written
        return
    with pytest.raises(BadCell):
        clock(written, TODAY)


BIRTH_DATES = {
    "17/05/1994": "1994-05-17",
    "1994-05-17": "1994-05-17",
    "1994-05-17 00:00:00": "1994-05-17",
    "1994-05-17T00:00:00.000": "1994-05-17",
    "17 May 1994": "1994-05-17",
    "1994": "1994",
    "05/1994": "1994-05",
    "1994-05": "1994-05",
    "01/06/2026": "2026-06-01",
    "02/01/1900": "1900-01-02",
    "17/05/94": None,
    "02/06/2026": None,
    "2027": None,
    "07/2026": None,
    "13/1994": None,
    "1899": None,
    "31/12/1899": None,
    "01/01/1900": None,
    "1994-05-17 10:30": None,
    "34471": None,
    "about 30": None,
}


@pytest.mark.parametrize("written", BIRTH_DATES)
def test_birth_dates(written: str) -> None:
    """A day, or as much as is known of it; stand-ins for not known are refused, for they would join strangers."""
    if (meant := BIRTH_DATES[written]) is None:
        with pytest.raises(BadCell):
            birth_date(written, TODAY)
        return
    value = birth_date(written, TODAY)
    assert value.text == meant
    assert bool(value.warning) is (len(meant) < 10)


@pytest.mark.parametrize(("written", "does"), [
    ("05/14/2026", True), ("5-31-2026", True), ("04/05/2026", False), ("14/05/2026", False), ("14/14/2026", False),
    ("2026-05-14", False), ("00/14/2026", False),
])  # fmt: skip
def test_month_first_is_noticed(written: str, does: bool) -> None:
    """Only where no other reading is left."""
    assert looks_month_first(written) is does
