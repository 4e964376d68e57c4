"""Which column of a sheet is which: by its heading, whatever its capitals, punctuation and brackets."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from schemas.uploads.columns import Column
from schemas.uploads.refusal import SheetRefused, quoted
from schemas.uploads.sheet import Sheet
from schemas.uploads.templates import TEMPLATES, Template

_NAME = "Write “Given name” and “Family name” in two columns."
_WHOSE = "Call it “Your reference” where each row has its own, “Person reference” where it is the person’s."
_DOUBTFUL = {
    "name": _NAME,
    "full name": _NAME,
    "client": _NAME,
    "client name": _NAME,
    "person": _NAME,
    "id": _WHOSE,
    "ref": _WHOSE,
    "reference": _WHOSE,
    "number": _WHOSE,
    "no": _WHOSE,
    "contact number": "Call it “Phone” or “Your reference”, whichever it is.",
    "age": "Write the date of birth.",
}
"""Headings that could mean two things, or hold two: they are not guessed at."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns of a sheet by their place, counted from 0, and those that are left out."""

    columns: dict[int, Column]
    ignored: list[str]


def match_header(sheet: Sheet, template: Template) -> Heading:
    """Find the template's columns among the sheet's headings.

    Raises:
        SheetRefused: one is there twice, or one without which there is nothing to tell is not there.
    """
    found: dict[int, Column] = {}
    ignored = []
    for place, heading in enumerate(sheet.header):
        column = _spellings(template.kind).get(plain_heading(heading))
        if column is None:
            ignored += _left_out(heading, place, sheet, template)
        elif (other := _place_of(column, found)) is not None:
            raise SheetRefused(
                f"Columns {letter(other)} and {letter(place)} say the same: {quoted(sheet.header[other])} and "
                f"{quoted(heading)} are both {quoted(column.heading)}.",
                "Keep one of them, and give the other another heading.",
            )
        else:
            found[place] = column
    _require(sheet.header, found, template)
    return Heading(found, ignored)


def plain_heading(text: str) -> str:
    """A heading without what makes no difference: capitals, punctuation, and what is in brackets."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text)
    text = re.sub(r"['’`]", "", text)
    return " ".join(re.sub(r"[^\w]|_", " ", text).split())


def letter(place: int) -> str:
    """The column's name in a spreadsheet: A, B ... Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@cache
def _spellings(kind: str) -> dict[str, Column]:
    return {
        plain_heading(spelling): column
        for column in TEMPLATES[kind].columns
        for spelling in (column.heading, *column.spellings)
    }


def _place_of(column: Column, found: dict[int, Column]) -> int | None:
    return next((place for place, one in found.items() if one is column), None)


def _left_out(heading: str, place: int, sheet: Sheet, template: Template) -> list[str]:
    """What is said of a column that is not known; nothing of one that is empty and has no heading."""
    if not heading:
        used = any(len(row.cells) > place and row.cells[place] for row in sheet.rows)
        return [f"Column {letter(place)}, which has no heading"] if used else []
    plain = plain_heading(heading)
    if plain in _DOUBTFUL:
        return [f"{quoted(heading)}: {_DOUBTFUL[plain]}"]
    if near := difflib.get_close_matches(plain, _spellings(template.kind), n=1, cutoff=0.8):
        return [f"{quoted(heading)}: did you mean {quoted(_spellings(template.kind)[near[0]].heading)}?"]
    return [quoted(heading)]


def _require(header: Sequence[str], found: dict[int, Column], template: Template) -> None:
    there = set(found.values())
    if not (missing := [one.heading for one in template.required() if one not in there]):
        return
    for other in TEMPLATES.values():
        names = {_spellings(other.kind).get(plain_heading(heading)) for heading in header}
        if other is not template and names.issuperset(other.required()):
            raise SheetRefused(
                f"This looks like a sheet of {other.kind}, and was uploaded as {template.kind}.",
                f"Choose {other.kind}, and upload it again.",
            )
    shown = ", ".join(quoted(heading) for heading in header[:12] if heading)
    raise SheetRefused(
        f"The sheet has no column {' and none '.join(quoted(one) for one in missing)}. "
        f"The first row with anything in it is taken for the headings, and reads: {shown}.",
        f"Give the column that heading, or start from the template for {template.kind}.",
    )
