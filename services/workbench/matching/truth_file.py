"""A file of truth about the rows of others: pairs of ids, labelled or all true, or ids with their persons."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from services.workbench.matching.columns import answer_headings, id_headings
from services.workbench.matching.errors import CannotMatch
from services.workbench.matching.people_file import People
from services.workbench.matching.row_ids import RowIds
from services.workbench.matching.scores import Pair
from services.workbench.matching.table import Table, compact
from services.workbench.matching.truth import Truth

_SIDES = (
    ("l", "r"), ("left", "right"), ("1", "2"), ("a", "b"), ("x", "y"), ("people", "other"), ("source", "target"),
    ("from", "to"), ("one", "two"), ("first", "second"),
)  # fmt: skip
_STEMS = ("", "row", "rec", "record", "person", "ltable", "rtable")
_SOURCES = ("sourcedataset", "source", "dataset", "file", "sourcefile", "sourcename", "sourcesystem")
_SCORES = (
    "clericalmatchscore", "score", "matchscore", "label", "ismatch", "match", "matched", "truth", "true", "same",
    "matchprobability", "probability", "isduplicate", "duplicate", "gold",
)  # fmt: skip
_WORDS = {
    "true": 1.0, "t": 1.0, "yes": 1.0, "y": 1.0, "match": 1.0, "same": 1.0, "duplicate": 1.0,
    "false": 0.0, "f": 0.0, "no": 0.0, "n": 0.0, "nonmatch": 0.0, "different": 0.0, "distinct": 0.0,
}  # fmt: skip
_TRUE = 0.5
"""A pair is labelled true from this score on."""


def read_truth(table: Table, files: Sequence[People]) -> Truth:
    """The truth in a file about the rows of others.

    Raises:
        CannotMatch: It is not in a form that is known, no row has any of its ids, or an id is not of one row alone.
    """
    columns = {plain: place for place, heading in enumerate(table.header) if (plain := compact(heading))}
    rows = RowIds(table.name, files)
    if sides := _pair_columns(columns):
        return _read_pairs(table, columns, sides, rows)
    if person := _person_columns(columns):
        return _read_persons(table, columns, person, rows)
    if len(columns) == 2 or (len(columns) == 3 and _first(columns, _SCORES) is not None):
        one, other = [place for plain, place in columns.items() if len(columns) == 2 or plain not in _SCORES][
            :2
        ]
        return _read_pairs(table, columns, (one, other), rows)
    raise CannotMatch(
        f"{table.name} is not a truth that can be read. It must have two columns of ids, such as id_l and id_r, and "
        "possibly one with a score; or a column of ids and one called 'truth' or 'cluster'."
    )


def _pair_columns(columns: Mapping[str, int]) -> tuple[int, int] | None:
    for stem in (*id_headings(), *_STEMS):
        for left, right in _SIDES:
            for one, other in ((stem + left, stem + right), (left + stem, right + stem)):
                if one in columns and other in columns:
                    return columns[one], columns[other]
    return None


def _person_columns(columns: Mapping[str, int]) -> tuple[int, int] | None:
    """The columns of ids and of their persons."""
    ids = sorted((rank, columns[plain]) for plain, rank in id_headings().items() if plain in columns)
    if not ids:
        return None
    answer = next((place for plain, place in columns.items() if plain in answer_headings()), None)
    others = [place for place in columns.values() if place != ids[0][1]]
    if answer is None and len(others) == 1:
        answer = others[0]
    return None if answer is None else (ids[0][1], answer)


def _first(columns: Mapping[str, int], names: Sequence[str]) -> int | None:
    return next((columns[name] for name in names if name in columns), None)


class _Line(NamedTuple):
    """A line of a truth about pairs."""

    line: int
    ids: tuple[str, str]
    sources: tuple[str, str]
    score: float


def _read_pairs(table: Table, columns: Mapping[str, int], sides: tuple[int, int], rows: RowIds) -> Truth:
    lines = list(_pair_lines(table, columns, sides))
    words = [{one.sources[side] for one in lines} for side in (0, 1)]
    # such as 'df_left' and 'df_right': no file is called so, but it is clear which is meant
    apart = len(words[0]) == len(words[1]) == 1
    files = [
        {word: rows.file_of(word, side if apart or not word else None) for word in words[side]}
        for side in (0, 1)
    ]
    labelled: tuple[set[Pair], set[Pair]] = set(), set()
    unknown = 0
    for one in lines:
        a, b = (
            rows.in_file(files[side][source], id_, one.line, or_other=not source)
            for side, (id_, source) in enumerate(zip(one.ids, one.sources, strict=True))
        )
        if a is None or b is None:
            unknown += 1
        elif a != b:
            labelled[one.score < _TRUE].add((min(a, b), max(a, b)))
    if not labelled[0] and not labelled[1]:
        raise CannotMatch(
            f"{table.name} names no two rows of the files: no ids of both its columns are theirs."
        )
    return Truth(None, frozenset(labelled[0]), frozenset(labelled[1] - labelled[0]), unknown)


def _pair_lines(table: Table, columns: Mapping[str, int], sides: tuple[int, int]) -> Iterator[_Line]:
    at_score = next(
        (columns[name] for name in _SCORES if name in columns and columns[name] not in sides), None
    )
    at_sources = _source_columns(columns)
    for line, cells in table.rows():
        score = 1.0 if at_score is None else _score(table.name, line, cells[at_score])
        left, right = (cells[at] if at is not None else "" for at in at_sources)
        yield _Line(line, (cells[sides[0]], cells[sides[1]]), (left, right), score)


def _source_columns(columns: Mapping[str, int]) -> tuple[int | None, int | None]:
    for stem in _SOURCES:
        for left, right in _SIDES:
            if stem + left in columns and stem + right in columns:
                return columns[stem + left], columns[stem + right]
    return None, None


def _score(name: str, line: int, cell: str) -> float:
    word = compact(cell)
    if word in _WORDS:
        return _WORDS[word]
    try:
        score = float(cell)
    except ValueError:
        score = math.nan
    if math.isnan(score):
        raise CannotMatch(
            f"{name}, line {line}: the score must be a number, from {_TRUE} on for a true pair, or a word such as "
            "'true' or 'false'."
        )
    return score


def _read_persons(table: Table, columns: Mapping[str, int], person: tuple[int, int], rows: RowIds) -> Truth:
    at_source = _first(columns, _SOURCES)
    persons: dict[int, str] = {}
    unknown = 0
    for line, cells in table.rows():
        id_, true_id = cells[person[0]], cells[person[1]]
        if at_source is None:
            place = rows.anywhere(id_, line)
        else:
            place = rows.in_file(rows.file_of(cells[at_source], None), id_, line)
        if place is None:
            unknown += 1
        elif true_id:
            persons[place] = true_id
    if not persons:
        raise CannotMatch(f"{table.name} names no row of the files: none of its ids is theirs.")
    return Truth(persons, unknown=unknown)
