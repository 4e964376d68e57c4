"""docs/matching.md shows the columns as they are; run as a module, this file writes them into it."""

from pathlib import Path

from services.workbench.matching.fields import BY_NAME, FIELDS, Field

DOCS = Path(__file__).parents[2] / "docs" / "matching.md"
BEGIN, END = "<!-- columns -->\n", "<!-- /columns -->\n"


def as_written() -> str:
    """The page with the table between its marks."""
    before, begin, rest = DOCS.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, f"{DOCS} has lost its first mark"
    assert end, f"{DOCS} has lost its second mark"
    return f"{before}{begin}\n{_table()}{end}{after}"


def _table() -> str:
    lines = ["| key | what it holds | columns | headings |", "|---|---|---|---|"]
    for field in FIELDS:
        columns = "all" if field.several else "one"
        lines.append(f"| `{field.name}` | {field.holds} | {columns} | {_headings(field)} |")
    return "\n".join([*lines, ""])


def _headings(field: Field) -> str:
    now = field.name.removeprefix("previous_")
    if now == field.name or now not in BY_NAME or now == "family_name":
        return ", ".join(field.headings)
    return f"those of `{now}` after previous, prev, former, old, earlier or past"


def test_the_table_is_that_of_the_code() -> None:
    """Every key with its headings, as the code takes them."""
    assert DOCS.read_text() == as_written(), "write it anew: python -m tests.unit.test_matching_docs"


def test_earlier_addresses_have_the_headings_that_the_page_says() -> None:
    """It tells of them in one sentence, so that must hold for each."""
    for name in ("postcode", "house_number", "address", "town"):
        words = ("previous", "prev", "former", "old", "earlier", "past")
        meant = {f"{word} {heading}" for word in words for heading in BY_NAME[name].headings}
        assert set(BY_NAME[f"previous_{name}"].headings) == meant


if __name__ == "__main__":
    DOCS.write_text(as_written())
