"""Which column of a file of people is which: by its heading, or by a map that says so."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from services.workbench.matching.errors import CannotMatch
from services.workbench.matching.fields import ANSWERS, BY_NAME, FIELDS, PREFIXES, SUFFIXES
from services.workbench.matching.table import Table, compact

Named = Mapping[str, Sequence[str]]
"""By a field's name the headings that hold it; none where no column is to be taken for it."""

_NUMBERED = re.compile(r"(\D+)\d{1,2}")
_NAMES = ("given_name", "family_name", "full_name")
_REACH = ("nhs_number", "other_number", "phone", "email")
_EVIDENCE = {one.name for one in FIELDS} - {"id"}
_PARTS = ("birth_year", "birth_month")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file by their places, counted from 0."""

    of: Mapping[str, tuple[int, ...]]
    """By the field's name; a field that the file does not have is not in it."""
    answer: int | None = None
    """The column of the true ids."""
    ignored: list[str] = field(default_factory=list)
    """Headings that were not taken."""
    answers: list[str] = field(default_factory=list)
    """Headings that were not taken, and seem to say which rows are truly of one person."""

    def first(self, name: str) -> int | None:
        """The first column of a field."""
        return next(iter(self.of.get(name, ())), None)


def read_map(path: Path) -> Named:
    """The map of columns in a TOML file: `family_name = "Nachname"`, `phone = ["Tel 1", "Tel 2"]`.

    Raises:
        CannotMatch: It cannot be read, or a key or a value is not as it must be.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise CannotMatch(f"{path} cannot be read: {fault.strerror}.") from None
    except ValueError as fault:
        raise CannotMatch(f"{path} is not TOML: {fault}.") from None
    if unknown := [key for key in told if key not in BY_NAME]:
        raise CannotMatch(
            f"{path} names what is not known: {_listed(unknown)}. Known are {', '.join(BY_NAME)}."
        )
    return {key: _headings(path, key, value) for key, value in told.items()}


def check_map(named: Named, tables: Iterable[Table]) -> None:
    """Check that some file has each heading of a map.

    Raises:
        CannotMatch: with the headings that there are.
    """
    there = {compact(heading): heading for table in tables for heading in table.header if heading}
    wanted = [heading for headings in named.values() for heading in headings]
    if missing := [heading for heading in wanted if compact(heading) not in there]:
        raise CannotMatch(
            f"There is no column {_listed(missing)}, which the map names. There are {_listed(there.values())}."
        )


def find_columns(table: Table, named: Named, answer: str | None) -> Columns:
    """The columns of a file, those that `named` says first; `answer` is the heading of the true ids.

    Raises:
        CannotMatch: It has no column `answer`, or not enough by which to know people.
    """
    places = {plain: place for place, heading in enumerate(table.header) if (plain := compact(heading))}
    taken: set[int] = set()
    at_answer = None
    if answer is not None:
        if (at_answer := places.get(compact(answer))) is None:
            raise CannotMatch(
                f"{table.name} has no column {_listed([answer])} with true ids. "
                f"It has {_listed(filter(None, table.header))}."
            )
        taken.add(at_answer)
    of: dict[str, tuple[int, ...]] = {}
    for name, headings in named.items():
        found = [place for one in headings if (place := places.get(compact(one))) not in {None, at_answer}]
        of[name] = tuple(
            place for place in found[: None if BY_NAME[name].several else 1] if place is not None
        )
        taken.update(of[name])
    of |= _recognised({plain: place for plain, place in places.items() if place not in taken}, of)
    used = {place for found in of.values() for place in found} | taken
    left = [(plain, table.header[place]) for plain, place in places.items() if place not in used]
    answers = [heading for plain, heading in left if plain in _answers()]
    columns = Columns(
        {name: found for name, found in of.items() if found},
        at_answer,
        [heading for plain, heading in left if plain not in _answers()],
        answers,
    )
    _require(table, columns)
    return columns


def _recognised(places: Mapping[str, int], decided: Collection[str]) -> dict[str, tuple[int, ...]]:
    """By field the columns whose headings are known for it; fields that are decided are left out."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for plain, place in places.items():
        if (known := _known(plain)) and known[0] not in decided:
            found[known[0]].append((known[1], place))
    _birthday(found, decided)
    of = {}
    for name, ranked in found.items():
        several = BY_NAME[name].several
        of[name] = tuple(sorted(place for _, place in ranked)) if several else (min(ranked)[1],)
    return of


