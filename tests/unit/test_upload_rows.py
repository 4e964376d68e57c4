"""Rows: who each is about, what names it, what is refused, and that their order makes no difference."""

import random
import time
from datetime import date

import pytest

from schemas.uploads.header import match_header
from schemas.uploads.rows import Row, notices, read_rows
from schemas.uploads.sheet import MAX_ROWS, Sheet, read_sheet
from schemas.uploads.table import template_csv
from schemas.uploads.templates import CONTACTS, TEMPLATES, Template
from tests.unit.upload_files import csv

TODAY = date(2026, 6, 1)
HEADINGS = "Your reference,Person reference,NHS number,Given name,Family name,DOB,Date,Kind of contact,Note"


def rows(*lines: str, headings: str = HEADINGS, template: Template = CONTACTS) -> list[Row]:
    """The rows of a sheet with these lines."""
    return read(read_sheet(csv(headings, *lines)), template)


def read(sheet: Sheet, template: Template = CONTACTS) -> list[Row]:
    """The rows of a sheet."""
    return read_rows(sheet, match_header(sheet, template), template, TODAY)


KNOWN: dict[str, tuple[str, str | None]] = {
    "a person reference": ("C1,M-1,,,,,04/05/2026,Walk,", "person-reference"),
    "a person reference before a number": ("C1,M-1,999 104 2172,,,,04/05/2026,Walk,", "person-reference"),
    "an NHS number": ("C1,,999 104 2172,,,,04/05/2026,Walk,", "nhs-number"),
    "a name and birth date": ("C1,,,Maya,Holloway,17/05/1994,04/05/2026,Walk,", "name-and-birth-date"),
    "one name and a birth date": ("C1,,,Maya,,17/05/1994,04/05/2026,Walk,", "name-and-birth-date"),
    "a wrong number beside name and birth date": (
        "C1,,999 104 2173,Maya,Holloway,17/05/1994,04/05/2026,Walk,", "name-and-birth-date"
    ),
    "a wrong number alone": ("C1,,999 104 2173,Maya,Holloway,,04/05/2026,Walk,", None),
    "a name alone": ("C1,,,Maya,Holloway,,04/05/2026,Walk,", None),
    "a name and the year of birth": ("C1,,,Maya,Holloway,1994,04/05/2026,Walk,", None),
    "a birth date alone": ("C1,,,,,17/05/1994,04/05/2026,Walk,", None),
    "nothing": ("C1,,,,,,04/05/2026,Walk,", None),
}  # fmt: skip


@pytest.mark.parametrize(("line", "kind"), KNOWN.values(), ids=KNOWN)
def test_who_a_row_is_about(line: str, kind: str | None) -> None:
    """For certain, or the row is refused with the ways to say so."""
    (row,) = rows(line)
    assert (row.known.kind if row.known else None) == kind
    assert [problem.column for problem in row.problems] == ([] if kind else [""])
    assert kind or "person reference" in row.problems[0].right


def test_the_same_person_however_the_name_is_written() -> None:
    """Capitals and spaces make no difference; another birth date is another person."""
    maya, shouted, other = rows(
        "C1,,,Maya,Holloway,17/05/1994,04/05/2026,Walk,",
        "C2,,,MAYA,holloway ,1994-05-17,05/05/2026,Walk,",
        "C3,,,Maya,Holloway,18/05/1994,06/05/2026,Walk,",
    )
    assert maya.known == shouted.known != other.known


def test_what_may_not_be_joined_is_warned_of() -> None:
    """No NHS number, a wrong one, no birth date, or a part of one."""
    row, without, partly, wrong = rows(
        "C1,M-1,999 104 2172,Maya,Holloway,17/05/1994,04/05/2026,Walk,",
        "C2,M-2,,Joan,,,04/05/2026,Walk,",
        "C3,M-3,999 104 2172,Bee,Sallow,2001,04/05/2026,Walk,",
        "C4,M-4,999 104 2173,Ewa,,12/12/1983,04/05/2026,Walk,",
    )
    assert row.warnings == []
    assert without.warnings == [
        "No NHS number and no date of birth: this may not be joined to what others know of the person."
    ]
    assert "Not the whole birth date" in partly.warnings[0]
    assert "check digit" in wrong.warnings[0]


