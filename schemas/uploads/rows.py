"""A sheet's rows read: what each tells, or why it is refused. The same rows in another order give the same."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import orjson

from schemas.uploads.columns import BIRTH_DATE, NHS_NUMBER, PERSON_REFERENCE, Column
from schemas.uploads.dates import at_clock, birth_date, looks_month_first, moment
from schemas.uploads.header import Heading
from schemas.uploads.person import Known, NotKnown, known_by, person_words
from schemas.uploads.refusal import BadCell, Problem, quoted
from schemas.uploads.sheet import Sheet, SheetRow
from schemas.uploads.templates import Template
from schemas.uploads.values import excel_fault

Key = TypeVar("Key")
OWN, DERIVED = "reference", "person-and-day"
"""What a row's reference is: the sender's own, or derived."""

Told = dict[str, str]
"""What a row says, by column name; an empty cell is absent."""

_WHO_HEADINGS = {column.heading for column in (PERSON_REFERENCE, NHS_NUMBER, BIRTH_DATE)}
_IS_EXAMPLE = "This is the invented example of the template. Delete it, unless you are trying things out."


@dataclass(slots=True)
class Row:
    """One row: what it tells, of whom, and what names it among the sender's rows of this kind."""

    number: int
    told: Told
    known: Known | None = None
    reference: str = ""
    """What kind of reference (OWN, DERIVED), a bar, and the reference."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def content_hash(self) -> bytes:
        """Equal where a row says the same, however its cells are written."""
        return hashlib.sha256(orjson.dumps(self.told, option=orjson.OPT_SORT_KEYS)).digest()

    @property
    def person(self) -> str:
        """Who it is about, in words."""
        return person_words(self.told)


def read_rows(sheet: Sheet, heading: Heading, template: Template, today: date) -> list[Row]:
    """Every row of the sheet; `today` is the day of the upload."""
    example = _example(template, today)
    rows = [_read(row, sheet, heading, template, today) for row in sheet.rows]
    for row in rows:
        if row.told == example:
            row.warnings.append(_IS_EXAMPLE)
    _refuse_shared_references(rows, template)
    _refuse_two_birth_dates(rows, template)
    _name(rows)
    return rows


def notices(rows: Iterable[Row], sheet: Sheet, heading: Heading) -> list[str]:
    """What should be known of the sheet as a whole."""
    said = []
    dates = [place for place, column in heading.columns.items() if column.read in (moment, birth_date)]
    cells = (row.cells[place] for row in sheet.rows for place in dates if place < len(row.cells))
    if any(looks_month_first(cell) for cell in cells):
        said.append(
            "Some dates are written with the month first. All dates are read with the day first: look whether the "
            "other dates of this sheet are right."
        )
    if without := sum(1 for row in rows if not row.problems and "reference" not in row.told):
        said.append(
            f"{_rows(without)} no reference of your own. A later sheet finds such a row again by person and day, so "
            "a corrected name, birth date or day would make another entry. Give each row its own reference."
        )
    return said


def _read(row: SheetRow, sheet: Sheet, heading: Heading, template: Template, today: date) -> Row:
    read = Row(row.number, {})
    for place, column in heading.columns.items():
        if place < len(row.cells) and row.cells[place]:
            _read_cell(read, column, row.cells[place], today)
        elif column.needed == "yes":
            read.problems.append(
                Problem(column.heading, "The cell is empty.", f"Write {_lower(column.holds)}")
            )
    if (beyond := len(row.cells) - len(sheet.header)) > 0:
        read.problems.append(
            Problem(
                "",
                f"The row has {beyond} more cells than there are headings: a comma may have parted a text.",
                "Put a text that holds commas in quotation marks, or save the sheet as .xlsx.",
            )
        )
    _join_time(read, template)
    _find_out_who(read)
    return read


def _read_cell(row: Row, column: Column, cell: str, today: date) -> None:
    try:
        if fault := excel_fault(cell):
            raise fault
        value = column.read(cell, today)
    except BadCell as fault:
        row.problems.append(Problem(column.heading, fault.wrong, fault.right))
    else:
        row.told[column.name] = value.text
        if value.warning:
            row.warnings.append(value.warning)


def _join_time(row: Row, template: Template) -> None:
    """A time in a column of its own belongs to the date."""
    if "time" not in row.told or "date" not in row.told:
        return
    time = row.told.pop("time")
    day = date.fromisoformat(row.told["date"][:10])
    try:
        at = at_clock(day, time, time)
        if "T" in row.told["date"] and row.told["date"] != at:
            raise BadCell(f"The date has another time with it than {quoted(time)}.", "Write the time once.")
        row.told["date"] = at
    except BadCell as fault:
        row.problems.append(Problem(template.column("time").heading, fault.wrong, fault.right))


def _find_out_who(row: Row) -> None:
    if any(problem.column in _WHO_HEADINGS for problem in row.problems):
        return
    try:
        row.known = known_by(row.told)
    except NotKnown as fault:
        row.problems.append(Problem("", fault.wrong, fault.right))
        return
    wanted = {"nhs_number": "NHS number", "birth_date": "date of birth"}
    if missing := " and no ".join(words for name, words in wanted.items() if name not in row.told):
        row.warnings.append(f"No {missing}: this may not be joined to what others know of the person.")


def _refuse_shared_references(rows: list[Row], template: Template) -> None:
    sharing = _grouped(rows, lambda row: row.told.get("reference"))
    for reference, group in sharing.items():
        if len(group) > 1:
            problem = Problem(
                template.column("reference").heading,
                f"{quoted(reference)} is the reference of rows {_listed(group)}.",
                "Give each row its own. If it is your number for the person, call the column “Person reference”; "
                "if one row is a copy, delete it.",
            )
            for row in group:
                row.problems.append(problem)


def _refuse_two_birth_dates(rows: list[Row], template: Template) -> None:
    """Two birth dates under one number are two people, or a slip: neither belongs in a record unseen."""
    for group in _grouped(rows, lambda row: row.known).values():
        dates = {row.told["birth_date"] for row in group if "birth_date" in row.told}
        if any(not one.startswith(other) for one in dates for other in dates if len(one) >= len(other)):
            told = [row for row in group if "birth_date" in row.told]
            problem = Problem(
                template.column("birth_date").heading,
                f"Rows {_listed(told)} are about the same person by {group[0].known.says if group[0].known else ''}, "
                "and give different dates of birth.",
                "Correct the date of birth, or the number.",
            )
            for row in told:
                row.problems.append(problem)


def _name(rows: list[Row]) -> None:
    """Each row's reference: the sender's own, or person, day, and which of that day's rows it is.

    Which it is follows from what the rows say, so that their order makes no difference.
    """
    unnamed = [row for row in rows if not row.problems and "reference" not in row.told]
    for row in rows:
        if "reference" in row.told:
            row.reference = f"{OWN}|{row.told['reference']}"
    for (known, day), group in _grouped(unnamed, lambda row: (row.known, row.told["date"][:10])).items():
        group.sort(
            key=lambda row: (
                row.told["date"],
                row.told.get("what") or row.told.get("place", ""),
                row.content_hash,
            )
        )
        for place, row in enumerate(group, 1):
            key = f"{known.kind}|{known.value}|{day}|{place}" if known else ""
            row.reference = f"{DERIVED}|{hashlib.sha256(key.encode()).hexdigest()[:32]}"
            if len(group) > 1:
                row.warnings.append(
                    f"Rows {_listed(group)} are about the same person and day, and have no reference of your own: "
                    "give them one, so that a later correction finds the right row."
                )


def _example(template: Template, today: date) -> Told:
    row = Row(0, {})
    for column in template.columns:
        _read_cell(row, column, column.example, today)
    _join_time(row, template)
    return row.told


def _grouped(rows: Iterable[Row], key: Callable[[Row], Key | None]) -> dict[Key, list[Row]]:
    groups: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        if (found := key(row)) is not None:
            groups[found].append(row)
    return groups


def _listed(rows: list[Row]) -> str:
    numbers = sorted(row.number for row in rows)
    if len(numbers) > 6:
        return ", ".join(map(str, numbers[:5])) + f" and {len(numbers) - 5} more"
    return ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
