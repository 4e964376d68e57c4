"""Reading a file as people's programs write it, and saying on which line one is not right."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.workbench.matching.errors import CannotMatch
from services.workbench.matching.table import SEPARATORS, Table, read_table

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@pytest.fixture(scope="session")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a file is written."""
    return tmp_path_factory.mktemp("matching") / "people.csv"


def table_in(path: Path, body: bytes) -> Table:
    """The file with these bytes."""
    path.write_bytes(body)
    return read_table(path)


@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5),
    separator=st.sampled_from(SEPARATORS),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_what_a_program_writes_is_read(
    sheet: Path, rows: list[list[str]], separator: str, end: str, mark: bytes
) -> None:
    """With any separator, line end and mark, and any text in the cells; spaces around it are left off."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["name", "dob", "postcode"], *rows])
    table = table_in(sheet, mark + out.getvalue().encode())
    assert table.header == ["name", "dob", "postcode"]
    assert [cells for _, cells in table.rows()] == [[cell.strip() for cell in row] for row in rows]


def test_lines_are_counted_as_an_editor_does(sheet: Path) -> None:
    """Line breaks in quotation marks and lines without anything count, the latter are no rows; empty rows are."""
    table = table_in(sheet, b'name,dob\n"Robin\nFenwick",1994\n\nAsha,1980\n,\n')
    assert list(table.rows()) == [(2, ["Robin\nFenwick", "1994"]), (5, ["Asha", "1980"]), (6, ["", ""])]


def test_text_of_windows_is_read(sheet: Path) -> None:
    """Where it is not UTF-8."""
    table = table_in(sheet, "name,dob\nZoë,1994\n".encode("cp1252"))
    assert next(table.rows()) == (2, ["Zoë", "1994"])


def test_empty_columns_at_the_end_are_left_off(sheet: Path) -> None:
    """Spreadsheets write them, below the headings or not."""
    table = table_in(sheet, b"name,dob,,\nAsha,1980,,\nRobin,1994\nSam,1990,\n")
    assert table.header == ["name", "dob"]
    assert [cells[0] for _, cells in table.rows()] == ["Asha", "Robin", "Sam"]


def test_spaces_after_separators_are_left_off(sheet: Path) -> None:
    """In front of quotation marks, too."""
    table = table_in(sheet, b'rec_id, name, address\n1, asha, "1, mill lane"\n')
    assert table.header == ["rec_id", "name", "address"]
    assert next(table.rows()) == (2, ["1", "asha", "1, mill lane"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "people.csv is empty"),
        (b"\n\n", "people.csv is empty"),
        (b"name,dob\n", "one line alone"),
        (b"name,dob\nAsha,1980\nRobin\n", "line 3: the row has 1 cell, where 2 have a heading"),
        (b"name,dob\nAsha,1980\n\nRobin,1994,x\n", "line 4: the row has 3 cells, where 2 have a heading"),
        (b"name,dob\nAsha,1980\nRo\0bin,1994\n", "line 3: there is a NUL byte"),
        (b'name,dob\nAsha,1980\n"Robin,1994\nSam,1\n', "line 3: a quotation mark is not closed"),
        (b'name,dob\nAsha,1980\n"Robin"x,1994\n', "line 3: a quotation mark is not closed, or text follows"),
        (b"name,dob,Name\nAsha,1980,x\n", "line 1: columns 1 and 3 have the same heading"),
        (b"name,dob\n\x81\x8d,1980\n", "is not text that can be read"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_read_is_refused_with_its_line(sheet: Path, body: bytes, said: str) -> None:
    """And without what stands in it."""
    with pytest.raises(CannotMatch, match=said) as refused:
        list(table_in(sheet, body).rows())
    assert "Robin" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A folder, too."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CannotMatch, match=f"{path} cannot be read"):
            read_table(path)
