"""How a measure changed from its first score to its last."""

from dataclasses import dataclass
from enum import StrEnum

from services.domain.record.measures.series import Point, Series


class Direction(StrEnum):
    """What a change means for the person."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """The change from the first score to the last."""

    first: Point
    last: Point
    difference: float
    """Last less first, in points of the measure."""
    direction: Direction | None
    """None where it is not known which way is better."""
    reliable: bool | None
    """Whether it is more than the instrument's own error, by its published reliable change; None where there is
    none. A change that is not reliable may be no change at all.
    """


def change(series: Series) -> Change | None:
    """The change of a series; None with fewer than two scores that its instrument can have."""
    if len(series.points) < 2:
        return None
    first, last = series.points[0], series.points[-1]
    difference = round(last.value - first.value, 6)
    return Change(first, last, difference, _direction(series, difference), _is_reliable(series, difference))


def _direction(series: Series, difference: float) -> Direction | None:
    if difference == 0:
        return Direction.SAME
    if series.instrument is None:
        return None
    return Direction.BETTER if (difference > 0) == series.instrument.higher_is_better else Direction.WORSE


def _is_reliable(series: Series, difference: float) -> bool | None:
    least = series.instrument.reliable_change if series.instrument else None
    return None if least is None else abs(difference) >= least
