"""A file of rows as people's programs write it: its headings, and below them the rows with their lines."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.uploads.csv_sheet import decode
from schemas.uploads.header import plain_heading
from schemas.uploads.refusal import SheetRefused
from services.workbench.matching.errors import CannotMatch

SEPARATORS = ",;\t|"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 begins, whose letters are half made of the byte 0."""
_SAVE = "Save it as CSV (UTF-8)."


def compact(heading: str) -> str:
    """A heading without what makes no difference: capitals, spaces, punctuation, and what is in brackets."""
    return plain_heading(heading).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Table:
    """A file with headings."""

    name: str
    """Of the file, as messages have it."""
    header: list[str]
    text: str
    separator: str

    @property
    def lines(self) -> int:
        """How many lines it has, about."""
        return self.text.count("\n") + 1

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line on which it begins, its cells stripped, as many as there are headings.

        Lines without anything are passed over, and empty cells beyond the last heading left off.

        Raises:
            CannotMatch: A row has fewer or more cells, or a quotation mark is not closed.
        """
        width = len(self.header)
        found = _records(self.name, self.text, self.separator)
        next(found)
        for line, cells in found:
            if len(cells) > width and not any(cells[width:]):
                del cells[width:]
            if len(cells) != width:
                raise CannotMatch(
                    f"{self.name}, line {line}: the row has {_count(len(cells), 'cell')}, "
                    f"where {width} have a heading. "
                    f"A cell that holds the separator {_shown(self.separator)} must stand in quotation marks."
                )
            yield line, cells


def read_table(path: Path) -> Table:
    """The file at `path`.

    UTF-8, else Windows-1252; commas, semicolons, tabs or bars between the cells, whichever part the headings most.

    Raises:
        CannotMatch: It cannot be read, is not text, has no rows, or two of its headings are the same.
    """
    text = _text(path)
    separator = max(SEPARATORS, key=lambda one: _first_width(path.name, text, one))
    records = _records(path.name, text, separator)
    first = next(records, None)
    if first is None:
        raise CannotMatch(f"{path.name} is empty.")
    if next(records, None) is None:
        raise CannotMatch(f"{path.name} has one line alone: there must be headings, and rows below them.")
    line, header = first
    while header and not header[-1]:
        del header[-1]
    _check_header(path.name, line, header)
    return Table(path.name, header, text, separator)


def _text(path: Path) -> str:
    try:
        body = path.read_bytes()
    except OSError as fault:
        raise CannotMatch(f"{path} cannot be read: {fault.strerror}.") from None
    if not body.startswith(_WIDE) and (at := body.find(b"\0")) >= 0:
        line = body.count(b"\n", 0, at) + 1
        raise CannotMatch(f"{path.name}, line {line}: there is a NUL byte, which no text has. {_SAVE}")
    try:
        return decode(body)
    except SheetRefused:
        raise CannotMatch(f"{path.name} is not text that can be read. {_SAVE}") from None


def _records(name: str, text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=separator != "\t"
    )
    line = 1
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if len(cells) > 1 or any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise CannotMatch(
            f"{name}, line {line}: a quotation mark is not closed, or text follows right after one that is. "
            "Those inside a cell are doubled."
        ) from None


def _first_width(name: str, text: str, separator: str) -> int:
    try:
        return len(next(_records(name, text, separator), (0, ()))[1])
    except CannotMatch:
        return 0


def _check_header(name: str, line: int, header: list[str]) -> None:
    places: dict[str, int] = {}
    for place, heading in enumerate(header, 1):
        plain = compact(heading)
        if plain and plain in places:
            raise CannotMatch(
                f"{name}, line {line}: columns {places[plain]} and {place} have the same heading. "
                "Give one of them another."
            )
        places[plain] = place


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"


def _shown(separator: str) -> str:
    return {"\t": "(tab)"}.get(separator, f"({separator})")
