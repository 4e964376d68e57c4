"""docs/uploads.md shows the templates as they are; run as a module, this file writes them into it."""

from pathlib import Path

from schemas.uploads.table import markdown_tables

DOCS = Path(__file__).parents[2] / "docs" / "uploads.md"
MARK = "<!-- tables -->\n"


def as_written() -> str:
    """The page with the tables below their mark."""
    before, mark, _ = DOCS.read_text().partition(MARK)
    assert mark, f"{DOCS} has lost its mark"
    return f"{before}{mark}\n{markdown_tables()}"


def test_the_tables_are_those_of_the_templates() -> None:
    """Every column with its headings, as the code takes them."""
    assert DOCS.read_text() == as_written(), "write it anew: python -m tests.unit.test_upload_docs"


if __name__ == "__main__":
    DOCS.write_text(as_written())
