"""Files as people's programs make them, in bytes, for the tests of uploads."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl


def csv(*lines: str, newline: str = "\r\n") -> bytes:
    """Lines as a CSV file in UTF-8."""
    return (newline.join(lines) + newline).encode()


def workbook(*rows: Sequence[Any], make: Callable[[Any], None] | None = None) -> bytes:
    """Rows as the first sheet of an .xlsx workbook; `make` may do more to it before it is saved."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if make:
        make(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(body: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one of its parts replaced, packed as tightly as can be."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for item in old.infolist():
            new.writestr(item.filename, content if item.filename == part else old.read(item))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows: bytes, before: bytes = b"") -> bytes:
    """A worksheet part with these rows."""
    head = (
        b'<?xml version="1.0"?>' + before + b'<worksheet xmlns="' + _SPREADSHEET.encode() + b'"><sheetData>'
    )
    return head + rows + b"</sheetData></worksheet>"
