"""One person's scores over time, by instrument."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from services.domain.record.continuity.things import Resource, Things, part, status_of
from services.domain.record.instant import instant_text
from services.domain.record.kinds import occurred, said_when
from services.domain.record.measures.instruments import INSTRUMENTS, Instrument, instrument_of
from services.domain.record.telling import WITHDRAWN
from services.domain.record.word import Word
from services.domain.record.words import first, is_score, objects, words

_NO_SCORE = frozenset({"registered", "cancelled"})
"""States of an Observation that has no score yet, or never will."""

_MOST = 1_000_000_000
"""No score is greater; what is, is a slip or not a score."""


class Point(NamedTuple):
    """One score."""

    at: int
    """When it was taken, in ticks."""
    entry_key: bytes
    value: float
    told_at: str
    """The moment as its source gave it, or the version's own instant where it gave none."""
    sender: str
    """The ODS code of the organisation that tells it."""


@dataclass(frozen=True, slots=True)
class Series:
    """The scores of one measure, the earliest first."""

    key: str
    """The instrument's name; of others the system|code, else the words, and the unit where there is one."""
    name: str
    """What people call it."""
    instrument: Instrument | None
    unit: str
    """As told with the last score; empty where there is none."""
    points: tuple[Point, ...]
    outside: tuple[Point, ...] = ()
    """Scores that the instrument cannot have: shown, and not reckoned with."""
    cut: bool = False
    """Whether there are earlier scores that are left out."""


def all_series(told: Iterable[Word] | Things) -> list[Series]:
    """The series of all Observations with a number, known instruments first, in the order of their table.

    `told` is what all systems currently say of one person. Each entry counts once, as its latest word has it;
    what is withdrawn counts for nothing.
    """
    taken: dict[str, list[_Taken]] = {}
    for entry in Things.of(told).entries("Observation"):
        latest = next((word for word in entry if status_of(word) not in _NO_SCORE), None)
        for one in _taken(latest) if latest else ():
            taken.setdefault(one.key, []).append(one)
    return sorted((_series(key, sorted(group)) for key, group in taken.items()), key=_place)


def latest(series: Series, most: int) -> Series:
    """The series with its latest `most` scores alone."""
    every = sorted((*series.points, *series.outside))
    if len(every) <= most:
        return series
    first = every[-most]
    return replace(
        series,
        points=tuple(one for one in series.points if one >= first),
        outside=tuple(one for one in series.outside if one >= first),
        cut=True,
    )


def measure_of(observation: Resource) -> str:
    """The key of the series that an Observation's score stands in, as its status lets it; empty where it has none."""
    status = observation.get("status")
    if status in _NO_SCORE or status == WITHDRAWN or _value(observation) is None:
        return ""
    return _named(observation)[0]


class _Taken(NamedTuple):
    point: Point
    key: str
    name: str
    unit: str


def _taken(word: Word) -> Iterator[_Taken]:
    value = _value(word.resource)
    key, name, unit = _named(word.resource)
    if value is None or not key:
        return
    at = occurred(word.resource, word.instant)
    told_at = said_when(word.resource) or instant_text(word.instant)
    yield _Taken(Point(at, word.entry_key, value, told_at, word.sender), key, name, unit)


def _named(observation: Resource) -> tuple[str, str, str]:
    """Key, name and unit of the measure; an empty key where nothing names it."""
    code = observation.get("code")
    if instrument := instrument_of(code):
        return instrument.name, instrument.name, ""
    key = _key(code)
    unit = _unit(observation.get("valueQuantity"))
    return f"{key} [{unit}]" if key and unit else key, next(first(code), key), unit


def _series(key: str, taken: list[_Taken]) -> Series:
    instrument = _BY_NAME.get(key)
    points = [one.point for one in taken]
    inside = tuple(one for one in points if instrument is None or instrument.can_be(one.value))
    outside = tuple(one for one in points if instrument is not None and not instrument.can_be(one.value))
    return Series(key, taken[-1].name, instrument, taken[-1].unit, inside, outside)


def _place(one: Series) -> tuple[int, str]:
    return INSTRUMENTS.index(one.instrument) if one.instrument else len(INSTRUMENTS), one.key


def _value(observation: Resource) -> float | None:
    """The number an Observation tells; None where it tells none, or only that it is more or less than one."""
    quantity = observation.get("valueQuantity")
    told = observation.get("valueInteger", None if part(quantity, "comparator") else part(quantity, "value"))
    written = observation.get("valueString")
    if told is None and isinstance(written, str) and _NUMBER.fullmatch(written.strip()):
        told = float(written)
    if not isinstance(told, int | float) or isinstance(told, bool) or abs(told) > _MOST:
        return None
    return float(told)


def _key(code: Any) -> str:
    """What names a measure that is not in the table: its least coding, else its words; empty where nothing does."""
    codings = objects(part(code, "coding"))
    named = [
        f"{one['system']}|{one['code']}"
        for one in codings
        if isinstance(one.get("system"), str) and isinstance(one.get("code"), str)
    ]
    return min(named, default="") or next((" ".join(text.lower().split()) for text in words(code)), "")


def _unit(quantity: Any) -> str:
    """The unit, for numbers of two units make no series; empty for a mere score."""
    told = part(quantity, "code") or part(quantity, "unit")
    unit = told.strip() if isinstance(told, str) else ""
    return "" if is_score(unit) or unit.lower() in _POINTS else unit


_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)
_POINTS = frozenset({"point", "points"})
_BY_NAME = {instrument.name: instrument for instrument in INSTRUMENTS}