def _birthday(found: dict[str, list[tuple[int, int]]], decided: Collection[str]) -> None:
    """'Birth day' is a date, but beside columns of the year and the month it is the day alone."""
    birthday = _headings_of("birth_date").get("birthday")
    dates = found.get("birth_date", [])
    days = [one for one in dates if one[0] == birthday]
    if (
        not days
        or "birth_day" in decided
        or "birth_day" in found
        or not all(part in found for part in _PARTS)
    ):
        return
    found["birth_day"] = days
    found["birth_date"] = [one for one in dates if one not in days]
    if not found["birth_date"]:
        del found["birth_date"]


@cache
def _answers() -> frozenset[str]:
    return frozenset(map(compact, ANSWERS))


@cache
def _headings_of(name: str) -> dict[str, int]:
    """The compact headings of a field, each with its rank."""
    ranks: dict[str, int] = {}
    for heading in BY_NAME[name].headings:
        ranks.setdefault(compact(heading), len(ranks))
    return ranks


@cache
def _known(plain: str) -> tuple[str, int] | None:
    """The field that a compact heading is known for, and its rank among those of that field."""
    if plain in _answers():
        return None
    bare = [plain]
    bare += [plain.removeprefix(word) for word in map(compact, PREFIXES) if plain.startswith(word)]
    bare += [one.removesuffix(word) for one in bare for word in map(compact, SUFFIXES) if one.endswith(word)]
    for distance, one in enumerate(bare):
        for known in FIELDS:
            if (rank := _headings_of(known.name).get(one)) is not None:
                return known.name, rank + 1000 * distance
    if (numbered := _NUMBERED.fullmatch(plain)) and (known_as := _known(numbered[1])):
        return known_as if BY_NAME[known_as[0]].several else None
    return None


def id_headings() -> Mapping[str, int]:
    """The compact headings by which a column of ids is known, each with its rank."""
    return _headings_of("id")


def answer_headings() -> frozenset[str]:
    """The compact headings of columns that say which rows are truly of one person."""
    return _answers()


def _headings(path: Path, key: str, value: Any) -> list[str]:
    headings = [value] if isinstance(value, str) else value
    if not isinstance(headings, list) or not all(isinstance(one, str) for one in headings):
        raise CannotMatch(f"{path}: {key} must be the heading of a column, or a list of such.")
    return [heading for heading in headings if heading]


def _require(table: Table, columns: Columns) -> None:
    """Refuse a file in which nobody could be known again."""
    there = columns.of.keys() & _EVIDENCE
    named = any(name in there for name in _NAMES)
    reached = any(name in there for name in _REACH) and len(there) > 1
    if named or reached:
        return
    if not there and any(map(_is_value, table.header)):
        raise CannotMatch(
            f"{table.name} has no headings: its first line holds values. Put a line before it that names the columns."
        )
    wanted = "a name, or a number, telephone or e-mail address with something else beside it"
    known = ", ".join(sorted(there)) or "none"
    raise CannotMatch(
        f"{table.name} has not enough columns to know people by: {wanted} is needed. It has "
        f"{_listed(filter(None, table.header))}, of which are known: {known}. Name the others in a map, with --columns."
    )


def _is_value(heading: str) -> bool:
    """Whether a heading is rather what a row holds: a date, a number or an e-mail address."""
    return "@" in heading or sum(map(str.isdigit, heading)) >= 3 or heading.isdigit()


def _listed(words: Iterable[str]) -> str:
    quoted = [f"'{' '.join(word.split())[:40]}'" for word in words]
    return ", ".join(quoted[:30]) + (f" and {len(quoted) - 30} more" if len(quoted) > 30 else "")