PROBLEMS: dict[str, tuple[str, str, str]] = {
    "an impossible day": ("C1,M-1,,,,,31/02/2026,Walk,", "Date", "“31/02/2026”"),
    "no date": ("C1,M-1,,,,,,Walk,", "Date", "empty"),
    "no kind": ("C1,M-1,,,,,04/05/2026,,Tea", "Kind of contact", "empty"),
    "Excel's error": ("C1,M-1,,,,,#REF!,Walk,", "Date", "Excel"),
    "a comma outside quotation marks": ("C1,M-1,,,,,04/05/2026,Walk,Tea, and cake", "", "more cells"),
    "a short NHS number": ("C1,M-1,999,,,,04/05/2026,Walk,", "NHS number", "ten digits"),
}


@pytest.mark.parametrize(("line", "column", "words"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_is_wrong_is_said_once_and_by_its_column(line: str, column: str, words: str) -> None:
    """With the remedy; the rows beside it are not touched."""
    row, other = rows(line, "C2,M-2,,,,,04/05/2026,Walk,")
    (problem,) = row.problems
    assert (problem.column, words in problem.wrong) == (column, True)
    assert problem.right
    assert other.problems == []


def test_rows_that_share_a_reference_are_refused_together() -> None:
    """Which of them is meant is not guessed at, and a likely cause is named."""
    first, second, third = rows(
        "C1,M-1,,,,,04/05/2026,Walk,", "C1,M-2,,,,,05/05/2026,Tea,", "C2,M-3,,,,,04/05/2026,Walk,"
    )
    assert [row.problems[0].wrong for row in (first, second)] == [
        "“C1” is the reference of rows 2 and 3."
    ] * 2
    assert "Person reference" in first.problems[0].right
    assert third.problems == []


def test_two_birth_dates_under_one_number_are_refused() -> None:
    """They are two people or a slip; a part of a date that agrees is neither."""
    clash = rows(
        "C1,,999 104 2172,Maya,,17/05/1994,04/05/2026,Walk,",
        "C2,,999 104 2172,Anna,,18/05/1994,04/05/2026,Walk,",
        "C3,,999 104 2172,Maya,,,04/05/2026,Walk,",
    )
    assert [bool(row.problems) for row in clash] == [True, True, False]
    assert "Rows 2 and 3" in clash[0].problems[0].wrong
    assert not any(
        row.problems
        for row in rows("C1,M-1,,Bee,,2001,04/05/2026,Walk,", "C2,M-1,,Bee,,04/02/2001,04/05/2026,Walk,")
    )


def test_rows_without_a_reference_are_named_by_person_and_day() -> None:
    """The same day twice is two rows, and is warned of; another kind of sheet, day or person is another row."""
    one, again, later, other = rows(
        ",M-1,,,,,04/05/2026,Walk,",
        ",M-1,,,,,04/05/2026,Tea,",
        ",M-1,,,,,05/05/2026,Walk,",
        ",M-2,,,,,04/05/2026,Walk,",
    )
    assert len({row.reference for row in (one, again, later, other)}) == 4
    assert all("have no reference of your own" in row.warnings[-1] for row in (one, again))
    assert not any("reference of your own" in warning for row in (later, other) for warning in row.warnings)


LINES = [
    ",M-1,,Maya,Holloway,17/05/1994,04/05/2026 10:00,Walk,first",
    ",M-1,,Maya,Holloway,17/05/1994,04/05/2026 10:00,Walk,second",
    ",M-1,,Maya,Holloway,17/05/1994,04/05/2026 14:00,Tea,",
    ",M-1,,Maya,Holloway,17/05/1994,04/05/2026,Call,",
    ",,,Joan,Larter,08/08/1949,04/05/2026,Call,",
    "C1,M-2,,,,,04/05/2026,Call,",
    "C1,M-2,,,,,05/05/2026,Call,",
    ",M-3,,,,17/05/1994,04/05/2026,Call,",
    ",M-3,,,,18/05/1994,04/05/2026,Call,",
]


@pytest.mark.parametrize("seed", range(8))
def test_order_makes_no_difference(seed: int) -> None:
    """What each row says, its reference and its refusal follow from the set of rows."""

    def told(lines: list[str]) -> list[tuple[str, str, bytes, int]]:
        return sorted(
            (row.told.get("note", ""), row.reference, row.content_hash, len(row.problems))
            for row in rows(*lines)
        )

    shuffled = LINES.copy()
    random.Random(seed).shuffle(shuffled)
    assert told(shuffled) == told(LINES)


def test_how_a_row_is_written_makes_no_difference() -> None:
    """The same date in another notation and the same word in capitals is no change; another note is."""
    headings = "Ref no,Person reference,Date,Time,Kind of contact,Outcome,Note".replace(
        "Ref no", "Contact ref"
    )
    plain, other, changed = rows(
        "C1,M-1,04/05/2026,14:30,Walk,happened,Tea",
        "C2,M-1,2026-05-04 2:30pm,,Walk,ATTENDED,Tea",
        "C3,M-1,04/05/2026,14:30,Walk,happened,Cake",
        headings=headings,
    )
    for row in (plain, other, changed):
        del row.told["reference"]
    assert plain.content_hash == other.content_hash != changed.content_hash


def test_a_time_in_its_own_column_belongs_to_the_date() -> None:
    """A second time that differs is refused, and so is the hour in which the clocks change."""
    headings = "Person reference,Date,Time,Kind of contact"
    apart, twice, both, changing = rows(
        "M-1,04/05/2026,2:30pm,Walk", "M-1,05/05/2026 14:30,14:30,Walk", "M-1,06/05/2026 14:30,15:00,Walk",
        "M-1,29/03/2026,01:30,Walk", headings=headings,
    )  # fmt: skip
    assert apart.told["date"] == "2026-05-04T14:30:00+01:00"
    assert twice.told["date"] == "2026-05-05T14:30:00+01:00"
    assert [row.problems[0].column for row in (both, changing)] == ["Time", "Time"]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_example_of_a_template_is_a_good_row(template: Template) -> None:
    """It is taken, and said to be the example."""
    (row,) = read(read_sheet(template_csv(template)), template)
    assert row.problems == []
    assert ["invented example" in warning for warning in row.warnings] == [True]


def test_notices() -> None:
    """Dates with the month first throw doubt on the others; rows without a reference are counted."""
    sheet = read_sheet(
        csv(HEADINGS, ",M-1,,,,,05/14/2026,Walk,", ",M-2,,,,,05/04/2026,Walk,", "C1,M-3,,,,,05/04/2026,Walk,")
    )
    told = notices(read(sheet), sheet, match_header(sheet, CONTACTS))
    assert "month first" in told[0]
    assert told[1].startswith("1 row has no reference of your own.")
    good = read_sheet(csv(HEADINGS, "C1,M-3,,,,,05/04/2026,Walk,"))
    assert notices(read(good), good, match_header(good, CONTACTS)) == []


def test_as_many_rows_as_are_taken_are_read_in_reasonable_time() -> None:
    """20,000 rows of a few hundred people, some sharing person and day: about a second and a half of work."""
    lines = (
        f",M-{row % 300},,Robin,Fenwick,17/05/1994,{row % 28 + 1:02d}/05/2026,Walk,{row}"
        for row in range(MAX_ROWS)
    )
    began = time.process_time()
    found = rows(*lines)
    assert time.process_time() - began < 15.0
    assert len({row.reference for row in found}) == MAX_ROWS
