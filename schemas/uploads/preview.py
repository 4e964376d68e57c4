"""What an uploader is told: each row's fate before anything is kept, and what was done once it is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schemas.uploads.plain import plain_day
from schemas.uploads.refusal import Problem
from schemas.uploads.rows import Row


class Fate(StrEnum):
    """What becomes of a row, in the order in which people read of them."""

    REFUSED = "refused"
    CHANGED = "changed"
    NEW = "new"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    """A sheet that was uploaded later has said otherwise meanwhile, and stays the last word."""


@dataclass(frozen=True, slots=True)
class RowFate:
    """One row: what it says in plain words, what becomes of it, and why."""

    row: int
    """As the spreadsheet numbers it."""
    fate: Fate
    person: str
    entry: str
    note: str
    problems: list[Problem]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """A sheet that waits to be confirmed."""

    id: str
    sender: str
    kind: str
    filename: str
    uploaded_at: str
    counts: dict[str, int]
    """Rows, and rows by fate: rows = refused + changed + new + unchanged."""
    left_alone: int
    """Rows of earlier sheets that are not in this one: they stay as they are."""
    ignored_columns: list[str]
    notices: list[str]
    rows: list[RowFate]
    """Those that are refused first, then the changed, the new and the unchanged, each in the sheet's order."""
    committed_at: None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody about whom a committed sheet told something."""

    name: str
    id: str
    """Opens the person's record, once the message is applied."""


@dataclass(slots=True)
class Result:
    """What has been done with a sheet so far; kept with each batch of it, so that nothing is counted twice."""

    counts: dict[str, int] = field(default_factory=dict)
    """Rows, and rows by fate; and the messages that took back what a changed row no longer tells."""
    refused: list[RowFate] = field(default_factory=list)
    people: list[Told] = field(default_factory=list)
    """Of whom something was told, the first hundred."""


@dataclass(frozen=True, slots=True)
class Committed:
    """A sheet whose good rows are accepted messages."""

    id: str
    sender: str
    kind: str
    filename: str
    uploaded_at: str
    committed_at: str
    counts: dict[str, int]
    refused: list[RowFate]
    people: list[Told]
    said: str


def fate_of(row: Row, said: Mapping[str, bytes]) -> Fate:
    """What would become of a row, given the content hash of what each reference said last."""
    if row.problems:
        return Fate.REFUSED
    if row.reference not in said:
        return Fate.NEW
    return Fate.UNCHANGED if said[row.reference] == row.content_hash else Fate.CHANGED


def told_fates(rows: list[Row], kind: str, said: Mapping[str, bytes]) -> list[RowFate]:
    """Every row with its fate, in the order in which people read of them."""
    order = {fate: place for place, fate in enumerate(Fate)}
    told = [row_fate(row, kind, fate_of(row, said)) for row in rows]
    return sorted(told, key=lambda one: (order[one.fate], one.row))


def row_fate(row: Row, kind: str, fate: Fate) -> RowFate:
    """The row in plain words."""
    return RowFate(
        row.number,
        fate,
        row.person,
        entry_words(row.told, kind),
        row.told.get("note", ""),
        row.problems,
        row.warnings,
    )


def count_fates(fates: list[RowFate]) -> dict[str, int]:
    """Rows, and rows by fate."""
    counts = Counter(one.fate for one in fates)
    return {"rows": len(fates)} | {fate.value: counts[fate] for fate in Fate if fate is not Fate.SUPERSEDED}


def entry_words(told: Mapping[str, str], kind: str) -> str:
    """What the row tells, in one line; what could not be read is left out."""
    day = f"{plain_day(told['date'])}: " if "date" in told else ""
    if kind == "contacts":
        words = [
            told.get("what", ""),
            _with("with", told.get("by")),
            _unless(told.get("outcome"), "happened"),
        ]
    elif kind == "referrals":
        what = f"{told.get('what', '')} {_with('at', told.get('to'))}".strip()
        words = [what, _with("by", told.get("by")), told.get("status", "requested")]
    else:
        went = {"yes": "they went", "no": "they did not go"}.get(told.get("went", ""), told.get("went", ""))
        words = [_with("to", told.get("place")), _with("by", told.get("by")), went]
    return day + ", ".join(word for word in words if word)


def _with(before: str, words: str | None) -> str:
    return f"{before} {words}" if words else ""


def _unless(words: str | None, usual: str) -> str:
    return "" if words in (None, usual) else str(words)
