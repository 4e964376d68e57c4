"""Reading files: encodings and separators as people's programs write them, workbooks, and what is refused at once."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import pytest

from schemas.uploads.csv_sheet import csv_bytes
from schemas.uploads.refusal import SheetRefused
from schemas.uploads.sheet import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, read_sheet, sheet_from_json
from tests.unit.upload_files import SHEET, csv, sheet_xml, with_part, workbook

TABLE = "Name,Note\r\nZoë,“café” – £5\r\n"

ENCODINGS = {
    "UTF-8": TABLE.encode(),
    "UTF-8 with its mark": b"\xef\xbb\xbf" + TABLE.encode(),
    "Windows-1252": TABLE.encode("cp1252"),
    "UTF-16, little end first": b"\xff\xfe" + TABLE.encode("utf-16-le"),
    "UTF-16, big end first": b"\xfe\xff" + TABLE.encode("utf-16-be"),
}


@pytest.mark.parametrize("body", ENCODINGS.values(), ids=ENCODINGS)
def test_every_encoding_reads_alike(body: bytes) -> None:
    """Accents, quotation marks, a dash and a pound sign, whatever the program."""
    sheet = read_sheet(body)
    assert (sheet.header, [row.cells for row in sheet.rows]) == (["Name", "Note"], [["Zoë", "“café” – £5"]])


CSV: dict[str, tuple[bytes, list[str], list[tuple[int, list[str]]]]] = {
    "commas": (csv("a,b", "1,2"), ["a", "b"], [(2, ["1", "2"])]),
    "semicolons": (csv("a;b", "1,5;2"), ["a", "b"], [(2, ["1,5", "2"])]),
    "tabs": (csv("a\tb", "1\t2;3"), ["a", "b"], [(2, ["1", "2;3"])]),
    "Excel's word for the separator": (csv("sep=;", "a;b", "1;2"), ["a", "b"], [(2, ["1", "2"])]),
    "a comma in a quoted heading": (csv('"a, long";b', "1;2"), ["a, long", "b"], [(2, ["1", "2"])]),
    "line feeds alone": (csv("a,b", "1,2", newline="\n"), ["a", "b"], [(2, ["1", "2"])]),
    "carriage returns alone": (csv("a,b", "1,2", newline="\r"), ["a", "b"], [(2, ["1", "2"])]),
    "a newline in quotes": (csv("a,b", '"1\r\nand more",2', "3,4"), ["a", "b"],
                            [(2, ["1\nand more", "2"]), (3, ["3", "4"])]),
    "doubled quotes": (csv("a,b", '"She said ""yes"".",2'), ["a", "b"], [(2, ['She said "yes".', "2"])]),
    "empty rows": (csv("", ",", "a,b", "", " , ", "1,2", ",,"), ["a", "b"], [(6, ["1", "2"])]),
    "short rows": (csv("a,b,c", "1"), ["a", "b", "c"], [(2, ["1"])]),
    "headings that end in nothing": (csv("a,b,,", "1,2,3,"), ["a", "b", "", ""], [(2, ["1", "2", "3"])]),
    "what is not seen": (csv("\u200ba\xa0,b", " 1\xa0000 ,\ufeff2"), ["a", "b"], [(2, ["1 000", "2"])]),
    "what begins like a formula": (csv("a,b", '"=1+1",@SUM(A1)', "+44 7700 900188,-5"), ["a", "b"],
                                   [(2, ["=1+1", "@SUM(A1)"]), (3, ["+44 7700 900188", "-5"])]),
    "no line end": (b"a,b\n1,2", ["a", "b"], [(2, ["1", "2"])]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "header", "rows"), CSV.values(), ids=CSV)
def test_csv(body: bytes, header: list[str], rows: list[tuple[int, list[str]]]) -> None:
    """Rows with their numbers as a spreadsheet shows them, and what is kept of them reads the same."""
    sheet = read_sheet(body)
    assert (sheet.header, [(row.number, row.cells) for row in sheet.rows]) == (header, rows)
    assert sheet_from_json(sheet.as_json()) == sheet


CELLS: dict[str, tuple[Any, str]] = {
    "a text": ("Zoë", "Zoë"),
    "a whole number": (9991042172, "9991042172"),
    "a number that Excel keeps as a fraction": (9991042172.0, "9991042172"),
    "a fraction": (1.5, "1.5"),
    "a date": (date(2026, 5, 4), "2026-05-04"),
    "a date and time": (datetime(2026, 5, 4, 14, 30), "2026-05-04 14:30:00"),
    "a time": (clock(9, 5), "09:05:00"),
    "a duration": (timedelta(hours=9, minutes=5), "9:05:00"),
    "yes or no": (True, "True"),
    "text that looks like a formula": ("+44 7700 900188", "+44 7700 900188"),
}


@pytest.mark.parametrize(("value", "text"), CELLS.values(), ids=CELLS)
def test_cells_of_a_workbook(value: Any, text: str) -> None:
    """Each kind of cell as text, dates in ISO notation."""
    assert read_sheet(workbook(["a"], [value])).rows[0].cells == [text]


def test_a_formula_says_what_excel_saved() -> None:
    """It is not calculated; one that was never calculated is empty."""
    rows = b'<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
    rows += b'<row r="2"><c r="A2" t="str"><f>"x"&amp;"y"</f><v>xy</v></c><c r="B2"><f>1+1</f></c></row>'
    assert read_sheet(with_part(workbook(["a"]), SHEET, sheet_xml(rows))).rows[0].cells == ["xy"]


def test_the_first_sheet_that_shows_is_read_and_its_gaps_are_kept() -> None:
    """A hidden sheet in front is not it; row numbers are the spreadsheet's; a lying dimension is not believed."""

    def hide(book: Any) -> None:
        shown = book.active
        shown["B5"] = "late"
        book.create_sheet("notes", 0).append(["not this"])
        book.worksheets[0].sheet_state = "hidden"
        book.active = 1

    sheet = read_sheet(workbook(["a", "b"], ["1", "2"], make=hide))
    assert [(row.number, row.cells) for row in sheet.rows] == [(2, ["1", "2"]), (5, ["", "late"])]


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


