"""From the bytes of a file to rows of text: what is common to CSV and .xlsx.

Every cell is text. A date of Excel's becomes ISO text, so that what follows reads one notation alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from schemas.uploads.csv_sheet import read_csv
from schemas.uploads.refusal import SheetRefused
from schemas.uploads.xlsx_sheet import read_xlsx

MAX_BYTES = 8 * 1024 * 1024
"""The largest file taken: as for messages."""

MAX_ROWS = 20_000
"""The most rows with anything in them, below the headings: years of a small charity's contacts."""

MAX_COLUMNS = 100

_WRAPPED = {
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls), or one that is locked with a password",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a text document",
    b"\x1f\x8b": "a compressed file",
}
_UNSEEN = " \t\n\ufeff\u200b\u200c\u200d\u2060"
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACES = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\xa0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with something in it."""

    number: int
    """As a spreadsheet numbers it, the headings counted."""
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The headings, and the rows below that hold anything."""

    header: list[str]
    """As wide as the file has it, with empty ones: what stands beyond belongs to no column at all."""
    rows: list[SheetRow]

    def as_json(self) -> bytes:
        """As it is kept until it is confirmed."""
        return orjson.dumps([self.header, [[row.number, row.cells] for row in self.rows]])


def sheet_from_json(kept: bytes) -> Sheet:
    """The sheet that `as_json` wrote."""
    header, rows = orjson.loads(kept)
    return Sheet(header, [SheetRow(number, cells) for number, cells in rows])


def read_sheet(body: bytes) -> Sheet:
    """The first sheet of an .xlsx workbook, or a CSV file, told apart by their first bytes.

    Raises:
        SheetRefused: it is neither, has nothing in it, or exceeds the limits (413).
    """
    if len(body) > MAX_BYTES:
        raise too_large()
    for start, name in _WRAPPED.items():
        if body.startswith(start):
            raise SheetRefused(f"This is {name}, not a sheet that can be read.", SAVE_AS, 415)
    return _sheet(read_xlsx(body, MAX_COLUMNS) if body.startswith(b"PK") else read_csv(body))


SAVE_AS = "Open it in Excel or LibreOffice and save it as .xlsx, or as CSV."


def too_large() -> SheetRefused:
    """The refusal of a file that is too long to be read."""
    return SheetRefused(
        f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.",
        "Delete what is not needed, or split the sheet in two.",
        413,
    )


def _sheet(records: Iterable[tuple[int, Iterable[str]]]) -> Sheet:
    header: list[str] = []
    rows: list[SheetRow] = []
    for number, record in records:
        cells = [_clean(cell, number) for cell in record]
        width = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
        if not width:
            continue
        if width > MAX_COLUMNS:
            raise SheetRefused(
                f"Row {number} has more than {MAX_COLUMNS} columns.",
                "Delete the columns that are not needed.",
            )
        if not header:
            header = cells
        elif len(rows) == MAX_ROWS:
            raise SheetRefused(
                f"The sheet has more than {MAX_ROWS:,} rows.",
                "Split it, and upload one part after the other.",
                413,
            )
        else:
            rows.append(SheetRow(number, cells[:width]))
    if not header:
        raise SheetRefused("There is nothing in the file.", "Choose the file again; was it saved?")
    if not rows:
        raise SheetRefused(
            "There are headings, and no row below them.", "Write one row for each entry, and upload it again."
        )
    return Sheet(header, rows)


def _clean(text: str, number: int) -> str:
    if _NOT_TEXT.search(text):
        raise SheetRefused(
            f"Row {number} holds characters that are not text.", f"Is it a sheet at all? {SAVE_AS}", 415
        )
    return text.replace("\r\n", "\n").translate(_SPACES).strip(_UNSEEN)
