"""CSV as people's programs write it (RFC 4180, and what Excel makes of it), and as we write it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from schemas.uploads.refusal import SheetRefused

_SEPARATORS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_EVALUATED = ("=", "+", "-", "@", "\t", "\r")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_csv(body: bytes) -> Iterator[tuple[int, list[str]]]:
    """The records with their row numbers, as a spreadsheet counts: a record is a row, an empty line too.

    Raises:
        SheetRefused: it is not text, or a quotation mark is left open.
    """
    text = decode(body)
    told = _SEPARATOR_LINE.match(text)
    text = text[told.end() :] if told else text
    records = _records(text, told[1] if told else _separator(text))
    number = 0
    try:
        for number, record in enumerate(records, 1):
            yield number, record
    except csv.Error:
        raise SheetRefused(
            f"Row {number + 1} has a quotation mark that is not closed, or text right after one that is.",
            'Put the whole cell in quotation marks and double those inside it: "She said ""yes"".".',
        ) from None


def decode(body: bytes) -> str:
    """The text in `body`: UTF-16 where its mark says so, else UTF-8 where it is that, else Windows-1252.

    UTF-8 is tried strictly, and text of another encoding is hardly ever valid UTF-8 by chance.

    Raises:
        SheetRefused: it is none of them.
    """
    for encoding in ["utf-16"] if body.startswith(_UTF_16) else ["utf-8-sig", "cp1252"]:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SheetRefused(
        "The file is not text: it is neither CSV nor an .xlsx workbook.",
        "Open the sheet in the program it was made with, and save it as CSV (UTF-8) or .xlsx.",
        415,
    )


def csv_bytes(records: Iterable[Sequence[str]]) -> bytes:
    """Records as CSV that Excel opens rightly: UTF-8 with its mark, and no cell that would be evaluated."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_inert(cell) for cell in record] for record in records)
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """The cell as text: a spreadsheet evaluates what begins like a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_EVALUATED) else cell


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _separator(text: str) -> str:
    """The one that parts the first record with anything in it into most cells."""

    def cells(separator: str) -> int:
        try:
            return next((len(one) for one in _records(text, separator) if any(one)), 0)
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=cells)