REFUSED: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 422, "nothing in the file"),
    "blank": (b" \r\n,,\r\n", 422, "nothing in the file"),
    "headings alone": (csv("a,b"), 422, "no row below"),
    "NUL": (b"a,b\r\n1,\x00\r\n", 415, "not text"),
    "a control character": (b"a,b\r\n1,\x07\r\n", 415, "not text"),
    "UTF-16 without its mark": ("a,b\r\n1,2".encode("utf-16-le"), 415, "not text"),
    "half a UTF-16 character": (b"\xff\xfea", 415, "not text"),
    "neither UTF-8 nor Windows-1252": (b"a,b\r\n1,\x81\x8d\r\n", 415, "not text"),
    "an open quotation mark": (csv("a,b", '"1,2', "3,4"), 422, "quotation mark"),
    "text after a quotation mark": (csv("a,b", '"1"x,2'), 422, "Row 2"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), 415, "old Excel file"),
    "a PDF": (b"%PDF-1.7\n...", 415, "a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", 415, "a picture"),
    "another ZIP": (_zip(**{"a.csv": b"a,b"}), 415, "a ZIP file"),
    "OpenDocument": (_zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), 415, "OpenDocument"),
    "half a workbook": (workbook(["a"], ["1"])[:-200], 415, "damaged"),
    "a workbook of rubbish": (with_part(workbook(["a"], ["1"]), SHEET, b"<worksheet"), 415, "damaged"),
    "an empty workbook": (workbook(), 422, "nothing in the file"),
    "too many bytes": (b"a,b\r\n" + b"1,2\r\n" * (MAX_BYTES // 5), 413, "larger than 8 MB"),
    "too many rows": (csv("a", *["1"] * (MAX_ROWS + 1)), 413, "20,000 rows"),
    "too many columns": (csv(",".join(["a"] * (MAX_COLUMNS + 1)), "1"), 422, "100 columns"),
    "too many columns in a workbook": (workbook(["a"] * (MAX_COLUMNS + 1), ["1"]), 422, "100 columns"),
    "a cell that never ends": (csv("a", '"' + "x" * 200_000 + '"'), 422, "Row 2"),
}


@pytest.mark.parametrize(("body", "status", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_with_a_file_is_one_error(body: bytes, status: int, words: str) -> None:
    """With what is wrong, what to do, and the HTTP status."""
    with pytest.raises(SheetRefused) as refused:
        read_sheet(body)
    assert words in refused.value.wrong
    assert refused.value.status == status
    assert refused.value.right


def test_as_many_rows_as_are_taken() -> None:
    """The limit itself is within it."""
    assert len(read_sheet(csv("a", *["1"] * MAX_ROWS)).rows) == MAX_ROWS


_ENTITIES = b'<!DOCTYPE x [<!ENTITY a "lol">' + b"".join(
    b'<!ENTITY a%d "%s">' % (level, b"&a%s;" % (str(level - 1).encode() if level > 1 else b"") * 10)
    for level in range(1, 10)
) + b"]>"  # fmt: skip
_CELL = b'<row r="%d"><c r="%s%d"><v>1</v></c></row>'
BOMBS: dict[str, Callable[[], bytes]] = {
    "a part that unpacks to 200 MB": lambda: with_part(workbook(["a"]), SHEET, bytes(200 * 1024 * 1024)),
    "a billion laughs": lambda: with_part(
        workbook(["a"]), SHEET, sheet_xml(b'<row r="1"><c t="inlineStr"><is><t>&a9;</t></is></c></row>', _ENTITIES)
    ),
    "a row far down": lambda: with_part(
        workbook(["a"]), SHEET, sheet_xml(_CELL % (1, b"A", 1) + _CELL % (999_999_999, b"A", 999_999_999))
    ),
    "rows as wide as can be": lambda: with_part(
        workbook(["a"]), SHEET, sheet_xml(b"".join(_CELL % (row, b"XFD", row) for row in range(1, 20_000)))
    ),
    "a thousand parts": lambda: _zip(**{"[Content_Types].xml": b""}, **{f"p{n}": b"" for n in range(1000)}),
}  # fmt: skip


@pytest.mark.parametrize("packed", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_quickly(packed: Callable[[], bytes]) -> None:
    """Small to send, large to unpack: refused before that is done."""
    body = packed()
    assert len(body) < MAX_BYTES
    began = time.process_time()
    with pytest.raises(SheetRefused):
        read_sheet(body)
    assert time.process_time() - began < 5.0


def test_what_we_write_is_never_evaluated() -> None:
    """A cell of ours that begins like a formula begins with an apostrophe, and the file opens rightly in Excel."""
    written = csv_bytes([["=1+1", "+44", "-5", "@x", "\tx", "plain", 'a "quoted", one']])
    assert written == '\ufeff\'=1+1,\'+44,\'-5,\'@x,\'\tx,plain,"a ""quoted"", one"\r\n'.encode()
