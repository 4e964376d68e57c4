"""The first sheet of an .xlsx workbook (ECMA-376), read row by row and within limits.

openpyxl reads, with defusedxml in place of the plain parser (it takes that itself where it is installed),
which refuses entity declarations. Formulas are not calculated: a cell says what Excel last saved for it.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from typing import Any

from schemas.uploads.refusal import SheetRefused

MAX_UNPACKED_BYTES = 48 * 1024 * 1024
"""20,000 rows of 14 filled columns unpack to 16 MB; a workbook is read at about 4 MB a second."""

MAX_PARTS = 500
LAST_ROW = 100_000
"""How far down a sheet is read for rows that are not empty: a row number costs nothing to write."""

_SAVE_AGAIN = "Open it in Excel or LibreOffice, save it as .xlsx once more, or as CSV, and upload that."


def read_xlsx(body: bytes, columns: int) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers, at most one cell wider than `columns`.

    Raises:
        SheetRefused: it is no workbook, or unpacks to more than is taken.
    """
    import openpyxl  # noqa: PLC0415 - workbooks are rare, and it loads NumPy, where that is, which starts threads

    _weigh(body)
    # Data validation, styles and the like that openpyxl leaves out, and it may quote a cell in saying so.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    try:
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        with closing(book):
            sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(max_col=columns + 1, values_only=True), 1):
                if number > LAST_ROW:
                    raise SheetRefused(
                        f"The sheet goes further down than row {LAST_ROW:,}.",
                        "Delete the empty rows below what you have written, and save it again.",
                    )
                if any(value is not None for value in row):
                    yield number, [_text(value) for value in row]
    except SheetRefused:
        raise
    except Exception:  # openpyxl raises whatever its parsing trips over, and says of itself what it likes
        raise SheetRefused(
            "The workbook cannot be read: it is damaged, or not .xlsx.", _SAVE_AGAIN, 415
        ) from None


def _weigh(body: bytes) -> None:
    """Refuse what would unpack to too much, by the sizes its own directory gives: zipfile unpacks no more."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise SheetRefused("The workbook cannot be read: the file is damaged.", _SAVE_AGAIN, 415) from None
    if any(part.filename == "mimetype" for part in parts):
        raise SheetRefused("This is an OpenDocument file.", _SAVE_AGAIN, 415)
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise SheetRefused(
            "This is a ZIP file, and no workbook.", "Upload the sheet itself, not packed.", 415
        )
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise SheetRefused(
            f"The workbook unpacks to more than {MAX_UNPACKED_BYTES // 1024 // 1024} MB.",
            "Delete other sheets, pictures and formatting, or save the sheet as CSV.",
            413,
        )


def _text(value: Any) -> str:
    """A cell's value as CSV would have it, dates in ISO notation: midnight alone is a day without a time."""
    match value:
        case None:
            text = ""
        case datetime() if value.time() != time():
            text = value.isoformat(" ", "seconds")
        case date():
            text = f"{value:%Y-%m-%d}"
        case time():
            text = value.isoformat("seconds")
        case float() if value.is_integer() and abs(value) < 1e15:
            text = str(int(value))
        case _:
            text = str(value)
    return text
