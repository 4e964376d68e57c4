"""A document that was not accepted, with each fault marked in the line where it stands.

Pure: bytes and issues in, lines with marks out. JSON is laid out, and an issue's FHIRPath leads to its line; where
something is missing, to the line that should hold it. What is no JSON is shown as it came, with the place where
reading stopped.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import orjson

from schemas.fhir.issue import Issue
from schemas.fhir.layout import Line, Place, lay_out
from schemas.fhir.parse import MAX_DEPTH

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_NUL = re.compile(r"\\u0000")
_UNSAFE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    "\N{REPLACEMENT CHARACTER}",
)
"""Characters that could command a terminal, or turn what is read around."""


class Mark(NamedTuple):
    """A fault in a line: which of the issues it is, and the columns it covers, from 0."""

    issue: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line as it is shown, numbered from 1."""

    number: int
    text: str
    marks: list[Mark] = field(default_factory=list)


class Gap(NamedTuple):
    """So many lines are not shown here."""

    lines: int


@dataclass(frozen=True, slots=True)
class MarkedDocument:
    """The whole document, and which issues speak of all of it."""

    lines: list[MarkedLine]
    is_json: bool
    of_the_whole: list[int]
    """The issues that name no place in it."""

    def excerpt(self, around: int, whole_up_to: int, width: int) -> list[MarkedLine | Gap]:
        """The marked lines with `around` more on either side; all, where the document has few enough lines.

        A line wider than `width` is cut to what is around its first mark.
        """
        last = len(self.lines)
        shown = set(range(last))
        if last > whole_up_to:
            marked = [place for place, line in enumerate(self.lines) if line.marks] or [0]
            shown = {near for one in marked for near in range(one - around, one + around + 1)}
        found: list[MarkedLine | Gap] = []
        for is_shown, places in groupby(range(last), lambda place: place in shown):
            run = list(places)
            found += [_cut(self.lines[place], width) for place in run] if is_shown else [Gap(len(run))]
        return found


def mark_faults(body: bytes, issues: Sequence[Issue]) -> MarkedDocument:
    """The document with the issues marked in it."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        return _where_reading_stopped(body, fault, issues)
    lines = lay_out(body.decode())
    marks: dict[int, list[Mark]] = {}
    of_the_whole = []
    index = _index(lines)
    for number, issue in enumerate(issues):
        found = list(_lines_of(issue, lines, index))
        for place in found:
            text = lines[place].text
            indent = len(text) - len(text.lstrip())
            marks.setdefault(place, []).append(Mark(number, indent, max(indent + 1, len(text.rstrip(",")))))
        if not found:
            of_the_whole.append(number)
    marked = [_line(place, line.text, marks.get(place, [])) for place, line in enumerate(lines)]
    return MarkedDocument(marked, is_json=True, of_the_whole=of_the_whole)


def readable_text(body: bytes) -> str:
    """The document as an editor shows it: JSON laid out, anything else as it came; what is no text is �."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")
    return "".join(f"{line.text}\n" for line in lay_out(body.decode()))


def _lines_of(issue: Issue, lines: list[Line], index: Mapping[Place, list[int]]) -> Iterator[int]:
    if issue.place:
        yield from index[_nearest(issue.place, index)]
    elif issue.rule == "no-nul":
        yield from (place for place, line in enumerate(lines) if _NUL.search(line.text))
    elif issue.rule == "depth":
        deepest = (place for place, line in enumerate(lines) if line.place and len(line.place) >= MAX_DEPTH)
        yield from [first for first in [next(deepest, None)] if first is not None]


def _nearest(fhir_path: str, index: Mapping[Place, list[int]]) -> Place:
    """The place that a FHIRPath names, or the nearest above it that is there; its first step may be a type."""
    steps: Place = tuple(int(number) if number else name for name, number in _STEP.findall(fhir_path))
    starts = (steps[1:], steps)
    reached = (
        [start[:length] for length in range(len(start), -1, -1) if start[:length] in index]
        for start in starts
    )
    return max((found[0] for found in reached), key=len)


def _index(lines: list[Line]) -> dict[Place, list[int]]:
    index: dict[Place, list[int]] = {(): [0]}
    for number, line in enumerate(lines):
        if line.place:
            index.setdefault(line.place, []).append(number)
    return index


def _where_reading_stopped(
    body: bytes, fault: orjson.JSONDecodeError, issues: Sequence[Issue]
) -> MarkedDocument:
    """The document as it came, with its first issue where the reader stopped."""
    lines = body.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    row, column = fault.lineno - 1, fault.colno - 1
    try:
        body.decode()
    except UnicodeDecodeError as not_text:
        before = body[: not_text.start].decode()
        row, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    row = min(row, len(lines) - 1)
    column = min(column, len(lines[row]))
    marks = {row: [Mark(0, column, column + 1)]} if issues else {}
    marked = [_line(place, text, marks.get(place, [])) for place, text in enumerate(lines)]
    return MarkedDocument(marked, is_json=False, of_the_whole=list(range(1, len(issues))))


def _line(place: int, text: str, marks: list[Mark]) -> MarkedLine:
    return MarkedLine(place + 1, text.translate(_UNSAFE), marks)


def _cut(line: MarkedLine, width: int) -> MarkedLine:
    if len(line.text) <= width:
        return line
    first = min((mark.start for mark in line.marks), default=0)
    start = max(0, min(first - width // 2, len(line.text) - width)) if first >= width // 2 else 0
    text = line.text[start : start + width]
    before, after = "…" if start else "", "…" if start + width < len(line.text) else ""
    shift = len(before) - start
    kept = [
        Mark(mark.issue, max(len(before), mark.start + shift), min(mark.end + shift, len(before) + width))
        for mark in line.marks
        if start <= mark.start <= start + width
    ]
    return MarkedLine(line.number, f"{before}{text}{after}", kept)
